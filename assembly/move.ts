/** Bytes from here to there along a loop nest: an odometer over the outer axes around lines or planes. */

import { axisAt, dstStride, items, srcStride } from "./layout";
import { line } from "./line";
import { swapContiguous } from "./swap";
import { plane } from "./transpose";

/** The last two axes as a transpose, when items are adjacent along the one in dst and along the other in src. */
function isPlane(ndim: i32, width: usize): bool {
  if (ndim < 2) return false;
  const row = axisAt(ndim - 1);
  const step = <i32>width;
  return dstStride(row) == step && srcStride(axisAt(ndim - 2)) == step && srcStride(row) != step && srcStride(row) != 0;
}

function walk(axis: i32, inner: i32, ndim: i32, dst: usize, src: usize, width: usize, unit: usize): void {
  const row = axisAt(axis);
  if (axis == inner) {
    if (inner == ndim - 1) line(dst, src, items(row), dstStride(row), srcStride(row), width, unit);
    else {
      const last = axisAt(ndim - 1);
      plane(dst, src, items(last), items(row), dstStride(row), srcStride(last), width, unit);
    }
    return;
  }
  const dStride = dstStride(row);
  const sStride = srcStride(row);
  for (let i = items(row); i > 0; i--) {
    walk(axis + 1, inner, ndim, dst, src, width, unit);
    dst += dStride;
    src += sStride;
  }
}

/**
 * dst[i…] = src[i…] over the nest in the descriptor. width: bytes per item, any. unit: bytes that are reversed
 * together, a divisor of width, 0 or 1 for none. Any alignment. Overlap: none, except that a single contiguous item may
 * overlap in any way, a nest whose strides are equal on both sides may where its order bears it (unit <= 1), and dst may
 * be src.
 */
export function move(dst: usize, src: usize, ndim: i32, width: usize, unit: usize): void {
  if (ndim == 0) {
    if (unit > 1) swapContiguous(dst, src, width, unit);
    else memory.copy(dst, src, width);
  } else walk(0, isPlane(ndim, width) ? ndim - 2 : ndim - 1, ndim, dst, src, width, unit);
}
