/**
 * binary32 to floats of 8, 6 and 4 bits, to nearest even. One inlined body, instantiated per format with constant
 * parameters; the optimiser removes what a format does not need. docs/format.md §13.
 */

import { TAIL_OUT, tail } from "./scratch";
import { FINITE, FN, FNUZ, IEEE } from "./minifloat";

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
      memory.copy(home, tail() + TAIL_OUT, rest);
      return;
    }
    home = dst;
    memory.copy(tail(), src, rest << 2);
    src = tail();
    end = tail() + 64;
    dst = tail() + TAIL_OUT;
  }
}

/** float32 → float8_e3m4, to nearest even. The rules of docs/format.md §13 hold for all of these: see `encode`. */
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
