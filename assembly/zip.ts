/** Rearrangements of the lanes of vectors, by lane type. V8 matches each of these shuffles to one instruction. */

/** Low halves of lanes a, b of T: a0 b0 a1 b1 … */
// @ts-ignore: decorator
@inline
export function zipLow<T>(a: v128, b: v128): v128 {
  if (sizeof<T>() == 1) return v128.shuffle<u8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  if (sizeof<T>() == 2) return v128.shuffle<u16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
  if (sizeof<T>() == 4) return v128.shuffle<u32>(a, b, 0, 4, 1, 5);
  return v128.shuffle<u64>(a, b, 0, 2);
}

// @ts-ignore: decorator
@inline
export function zipHigh<T>(a: v128, b: v128): v128 {
  if (sizeof<T>() == 1) return v128.shuffle<u8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  if (sizeof<T>() == 2) return v128.shuffle<u16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
  if (sizeof<T>() == 4) return v128.shuffle<u32>(a, b, 2, 6, 3, 7);
  return v128.shuffle<u64>(a, b, 1, 3);
}

/** The lanes of T with even number in a, then b. */
// @ts-ignore: decorator
@inline
export function evens<T>(a: v128, b: v128): v128 {
  if (sizeof<T>() == 1) {
    const mask = i16x8.splat(0xff);
    return i8x16.narrow_i16x8_u(v128.and(a, mask), v128.and(b, mask));
  }
  if (sizeof<T>() == 2) {
    const mask = i32x4.splat(0xffff);
    return i16x8.narrow_i32x4_u(v128.and(a, mask), v128.and(b, mask));
  }
  if (sizeof<T>() == 4) return v128.shuffle<u32>(a, b, 0, 2, 4, 6);
  return v128.shuffle<u64>(a, b, 0, 2);
}

/** The lanes of T with odd number in a, then b. */
// @ts-ignore: decorator
@inline
export function odds<T>(a: v128, b: v128): v128 {
  if (sizeof<T>() == 1) return i8x16.narrow_i16x8_u(i16x8.shr_u(a, 8), i16x8.shr_u(b, 8));
  if (sizeof<T>() == 2) return i16x8.narrow_i32x4_u(i32x4.shr_u(a, 16), i32x4.shr_u(b, 16));
  if (sizeof<T>() == 4) return v128.shuffle<u32>(a, b, 1, 3, 5, 7);
  return v128.shuffle<u64>(a, b, 1, 3);
}

/** The lanes of T in opposite order. */
// @ts-ignore: decorator
@inline
export function reversed<T>(a: v128): v128 {
  if (sizeof<T>() == 1) return i8x16.swizzle(a, i8x16(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
  if (sizeof<T>() == 2) return i8x16.swizzle(a, i8x16(14, 15, 12, 13, 10, 11, 8, 9, 6, 7, 4, 5, 2, 3, 0, 1));
  if (sizeof<T>() == 4) return v128.shuffle<u32>(a, a, 3, 2, 1, 0);
  return v128.shuffle<u64>(a, a, 1, 0);
}

/** Every lane set to x. */
// @ts-ignore: decorator
@inline
export function splat<T>(x: T): v128 {
  return v128.splat<T>(x);
}
