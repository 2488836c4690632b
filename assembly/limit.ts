/**
 * Limits: integers saturated into narrower ones, numbers clamped to bounds that the host writes, and the linear map
 * x*scale + offset. See cast.ts for the contract of all convert kernels.
 */

/** Two int64, the lowest and highest value that clampI64 lets through; clampU64 reads the second only. */
export const CLAMP_BOUNDS: usize = memory.data(16, 16);
/** Three bytes: lowest, highest (signed), and the mask of bits to keep, for clampI8. */
export const BYTE_BOUNDS: usize = memory.data(16, 16);
/** One float64 (or float32): the magnitude that clampF64 (clampF32) limits finite numbers to. */
export const FLOAT_LIMIT: usize = memory.data(16, 16);
/** Two float64: scale and offset. */
export const SCALE_OFFSET: usize = memory.data(16, 16);

// @ts-ignore: decorator
@inline
function saturated<D>(dst: usize, src: usize, end: usize): void {
  const bits = sizeof<D>() * 8;
  const lowest: i32 = isSigned<D>() ? -1 << <i32>(bits - 1) : 0;
  const highest: i32 = (1 << <i32>(isSigned<D>() ? bits - 1 : bits)) - 1;
  while (src < end) {
    store<D>(dst, <D>min<i32>(max<i32>(load<i32>(src), lowest), highest));
    src += 4;
    dst += sizeof<D>();
  }
}

// @ts-ignore: decorator
@inline
function narrow16(src: usize): v128 {
  return i16x8.narrow_i32x4_s(v128.load(src), v128.load(src, 16));
}

/** int32 → a narrower integer, saturated. */
export function i32ToI8Sat(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 2);
  const end = src + ((count & ~15) << 2);
  while (src < end) {
    v128.store(dst, i8x16.narrow_i16x8_s(narrow16(src), narrow16(src + 32)));
    src += 64;
    dst += 16;
  }
  saturated<i8>(dst, src, stop);
}
export function i32ToU8Sat(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 2);
  const end = src + ((count & ~15) << 2);
  while (src < end) {
    v128.store(dst, i8x16.narrow_i16x8_u(narrow16(src), narrow16(src + 32)));
    src += 64;
    dst += 16;
  }
  saturated<u8>(dst, src, stop);
}
export function i32ToI16Sat(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 2);
  const end = src + ((count & ~7) << 2);
  while (src < end) {
    v128.store(dst, narrow16(src));
    src += 32;
    dst += 16;
  }
  saturated<i16>(dst, src, stop);
}
export function i32ToU16Sat(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 2);
  const end = src + ((count & ~7) << 2);
  while (src < end) {
    v128.store(dst, i16x8.narrow_i32x4_u(v128.load(src), v128.load(src, 16)));
    src += 32;
    dst += 16;
  }
  saturated<u16>(dst, src, stop);
}

/** int64 limited to CLAMP_BOUNDS. */
export function clampI64(dst: usize, src: usize, count: usize): void {
  const lowest = v128.load64_splat(CLAMP_BOUNDS);
  const highest = v128.load64_splat(CLAMP_BOUNDS, 8);
  const stop = src + (count << 3);
  const end = src + ((count & ~1) << 3);
  while (src < end) {
    let x = v128.load(src);
    x = v128.bitselect(lowest, x, i64x2.gt_s(lowest, x));
    v128.store(dst, v128.bitselect(highest, x, i64x2.gt_s(x, highest)));
    src += 16;
    dst += 16;
  }
  while (src < stop) {
    store<i64>(dst, min<i64>(max<i64>(load<i64>(src), load<i64>(CLAMP_BOUNDS)), load<i64>(CLAMP_BOUNDS, 8)));
    src += 8;
    dst += 8;
  }
}

/** uint64 limited to the second of CLAMP_BOUNDS. */
export function clampU64(dst: usize, src: usize, count: usize): void {
  const highest = load<u64>(CLAMP_BOUNDS, 8);
  const stop = src + (count << 3);
  while (src < stop) {
    store<u64>(dst, min<u64>(load<u64>(src), highest));
    src += 8;
    dst += 8;
  }
}

/** int8 limited to BYTE_BOUNDS, then masked. */
export function clampI8(dst: usize, src: usize, count: usize): void {
  const lowest = v128.load8_splat(BYTE_BOUNDS);
  const highest = v128.load8_splat(BYTE_BOUNDS, 1);
  const mask = v128.load8_splat(BYTE_BOUNDS, 2);
  const stop = src + count;
  const end = src + (count & ~15);
  while (src < end) {
    v128.store(dst, v128.and(i8x16.min_s(i8x16.max_s(v128.load(src), lowest), highest), mask));
    src += 16;
    dst += 16;
  }
  while (src < stop) {
    const x = min<i8>(max<i8>(load<i8>(src), load<i8>(BYTE_BOUNDS)), load<i8>(BYTE_BOUNDS, 1));
    store<i8>(dst, x & load<i8>(BYTE_BOUNDS, 2));
    src++;
    dst++;
  }
}

/** x * scale + offset in binary64, rounded after each operation. */
export function scaleF64(dst: usize, src: usize, count: usize): void {
  const scale = v128.load64_splat(SCALE_OFFSET);
  const offset = v128.load64_splat(SCALE_OFFSET, 8);
  const stop = src + (count << 3);
  const end = src + ((count & ~3) << 3);
  while (src < end) {
    v128.store(dst, f64x2.add(f64x2.mul(v128.load(src), scale), offset));
    v128.store(dst, f64x2.add(f64x2.mul(v128.load(src, 16), scale), offset), 16);
    src += 32;
    dst += 32;
  }
  while (src < stop) {
    store<f64>(dst, load<f64>(src) * load<f64>(SCALE_OFFSET) + load<f64>(SCALE_OFFSET, 8));
    src += 8;
    dst += 8;
  }
}

/** binary64 to the nearest integer, ties to even (IEEE 754-2019 §5.9, roundToIntegralTiesToEven). */
export function roundF64(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 3);
  const end = src + ((count & ~3) << 3);
  while (src < end) {
    v128.store(dst, f64x2.nearest(v128.load(src)));
    v128.store(dst, f64x2.nearest(v128.load(src, 16)), 16);
    src += 32;
    dst += 32;
  }
  while (src < stop) {
    store<f64>(dst, nearest<f64>(load<f64>(src)));
    src += 8;
    dst += 8;
  }
}

/** float32, finite ones limited to ±FLOAT_LIMIT; infinities and NaN pass. */
export function clampF32(dst: usize, src: usize, count: usize): void {
  const limit = load<f32>(FLOAT_LIMIT);
  const stop = src + (count << 2);
  while (src < stop) {
    const x = load<f32>(src);
    const isBeyond = Math.abs(x) > limit && Math.abs(x) < Infinity;
    store<f32>(dst, isBeyond ? copysign<f32>(limit, x) : x);
    src += 4;
    dst += 4;
  }
}

/** float64, finite ones limited to ±FLOAT_LIMIT; infinities and NaN pass. */
export function clampF64(dst: usize, src: usize, count: usize): void {
  const limit = load<f64>(FLOAT_LIMIT);
  const stop = src + (count << 3);
  while (src < stop) {
    const x = load<f64>(src);
    const isBeyond = Math.abs(x) > limit && Math.abs(x) < Infinity;
    store<f64>(dst, isBeyond ? copysign<f64>(limit, x) : x);
    src += 8;
    dst += 8;
  }
}
