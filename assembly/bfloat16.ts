/** bfloat16 (the upper half of binary32) to and from binary32. */

import { zipHigh16, zipLow16 } from "./lanes";

/**
 * bfloat16 → float32, exact, NaN payloads kept. dst and src must not overlap; any alignment; count in elements.
 * One interleave with zero puts each 16-bit code into the upper half of a 32-bit lane.
 */
export function bf16ToF32(dst: usize, src: usize, count: usize): void {
  const zero = i32x4.splat(0);
  const end = src + ((count & ~15) << 1);
  while (src < end) {
    const a = v128.load(src);
    const b = v128.load(src, 16);
    v128.store(dst, zipLow16(zero, a));
    v128.store(dst, zipHigh16(zero, a), 16);
    v128.store(dst, zipLow16(zero, b), 32);
    v128.store(dst, zipHigh16(zero, b), 48);
    src += 32;
    dst += 64;
  }
  const tail = src + ((count & 15) << 1);
  while (src < tail) {
    store<u32>(dst, <u32>load<u16>(src) << 16);
    src += 2;
    dst += 4;
  }
}

// @ts-ignore: decorator
@inline
function round(bits: v128): v128 {
  const odd = v128.and(i32x4.shr_u(bits, 16), i32x4.splat(1));
  return i32x4.shr_u(i32x4.add(i32x4.add(bits, i32x4.splat(0x7fff)), odd), 16);
}

/** Eight at a time with NaN among them: rounding could carry a NaN's payload into the sign, so it is replaced. */
function roundWithNaN(a: v128, b: v128): v128 {
  const isNaN = i16x8.narrow_i32x4_s(f32x4.ne(a, a), f32x4.ne(b, b));
  const quiet = v128.or(
    i16x8.narrow_i32x4_s(i32x4.shr_s(a, 31), i32x4.shr_s(b, 31)),
    i16x8.splat(0x7fff),
  );
  const code = i16x8.narrow_i32x4_u(round(a), round(b));
  return v128.bitselect(v128.and(quiet, i16x8.splat(<i16>0xffc0)), code, isNaN);
}

/**
 * float32 → bfloat16, to nearest even; too large gives infinity, NaN the quiet NaN of its sign. Any alignment; disjoint;
 * count in elements. One test per sixteen elements finds NaN: a sum is NaN when a term is (Inf - Inf only costs time).
 */
export function f32ToBf16(dst: usize, src: usize, count: usize): void {
  const end = src + ((count & ~15) << 2);
  while (src < end) {
    const a = v128.load(src);
    const b = v128.load(src, 16);
    const c = v128.load(src, 32);
    const d = v128.load(src, 48);
    const sum = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
    if (v128.any_true(f32x4.ne(sum, sum))) {
      v128.store(dst, roundWithNaN(a, b));
      v128.store(dst, roundWithNaN(c, d), 16);
    } else {
      v128.store(dst, i16x8.narrow_i32x4_u(round(a), round(b)));
      v128.store(dst, i16x8.narrow_i32x4_u(round(c), round(d)), 16);
    }
    src += 64;
    dst += 32;
  }
  const tail = src + ((count & 15) << 2);
  while (src < tail) {
    const bits = load<u32>(src);
    const rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    store<u16>(dst, (bits & 0x7fffffff) > 0x7f800000 ? ((bits >> 16) & 0x8000) | 0x7fc0 : rounded);
    src += 4;
    dst += 2;
  }
}
