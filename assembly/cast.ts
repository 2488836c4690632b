/**
 * Between binary32 and binary64, and from integers to them, with one rounding. As in all of the convert kernels:
 * (dst, src, count), contiguous, disjoint, any alignment, any count.
 */

import { zipHigh16 } from "./lanes";

/** The tail of a kernel, or the whole of one that has no vector form. */
// @ts-ignore: decorator
@inline
export function scalars<S, D>(dst: usize, src: usize, end: usize): void {
  while (src < end) {
    store<D>(dst, <D>load<S>(src));
    src += sizeof<S>();
    dst += sizeof<D>();
  }
}

// @ts-ignore: decorator
@inline
export function pairs(a: v128, b: v128): v128 {
  return v128.shuffle<u64>(a, b, 0, 2);
}

export function f32ToF64(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 2);
  const end = src + ((count & ~7) << 2);
  while (src < end) {
    v128.store(dst, f64x2.promote_low_f32x4(v128.load64_zero(src)));
    v128.store(dst, f64x2.promote_low_f32x4(v128.load64_zero(src, 8)), 16);
    v128.store(dst, f64x2.promote_low_f32x4(v128.load64_zero(src, 16)), 32);
    v128.store(dst, f64x2.promote_low_f32x4(v128.load64_zero(src, 24)), 48);
    src += 32;
    dst += 64;
  }
  scalars<f32, f64>(dst, src, stop);
}

export function f64ToF32(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 3);
  const end = src + ((count & ~7) << 3);
  while (src < end) {
    v128.store(dst, pairs(f32x4.demote_f64x2_zero(v128.load(src)), f32x4.demote_f64x2_zero(v128.load(src, 16))));
    v128.store(
      dst,
      pairs(f32x4.demote_f64x2_zero(v128.load(src, 32)), f32x4.demote_f64x2_zero(v128.load(src, 48))),
      16,
    );
    src += 64;
    dst += 32;
  }
  scalars<f64, f32>(dst, src, stop);
}

// @ts-ignore: decorator
@inline
const FLOAT_MAX: f64 = 3.4028234663852886e38;
// @ts-ignore: decorator
@inline
const SMALLEST_NORMAL: f64 = 1.1754943508222875e-38;

// @ts-ignore: decorator
@inline
function odd(x: v128): v128 {
  const low = i64x2.splat(0x1fffffff);
  const sticky = v128.or(x, i64x2.add(v128.and(x, low), low));
  return f32x4.demote_f64x2_zero(v128.andnot(sticky, low));
}

// @ts-ignore: decorator
@inline
function outside(x: v128): v128 {
  const magnitude = f64x2.abs(x);
  const tiny = v128.and(
    f64x2.lt(magnitude, f64x2.splat(SMALLEST_NORMAL)),
    f64x2.ne(magnitude, f64x2.splat(0)),
  );
  return v128.or(tiny, f64x2.gt(magnitude, f64x2.splat(FLOAT_MAX)));
}

function scalarsToOdd(dst: usize, src: usize, end: usize): void {
  while (src < end) {
    const x = load<f64>(src);
    const near = <f32>x;
    let bits = reinterpret<u32>(near);
    if (<f64>near != x && x == x && (bits & 1) == 0) bits += Math.abs(<f64>near) > Math.abs(x) ? -1 : 1;
    store<u32>(dst, bits);
    src += 8;
    dst += 4;
  }
}

/**
 * float64 → float32 rounded to odd (Boldo and Melquiond, "When double rounding is odd"): an inexact result has its last
 * bit set, so that rounding it again to fewer than 23 bits gives what rounding the float64 would have given.
 */
export function f64ToF32Odd(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 3);
  const end = src + ((count & ~3) << 3);
  while (src < end) {
    const a = v128.load(src);
    const b = v128.load(src, 16);
    if (v128.any_true(v128.or(outside(a), outside(b)))) scalarsToOdd(dst, src, src + 32);
    else v128.store(dst, pairs(odd(a), odd(b)));
    src += 32;
    dst += 16;
  }
  scalarsToOdd(dst, src, stop);
}

