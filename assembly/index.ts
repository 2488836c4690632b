/**
 * The export list is the binary interface: one line per kernel. Kernels take byte pointers, byte strides and item
 * counts, allocate nothing and never throw.
 */

import "./abort";

/** 1 when this build has SIMD; asc leaves SIMD off, silently, unless the target enables it. */
export const HAS_SIMD: i32 = ASC_FEATURE_SIMD ? 1 : 0;

export { areContiguous, DESCRIPTOR } from "./layout";
export { allocate, release } from "./memory";
export { move } from "./move";
export { SCRATCH, SCRATCH_ALL, SCRATCH_SHIFT, WINDOW_BYTES, WINDOW_IN, WINDOW_OUT } from "./scratch";
export { CONVERSION, transform } from "./transform";

export { bf16ToF32 } from "./bfloat16";
export { f32ToBf16 } from "./bfloat16";
export { f16ToF32, f32ToF16 } from "./half";
export {
  e3m4ToF32, e4m3ToF32, e4m3fnToF32, e4m3fnuzToF32, e4m3b11fnuzToF32, e5m2ToF32, e5m2fnuzToF32, e2m3fnToF32, e3m2fnToF32,
  e2m1fnToF32, e8m0ToF32,
} from "./minifloat";
export {
  f32ToE3m4, f32ToE4m3, f32ToE4m3fn, f32ToE4m3fnuz, f32ToE4m3b11fnuz, f32ToE5m2, f32ToE5m2fnuz, f32ToE2m3fn, f32ToE3m2fn,
  f32ToE2m1fn, f32ToE8m0,
} from "./minifloat-encode";
export {
  f32ToF64, f64ToF32, f64ToF32Odd, u8ToF32, i8ToF32, i16ToF32, u16ToF32, i32ToF32, u32ToF32, i64ToF32, u64ToF32, i32ToF64,
  u32ToF64,
} from "./cast";
export { f32ToI8, f32ToU8, f32ToI16, f32ToU16, f32ToI32, f32ToU32, f64ToI32, f64ToU32 } from "./cast-truncate";
export { i64ToF64, u64ToF64, i64ToF64Odd, u64ToF64Odd, f64ToI64, f64ToU64, f64ToI64Wrap } from "./cast-wide";
export {
  i8ToI16, u8ToI16, i16ToI32, u16ToI32, i32ToI64, u32ToI64, i8ToI32, u8ToI32, i16ToI64, u16ToI64, i64ToI32, i64ToI16, i64ToI8,
  i32ToI16, i32ToI8, i16ToI8,
} from "./cast-int";
export {
  CLAMP_BOUNDS, BYTE_BOUNDS, FLOAT_LIMIT, SCALE_OFFSET, i32ToI8Sat, i32ToU8Sat, i32ToI16Sat, i32ToU16Sat, clampI64, clampU64,
  clampI8, clampF32, clampF64, roundF64, scaleF64,
} from "./limit";
export { TIME_FACTOR, multiplyTimes, divideTimes } from "./times";
export { MAP_TABLE, map1, map2, map4, map8, i16ToBool, f16ToBool, i32ToBool, i64ToBool, f32ToBool, f64ToBool } from "./cast-byte";

export { mxfp4ToF32, nvfp4ToF32, q4_0ToF32, q4_KToF32, q5_KToF32, q6_KToF32, q8_0ToF32 } from "./blocks";
export {
  unpackInt1High,
  unpackInt1Low,
  unpackInt2High,
  unpackInt2Low,
  unpackInt4High,
  unpackInt4Low,
  unpackUint1High,
  unpackUint1Low,
  unpackUint2High,
  unpackUint2Low,
  unpackUint4High,
  unpackUint4Low,
} from "./packed";
