/**
 * One row per convert kernel: its name in the Wasm module, the widths of its elements, and its TypeScript twin. Everything
 * a conversion does is a sequence of these (see pairs.ts). Rows with parameters are made by the functions below.
 */

import type { ConvertStep, TileConverter } from "../backend/backend.js";
import * as bytes from "../backend/js/convert/bytes.js";
import * as casts from "../backend/js/convert/casts.js";
import { bf16ToF32, f16ToF32, f32ToBf16, f32ToF16, f32ToSmall, float32Bits } from "../backend/js/convert/small.js";
import * as wide from "../backend/js/convert/wide.js";
import { elements, type SmallFloatName } from "../dtype/elements.js";

type NumberArray = casts.NumberArray;

const row = (kernel: string, srcWidth: number, dstWidth: number, js: TileConverter): ConvertStep => ({
  kernel,
  srcWidth,
  dstWidth,
  js,
});

/** A conversion that is JavaScript's own; `platform`: see ConvertStep. */
const native = (kernel: string, Src: NumberArray, Dst: NumberArray, platform: number): ConvertStep => ({
  kernel,
  srcWidth: Src.BYTES_PER_ELEMENT,
  dstWidth: Dst.BYTES_PER_ELEMENT,
  platform,
  js: casts.castBySet(Dst, Src),
});

const encoder = (kernel: string, name: SmallFloatName): ConvertStep => {
  const { width, small } = elements[name];
  return row(kernel, 4, width, f32ToSmall(small!));
};

/** float32 → each small float. */
export const fromF32: Readonly<Record<SmallFloatName, ConvertStep>> = {
  float16: row("f32ToF16", 4, 2, f32ToF16),
  bfloat16: row("f32ToBf16", 4, 2, f32ToBf16),
  float8_e3m4: encoder("f32ToE3m4", "float8_e3m4"),
  float8_e4m3: encoder("f32ToE4m3", "float8_e4m3"),
  float8_e4m3fn: encoder("f32ToE4m3fn", "float8_e4m3fn"),
  float8_e4m3fnuz: encoder("f32ToE4m3fnuz", "float8_e4m3fnuz"),
  float8_e4m3b11fnuz: encoder("f32ToE4m3b11fnuz", "float8_e4m3b11fnuz"),
  float8_e5m2: encoder("f32ToE5m2", "float8_e5m2"),
  float8_e5m2fnuz: encoder("f32ToE5m2fnuz", "float8_e5m2fnuz"),
  float8_e8m0fnu: encoder("f32ToE8m0", "float8_e8m0fnu"),
  float6_e2m3fn: encoder("f32ToE2m3fn", "float6_e2m3fn"),
  float6_e3m2fn: encoder("f32ToE3m2fn", "float6_e3m2fn"),
  float4_e2m1fn: encoder("f32ToE2m1fn", "float4_e2m1fn"),
};

type Kernel =
  | `f32To${"F64" | "Bool" | `${"I" | "U"}${8 | 16 | 32}`}`
  | `f64To${"F32" | "F32Odd" | "Bool" | `${"I" | "U"}${32 | 64}` | "I64Wrap"}`
  | "roundF64"
  | `${"i" | "u"}8To${"I16" | "I32" | "F32"}`
  | `${"i" | "u"}16To${"I32" | "I64" | "F32"}`
  | `${"i" | "u"}32To${"I64" | "F32" | "F64"}`
  | `${"i" | "u"}64To${"F32" | "F64" | "F64Odd"}`
  | `i64To${"I8" | "I16" | "I32"}`
  | `i32To${"I8" | "I16" | `${"I" | "U"}${8 | 16}Sat`}`
  | "i16ToI8"
  | `${"f16" | "i16" | "i32" | "i64"}ToBool`;

