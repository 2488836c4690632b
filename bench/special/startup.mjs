/**
 * Cold start: a new process imports a library and gets one small result; the process's own start is not counted. What it takes to import
 * anything at all, of which libraries can do nothing, is that of a module without contents: a second table is without it.
 */
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { dist, root } from "../lib/load.mjs";
import { median, summarise } from "../lib/measure.mjs";

const here = (path) => JSON.stringify(pathToFileURL(resolve(dist, path)).href);
const result = `const v = m.view(new Uint8Array([63,128,0,0,64,0,0,0,64,64,0,0,64,128,0,0]), {format:">f", shape:[2,2]});
  const r = m.convert(v.transpose(), "e").toTypedArray(); if (r[1] !== 0x4200) throw new Error("wrong result " + r);`;

/** The topic of the times that are compared with targets. */
export const OVER_EMPTY = "cold start over an empty module";
const EMPTY = "an empty module";

const programs = () => [
  { name: EMPTY, kind: "bare", code: `await import(${JSON.stringify(new URL("empty.mjs", import.meta.url).href)})` },
  { name: "stridebuf", kind: "ours", code: `const m = await import(${here("index.js")}); ${result}` },
  { name: "stridebuf/js", kind: "ours", code: `const m = await import(${here("js.js")}); ${result}` },
  {
    name: "ndarray + ndarray-ops",
    kind: "rival",
    code: `const [nd, ops] = await Promise.all([import("ndarray"), import("ndarray-ops")]);
      const d = new Float32Array(4); ops.default.assign(nd.default(d, [2,2]), nd.default(new Float32Array([1,2,3,4]), [2,2]).transpose(1,0));
      if (d[1] !== 3) throw new Error("wrong")`,
  },
  {
    name: "@stdlib/ndarray-base-assign",
    kind: "rival",
    code: `const { default: assign } = await import("@stdlib/ndarray-base-assign");
      const d = new Float32Array(4); const of = (data, strides) => ({ dtype: "float32", data, shape: [2,2], strides, offset: 0, order: "row-major" });
      assign([of(new Float32Array([1,2,3,4]), [1,2]), of(d, [2,1])]); if (d[1] !== 3) throw new Error("wrong")`,
  },
  {
    name: "numpy-ts",
    kind: "rival",
    code: `const np = await import("numpy-ts"); const r = np.array([[1,2],[3,4]], "float32").T.copy().data; if (r[1] !== 3) throw new Error("wrong")`,
  },
  { name: "zarrita", kind: "rival", code: `const z = await import("zarrita"); await z.registry.get("bytes")()` },
  { name: "npyjs", kind: "rival", code: `const n = await import("npyjs"); n.float16ToFloat32(0x3c00)` },
  {
    name: "@petamoriken/float16",
    kind: "rival",
    code: `const p = await import("@petamoriken/float16"); new p.Float16Array([1])`,
  },
];

/** @returns records like those of the other suites, times in nanoseconds */
export function startup(nodePath, runs) {
  const times = new Map();
  const refused = [];
  for (let turn = 0; turn < runs; turn++)
    for (const { name, kind, code } of programs()) {
      if (refused.some((r) => r.name === name)) continue;
      // The first use of process.stdout takes milliseconds of its own: the clock is read before.
      const script = `const t0 = performance.now(); ${code}; const t = performance.now() - t0; process.stdout.write(String(t));`;
      try {
        const text = execFileSync(nodePath, ["--input-type=module", "-e", script], {
          cwd: resolve(root, "bench"),
          encoding: "utf8",
          stdio: ["ignore", "pipe", "pipe"],
        });
        if (turn > 0) times.set(name, [...(times.get(name) ?? []), Number(text) * 1e6]);
      } catch (error) {
        refused.push({ name, kind, reason: String(error.stderr).match(/^\w*Error: .*/m)?.[0] ?? "failed" });
      }
    }
  const empty = median(times.get(EMPTY));
  const table = (topic, measured, less) =>
    measured.map(({ name, kind }) => {
      const launches = times.get(name).map((ns) => [{ p50: ns - less, p99: ns - less, min: ns - less }]);
      return { topic, name, kind, ...summarise(launches) };
    });
  const measured = programs().filter(({ name }) => times.has(name));
  const libraries = measured.filter(({ name }) => name !== EMPTY);
  const variants = [...table("cold start", measured, 0), ...table(OVER_EMPTY, libraries, empty)];
  return { suite: "startup", variants, refused };
}
