/**
 * Floats of 8, 6 and 4 bits to binary32. One inlined body, instantiated per format with constant parameters; the optimiser
 * removes what a format does not need. docs/format.md §13.
 */

import { zipHigh16, zipHigh8, zipLow16, zipLow8 } from "./lanes";
import { TAIL_OUT, tail } from "./scratch";

// @ts-ignore: decorator
@inline
export const IEEE = 0;
// @ts-ignore: decorator
@inline
export const FN = 1;
// @ts-ignore: decorator
@inline
export const FNUZ = 2;
// @ts-ignore: decorator
@inline
export const FINITE = 3;

/**
 * Sixteen codes at a time into two byte planes, the two upper bytes of each binary32 (every value here fits in 16 bits),
 * which are then interleaved with each other and with zero. Magnitudes below 16, subnormals among them, come from the
 * tables `lows` and `highs` (swizzle gives 0 for larger ones); the others by shifting and adding the exponents' distance.
 * A NaN gives a quiet NaN: of its sign and payload, but in fnuz, which has one, negative and of all ones.
 *
 * @param m mantissa bits. @param bits of the format. @param bias of the exponent.
 */
// @ts-ignore: decorator
@inline
function decode(
  dst: usize, src: usize, count: usize, bits: i32, m: i32, bias: i32, style: i32, lows: v128, highs: v128,
): void {
  const zero = i64x2.splat(0);
  const signBit = 1 << (bits - 1);
  const magnitudeMask = signBit - 1;
  const odd = (127 - bias) & 1;
  const oneExponent = 1 << m;
  const lowMask = (2 << m) - 1;
  const highMask = 0xff >> (m + 1);
  const highBias = (127 - bias - odd) >> 1;
  const infinityCode = signBit - oneExponent;
  const largest = infinityCode - 1;
  let home: usize = 0;
  let end = src + (count & ~15);
  for (;;) {
    while (src < end) {
      const x = v128.load(src);
      const magnitude = v128.and(x, i8x16.splat(<i8>magnitudeMask));
      let sign = bits == 8 ? v128.xor(x, magnitude) : v128.and(x, i8x16.splat(<i8>signBit));
      if (bits < 8) sign = i16x8.shl(sign, 8 - bits);
      let low = i8x16.swizzle(lows, magnitude);
      let high = i8x16.swizzle(highs, magnitude);
      if (bits > 4) {
        const large = i8x16.gt_s(magnitude, i8x16.splat(15));
        // An odd distance of exponents is made even by one more exponent before the planes are cut apart.
        const shifted = odd ? i8x16.add(magnitude, i8x16.splat(<i8>oneExponent)) : magnitude;
        const lowBits = v128.and(shifted, i8x16.splat(<i8>lowMask));
        const highBits = v128.and(i16x8.shr_u(shifted, m + 1), i8x16.splat(<i8>highMask));
        low = v128.or(low, v128.and(i16x8.shl(lowBits, 7 - m), large));
        high = v128.or(
          high,
          v128.and(i8x16.add(highBits, i8x16.splat(<i8>highBias)), large),
        );
      }
      // The lowest exponent bit of infinity and NaN, in the low plane, is set by the shifting already.
      if (style == IEEE) {
        const special = i8x16.gt_s(magnitude, i8x16.splat(<i8>largest));
        const isNaN = i8x16.gt_s(magnitude, i8x16.splat(<i8>infinityCode));
        high = v128.or(high, v128.and(special, i8x16.splat(0x7f)));
        low = v128.or(low, v128.and(isNaN, i8x16.splat(0x40)));
      }
      if (style == FN) {
        high = v128.or(high, v128.and(i8x16.eq(magnitude, i8x16.splat(0x7f)), i8x16.splat(0x7f)));
      }
      if (style == FNUZ) {
        const isNaN = i8x16.eq(x, i8x16.splat(-128));
        high = v128.or(high, isNaN);
        low = v128.or(low, isNaN);
      }
      high = v128.or(high, sign);
      const front = zipLow8(low, high);
      const back = zipHigh8(low, high);
      v128.store(dst, zipLow16(zero, front));
      v128.store(dst, zipHigh16(zero, front), 16);
      v128.store(dst, zipLow16(zero, back), 32);
      v128.store(dst, zipHigh16(zero, back), 48);
      src += 16;
      dst += 64;
    }
    const rest = count & 15;
    if (rest == 0) return;
    if (home != 0) {
      memory.copy(home, tail() + TAIL_OUT, rest << 2);
      return;
    }
    home = dst;
    memory.copy(tail(), src, rest);
    src = tail();
    end = tail() + 16;
    dst = tail() + TAIL_OUT;
  }
}

