/**
 * Floats of 8, 6 and 4 bits to and from binary32. One inlined body per direction, instantiated per format with constant
 * parameters; the optimiser removes what a format does not need. FORMAT-SPEC §16.
 */

import { TAIL, TAIL_OUT, zipHigh16, zipHigh8, zipLow16, zipLow8 } from "./lanes";

// @ts-ignore: decorator
@inline
const IEEE = 0;
// @ts-ignore: decorator
@inline
const FN = 1;
// @ts-ignore: decorator
@inline
const FNUZ = 2;
// @ts-ignore: decorator
@inline
const FINITE = 3;

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
      memory.copy(home, TAIL + TAIL_OUT, rest << 2);
      return;
    }
    home = dst;
    memory.copy(TAIL, src, rest);
    src = TAIL;
    end = TAIL + 16;
    dst = TAIL + TAIL_OUT;
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

/**
 * Magnitude of a float as a small float's code in the low 8 bits, plus a constant the caller takes off at byte width:
 * adding 2^(exponent + 23 - m) rounds to m bits, ties to even, subnormals included (see half.ts).
 */
// @ts-ignore: decorator
@inline
function round8(x: v128, m: i32, clamp: i32, smallestNormal: i32): v128 {
  const clamped = i32x4.min_s(v128.and(x, i32x4.splat(0x7fffffff)), i32x4.splat(clamp));
  const exponent = i32x4.max_s(v128.and(clamped, i32x4.splat(0x7f800000)), i32x4.splat(smallestNormal));
  const sum = f32x4.add(clamped, i32x4.add(exponent, i32x4.splat((23 - m) << 23)));
  return v128.and(i32x4.add(sum, i32x4.shr_u(exponent, 23 - m)), i32x4.splat(0xff));
}

/** All ones where one of the sixteen floats at `src` is NaN. */
function nanMask(src: usize): v128 {
  const a = v128.load(src);
  const b = v128.load(src, 16);
  const c = v128.load(src, 32);
  const d = v128.load(src, 48);
  return i8x16.narrow_i16x8_s(
    i16x8.narrow_i32x4_s(f32x4.ne(a, a), f32x4.ne(b, b)),
    i16x8.narrow_i32x4_s(f32x4.ne(c, c), f32x4.ne(d, d)),
  );
}

/**
 * Sixteen floats at a time to codes. `clamp` is the float (as bits) that rounds to the code of everything too large:
 * infinity in IEEE formats, NaN in `fn` and `fnuz` (NaN itself comes out right then, too), the largest value in finite ones.
 */
// @ts-ignore: decorator
@inline
function encode(dst: usize, src: usize, count: usize, bits: i32, m: i32, bias: i32, style: i32, clamp: i32): void {
  const smallestNormal = (128 - bias) << 23;
  const excess = ((128 - bias) << m) & 0xff;
  const signBit = 1 << (bits - 1);
  const quietNaN = signBit - (1 << (m - 1));
  let home: usize = 0;
  let end = src + ((count & ~15) << 2);
  for (;;) {
    while (src < end) {
      const a = v128.load(src);
      const b = v128.load(src, 16);
      const c = v128.load(src, 32);
      const d = v128.load(src, 48);
      const front = i16x8.narrow_i32x4_s(round8(a, m, clamp, smallestNormal), round8(b, m, clamp, smallestNormal));
      const back = i16x8.narrow_i32x4_s(round8(c, m, clamp, smallestNormal), round8(d, m, clamp, smallestNormal));
      let code = i8x16.sub(i8x16.narrow_i16x8_u(front, back), i8x16.splat(<i8>excess));
      // Saturating keeps the sign of the 32-bit pattern, and only the sign is used.
      let sign = v128.and(
        i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d)),
        i8x16.splat(-128),
      );
      if (style == IEEE || style == FINITE) {
        const sum = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
        if (v128.any_true(f32x4.ne(sum, sum))) {
          const isNaN = nanMask(src);
          if (style == IEEE) {
            code = v128.bitselect(i8x16.splat(<i8>quietNaN), code, isNaN);
          } else {
            code = v128.andnot(code, isNaN);
            sign = v128.xor(sign, v128.and(isNaN, i8x16.splat(-128)));
          }
        }
      }
      if (style == FNUZ) sign = v128.andnot(sign, i8x16.eq(code, i64x2.splat(0)));
      if (bits < 8) sign = i16x8.shr_u(sign, 8 - bits);
      v128.store(dst, v128.or(code, sign));
      src += 64;
      dst += 16;
    }
    const rest = count & 15;
    if (rest == 0) return;
    if (home != 0) {
      memory.copy(home, TAIL + TAIL_OUT, rest);
      return;
    }
    home = dst;
    memory.copy(TAIL, src, rest << 2);
    src = TAIL;
    end = TAIL + 64;
    dst = TAIL + TAIL_OUT;
  }
}

