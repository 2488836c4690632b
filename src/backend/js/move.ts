/** `Backend.move` in plain TypeScript: lines by access width where alignment allows, planes in blocks, bytes otherwise. */

import type { Loop, Place } from "../backend.js";
import { isPlane, withAxis } from "../loop.js";
import { arraysOf } from "./arrays.js";
import {
  bytes16,
  bytes32,
  copy8,
  copy16,
  copy32,
  copy64,
  type Line,
  moveBytes,
  moveWords,
  reverseBytes,
  swap16,
  swap32,
  swap64,
} from "./lines.js";

/** Items per side of a block of a transpose: 32 lines of 64 bytes on either side stay in L1 (bench/NOTES.md, thresholds: transpose). */
const BLOCK = 32;

/** Planes of fewer rows are run along their columns: short lines are mostly calls (bench/NOTES.md, thresholds: interleave). */
const THIN = 12;

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
      if (count < THIN) {
        for (let r = 0; r < count; r++) line(d, s, di + r * dStride, si + r * sStride, dColumn, sColumn, columns);
      } else {
        for (let r = 0; r < count; r += BLOCK) {
          const rows = Math.min(BLOCK, count - r);
          for (let c = 0; c < columns; c++)
            line(d, s, di + r * dStride + c * dColumn, si + r * sStride + c * sColumn, dStride, sStride, rows);
        }
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
  const isSwap = swapUnit > 1;
  // Items of several units are an axis of units.
  const nest = isSwap && width > swapUnit ? withAxis(loop, width / swapUnit, swapUnit) : loop;
  const size = nest === loop ? width : swapUnit;
  const to = arraysOf(dst.buffer);
  const from = arraysOf(src.buffer);
  const { byteOffset: di } = dst;
  const { byteOffset: si } = src;
  const aligned = alignment(di, si, nest, size);
  if (size === 1) walk(copy8, to.u8, from.u8, 1, di, si, nest, 1);
  else if (size === 2 && aligned > 1) walk(isSwap ? swap16 : copy16, to.u16, from.u16, 2, di, si, nest, 2);
  else if (size === 4 && aligned === 4) walk(isSwap ? swap32 : copy32, to.u32, from.u32, 4, di, si, nest, 4);
  else if (size === 8 && aligned === 4) walk(isSwap ? swap64 : copy64, to.u32, from.u32, 4, di, si, nest, 8);
  else if (!isSwap && size === 2) walk(bytes16, to.u8, from.u8, 1, di, si, nest, 2);
  else if (!isSwap && size === 4) walk(bytes32, to.u8, from.u8, 1, di, si, nest, 4);
  else if (aligned === 4 && size <= 64 && !isSwap) {
    const words = size / 4;
    const line: Line<Uint32Array> = (d, s, a, b, dStride, sStride, count) =>
      moveWords(d, s, a, b, dStride, sStride, count, words);
    walk(line, to.u32, from.u32, 4, di, si, nest, size);
  } else {
    const bytesLine = isSwap ? reverseBytes : moveBytes;
    const line: Line<Uint8Array> = (d, s, a, b, dStride, sStride, count) =>
      bytesLine(d, s, a, b, dStride, sStride, count, size);
    walk(line, to.u8, from.u8, 1, di, si, nest, size);
  }
}
