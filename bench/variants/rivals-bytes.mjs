/** Rivals for byte order and half floats: zarrita's bytes codec, endianness, convert-endianness, @petamoriken, npyjs. */
import { readFileSync } from "node:fs";
import { elements } from "../lib/elements.mjs";
import { rival } from "../lib/load.mjs";

const versionOf = (name) =>
  JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), "utf8")).version;

const zarrTypes = { 2: "uint16", 4: "float32", 8: "float64" };

async function swaps(spec, { src, dst }) {
  const out = [];
  const arrays = [0, 1].map(() => [new Uint8Array(dst.buffer), new Uint8Array(src.buffer)]);
  const endianness = await rival("endianness");
  if (endianness) {
    const swap = endianness.default.default ?? endianness.default;
    out.push({
      name: spec.inPlace ? "endianness" : "set + endianness",
      version: versionOf("endianness"),
      call: (w) => {
        if (!spec.inPlace) arrays[w][0].set(arrays[w][1]);
        swap(arrays[w][0], spec.unit);
      },
      result: () => dst,
    });
  }
  const convert = await rival("convert-endianness");
  if (convert) {
    const Type = { 2: Uint16Array, 4: Uint32Array, 8: Float64Array }[spec.unit];
    const typed = [0, 1].map(() => new Type(dst.buffer));
    out.push({
      name: spec.inPlace ? "convert-endianness" : "set + convert-endianness",
      version: versionOf("convert-endianness"),
      call: (w) => {
        if (!spec.inPlace) arrays[w][0].set(arrays[w][1]);
        convert.default.hostToBE(typed[w]);
      },
      result: () => dst,
    });
  }
  const zarr = await rival("zarrita");
  if (zarr && !spec.inPlace && spec.from !== "c128") {
    const Codec = await zarr.registry.get("bytes")();
    const codec = Codec.fromConfig({ endian: "big" }, { shape: spec.src.shape, dataType: zarrTypes[spec.unit] });
    const last = [];
    out.push({
      name: "zarrita bytes",
      version: versionOf("zarrita"),
      note: "allocates its result",
      call: (w) => {
        last[w] = codec.decode(arrays[w][1]);
      },
      result: (w) => new Uint8Array(last[w].data.buffer),
    });
  }
  return out;
}

async function halves(spec, { src, dst }) {
  const out = [];
  const toHalf = spec.to === "f16";
  const peta = await rival("@petamoriken/float16");
  if (peta) {
    const wrap = (bytes) => new peta.Float16Array(bytes.buffer);
    const pairs = [0, 1].map(() =>
      toHalf ? [wrap(dst), new Float32Array(src.buffer)] : [new Float32Array(dst.buffer), wrap(src)],
    );
    out.push({
      name: "@petamoriken/float16 set",
      version: versionOf("@petamoriken/float16"),
      call: (w) => pairs[w][0].set(pairs[w][1]),
      result: () => dst,
    });
  }
  const npyjs = toHalf ? null : await rival("npyjs");
  if (npyjs) {
    const pairs = [0, 1].map(() => [new Float32Array(dst.buffer), new Uint16Array(src.buffer)]);
    const { float16ToFloat32 } = npyjs;
    out.push({
      name: "npyjs float16ToFloat32",
      version: versionOf("npyjs"),
      call: (w) => {
        const [d, s] = pairs[w];
        for (let i = 0; i < s.length; i++) d[i] = float16ToFloat32(s[i]);
      },
      result: () => dst,
    });
  }
  return out;
}

export async function variants(spec, data) {
  let out = [];
  if (spec.unit && !spec.isConvert) out = await swaps(spec, data);
  else if (spec.isConvert && (spec.from === "f16" || spec.to === "f16") && spec.row !== "fused")
    out = elements[spec.from].bytes + elements[spec.to].bytes === 6 ? await halves(spec, data) : [];
  return out.map((v) => ({ kind: "rival", ...v }));
}