/** float32 → float8_e3m4, to nearest even. The rules of FORMAT-SPEC §16 hold for all of these: see `encode`. */
export function f32ToE3m4(dst: usize, src: usize, count: usize): void {
  encode(dst, src, count, 8, 4, 3, IEEE, reinterpret<i32>(<f32>16));
}

/** float32 → float8_e4m3. */
export function f32ToE4m3(dst: usize, src: usize, count: usize): void {
  encode(dst, src, count, 8, 3, 7, IEEE, reinterpret<i32>(<f32>256));
}

/** float32 → float8_e4m3fn. */
export function f32ToE4m3fn(dst: usize, src: usize, count: usize): void {
  encode(dst, src, count, 8, 3, 7, FN, reinterpret<i32>(<f32>480));
}

/** float32 → float8_e4m3fnuz. */
export function f32ToE4m3fnuz(dst: usize, src: usize, count: usize): void {
  encode(dst, src, count, 8, 3, 8, FNUZ, reinterpret<i32>(<f32>256));
}

/** float32 → float8_e4m3b11fnuz. */
export function f32ToE4m3b11fnuz(dst: usize, src: usize, count: usize): void {
  encode(dst, src, count, 8, 3, 11, FNUZ, reinterpret<i32>(<f32>32));
}

/** float32 → float8_e5m2. */
export function f32ToE5m2(dst: usize, src: usize, count: usize): void {
  encode(dst, src, count, 8, 2, 15, IEEE, reinterpret<i32>(<f32>65536));
}

/** float32 → float8_e5m2fnuz. */
export function f32ToE5m2fnuz(dst: usize, src: usize, count: usize): void {
  encode(dst, src, count, 8, 2, 16, FNUZ, reinterpret<i32>(<f32>65536));
}

/** float32 → float6_e2m3fn, one per byte. */
export function f32ToE2m3fn(dst: usize, src: usize, count: usize): void {
  encode(dst, src, count, 6, 3, 1, FINITE, reinterpret<i32>(<f32>7.5));
}

/** float32 → float6_e3m2fn, one per byte. */
export function f32ToE3m2fn(dst: usize, src: usize, count: usize): void {
  encode(dst, src, count, 6, 2, 3, FINITE, reinterpret<i32>(<f32>28));
}

/** float32 → float4_e2m1fn, one per byte. */
export function f32ToE2m1fn(dst: usize, src: usize, count: usize): void {
  encode(dst, src, count, 4, 1, 1, FINITE, reinterpret<i32>(<f32>6));
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

// @ts-ignore: decorator
@inline
function roundExponent(bits: v128): v128 {
  const code = i32x4.shr_u(i32x4.add(bits, i32x4.splat(0x00400000)), 23);
  const positive = v128.andnot(code, i32x4.lt_s(bits, i32x4.splat(0x00600000)));
  return v128.or(positive, v128.and(i32x4.lt_s(bits, i32x4.splat(1)), i32x4.splat(0xff)));
}

/** float32 → float8_e8m0fnu, to nearest, ties up; zero, negative numbers, infinity and NaN give NaN. */
export function f32ToE8m0(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 2);
  const end = src + ((count & ~15) << 2);
  while (src < end) {
    const front = i16x8.narrow_i32x4_s(roundExponent(v128.load(src)), roundExponent(v128.load(src, 16)));
    const back = i16x8.narrow_i32x4_s(roundExponent(v128.load(src, 32)), roundExponent(v128.load(src, 48)));
    v128.store(dst, i8x16.narrow_i16x8_u(front, back));
    src += 64;
    dst += 16;
  }
  while (src < stop) {
    const bits = load<i32>(src);
    let code = bits <= 0 || bits >= 0x7f400000 ? 255 : (bits + 0x00400000) >> 23;
    if (bits > 0 && bits < 0x00600000) code = 0;
    store<u8>(dst, code);
    src += 4;
    dst++;
  }
}
