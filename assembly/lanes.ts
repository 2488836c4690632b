/** Shared helpers over v128. Each is one x86 instruction after V8's pattern matching (unpck*, pack*), so none is a call. */

/** Interleaves the low four 16-bit lanes: a0 b0 a1 b1 … */
// @ts-ignore: decorator
@inline
export function zipLow16(a: v128, b: v128): v128 {
  return v128.shuffle<u16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

/** Interleaves the high four 16-bit lanes: a4 b4 a5 b5 … */
// @ts-ignore: decorator
@inline
export function zipHigh16(a: v128, b: v128): v128 {
  return v128.shuffle<u16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

/** Interleaves the low eight bytes: a0 b0 a1 b1 … */
// @ts-ignore: decorator
@inline
export function zipLow8(a: v128, b: v128): v128 {
  return v128.shuffle<u8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

/** Interleaves the high eight bytes: a8 b8 a9 b9 … */
// @ts-ignore: decorator
@inline
export function zipHigh8(a: v128, b: v128): v128 {
  return v128.shuffle<u8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}