/** float8_e3m4 → float32, exact. As for all kernels of this file: any alignment, disjoint, count in elements. */
export function e3m4ToF32(dst: usize, src: usize, count: usize): void {
  decode(
    dst, src, count, 8, 4, 3, IEEE,
    i8x16(0x00, -128, 0x00, 0x40, -128, -96, -64, -32, 0x00, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70),
    i8x16(0x00, 0x3c, 0x3d, 0x3d, 0x3d, 0x3d, 0x3d, 0x3d, 0x3e, 0x3e, 0x3e, 0x3e, 0x3e, 0x3e, 0x3e, 0x3e),
  );
}

/** float8_e4m3 → float32, exact. */
export function e4m3ToF32(dst: usize, src: usize, count: usize): void {
  decode(
    dst, src, count, 8, 3, 7, IEEE,
    i8x16(0x00, 0x00, -128, -64, 0x00, 0x20, 0x40, 0x60, -128, -112, -96, -80, -64, -48, -32, -16),
    i8x16(0x00, 0x3b, 0x3b, 0x3b, 0x3c, 0x3c, 0x3c, 0x3c, 0x3c, 0x3c, 0x3c, 0x3c, 0x3c, 0x3c, 0x3c, 0x3c),
  );
}

/** float8_e4m3fn → float32, exact. */
export function e4m3fnToF32(dst: usize, src: usize, count: usize): void {
  decode(
    dst, src, count, 8, 3, 7, FN,
    i8x16(0x00, 0x00, -128, -64, 0x00, 0x20, 0x40, 0x60, -128, -112, -96, -80, -64, -48, -32, -16),
    i8x16(0x00, 0x3b, 0x3b, 0x3b, 0x3c, 0x3c, 0x3c, 0x3c, 0x3c, 0x3c, 0x3c, 0x3c, 0x3c, 0x3c, 0x3c, 0x3c),
  );
}

/** float8_e4m3fnuz → float32, exact. */
export function e4m3fnuzToF32(dst: usize, src: usize, count: usize): void {
  decode(
    dst, src, count, 8, 3, 8, FNUZ,
    i8x16(0x00, -128, 0x00, 0x40, -128, -96, -64, -32, 0x00, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70),
    i8x16(0x00, 0x3a, 0x3b, 0x3b, 0x3b, 0x3b, 0x3b, 0x3b, 0x3c, 0x3c, 0x3c, 0x3c, 0x3c, 0x3c, 0x3c, 0x3c),
  );
}

/** float8_e4m3b11fnuz → float32, exact. */
export function e4m3b11fnuzToF32(dst: usize, src: usize, count: usize): void {
  decode(
    dst, src, count, 8, 3, 11, FNUZ,
    i8x16(0x00, 0x00, -128, -64, 0x00, 0x20, 0x40, 0x60, -128, -112, -96, -80, -64, -48, -32, -16),
    i8x16(0x00, 0x39, 0x39, 0x39, 0x3a, 0x3a, 0x3a, 0x3a, 0x3a, 0x3a, 0x3a, 0x3a, 0x3a, 0x3a, 0x3a, 0x3a),
  );
}

