/**
 * Between integers: widening by sign or zeros, and truncation (two's complement, so signed and unsigned share kernels). See
 * cast.ts for the contract of all convert kernels.
 */

import { scalars } from "./cast";
import { zipHigh16 } from "./lanes";

/** Widening to twice the width: one extending load per vector. */
// @ts-ignore: decorator
@inline
function widen<S, D>(dst: usize, src: usize, count: usize): void {
  const stop = src + count * sizeof<S>();
  const end = src + ((count * sizeof<S>()) & ~31);
  while (src < end) {
    v128.store(dst, v128.load_ext<S>(src));
    v128.store(dst, v128.load_ext<S>(src, 8), 16);
    v128.store(dst, v128.load_ext<S>(src, 16), 32);
    v128.store(dst, v128.load_ext<S>(src, 24), 48);
    src += 32;
    dst += 64;
  }
  scalars<S, D>(dst, src, stop);
}

export function i8ToI16(dst: usize, src: usize, count: usize): void {
  widen<i8, i16>(dst, src, count);
}
export function u8ToI16(dst: usize, src: usize, count: usize): void {
  widen<u8, u16>(dst, src, count);
}
export function i16ToI32(dst: usize, src: usize, count: usize): void {
  widen<i16, i32>(dst, src, count);
}
export function u16ToI32(dst: usize, src: usize, count: usize): void {
  widen<u16, u32>(dst, src, count);
}
export function i32ToI64(dst: usize, src: usize, count: usize): void {
  widen<i32, i64>(dst, src, count);
}
export function u32ToI64(dst: usize, src: usize, count: usize): void {
  widen<u32, u64>(dst, src, count);
}

export function i8ToI32(dst: usize, src: usize, count: usize): void {
  const stop = src + count;
  const end = src + (count & ~15);
  while (src < end) {
    const a = v128.load_ext<i8>(src);
    const b = v128.load_ext<i8>(src, 8);
    v128.store(dst, i32x4.extend_low_i16x8_s(a));
    v128.store(dst, i32x4.extend_high_i16x8_s(a), 16);
    v128.store(dst, i32x4.extend_low_i16x8_s(b), 32);
    v128.store(dst, i32x4.extend_high_i16x8_s(b), 48);
    src += 16;
    dst += 64;
  }
  scalars<i8, i32>(dst, src, stop);
}

export function u8ToI32(dst: usize, src: usize, count: usize): void {
  const zero = i64x2.splat(0);
  const stop = src + count;
  const end = src + (count & ~15);
  while (src < end) {
    const a = v128.load_ext<u8>(src);
    const b = v128.load_ext<u8>(src, 8);
    v128.store(dst, i32x4.extend_low_i16x8_u(a));
    v128.store(dst, zipHigh16(a, zero), 16);
    v128.store(dst, i32x4.extend_low_i16x8_u(b), 32);
    v128.store(dst, zipHigh16(b, zero), 48);
    src += 16;
    dst += 64;
  }
  scalars<u8, u32>(dst, src, stop);
}

export function i16ToI64(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 1);
  const end = src + ((count & ~3) << 1);
  while (src < end) {
    const x = v128.load_ext<i16>(src);
    v128.store(dst, i64x2.extend_low_i32x4_s(x));
    v128.store(dst, i64x2.extend_high_i32x4_s(x), 16);
    src += 8;
    dst += 32;
  }
  scalars<i16, i64>(dst, src, stop);
}

export function u16ToI64(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 1);
  const end = src + ((count & ~3) << 1);
  while (src < end) {
    const x = v128.load_ext<u16>(src);
    v128.store(dst, i64x2.extend_low_i32x4_u(x));
    v128.store(dst, i64x2.extend_high_i32x4_u(x), 16);
    src += 8;
    dst += 32;
  }
  scalars<u16, u64>(dst, src, stop);
}

// @ts-ignore: decorator
@inline
function evens32(src: usize): v128 {
  return v128.shuffle<u32>(v128.load(src), v128.load(src, 16), 0, 2, 4, 6);
}

export function i64ToI32(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 3);
  const end = src + ((count & ~7) << 3);
  while (src < end) {
    v128.store(dst, evens32(src));
    v128.store(dst, evens32(src + 32), 16);
    src += 64;
    dst += 32;
  }
  scalars<u64, u32>(dst, src, stop);
}

export function i64ToI16(dst: usize, src: usize, count: usize): void {
  const low = i32x4.splat(0xffff);
  const stop = src + (count << 3);
  const end = src + ((count & ~7) << 3);
  while (src < end) {
    v128.store(dst, i16x8.narrow_i32x4_u(v128.and(evens32(src), low), v128.and(evens32(src + 32), low)));
    src += 64;
    dst += 16;
  }
  scalars<u64, u16>(dst, src, stop);
}

export function i64ToI8(dst: usize, src: usize, count: usize): void {
  const low = i32x4.splat(0xff);
  const stop = src + (count << 3);
  const end = src + ((count & ~15) << 3);
  while (src < end) {
    const front = i16x8.narrow_i32x4_s(v128.and(evens32(src), low), v128.and(evens32(src + 32), low));
    const back = i16x8.narrow_i32x4_s(v128.and(evens32(src + 64), low), v128.and(evens32(src + 96), low));
    v128.store(dst, i8x16.narrow_i16x8_u(front, back));
    src += 128;
    dst += 16;
  }
  scalars<u64, u8>(dst, src, stop);
}

export function i32ToI16(dst: usize, src: usize, count: usize): void {
  const low = i32x4.splat(0xffff);
  const stop = src + (count << 2);
  const end = src + ((count & ~7) << 2);
  while (src < end) {
    v128.store(dst, i16x8.narrow_i32x4_u(v128.and(v128.load(src), low), v128.and(v128.load(src, 16), low)));
    src += 32;
    dst += 16;
  }
  scalars<u32, u16>(dst, src, stop);
}

export function i32ToI8(dst: usize, src: usize, count: usize): void {
  const low = i32x4.splat(0xff);
  const stop = src + (count << 2);
  const end = src + ((count & ~15) << 2);
  while (src < end) {
    const front = i16x8.narrow_i32x4_s(v128.and(v128.load(src), low), v128.and(v128.load(src, 16), low));
    const back = i16x8.narrow_i32x4_s(v128.and(v128.load(src, 32), low), v128.and(v128.load(src, 48), low));
    v128.store(dst, i8x16.narrow_i16x8_u(front, back));
    src += 64;
    dst += 16;
  }
  scalars<u32, u8>(dst, src, stop);
}

export function i16ToI8(dst: usize, src: usize, count: usize): void {
  const low = i16x8.splat(0xff);
  const stop = src + (count << 1);
  const end = src + ((count & ~15) << 1);
  while (src < end) {
    v128.store(dst, i8x16.narrow_i16x8_u(v128.and(v128.load(src), low), v128.and(v128.load(src, 16), low)));
    src += 32;
    dst += 16;
  }
  scalars<u16, u8>(dst, src, stop);
}
