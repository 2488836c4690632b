/**
 * The cases: one entry per operation that is timed, by the row of the targets table it belongs to. A case at a size
 * becomes a `spec` of plain data, which the child process, the reference loop and the NumPy process all read.
 */
import { elements } from "./elements.mjs";
import { geometries as g, sizes } from "./geometry.mjs";

const usual = ["e16", "e128", "64K", "1M", "64M"];

const move = (row, id, label, type, geometry, span, extra = {}) => ({
  row,
  id,
  label,
  from: type,
  to: type,
  geometry,
  span,
  sizes: usual,
  ...extra,
});

const convert = (row, id, from, to, extra = {}) => ({
  row,
  id,
  label: `${from} → ${to}`,
  from,
  to,
  geometry: g.contiguous,
  span: Math.max(elements[from].bytes, elements[to].bytes),
  sizes: usual,
  ...extra,
});

const swapTypes = { 2: "u16", 4: "f32", 8: "f64", 16: "c128" };
const widthTypes = { 1: "u8", 2: "u16", 4: "f32", 8: "f64" };

export const cases = [
  ...[2, 4, 8, 16].flatMap((w) => {
    const unit = Math.min(w, 8);
    return [
      move("byteswap", `swap${w}`, `byteswap ${w} B, copy`, swapTypes[w], g.contiguous, w, { unit }),
      move("byteswap", `swap${w}-inplace`, `byteswap ${w} B, in place`, swapTypes[w], g.contiguous, w, {
        unit,
        inPlace: true,
      }),
    ];
  }),
  ...[1, 2, 4, 8].map((w) => move("stride", `stride2-${w}`, `[::2] of ${w} B`, widthTypes[w], g.stride(2), 2 * w)),
  ...[1, 4].map((w) => move("stride", `stride3-${w}`, `[::3] of ${w} B`, widthTypes[w], g.stride(3), 3 * w)),
  ...[1, 4, 8].map((w) => move("stride", `reverse-${w}`, `[::-1] of ${w} B`, widthTypes[w], g.reverse, w)),
  move("stride", "field-12", "f32 at 4 of 12-byte records", "f32", g.record(12, 4), 12),
  move("stride", "field-13", "f32 at 1 of 13-byte records", "f32", g.record(13, 1), 13),
  move("stride", "field-16", "f32 at 4 of 16-byte records", "f32", g.record(16, 4), 16),
  move("stride", "field-24", "f32 at 8 of 24-byte records", "f32", g.record(24, 8), 24),
  ...[8, 4, 2, 1].map((w) =>
    move("transpose", `transpose-${w}`, `2-D transpose of ${w} B`, widthTypes[w], g.transpose, w, {
      sizes: w === 4 ? ["e16", "e128", "64K", "256K", "1M", "64M"] : usual,
    }),
  ),
  move("permute", "permute-210", "3-D permute (2,1,0) of 4 B", "f32", g.permute210, 4),
  ...[3, 4, 64].flatMap((c) => [
    move("permute", `nchw-${c}`, `NHWC → NCHW, C = ${c}, 4 B`, "f32", g.toChannelsFirst(c), 4),
    move("permute", `nhwc-${c}`, `NCHW → NHWC, C = ${c}, 4 B`, "f32", g.toChannelsLast(c), 4),
  ]),
  move("permute", "nchw-3-u8", "HWC → CHW, C = 3, 1 B", "u8", g.toChannelsFirst(3), 1),
  move("contiguous", "copy-4", "contiguous copy, 4 B", "f32", g.contiguous, 4),
  convert("bf16-f32", "bf16-f32", "bf16", "f32"),
  convert("f32-bf16", "f32-bf16", "f32", "bf16"),
  convert("f16-f32", "f16-f32", "f16", "f32"),
  convert("f16-f32", "f16-f32-bits", "f16", "f32", { label: "f16 → f32, random bits", mode: "bits", note: true }),
  convert("f32-f16", "f32-f16", "f32", "f16"),
  convert("f32-f16", "f32-f16-bits", "f32", "f16", { label: "f32 → f16, random bits", mode: "bits", note: true }),
  convert("f8", "e4m3-f32", "e4m3", "f32"),
  convert("f8", "e5m2-f32", "e5m2", "f32"),
  convert("f8", "f32-e4m3", "f32", "e4m3"),
  convert("f8", "f32-e5m2", "f32", "e5m2"),
  convert("cast", "f64-f32", "f64", "f32"),
  convert("cast", "f32-f64", "f32", "f64"),
  convert("cast", "i32-f64", "i32", "f64"),
  convert("cast", "i16-f32", "i16", "f32"),
  convert("cast", "u8-f32", "u8", "f32"),
  convert("cast64", "f64-i32", "f64", "i32"),
  convert("cast64", "i64-f64", "i64", "f64"),
  convert("cast64", "f64-i64", "f64", "i64"),
  convert("cast64", "i64-i32", "i64", "i32"),
  convert("fused", "be-f16-f32", "f16", "f32", { label: "big-endian f16 → f32", srcSwap: true }),
  convert("fused", "strided-bf16-f32", "bf16", "f32", {
    label: "bf16 [::2] → f32",
    geometry: g.stride(2),
    span: 4,
  }),
];

export const rows = {
  byteswap: "byteswap 2 4 8 16",
  stride: "stride 2 and 3, reverse, field of records",
  transpose: "2-D transpose 8 4 2 1 B",
  permute: "permute (2,1,0), NCHW ⇄ NHWC",
  contiguous: "contiguous copy",
  "bf16-f32": "bf16 → f32",
  "f32-bf16": "f32 → bf16",
  "f16-f32": "f16 → f32",
  "f32-f16": "f32 → f16",
  f8: "f8 ⇄ f32",
  cast: "f64 ⇄ f32, i32 → f64, i16/u8 → f32",
  cast64: "f64 → i32, i64 ⇄ f64, i64 → i32",
  fused: "several steps at once",
};

/** @returns the case at a size as plain data; `traffic` is bytes read plus bytes written. */
export function specOf(id, size) {
  /** @type {any} */
  const c = cases.find((x) => x.id === id);
  if (!c) throw new Error(`no case ${id}`);
  const { count: fixed, bytes } = sizes[size];
  const width = elements[c.from].bytes;
  const count = fixed ?? Math.floor(bytes / c.span);
  const { src, dst } = c.geometry(count, width);
  const total = dst.shape.reduce((a, b) => a * b, 1);
  const dstWidth = elements[c.to].bytes;
  const scaled = { ...dst, strides: dst.strides.map((s) => (s / width) * dstWidth), bytes: total * dstWidth };
  return {
    id,
    size,
    row: c.row,
    label: c.label,
    from: c.from,
    to: c.to,
    mode: c.mode ?? "values",
    unit: c.unit ?? (c.srcSwap ? width : 0),
    inPlace: c.inPlace ?? false,
    isConvert: c.from !== c.to,
    src,
    dst: scaled,
    count: total,
    payload: Math.max(src.bytes, scaled.bytes),
    traffic: src.bytes + scaled.bytes,
  };
}