export function u8ToF32(dst: usize, src: usize, count: usize): void {
  const zero = i64x2.splat(0);
  const stop = src + count;
  const end = src + (count & ~15);
  while (src < end) {
    const a = v128.load_ext<u8>(src);
    const b = v128.load_ext<u8>(src, 8);
    v128.store(dst, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(a)));
    v128.store(dst, f32x4.convert_i32x4_s(zipHigh16(a, zero)), 16);
    v128.store(dst, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(b)), 32);
    v128.store(dst, f32x4.convert_i32x4_s(zipHigh16(b, zero)), 48);
    src += 16;
    dst += 64;
  }
  scalars<u8, f32>(dst, src, stop);
}

export function i8ToF32(dst: usize, src: usize, count: usize): void {
  const stop = src + count;
  const end = src + (count & ~15);
  while (src < end) {
    const a = v128.load_ext<i8>(src);
    const b = v128.load_ext<i8>(src, 8);
    v128.store(dst, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(a)));
    v128.store(dst, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(a)), 16);
    v128.store(dst, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(b)), 32);
    v128.store(dst, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(b)), 48);
    src += 16;
    dst += 64;
  }
  scalars<i8, f32>(dst, src, stop);
}

export function i16ToF32(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 1);
  const end = src + ((count & ~15) << 1);
  while (src < end) {
    v128.store(dst, f32x4.convert_i32x4_s(v128.load_ext<i16>(src)));
    v128.store(dst, f32x4.convert_i32x4_s(v128.load_ext<i16>(src, 8)), 16);
    v128.store(dst, f32x4.convert_i32x4_s(v128.load_ext<i16>(src, 16)), 32);
    v128.store(dst, f32x4.convert_i32x4_s(v128.load_ext<i16>(src, 24)), 48);
    src += 32;
    dst += 64;
  }
  scalars<i16, f32>(dst, src, stop);
}

export function u16ToF32(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 1);
  const end = src + ((count & ~15) << 1);
  while (src < end) {
    v128.store(dst, f32x4.convert_i32x4_s(v128.load_ext<u16>(src)));
    v128.store(dst, f32x4.convert_i32x4_s(v128.load_ext<u16>(src, 8)), 16);
    v128.store(dst, f32x4.convert_i32x4_s(v128.load_ext<u16>(src, 16)), 32);
    v128.store(dst, f32x4.convert_i32x4_s(v128.load_ext<u16>(src, 24)), 48);
    src += 32;
    dst += 64;
  }
  scalars<u16, f32>(dst, src, stop);
}

export function i32ToF32(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 2);
  const end = src + ((count & ~7) << 2);
  while (src < end) {
    v128.store(dst, f32x4.convert_i32x4_s(v128.load(src)));
    v128.store(dst, f32x4.convert_i32x4_s(v128.load(src, 16)), 16);
    src += 32;
    dst += 32;
  }
  scalars<i32, f32>(dst, src, stop);
}

export function u32ToF32(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 2);
  const end = src + ((count & ~7) << 2);
  while (src < end) {
    v128.store(dst, f32x4.convert_i32x4_u(v128.load(src)));
    v128.store(dst, f32x4.convert_i32x4_u(v128.load(src, 16)), 16);
    src += 32;
    dst += 32;
  }
  scalars<u32, f32>(dst, src, stop);
}

export function i64ToF32(dst: usize, src: usize, count: usize): void {
  scalars<i64, f32>(dst, src, src + (count << 3));
}

export function u64ToF32(dst: usize, src: usize, count: usize): void {
  scalars<u64, f32>(dst, src, src + (count << 3));
}

export function i32ToF64(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 2);
  const end = src + ((count & ~7) << 2);
  while (src < end) {
    v128.store(dst, f64x2.convert_low_i32x4_s(v128.load64_zero(src)));
    v128.store(dst, f64x2.convert_low_i32x4_s(v128.load64_zero(src, 8)), 16);
    v128.store(dst, f64x2.convert_low_i32x4_s(v128.load64_zero(src, 16)), 32);
    v128.store(dst, f64x2.convert_low_i32x4_s(v128.load64_zero(src, 24)), 48);
    src += 32;
    dst += 64;
  }
  scalars<i32, f64>(dst, src, stop);
}

export function u32ToF64(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 2);
  const end = src + ((count & ~3) << 2);
  while (src < end) {
    v128.store(dst, f64x2.convert_low_i32x4_u(v128.load64_zero(src)));
    v128.store(dst, f64x2.convert_low_i32x4_u(v128.load64_zero(src, 8)), 16);
    src += 16;
    dst += 32;
  }
  scalars<u32, f64>(dst, src, stop);
}
