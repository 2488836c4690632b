/**
 * binary32 and binary64 to integers of up to 32 bits, Rust's `as`: truncated, saturated, NaN to 0. See cast.ts for the
 * contract of all convert kernels.
 */

import { pairs, scalars } from "./cast";

// @ts-ignore: decorator
@inline
function saturated<S, D>(dst: usize, src: usize, end: usize): void {
  const bits = sizeof<D>() * 8;
  const lowest: i32 = isSigned<D>() ? -1 << <i32>(bits - 1) : 0;
  const highest: i32 = (1 << <i32>(isSigned<D>() ? bits - 1 : bits)) - 1;
  while (src < end) {
    store<D>(dst, <D>min<i32>(max<i32>(<i32>load<S>(src), lowest), highest));
    src += sizeof<S>();
    dst += sizeof<D>();
  }
}

// @ts-ignore: decorator
@inline
function truncated(src: usize, offset: usize): v128 {
  return i32x4.trunc_sat_f32x4_s(v128.load(src + offset));
}

export function f32ToI8(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 2);
  const end = src + ((count & ~15) << 2);
  while (src < end) {
    const front = i16x8.narrow_i32x4_s(truncated(src, 0), truncated(src, 16));
    const back = i16x8.narrow_i32x4_s(truncated(src, 32), truncated(src, 48));
    v128.store(dst, i8x16.narrow_i16x8_s(front, back));
    src += 64;
    dst += 16;
  }
  saturated<f32, i8>(dst, src, stop);
}

export function f32ToU8(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 2);
  const end = src + ((count & ~15) << 2);
  while (src < end) {
    const front = i16x8.narrow_i32x4_s(truncated(src, 0), truncated(src, 16));
    const back = i16x8.narrow_i32x4_s(truncated(src, 32), truncated(src, 48));
    v128.store(dst, i8x16.narrow_i16x8_u(front, back));
    src += 64;
    dst += 16;
  }
  saturated<f32, u8>(dst, src, stop);
}

export function f32ToI16(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 2);
  const end = src + ((count & ~7) << 2);
  while (src < end) {
    v128.store(dst, i16x8.narrow_i32x4_s(truncated(src, 0), truncated(src, 16)));
    src += 32;
    dst += 16;
  }
  saturated<f32, i16>(dst, src, stop);
}

export function f32ToU16(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 2);
  const end = src + ((count & ~7) << 2);
  while (src < end) {
    v128.store(dst, i16x8.narrow_i32x4_u(truncated(src, 0), truncated(src, 16)));
    src += 32;
    dst += 16;
  }
  saturated<f32, u16>(dst, src, stop);
}

export function f32ToI32(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 2);
  const end = src + ((count & ~7) << 2);
  while (src < end) {
    v128.store(dst, truncated(src, 0));
    v128.store(dst, truncated(src, 16), 16);
    src += 32;
    dst += 32;
  }
  scalars<f32, i32>(dst, src, stop);
}

export function f32ToU32(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 2);
  const end = src + ((count & ~7) << 2);
  while (src < end) {
    v128.store(dst, i32x4.trunc_sat_f32x4_u(v128.load(src)));
    v128.store(dst, i32x4.trunc_sat_f32x4_u(v128.load(src, 16)), 16);
    src += 32;
    dst += 32;
  }
  scalars<f32, u32>(dst, src, stop);
}

export function f64ToI32(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 3);
  const end = src + ((count & ~7) << 3);
  while (src < end) {
    v128.store(
      dst,
      pairs(i32x4.trunc_sat_f64x2_s_zero(v128.load(src)), i32x4.trunc_sat_f64x2_s_zero(v128.load(src, 16))),
    );
    v128.store(
      dst,
      pairs(i32x4.trunc_sat_f64x2_s_zero(v128.load(src, 32)), i32x4.trunc_sat_f64x2_s_zero(v128.load(src, 48))),
      16,
    );
    src += 64;
    dst += 32;
  }
  scalars<f64, i32>(dst, src, stop);
}

export function f64ToU32(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 3);
  const end = src + ((count & ~3) << 3);
  while (src < end) {
    v128.store(
      dst,
      pairs(i32x4.trunc_sat_f64x2_u_zero(v128.load(src)), i32x4.trunc_sat_f64x2_u_zero(v128.load(src, 16))),
    );
    src += 32;
    dst += 16;
  }
  scalars<f64, u32>(dst, src, stop);
}