export const kernels: Readonly<Record<Kernel, ConvertStep>> = {
  f32ToF64: { ...native("f32ToF64", Float32Array, Float64Array, Infinity), line: casts.widenStrided },
  f64ToF32: { ...native("f64ToF32", Float64Array, Float32Array, 4096), line: casts.narrowStrided },
  f64ToF32Odd: row("f64ToF32Odd", 8, 4, casts.f64ToF32Odd),
  i8ToF32: native("i8ToF32", Int8Array, Float32Array, Infinity),
  u8ToF32: native("u8ToF32", Uint8Array, Float32Array, Infinity),
  i16ToF32: native("i16ToF32", Int16Array, Float32Array, Infinity),
  u16ToF32: native("u16ToF32", Uint16Array, Float32Array, Infinity),
  i32ToF32: native("i32ToF32", Int32Array, Float32Array, Infinity),
  u32ToF32: native("u32ToF32", Uint32Array, Float32Array, Infinity),
  i64ToF32: row("i64ToF32", 8, 4, wide.i64ToF32),
  u64ToF32: row("u64ToF32", 8, 4, wide.u64ToF32),
  i32ToF64: native("i32ToF64", Int32Array, Float64Array, Infinity),
  u32ToF64: native("u32ToF64", Uint32Array, Float64Array, Infinity),
  i64ToF64: row("i64ToF64", 8, 8, wide.i64ToF64),
  u64ToF64: row("u64ToF64", 8, 8, wide.u64ToF64),
  i64ToF64Odd: row("i64ToF64Odd", 8, 8, wide.i64ToF64Odd),
  u64ToF64Odd: row("u64ToF64Odd", 8, 8, wide.u64ToF64Odd),
  f32ToI8: row("f32ToI8", 4, 1, casts.f32ToI8),
  f32ToU8: row("f32ToU8", 4, 1, casts.f32ToU8),
  f32ToI16: row("f32ToI16", 4, 2, casts.f32ToI16),
  f32ToU16: row("f32ToU16", 4, 2, casts.f32ToU16),
  f32ToI32: row("f32ToI32", 4, 4, casts.f32ToI32),
  f32ToU32: row("f32ToU32", 4, 4, casts.f32ToU32),
  roundF64: row("roundF64", 8, 8, casts.roundF64),
  f64ToI32: row("f64ToI32", 8, 4, casts.f64ToI32),
  f64ToU32: row("f64ToU32", 8, 4, casts.f64ToU32),
  f64ToI64: row("f64ToI64", 8, 8, wide.f64ToI64),
  f64ToU64: row("f64ToU64", 8, 8, wide.f64ToU64),
  f64ToI64Wrap: row("f64ToI64Wrap", 8, 8, wide.f64ToI64Wrap),
  i8ToI16: native("i8ToI16", Int8Array, Int16Array, Infinity),
  u8ToI16: native("u8ToI16", Uint8Array, Int16Array, Infinity),
  i8ToI32: native("i8ToI32", Int8Array, Int32Array, Infinity),
  u8ToI32: native("u8ToI32", Uint8Array, Int32Array, Infinity),
  i16ToI32: native("i16ToI32", Int16Array, Int32Array, Infinity),
  u16ToI32: native("u16ToI32", Uint16Array, Int32Array, Infinity),
  i16ToI64: row("i16ToI64", 2, 8, wide.i16ToI64),
  u16ToI64: row("u16ToI64", 2, 8, wide.u16ToI64),
  i32ToI64: row("i32ToI64", 4, 8, wide.i32ToI64),
  u32ToI64: row("u32ToI64", 4, 8, wide.u32ToI64),
  i64ToI32: row("i64ToI32", 8, 4, wide.i64ToI32),
  i64ToI16: row("i64ToI16", 8, 2, wide.i64ToI16),
  i64ToI8: row("i64ToI8", 8, 1, wide.i64ToI8),
  i32ToI16: native("i32ToI16", Int32Array, Int16Array, Infinity),
  i32ToI8: native("i32ToI8", Int32Array, Int8Array, Infinity),
  i16ToI8: native("i16ToI8", Int16Array, Int8Array, Infinity),
  i32ToI8Sat: row("i32ToI8Sat", 4, 1, casts.i32ToI8Sat),
  i32ToU8Sat: row("i32ToU8Sat", 4, 1, casts.i32ToU8Sat),
  i32ToI16Sat: row("i32ToI16Sat", 4, 2, casts.i32ToI16Sat),
  i32ToU16Sat: row("i32ToU16Sat", 4, 2, casts.i32ToU16Sat),
  i16ToBool: row("i16ToBool", 2, 1, bytes.i16ToBool),
  f16ToBool: row("f16ToBool", 2, 1, bytes.f16ToBool),
  i32ToBool: row("i32ToBool", 4, 1, bytes.i32ToBool),
  i64ToBool: row("i64ToBool", 8, 1, wide.i64ToBool),
  f32ToBool: row("f32ToBool", 4, 1, bytes.f32ToBool),
  f64ToBool: row("f64ToBool", 8, 1, bytes.f64ToBool),
};

const decoder = (kernel: string, name: SmallFloatName): ConvertStep => {
  let js: TileConverter | undefined;
  const { small } = elements[name];
  return row(kernel, 1, 4, (dst, dstOffset, src, srcOffset, count) => {
    js ??= bytes.mapBytes(Uint32Array.from({ length: 256 }, (_, code) => float32Bits(small!, code)));
    js(dst, dstOffset, src, srcOffset, count);
  });
};

