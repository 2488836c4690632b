/** `Backend.move` in plain TypeScript: lines by access width where alignment allows, planes in blocks, bytes otherwise. */

import type { Loop, Place } from "../backend.js";
import { isPlane } from "../loop.js";
import { arraysOf } from "./arrays.js";
import { copy8, copy16, copy32, copy64, type Line, moveBytes, swap16, swap32, swap64 } from "./lines.js";

/** Items per side of a block of a transpose: 32 lines of 64 bytes on either side stay in L1 (bench/move, transpose). */
const BLOCK = 32;

/** Runs `line` over the nest; `scale` is bytes per element of the arrays. */
function walk<A>(
  line: Line<A>,
  d: A,
  s: A,
  scale: number,
  dstOffset: number,
  srcOffset: number,
  loop: Loop,
  width: number,
): void {
  const { sizes, dstStrides, srcStrides } = loop;
  const last = sizes.length - 1;
  if (last < 0) {
    line(d, s, dstOffset / scale, srcOffset / scale, 1, 1, 1);
    return;
  }
  const count = sizes[last]!;
  const dStride = dstStrides[last]! / scale;
  const sStride = srcStrides[last]! / scale;
  if (last === 0) {
    line(d, s, dstOffset / scale, srcOffset / scale, dStride, sStride, count);
    return;
  }
  const plane = isPlane(loop, width, width);
  const outer = plane ? last - 1 : last;
  const index: number[] = new Array(outer).fill(0);
  let di = dstOffset / scale;
  let si = srcOffset / scale;
  for (;;) {
    if (plane) {
      const columns = sizes[outer]!;
      const dColumn = dstStrides[outer]! / scale;
      const sColumn = srcStrides[outer]! / scale;
      for (let r = 0; r < count; r += BLOCK) {
        const rows = Math.min(BLOCK, count - r);
        for (let c = 0; c < columns; c++)
          line(d, s, di + r * dStride + c * dColumn, si + r * sStride + c * sColumn, dStride, sStride, rows);
      }
    } else line(d, s, di, si, dStride, sStride, count);
    let axis = outer - 1;
    for (; axis >= 0; axis--) {
      di += dstStrides[axis]! / scale;
      si += srcStrides[axis]! / scale;
      if (++index[axis]! < sizes[axis]!) break;
      index[axis] = 0;
      di -= (dstStrides[axis]! / scale) * sizes[axis]!;
      si -= (srcStrides[axis]! / scale) * sizes[axis]!;
    }
    if (axis < 0) return;
  }
}

/** The largest of 4, 2, 1 that divides every offset and stride: the width at which aligned arrays can be used. */
function alignment(dstOffset: number, srcOffset: number, loop: Loop, width: number): number {
  let bits = dstOffset | srcOffset | width;
  for (let axis = 0; axis < loop.sizes.length; axis++) bits |= loop.dstStrides[axis]! | loop.srcStrides[axis]!;
  return (bits & 3) === 0 ? 4 : (bits & 1) === 0 ? 2 : 1;
}

export function moveScript(dst: Place, src: Place, loop: Loop, width: number, swapUnit: number): void {
  const to = arraysOf(dst.buffer);
  const from = dst.buffer === src.buffer ? to : arraysOf(src.buffer);
  const { byteOffset: di } = dst;
  const { byteOffset: si } = src;
  const unit = swapUnit > 1 ? swapUnit : 1;
  const aligned = width <= 8 && (unit === 1 || unit === width) ? alignment(di, si, loop, width) : 1;
  if (width === 1) walk(copy8, to.u8, from.u8, 1, di, si, loop, 1);
  else if (width === 2 && aligned > 1) walk(unit === 1 ? copy16 : swap16, to.u16, from.u16, 2, di, si, loop, 2);
  else if (width === 4 && aligned === 4) walk(unit === 1 ? copy32 : swap32, to.u32, from.u32, 4, di, si, loop, 4);
  else if (width === 8 && aligned === 4) walk(unit === 1 ? copy64 : swap64, to.u32, from.u32, 4, di, si, loop, 8);
  else {
    const line: Line<Uint8Array> = (d, s, a, b, dStride, sStride, count) =>
      moveBytes(d, s, a, b, dStride, sStride, count, width, unit);
    walk(line, to.u8, from.u8, 1, di, si, loop, width);
  }
}
