/**
 * The best plain JavaScript for moves, written as a library would: functions that are given arrays, offsets and element
 * strides. Several forms compete in each cell, since which one wins changes with size and Node version.
 */
import { elements } from "../lib/elements.mjs";

const swap16Shift = (d, s, n) => {
  for (let i = 0; i < n; i++) {
    const x = s[i];
    d[i] = (x << 8) | (x >>> 8);
  }
};
const swap16Pairs = (d, s, n) => {
  for (let i = 0; i < n; i++) {
    const x = s[i];
    d[i] = ((x & 0x00ff00ff) << 8) | ((x >>> 8) & 0x00ff00ff);
  }
};
const swap32Rotate = (d, s, n) => {
  for (let i = 0; i < n; i++) {
    const x = s[i];
    d[i] = (((x << 8) | (x >>> 24)) & 0x00ff00ff) | (((x << 24) | (x >>> 8)) & 0xff00ff00);
  }
};
const swap64Words = (d, s, n) => {
  for (let i = 0; i < n; i += 2) {
    const x = s[i];
    const y = s[i + 1];
    d[i + 1] = (((x << 8) | (x >>> 24)) & 0x00ff00ff) | (((x << 24) | (x >>> 8)) & 0xff00ff00);
    d[i] = (((y << 8) | (y >>> 24)) & 0x00ff00ff) | (((y << 24) | (y >>> 8)) & 0xff00ff00);
  }
};
const dataView16 = (d, s, n) => {
  for (let i = 0; i < n; i++) d[i] = s.getUint16(i * 2, false);
};
const dataView32 = (d, s, n) => {
  for (let i = 0; i < n; i++) d[i] = s.getInt32(i * 4, false);
};
const dataView64 = (d, s, n) => {
  for (let i = 0; i < n; i++) d[i] = s.getFloat64(i * 8, false);
};

const strided = (d, s, n, from, step) => {
  for (let i = 0, j = from; i < n; i++, j += step) d[i] = s[j];
};
const recordDataView = (d, s, n, from, step) => {
  for (let i = 0, j = from; i < n; i++, j += step) d[i] = s.getFloat32(j, true);
};
const recordInteger = (d, s, n, from, step) => {
  for (let i = 0, j = from; i < n; i++, j += step) d[i] = s.getInt32(j, true);
};

const nested = (d, s, shape, strides, from) => {
  const [a, b, c] = shape;
  const [sa, sb, sc] = strides;
  let o = 0;
  for (let i = 0; i < a; i++)
    for (let j = 0; j < b; j++) for (let k = 0, at = from + i * sa + j * sb; k < c; k++, at += sc) d[o++] = s[at];
};

/** Axes (i, k) in tiles, the axis between them outside; k is contiguous in d, i in s. */
const tiled = (tile) => (d, s, shape, strides, from) => {
  const [a, b, c] = shape;
  const [sa, sb, sc] = strides;
  for (let j = 0; j < b; j++)
    for (let i0 = 0; i0 < a; i0 += tile) {
      const i1 = Math.min(a, i0 + tile);
      for (let k0 = 0; k0 < c; k0 += tile) {
        const k1 = Math.min(c, k0 + tile);
        for (let i = i0; i < i1; i++) {
          let at = from + i * sa + j * sb + k0 * sc;
          const row = (i * b + j) * c;
          for (let k = k0; k < k1; k++, at += sc) d[row + k] = s[at];
        }
      }
    }
};

const toPlanes3 = (d, s, pixels) => {
  for (let p = 0, at = 0; p < pixels; p++, at += 3) {
    d[p] = s[at];
    d[p + pixels] = s[at + 1];
    d[p + 2 * pixels] = s[at + 2];
  }
};
const fromPlanes3 = (d, s, pixels) => {
  for (let p = 0, at = 0; p < pixels; p++, at += 3) {
    d[at] = s[p];
    d[at + 1] = s[p + pixels];
    d[at + 2] = s[p + 2 * pixels];
  }
};