/** Each small float → float32, exactly. */
export const toF32: Readonly<Record<SmallFloatName, ConvertStep>> = {
  float16: row("f16ToF32", 2, 4, f16ToF32),
  bfloat16: row("bf16ToF32", 2, 4, bf16ToF32),
  float8_e3m4: decoder("e3m4ToF32", "float8_e3m4"),
  float8_e4m3: decoder("e4m3ToF32", "float8_e4m3"),
  float8_e4m3fn: decoder("e4m3fnToF32", "float8_e4m3fn"),
  float8_e4m3fnuz: decoder("e4m3fnuzToF32", "float8_e4m3fnuz"),
  float8_e4m3b11fnuz: decoder("e4m3b11fnuzToF32", "float8_e4m3b11fnuz"),
  float8_e5m2: decoder("e5m2ToF32", "float8_e5m2"),
  float8_e5m2fnuz: decoder("e5m2fnuzToF32", "float8_e5m2fnuz"),
  float8_e8m0fnu: decoder("e8m0ToF32", "float8_e8m0fnu"),
  float6_e2m3fn: decoder("e2m3fnToF32", "float6_e2m3fn"),
  float6_e3m2fn: decoder("e3m2fnToF32", "float6_e3m2fn"),
  float4_e2m1fn: decoder("e2m1fnToF32", "float4_e2m1fn"),
};

/** Any conversion of a one-byte type: each byte becomes its entry of `table`, whose 256 entries have the new width. */
export function mapStep(table: Uint8Array | Uint16Array | Uint32Array | BigUint64Array): ConvertStep {
  const dstWidth = table.BYTES_PER_ELEMENT;
  const params = {
    area: "MAP_TABLE",
    bytes: new Uint8Array(table.buffer, table.byteOffset, table.byteLength),
  };
  return { kernel: `map${dstWidth}`, srcWidth: 1, dstWidth, params, js: bytes.mapBytes(table) };
}

/** int64 limited to lowest..highest. */
export function clampI64Step(lowest: bigint, highest: bigint): ConvertStep {
  const params = { area: "CLAMP_BOUNDS", bytes: new Uint8Array(BigInt64Array.of(lowest, highest).buffer) };
  return { kernel: "clampI64", srcWidth: 8, dstWidth: 8, params, js: wide.clampI64(lowest, highest) };
}

/** uint64 limited to at most highest. */
export function clampU64Step(highest: bigint): ConvertStep {
  const params = { area: "CLAMP_BOUNDS", bytes: new Uint8Array(BigUint64Array.of(0n, highest).buffer) };
  return { kernel: "clampU64", srcWidth: 8, dstWidth: 8, params, js: wide.clampU64(highest) };
}

/** int8 limited to lowest..highest, then masked. */
export function clampI8Step(lowest: number, highest: number, mask: number): ConvertStep {
  const params = { area: "BYTE_BOUNDS", bytes: Uint8Array.of(lowest, highest, mask) };
  return { kernel: "clampI8", srcWidth: 1, dstWidth: 1, params, js: casts.clampI8(lowest, highest, mask) };
}

/** float64: x * scale + offset. */
export function scaleStep(scale: number, offset: number): ConvertStep {
  const params = { area: "SCALE_OFFSET", bytes: new Uint8Array(Float64Array.of(scale, offset).buffer) };
  return { kernel: "scaleF64", srcWidth: 8, dstWidth: 8, params, js: casts.scaleF64(scale, offset) };
}

/** Counts of time multiplied, or divided and rounded down; NaT stays. `js` is the twin. */
export function timesStep(way: "multiplyTimes" | "divideTimes", factor: bigint, js: TileConverter): ConvertStep {
  const params = { area: "TIME_FACTOR", bytes: new Uint8Array(BigInt64Array.of(factor).buffer) };
  return { kernel: way, srcWidth: 8, dstWidth: 8, params, js };
}

/** float32: finite numbers limited to ±limit. */
export function clampF32Step(limit: number): ConvertStep {
  const params = { area: "FLOAT_LIMIT", bytes: new Uint8Array(Float32Array.of(limit).buffer) };
  return { kernel: "clampF32", srcWidth: 4, dstWidth: 4, params, js: casts.clampF32(limit) };
}

/** float64: finite numbers limited to ±limit. */
export function clampF64Step(limit: number): ConvertStep {
  const params = { area: "FLOAT_LIMIT", bytes: new Uint8Array(Float64Array.of(limit).buffer) };
  return { kernel: "clampF64", srcWidth: 8, dstWidth: 8, params, js: casts.clampF64(limit) };
}
