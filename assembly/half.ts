/**
 * binary16 to and from binary32. Method of the fast paths: F. Giesen's half conversions (exponent moved by one exact
 * multiplication, rounding done by one addition at the right magnitude), rearranged for 128-bit lanes.
 */

import { zipHigh16, zipLow16 } from "./lanes";
import { TAIL_OUT, tail } from "./scratch";

/** Eight halves of any kind. No subnormal number ever enters or leaves an arithmetic instruction: those are slow. */
function widen8(dst: usize, src: usize): void {
  const zero = i64x2.splat(0);
  const h = v128.load(src);
  const sign = v128.and(h, i16x8.splat(<i16>0x8000));
  let magnitude = v128.xor(h, sign);
  magnitude = v128.bitselect(i16x8.splat(0x7e00), magnitude, i16x8.gt_s(magnitude, i16x8.splat(0x7c00)));
  const low = i16x8.shl(magnitude, 13);
  const high = i16x8.add(i16x8.shr_u(magnitude, 3), i16x8.splat(0x7000));
  const normal = i16x8.gt_s(magnitude, i16x8.splat(0x03ff));
  const rebias = f32x4.splat(reinterpret<f32>(0x07800000));
  const halfBits = i16x8.splat(0x3f00);
  const half = f32x4.splat(0.5);
  const normal0 = f32x4.mul(zipLow16(low, high), rebias);
  const normal1 = f32x4.mul(zipHigh16(low, high), rebias);
  const tiny0 = f32x4.sub(zipLow16(magnitude, halfBits), half);
  const tiny1 = f32x4.sub(zipHigh16(magnitude, halfBits), half);
  v128.store(dst, v128.or(v128.bitselect(normal0, tiny0, i32x4.extend_low_i16x8_s(normal)), zipLow16(zero, sign)));
  v128.store(dst, v128.or(v128.bitselect(normal1, tiny1, i32x4.extend_high_i16x8_s(normal)), zipHigh16(zero, sign)), 16);
}

/** Bits of a half as the bits of a float 2^112 times too small; the sign rides along in the arithmetic shift. */
// @ts-ignore: decorator
@inline
function shifted(interleaved: v128): v128 {
  return v128.and(i32x4.shr_s(interleaved, 3), i32x4.splat(0x8fffe000));
}

/**
 * float16 → float32, exact; NaN becomes the quiet NaN of its sign. Any alignment; disjoint; count in elements. Sixteen
 * at a time: four operations per four elements while all sixteen are normal or zero, `widen8` otherwise.
 */
export function f16ToF32(dst: usize, src: usize, count: usize): void {
  const zero = i64x2.splat(0);
  const mask = i16x8.splat(0x7fff);
  const scale = f32x4.splat(reinterpret<f32>(0x77800000));
  let home: usize = 0;
  let end = src + ((count & ~15) << 1);
  for (;;) {
    while (src < end) {
      const a = v128.load(src);
      const b = v128.load(src, 16);
      const ma = v128.and(a, mask);
      const mb = v128.and(b, mask);
      const smallest = i16x8.min_s(i16x8.add(ma, mask), i16x8.add(mb, mask));
      const largest = i16x8.max_s(ma, mb);
      if (
        v128.any_true(
          v128.or(i16x8.gt_s(i16x8.splat(<i16>0x83ff), smallest), i16x8.gt_s(largest, i16x8.splat(0x7bff))),
        )
      ) {
        widen8(dst, src);
        widen8(dst + 32, src + 16);
      } else {
        v128.store(dst, f32x4.mul(shifted(zipLow16(zero, a)), scale));
        v128.store(dst, f32x4.mul(shifted(zipHigh16(zero, a)), scale), 16);
        v128.store(dst, f32x4.mul(shifted(zipLow16(zero, b)), scale), 32);
        v128.store(dst, f32x4.mul(shifted(zipHigh16(zero, b)), scale), 48);
      }
      src += 32;
      dst += 64;
    }
    const rest = count & 15;
    if (rest == 0) return;
    if (home != 0) {
      memory.copy(home, tail() + TAIL_OUT, rest << 2);
      return;
    }
    home = dst;
    memory.copy(tail(), src, rest << 1);
    src = tail();
    end = tail() + 32;
    dst = tail() + TAIL_OUT;
  }
}

/**
 * Magnitude bits of a float as 16 bits of a half, plus 0xc400: adding 2^(exponent + 13) rounds to 10 bits, ties to even,
 * subnormal results included, since the exponent is held at 2^-14 or above; 65536 stands for everything too large.
 */
// @ts-ignore: decorator
@inline
function round16(magnitude: v128): v128 {
  const clamped = i32x4.min_s(magnitude, i32x4.splat(0x47800000));
  const exponent = i32x4.max_s(v128.and(clamped, i32x4.splat(0x7f800000)), i32x4.splat(0x38800000));
  const sum = f32x4.add(clamped, i32x4.add(exponent, i32x4.splat(13 << 23)));
  return v128.and(i32x4.add(sum, i32x4.shr_u(exponent, 13)), i32x4.splat(0xffff));
}

/** Puts the quiet NaN where one of eight magnitudes was NaN. */
function patchNaN(code: v128, a: v128, b: v128): v128 {
  const infinity = i32x4.splat(0x7f800000);
  const isNaN = i16x8.narrow_i32x4_s(i32x4.gt_s(a, infinity), i32x4.gt_s(b, infinity));
  return v128.bitselect(i16x8.splat(0x7e00), code, isNaN);
}

/**
 * float32 → float16, to nearest even, subnormals included; too large gives infinity, NaN the quiet NaN of its sign. Any
 * alignment; disjoint; count in elements. No range tests: the time does not depend on the data, but for NaN.
 */
export function f32ToF16(dst: usize, src: usize, count: usize): void {
  const mask = i32x4.splat(0x7fffffff);
  let home: usize = 0;
  let end = src + ((count & ~7) << 2);
  for (;;) {
    while (src < end) {
      const a = v128.load(src);
      const b = v128.load(src, 16);
      const ma = v128.and(a, mask);
      const mb = v128.and(b, mask);
      let code = i16x8.sub(i16x8.narrow_i32x4_u(round16(ma), round16(mb)), i16x8.splat(<i16>0xc400));
      if (v128.any_true(i32x4.gt_s(i32x4.max_s(ma, mb), i32x4.splat(0x7f800000)))) code = patchNaN(code, ma, mb);
      // Saturating keeps the sign of the 32-bit pattern, and only the sign is used.
      const sign = v128.and(i16x8.narrow_i32x4_s(a, b), i16x8.splat(<i16>0x8000));
      v128.store(dst, v128.or(code, sign));
      src += 32;
      dst += 16;
    }
    const rest = count & 7;
    if (rest == 0) return;
    if (home != 0) {
      memory.copy(home, tail() + TAIL_OUT, rest << 1);
      return;
    }
    home = dst;
    memory.copy(tail(), src, rest << 2);
    src = tail();
    end = tail() + 32;
    dst = tail() + TAIL_OUT;
  }
}
