/** Fixed costs of the public API: parsing, view geometry, single elements, small copies. */
import { stridebuf } from "../lib/load.mjs";

const task = (topic, name, kind, call, extra = {}) => ({ topic, name, kind, call, ...extra });

async function ours() {
  const api = await stridebuf("index.js");
  const floats = Float32Array.from({ length: 4096 }, (_, i) => i);
  const views = [0, 1].map(() => api.view(floats, { shape: [64, 64] }));
  const one = [0, 1].map(() => api.view(floats));
  const record = "T{<i:id:(3)<f:position:<d:weight:2x}";
  let fresh = 0;
  let sink = 0;
  const index = () => (sink = (sink + 1) & 4095);
  return [
    task("dtype", "dtype(format), seen before", "ours", (w) => api.dtype(w ? record : "<f")),
    task("dtype", "dtype(format), new record", "ours", () => api.dtype(`T{<i:id:(3)<f:p${fresh++}:<d:weight:2x}`)),
    task("view", "view(array, {shape})", "ours", () => api.view(floats, { shape: [64, 64] })),
    task("view", "view + slice + transpose", "ours", () =>
      api
        .view(floats, { shape: [64, 64] })
        .slice(api.slice(1, 63, 2), null)
        .transpose(),
    ),
    task("view", 'slice("1:63:2, ::-1")', "ours", (w) => views[w].slice("1:63:2, ::-1")),
    task("view", "isContiguous()", "ours", (w) => views[w].isContiguous()),
    task("element", "view.get(i)", "ours", (w) => one[w].get(index())),
    task("element", "view.get(i, j)", "ours", (w) => views[w].get(index() >> 6, sink & 63)),
    task("element", "view.set(i, value)", "ours", (w) => one[w].set(index(), 1.5)),
    ...resultHomes(api),
  ];
}

function resultHomes(api) {
  const out = [];
  for (const [label, count] of /** @type {[string, number][]} */ ([
    ["16", 16],
    ["64 Ki", 65536],
  ])) {
    const source = [0, 1].map(() => api.view(new Float32Array(count).fill(1.5)));
    const options = [0, 1].map(() => ({ out: api.empty([count], "e") }));
    out.push(
      task("result", `convert f32 → f16, ${label} elements, new result`, "ours", (w) => api.convert(source[w], "e")),
      task("result", `convert f32 → f16, ${label} elements, into out`, "ours", (w) =>
        api.convert(source[w], "e", options[w]),
      ),
    );
  }
  const typed = [0, 1].map(() => [new Float32Array(16), new Float32Array(16).fill(2)]);
  out.push(task("result", "copy of 16 floats between typed arrays", "ours", (w) => api.copy(typed[w][0], typed[w][1])));
  return out;
}

function plain() {
  const views = [0, 1].map(() => new DataView(new ArrayBuffer(16384)));
  let sink = 0;
  const index = () => (sink = (sink + 1) & 4095);
  return [
    task("element", "DataView.getFloat32", "js", (w) => views[w].getFloat32(index() * 4, true)),
    task("element", "DataView.setFloat32", "js", (w) => views[w].setFloat32(index() * 4, 1.5, true)),
  ];
}

export const groups = ["ours", "plain"];
export const tasks = (group) => (group === "ours" ? ours() : plain());