const arrays = { 1: Uint8Array, 2: Uint16Array, 4: Float32Array, 8: Float64Array };
const view = (Type, bytes) =>
  new Type(bytes.buffer, bytes.byteOffset, Math.floor(bytes.byteLength / Type.BYTES_PER_ELEMENT));

/**
 * `Dst` and `Src` are the array types of both sides; DataView for either is allowed. The numbers that `run` is given besides
 * lie with the arrays, since a library's caller brings them too: as constants of a closure they would be compiled in.
 */
const entry = (name, { src, dst }, Dst, Src, run, ...numbers) => {
  const pairs = [0, 1].map(() => [
    view(Dst, dst),
    Src === DataView ? new DataView(src.buffer) : view(Src, src),
    ...numbers,
  ]);
  const call = (w) => {
    const pair = pairs[w];
    run(pair[0], pair[1], pair[2], pair[3], pair[4]);
  };
  return { name: `js ${name}`, kind: "js", call, result: () => dst };
};

function swaps(spec, data) {
  const both = spec.inPlace ? { src: data.dst, dst: data.dst } : data;
  const n = spec.payload / spec.unit;
  const forms = {
    2: [
      entry("shifts", both, Uint16Array, Uint16Array, swap16Shift, n),
      entry("two per int32", both, Int32Array, Int32Array, swap16Pairs, n / 2),
      entry("DataView", both, Uint16Array, DataView, dataView16, n),
    ],
    4: [
      entry("shifts", both, Int32Array, Int32Array, swap32Rotate, n),
      entry("DataView", both, Int32Array, DataView, dataView32, n),
    ],
    8: [
      entry("int32 pairs", both, Int32Array, Int32Array, swap64Words, n * 2),
      entry("DataView", both, Float64Array, DataView, dataView64, n),
    ],
  };
  return forms[spec.unit];
}

/** Shape and element strides as three axes: (outer, middle, inner), size-1 axes dropped, mergeable axes merged. */
function threeAxes(spec, width) {
  const axes = spec.src.shape
    .map((size, axis) => ({ size, stride: spec.src.strides[axis] / width }))
    .filter(({ size }) => size > 1);
  for (let i = axes.length - 1; i > 0; i--)
    if (axes[i - 1].stride === axes[i].size * axes[i].stride) {
      axes[i - 1] = { size: axes[i - 1].size * axes[i].size, stride: axes[i].stride };
      axes.splice(i, 1);
    }
  if (axes.length === 2) axes.splice(1, 0, { size: 1, stride: 0 });
  return axes.length === 3 ? { shape: axes.map((a) => a.size), strides: axes.map((a) => a.stride) } : null;
}

export function variants(spec, data) {
  if (spec.isConvert) return [];
  const width = elements[spec.from].bytes;
  if (spec.unit) return swaps(spec, data);
  const Type = arrays[width];
  const make = (name, run, ...numbers) => entry(name, data, Type, Type, run, ...numbers);
  if (spec.src.shape.length === 1) {
    const [stride] = spec.src.strides;
    if (stride === width) return [make("loop", strided, spec.count, 0, 1)];
    const from = spec.src.offset;
    const aligned = from % width === 0 && stride % width === 0;
    const out = [];
    if (aligned) out.push(make("loop", strided, spec.count, from / width, stride / width));
    if (spec.from === "f32" && stride > 8) {
      out.push(entry("DataView", data, Float32Array, DataView, recordDataView, spec.count, from, stride));
      out.push(entry("DataView int", data, Int32Array, DataView, recordInteger, spec.count, from, stride));
    }
    return out;
  }
  const axes = threeAxes(spec, width);
  if (!axes) return [];
  const { shape, strides } = axes;
  const out = [
    make("nested loops", nested, shape, strides, 0),
    ...[16, 32, 64].map((t) => make(`tiled ${t}`, tiled(t), shape, strides, 0)),
  ];
  const pixels = spec.count / 3;
  if (spec.id.startsWith("nchw-3")) out.push(make("planes", toPlanes3, pixels));
  if (spec.id.startsWith("nhwc-3")) out.push(make("planes", fromPlanes3, pixels));
  return out;
}
