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
  copyPairs,
  type Line,
  load32,
  load64,
  loadSwap32,
  loadSwap64,
  moveBytes,
  moveWords,
  reverseBytes,
  swap16,
  swap32,
  swap64,
} from "./lines.js";

/**
 * Rows of a block of a transpose by bytes per item: so many lines of 64 bytes stay in L1 or nearly, and the target gets runs of 512 bytes
 * and more (bench/NOTES.md, windows of two sizes).
 */
const blockOf = (width: number): number => (width < 4 ? 32 : width < 8 ? 64 : 128);

/** Planes of fewer rows are run along their columns: short lines are mostly calls (bench/NOTES.md, thresholds: interleave). */
const THIN = 12;

/**
 * Items of a line per call. A function that is called once for millions of items is compiled in its middle; after some calls V8
 * compiles it anew, and runs the next ones by code that takes twice as long (bench/NOTES.md, loops that keep up with memory).
 */
const PIECE = 32_768;

/** Columns that the rows of a thin plane take turns over: what one row leaves in L1 the next ones find there. */
const RUN = 512;

/**
 * Runs `line` over the nest; `dScale`, `sScale` are bytes per element of the arrays. Without axes it is one line of `run`
 * items, side by side.
 */
export function walk<D, S>(
  line: Line<D, S>,
  d: D,
  s: S,
  dScale: number,
  sScale: number,
  dstOffset: number,
  srcOffset: number,
  loop: Loop,
  width: number,
  run: number,
): void {
  const { sizes, dstStrides, srcStrides } = loop;
  const last = sizes.length - 1;
  if (last < 0) {
    line(d, s, dstOffset / dScale, srcOffset / sScale, width / dScale, width / sScale, run);
    return;
  }
  const count = sizes[last]!;
  const dStride = dstStrides[last]! / dScale;
  const sStride = srcStrides[last]! / sScale;
  if (last === 0) {
    for (let i = 0; i < count; i += PIECE)
      line(
        d,
        s,
        dstOffset / dScale + i * dStride,
        srcOffset / sScale + i * sStride,
        dStride,
        sStride,
        Math.min(PIECE, count - i),
      );
    return;
  }
  const plane = isPlane(loop, width, width);
  const outer = plane ? last - 1 : last;
  const index: number[] = new Array(outer).fill(0);
  let di = dstOffset / dScale;
  let si = srcOffset / sScale;
  for (;;) {
    if (plane) {
      const columns = sizes[outer]!;
      const dColumn = dstStrides[outer]! / dScale;
      const sColumn = srcStrides[outer]! / sScale;
      if (count < THIN) {
        for (let c = 0; c < columns; c += RUN) {
          const n = Math.min(RUN, columns - c);
          for (let r = 0; r < count; r++)
            line(d, s, di + r * dStride + c * dColumn, si + r * sStride + c * sColumn, dColumn, sColumn, n);
        }
      } else {
        const block = blockOf(width);
        for (let r = 0; r < count; r += block) {
          const rows = Math.min(block, count - r);
          for (let c = 0; c < columns; c++)
            line(d, s, di + r * dStride + c * dColumn, si + r * sStride + c * sColumn, dStride, sStride, rows);
        }
      }
    } else line(d, s, di, si, dStride, sStride, count);
    let axis = outer - 1;
    for (; axis >= 0; axis--) {
      di += dstStrides[axis]! / dScale;
      si += srcStrides[axis]! / sScale;
      if (++index[axis]! < sizes[axis]!) break;
      index[axis] = 0;
      di -= (dstStrides[axis]! / dScale) * sizes[axis]!;
      si -= (srcStrides[axis]! / sScale) * sizes[axis]!;
    }
    if (axis < 0) return;
  }
}

/** Every offset and stride of one side, as bits: those below the lowest one set divide them all. */
function bitsOf(byteOffset: number, strides: readonly number[], width: number): number {
  let bits = byteOffset | width;
  for (let axis = 0; axis < strides.length; axis++) bits |= strides[axis]!;
  return bits;
}

export function moveJs(dst: Place, src: Place, loop: Loop, width: number, swapUnit: number): void {
  const isSwap = swapUnit > 1;
  const size = isSwap ? swapUnit : width;
  const run = width / size;
  // Items of several units are an axis of units.
  const nest = run > 1 && loop.sizes.length > 0 ? withAxis(loop, run, size) : loop;
  const to = arraysOf(dst.buffer);
  const from = arraysOf(src.buffer);
  const { byteOffset: di } = dst;
  const { byteOffset: si } = src;
  const dBits = bitsOf(di, nest.dstStrides, size);
  const bits = dBits | bitsOf(si, nest.srcStrides, size);
  if (size === 1) walk(copy8, to.u8, from.u8, 1, 1, di, si, nest, 1, run);
  else if (size === 2 && (bits & 1) === 0) walk(isSwap ? swap16 : copy16, to.u16, from.u16, 2, 2, di, si, nest, 2, run);
  else if (size === 4 && (bits & 3) === 0) walk(isSwap ? swap32 : copy32, to.u32, from.u32, 4, 4, di, si, nest, 4, run);
  else if (size === 8 && !isSwap && (bits & 7) === 0 && dst.buffer !== src.buffer)
    walk(copy64, to, from, 8, 8, di, si, nest, 8, run);
  else if (size === 8 && (bits & 3) === 0)
    walk(isSwap ? swap64 : copyPairs, to.u32, from.u32, 4, 4, di, si, nest, 8, run);
  else if (size === 4 && (dBits & 3) === 0)
    walk(isSwap ? loadSwap32 : load32, to.i32, from.data, 4, 1, di, si, nest, 4, run);
  else if (size === 8 && (dBits & 3) === 0)
    walk(isSwap ? loadSwap64 : load64, to.i32, from.data, 4, 1, di, si, nest, 8, run);
  else if (!isSwap && size === 2) walk(bytes16, to.u8, from.u8, 1, 1, di, si, nest, 2, run);
  else if (!isSwap && size === 4) walk(bytes32, to.u8, from.u8, 1, 1, di, si, nest, 4, run);
  else if ((bits & 3) === 0 && size <= 64 && !isSwap) {
    const words = size / 4;
    const line: Line<Uint32Array> = (d, s, a, b, dStride, sStride, count) =>
      moveWords(d, s, a, b, dStride, sStride, count, words);
    walk(line, to.u32, from.u32, 4, 4, di, si, nest, size, run);
  } else {
    const bytesLine = isSwap ? reverseBytes : moveBytes;
    const line: Line<Uint8Array> = (d, s, a, b, dStride, sStride, count) =>
      bytesLine(d, s, a, b, dStride, sStride, count, size);
    walk(line, to.u8, from.u8, 1, 1, di, si, nest, size, run);
  }
}
