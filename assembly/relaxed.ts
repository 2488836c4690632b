/**
 * Kernels of cast-truncate.ts by relaxed instructions, in a module of their own for engines that have these (WebAssembly
 * 3.0, relaxed SIMD). A relaxed truncation gives what the exact one gives, or 0x80000000 for NaN and numbers outside the
 * range: a block that shows that word is done again exactly, so the bytes are the same everywhere.
 */

import "./abort";
import { pairs } from "./cast";
import {
  f32ToI8 as exactF32ToI8,
  f32ToI16 as exactF32ToI16,
  f32ToI32 as exactF32ToI32,
  f32ToU8 as exactF32ToU8,
  f32ToU16 as exactF32ToU16,
  f64ToI32 as exactF64ToI32,
} from "./cast-truncate";

// @ts-ignore: decorator
@inline
function truncated(src: usize, offset: usize): v128 {
  return i32x4.relaxed_trunc_f32x4_s(v128.load(src + offset));
}

// @ts-ignore: decorator
@inline
function truncatedPairs(src: usize, offset: usize): v128 {
  return pairs(
    i32x4.relaxed_trunc_f64x2_s_zero(v128.load(src + offset)),
    i32x4.relaxed_trunc_f64x2_s_zero(v128.load(src + offset, 16)),
  );
}

/** Whether a lane is what the exact instruction may give otherwise. */
// @ts-ignore: decorator
@inline
function isDoubtful(a: v128, b: v128, c: v128, d: v128): bool {
  const least = i32x4.min_s(i32x4.min_s(a, b), i32x4.min_s(c, d));
  return v128.any_true(i32x4.eq(least, i32x4.splat(i32.MIN_VALUE)));
}

export function f32ToI8(dst: usize, src: usize, count: usize): void {
  const end = src + ((count & ~15) << 2);
  for (; src < end; src += 64, dst += 16) {
    const a = truncated(src, 0);
    const b = truncated(src, 16);
    const c = truncated(src, 32);
    const d = truncated(src, 48);
    if (isDoubtful(a, b, c, d)) exactF32ToI8(dst, src, 16);
    else v128.store(dst, i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d)));
  }
  exactF32ToI8(dst, src, count & 15);
}

export function f32ToU8(dst: usize, src: usize, count: usize): void {
  const end = src + ((count & ~15) << 2);
  for (; src < end; src += 64, dst += 16) {
    const a = truncated(src, 0);
    const b = truncated(src, 16);
    const c = truncated(src, 32);
    const d = truncated(src, 48);
    if (isDoubtful(a, b, c, d)) exactF32ToU8(dst, src, 16);
    else v128.store(dst, i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d)));
  }
  exactF32ToU8(dst, src, count & 15);
}

export function f32ToI16(dst: usize, src: usize, count: usize): void {
  const end = src + ((count & ~15) << 2);
  for (; src < end; src += 64, dst += 32) {
    const a = truncated(src, 0);
    const b = truncated(src, 16);
    const c = truncated(src, 32);
    const d = truncated(src, 48);
    if (isDoubtful(a, b, c, d)) exactF32ToI16(dst, src, 16);
    else {
      v128.store(dst, i16x8.narrow_i32x4_s(a, b));
      v128.store(dst, i16x8.narrow_i32x4_s(c, d), 16);
    }
  }
  exactF32ToI16(dst, src, count & 15);
}

export function f32ToU16(dst: usize, src: usize, count: usize): void {
  const end = src + ((count & ~15) << 2);
  for (; src < end; src += 64, dst += 32) {
    const a = truncated(src, 0);
    const b = truncated(src, 16);
    const c = truncated(src, 32);
    const d = truncated(src, 48);
    if (isDoubtful(a, b, c, d)) exactF32ToU16(dst, src, 16);
    else {
      v128.store(dst, i16x8.narrow_i32x4_u(a, b));
      v128.store(dst, i16x8.narrow_i32x4_u(c, d), 16);
    }
  }
  exactF32ToU16(dst, src, count & 15);
}

// @ts-ignore: decorator
@inline
function storeAll(dst: usize, a: v128, b: v128, c: v128, d: v128): void {
  v128.store(dst, a);
  v128.store(dst, b, 16);
  v128.store(dst, c, 32);
  v128.store(dst, d, 48);
}

export function f32ToI32(dst: usize, src: usize, count: usize): void {
  const end = src + ((count & ~15) << 2);
  for (; src < end; src += 64, dst += 64) {
    const a = truncated(src, 0);
    const b = truncated(src, 16);
    const c = truncated(src, 32);
    const d = truncated(src, 48);
    if (isDoubtful(a, b, c, d)) exactF32ToI32(dst, src, 16);
    else storeAll(dst, a, b, c, d);
  }
  exactF32ToI32(dst, src, count & 15);
}

export function f64ToI32(dst: usize, src: usize, count: usize): void {
  const end = src + ((count & ~15) << 3);
  for (; src < end; src += 128, dst += 64) {
    const a = truncatedPairs(src, 0);
    const b = truncatedPairs(src, 32);
    const c = truncatedPairs(src, 64);
    const d = truncatedPairs(src, 96);
    if (isDoubtful(a, b, c, d)) exactF64ToI32(dst, src, 16);
    else storeAll(dst, a, b, c, d);
  }
  exactF64ToI32(dst, src, count & 15);
}
