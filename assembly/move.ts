/** Bytes from here to there along a loop nest, items of any width, reversed in units on the way. */

import { axisAt, dstStride, items, srcStride } from "./layout";

function line(dst: usize, src: usize, count: u32, dStride: i32, sStride: i32, width: u32, unit: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    if (unit <= 1) memory.copy(dst, src, width);
    else
      for (let k: u32 = 0; k < width; k += unit)
        for (let a = k, b = k + unit - 1; a <= b && b < width; a++, b--) {
          const low = load<u8>(src + a);
          const high = load<u8>(src + b);
          store<u8>(dst + a, high);
          store<u8>(dst + b, low);
        }
    dst += dStride;
    src += sStride;
  }
}

function walk(axis: i32, ndim: i32, dst: usize, src: usize, width: u32, unit: u32): void {
  const row = axisAt(axis);
  const count = items(row);
  const dStride = dstStride(row);
  const sStride = srcStride(row);
  if (axis == ndim - 1) {
    line(dst, src, count, dStride, sStride, width, unit);
    return;
  }
  for (let i: u32 = 0; i < count; i++) {
    walk(axis + 1, ndim, dst, src, width, unit);
    dst += dStride;
    src += sStride;
  }
}

/**
 * dst[i…] = src[i…] over the nest in the descriptor. width: bytes per item, any. unit: bytes that are reversed
 * together, a divisor of width, 0 or 1 for none. Any alignment. Source and destination must not overlap, except that
 * a single contiguous item may (ndim 0, unit <= 1).
 */
export function move(dst: usize, src: usize, ndim: i32, width: u32, unit: u32): void {
  if (ndim == 0) line(dst, src, 1, 0, 0, width, unit);
  else walk(0, ndim, dst, src, width, unit);
}
