/**
 * Rivals that copy strided arrays: scijs ndarray-ops, @stdlib/ndarray-base-assign, numpy-ts and zarrita's transpose
 * codec. They count strides in elements, so unaligned records and foreign byte orders are out of their reach.
 */
import { createRequire } from "node:module";
import { elements } from "../lib/elements.mjs";
import { rival } from "../lib/load.mjs";

const require = createRequire(import.meta.url);
const versionOf = (name) => {
  try {
    return require(`${name}/package.json`).version;
  } catch {
    const path = new URL(`../node_modules/${name}/package.json`, import.meta.url);
    return require(path.pathname).version;
  }
};
const arrayOf = (type) => elements[type].array ?? (type === "f16" ? globalThis.Float16Array : undefined);
const dtypes = {
  u8: "uint8",
  u16: "uint16",
  i16: "int16",
  i32: "int32",
  f32: "float32",
  f64: "float64",
  i64: "int64",
  f16: "float16",
};

function elementLayout(spec) {
  const layout = (side, type) => {
    const width = elements[type].bytes;
    const { shape, strides, offset } = spec[side];
    if (strides.some((s) => s % width) || offset % width) return null;
    return { shape, strides: strides.map((s) => s / width), offset: offset / width };
  };
  const src = layout("src", spec.from);
  const dst = layout("dst", spec.to);
  return src && dst ? { src, dst } : null;
}

async function ndarrayOps(spec, { src, dst }, layout) {
  const [ops, ndarray] = await Promise.all([rival("ndarray-ops"), rival("ndarray")]);
  const [Src, Dst] = [elements[spec.from].array, elements[spec.to].array];
  if (!ops || !ndarray || !Src || !Dst || (Src === BigInt64Array) !== (Dst === BigInt64Array)) return [];
  const of = (Type, bytes, l) => ndarray.default(new Type(bytes.buffer), l.shape, l.strides, l.offset);
  const pairs = [0, 1].map(() => [of(Dst, dst, layout.dst), of(Src, src, layout.src)]);
  return [
    {
      name: "ndarray-ops",
      version: versionOf("ndarray-ops"),
      call: (w) => ops.default.assign(pairs[w][0], pairs[w][1]),
      result: () => dst,
    },
  ];
}

async function stdlibAssign(spec, { src, dst }, layout) {
  const module = await rival("@stdlib/ndarray-base-assign");
  const [Src, Dst] = [elements[spec.from].array, elements[spec.to].array];
  if (!module || !Src || !Dst || Src === BigInt64Array || Dst === BigInt64Array) return [];
  const of = (type, Type, bytes, l) => ({
    dtype: dtypes[type],
    data: new Type(bytes.buffer),
    ...l,
    order: "row-major",
  });
  const pairs = [0, 1].map(() => [of(spec.from, Src, src, layout.src), of(spec.to, Dst, dst, layout.dst)]);
  return [
    {
      name: "@stdlib assign",
      version: versionOf("@stdlib/ndarray-base-assign"),
      call: (w) => module.default(pairs[w]),
      result: () => dst,
    },
  ];
}

/** numpy-ts keeps its own heap: the source is put there before timing, and every call makes a new result. */
async function numpyTs(spec, { source }) {
  const np = await rival("numpy-ts");
  const Src = arrayOf(spec.from);
  // Without Float16Array it keeps float16 as float32, so that there is no conversion to time.
  if (spec.to === "f16" && !globalThis.Float16Array) return [];
  if (!np || !Src || !dtypes[spec.from] || !dtypes[spec.to] || spec.srcSwap || spec.row === "fused") return [];
  const flat = () => np.frombuffer(source.slice().buffer, dtypes[spec.from]);
  const { shape, strides, offset } = spec.src;
  const width = elements[spec.from].bytes;
  let make;
  if (spec.isConvert) make = (a) => a.astype(dtypes[spec.to]);
  else if (spec.unit) {
    if (spec.inPlace || spec.from === "c128") return [];
    make = (a) => np.byteswap(a);
  } else if (shape.length > 1) make = (a) => a.copy();
  else if (strides[0] < 0 || (strides[0] % width === 0 && offset === 0 && strides[0] !== width)) make = (a) => a.copy();
  else return [];
  const geometry = (a) => {
    if (shape.length > 1) {
      const order = shape.map((_, axis) => axis).sort((x, y) => strides[y] - strides[x]);
      return a.reshape(...order.map((axis) => shape[axis])).transpose(shape.map((_, axis) => order.indexOf(axis)));
    }
    return strides[0] < 0 ? a.slice("::-1") : strides[0] === width ? a : a.slice(`::${strides[0] / width}`);
  };
  const inputs = [0, 1].map(() => geometry(flat()));
  const last = [];
  return [
    {
      name: "numpy-ts",
      version: versionOf("numpy-ts"),
      note: "allocates its result",
      call: (w) => {
        last[w]?.dispose?.();
        last[w] = make(inputs[w]);
      },
      result: (w) => {
        const { data } = last[w];
        return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      },
    },
  ];
}

/** zarrita's transpose codec decodes a chunk that was stored with permuted axes; zarrita allocates the result. */
async function zarritaTranspose(spec, { src }) {
  const zarr = await rival("zarrita");
  const Src = elements[spec.from].array;
  if (!zarr || spec.isConvert || spec.unit || spec.src.shape.length < 2 || !Src) return [];
  const Codec = await zarr.registry.get("transpose")();
  const { shape, strides } = spec.src;
  const width = elements[spec.from].bytes;
  const codec = Codec.fromConfig({ order: "C" }, { shape, dataType: dtypes[spec.from] });
  const chunks = [0, 1].map(() => ({ data: new Src(src.buffer), shape, stride: strides.map((s) => s / width) }));
  const last = [];
  return [
    {
      name: "zarrita transpose",
      version: versionOf("zarrita"),
      note: "allocates its result",
      call: (w) => {
        last[w] = codec.encode(chunks[w]);
      },
      result: (w) => new Uint8Array(last[w].data.buffer),
    },
  ];
}

export async function variants(spec, data) {
  const layout = elementLayout(spec);
  if (!layout) return [];
  const out = [];
  const plainLayout = !spec.unit;
  if (plainLayout) out.push(...(await ndarrayOps(spec, data, layout)), ...(await stdlibAssign(spec, data, layout)));
  out.push(...(await numpyTs(spec, data)), ...(await zarritaTranspose(spec, data)));
  return out.map((v) => ({ kind: "rival", ...v }));
}