/** float8_e5m2 → float32, exact. */
export function e5m2ToF32(dst: usize, src: usize, count: usize): void {
  decode(
    dst, src, count, 8, 2, 15, IEEE,
    i8x16(0x00, -128, 0x00, 0x40, -128, -96, -64, -32, 0x00, 0x20, 0x40, 0x60, -128, -96, -64, -32),
    i8x16(0x00, 0x37, 0x38, 0x38, 0x38, 0x38, 0x38, 0x38, 0x39, 0x39, 0x39, 0x39, 0x39, 0x39, 0x39, 0x39),
  );
}

/** float8_e5m2fnuz → float32, exact. */
export function e5m2fnuzToF32(dst: usize, src: usize, count: usize): void {
  decode(
    dst, src, count, 8, 2, 16, FNUZ,
    i8x16(0x00, 0x00, -128, -64, 0x00, 0x20, 0x40, 0x60, -128, -96, -64, -32, 0x00, 0x20, 0x40, 0x60),
    i8x16(0x00, 0x37, 0x37, 0x37, 0x38, 0x38, 0x38, 0x38, 0x38, 0x38, 0x38, 0x38, 0x39, 0x39, 0x39, 0x39),
  );
}

/** float6_e2m3fn, one per byte → float32, exact; the two upper bits are ignored. */
export function e2m3fnToF32(dst: usize, src: usize, count: usize): void {
  decode(
    dst, src, count, 6, 3, 1, FINITE,
    i8x16(0x00, 0x00, -128, -64, 0x00, 0x20, 0x40, 0x60, -128, -112, -96, -80, -64, -48, -32, -16),
    i8x16(0x00, 0x3e, 0x3e, 0x3e, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f),
  );
}

/** float6_e3m2fn, one per byte → float32, exact; the two upper bits are ignored. */
export function e3m2fnToF32(dst: usize, src: usize, count: usize): void {
  decode(
    dst, src, count, 6, 2, 3, FINITE,
    i8x16(0x00, -128, 0x00, 0x40, -128, -96, -64, -32, 0x00, 0x20, 0x40, 0x60, -128, -96, -64, -32),
    i8x16(0x00, 0x3d, 0x3e, 0x3e, 0x3e, 0x3e, 0x3e, 0x3e, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f),
  );
}

/** float4_e2m1fn, one per byte → float32, exact; the four upper bits are ignored. */
export function e2m1fnToF32(dst: usize, src: usize, count: usize): void {
  decode(
    dst, src, count, 4, 1, 1, FINITE,
    i8x16(0x00, 0x00, -128, -64, 0x00, 0x40, -128, -64, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00),
    i8x16(0x00, 0x3f, 0x3f, 0x3f, 0x40, 0x40, 0x40, 0x40, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00),
  );
}

/** float8_e8m0fnu (a power of two, no sign, no zero) → float32, exact; byte planes as in `decode`. */
export function e8m0ToF32(dst: usize, src: usize, count: usize): void {
  const zero = i64x2.splat(0);
  const stop = src + count;
  const end = src + (count & ~15);
  while (src < end) {
    const x = v128.load(src);
    // Code 0 is the subnormal 2^-127 and code 255 NaN: both have the top bit of the fraction set.
    const edge = v128.or(i8x16.eq(x, zero), i8x16.eq(x, i8x16.splat(-1)));
    const low = v128.or(
      i16x8.shl(v128.and(x, i8x16.splat(1)), 7),
      v128.and(edge, i8x16.splat(0x40)),
    );
    const high = v128.and(i16x8.shr_u(x, 1), i8x16.splat(0x7f));
    const front = zipLow8(low, high);
    const back = zipHigh8(low, high);
    v128.store(dst, zipLow16(zero, front));
    v128.store(dst, zipHigh16(zero, front), 16);
    v128.store(dst, zipLow16(zero, back), 32);
    v128.store(dst, zipHigh16(zero, back), 48);
    src += 16;
    dst += 64;
  }
  while (src < stop) {
    const code = <u32>load<u8>(src);
    store<u32>(dst, code == 0 ? 0x00400000 : code == 255 ? 0x7fc00000 : code << 23);
    src++;
    dst += 4;
  }
}
