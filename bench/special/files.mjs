/** Files in memory: `.npy` of 100 MB, big-endian and half `.npy` to native float32, and a safetensors header of 10,000 tensors. */
import { deepStrictEqual, strictEqual } from "node:assert";
import { createRequire } from "node:module";
import { rival, stridebuf } from "../lib/load.mjs";

const require = createRequire(import.meta.url);
const version = (name) => require(`../node_modules/${name}/package.json`).version;

function npy(descr, data, shape) {
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(", ")},), }`;
  const header = `${dictionary.padEnd(Math.ceil((dictionary.length + 11) / 64) * 64 - 11)}\n`;
  const out = new Uint8Array(10 + header.length + data.byteLength);
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >> 8]);
  out.set(new TextEncoder().encode(header), 10);
  out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 10 + header.length);
  return out;
}

const COUNT = 25_000_000;
const plainFile = () =>
  npy(
    "<f4",
    Float32Array.from({ length: COUNT }, (_, i) => i),
    [5000, 5000],
  );
const bigFile = () => {
  const data = new DataView(new ArrayBuffer(2 ** 24));
  for (let i = 0; i < 2 ** 22; i++) data.setFloat32(i * 4, i, false);
  return npy(">f4", data, [2 ** 22]);
};
const halfFile = () =>
  npy(
    "<f2",
    new Uint16Array(2 ** 22).map((_, i) => 0x3c00 + (i & 1023)),
    [2 ** 22],
  );

function safetensors() {
  const tensors = {};
  for (let i = 0; i < 10_000; i++)
    tensors[`model.layers.${i}.weight`] = { dtype: "F16", shape: [4, 2], data_offsets: [i * 16, (i + 1) * 16] };
  const header = new TextEncoder().encode(JSON.stringify(tensors));
  const out = new Uint8Array(8 + header.length + 160_000);
  new DataView(out.buffer).setBigUint64(0, BigInt(header.length), true);
  out.set(header, 8);
  return out;
}

const topics = {
  plain: ".npy of 100 MB float32, opened as a view",
  big: ".npy of 16 MiB big-endian float32 to native float32",
  half: ".npy of 8 MiB float16 to float32",
  safetensors: "safetensors header of 10,000 tensors, one tensor opened",
};

async function ours() {
  const { convert, copy, empty } = await stridebuf("index.js");
  const files = [plainFile(), bigFile(), halfFile()];
  const out = [];
  const native = [0, 1].map(() => empty([2 ** 22], "<f"));
  out.push(async function readNpy() {
    const { readNpy } = await stridebuf("io/npy.js");
    return {
      topic: topics.plain,
      name: "readNpy",
      kind: "ours",
      call: () => readNpy(files[0]).get(1, 1),
      check: () => strictEqual(readNpy(files[0]).get(1, 1), 5001),
    };
  });
  out.push(async function readNpyBig() {
    const { readNpy } = await stridebuf("io/npy.js");
    const call = () => convert(readNpy(files[1]), "<f");
    return {
      topic: topics.big,
      name: "readNpy + convert",
      kind: "ours",
      call,
      check: () => strictEqual(call().get(12345), 12345),
    };
  });
  out.push(async function readNpyBigInto() {
    const { readNpy } = await stridebuf("io/npy.js");
    return {
      topic: topics.big,
      name: "readNpy + copy into a buffer",
      kind: "ours",
      call: (w) => copy(native[w], readNpy(files[1])),
    };
  });
  out.push(async function readNpyHalf() {
    const { readNpy } = await stridebuf("io/npy.js");
    const call = () => convert(readNpy(files[2]), "<f");
    return {
      topic: topics.half,
      name: "readNpy + convert, f2",
      kind: "ours",
      call,
      check: () => strictEqual(call().get(512), 1.5),
    };
  });
  out.push(async function readSafetensors() {
    const { readSafetensors } = await stridebuf("io/safetensors.js");
    const bytes = safetensors();
    const call = () => readSafetensors(bytes).get("model.layers.9999.weight");
    return {
      topic: topics.safetensors,
      name: "readSafetensors",
      kind: "ours",
      call,
      check: () => deepStrictEqual([...call().shape], [4, 2]),
    };
  });
  return out;
}

async function rivals() {
  const out = [];
  const npyjs = await rival("npyjs");
  if (npyjs) {
    const file = plainFile();
    const half = halfFile();
    out.push(
      {
        topic: topics.plain,
        name: "npyjs",
        version: version("npyjs"),
        kind: "rival",
        call: () => npyjs.parse(file.buffer).data[5001],
      },
      {
        topic: topics.half,
        name: "npyjs, f2",
        version: version("npyjs"),
        kind: "rival",
        call: () => npyjs.parse(half.buffer).data[512],
      },
    );
  }
  const np = await rival("numpy-ts");
  if (np) {
    const [file, big] = [plainFile(), bigFile()];
    out.push(
      {
        topic: topics.plain,
        name: "numpy-ts",
        version: version("numpy-ts"),
        kind: "rival",
        call: () => np.parseNpy(file.buffer).dispose?.(),
      },
      {
        topic: topics.big,
        name: "numpy-ts, >f4",
        version: version("numpy-ts"),
        kind: "rival",
        call: () => np.parseNpy(big.buffer).dispose?.(),
      },
    );
  }
  const bytes = safetensors();
  out.push({
    topic: topics.safetensors,
    name: "JSON.parse of the header, nothing checked",
    kind: "js",
    call: () => {
      const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
      return JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    },
  });
  return out;
}

export const groups = ["ours", "rivals"];
export const tasks = (group) => (group === "ours" ? ours() : rivals());
