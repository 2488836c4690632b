/**
 * `Backend.transform` in plain TypeScript: boxes of the two inner axes, contiguous and native between a gather and a
 * scatter. A stage that would change nothing is left out.
 */

import type { Conversion, Loop, Place } from "../backend.js";
import { moveJs } from "./move.js";

/** Elements per box: two boxes of 8-byte elements and the user's lines stay in L1 (bench/NOTES.md, thresholds: tile). */
const TILE = 1024;

/** Elements per run of a box of a transpose: whole lines of the destination. */
const RUN = 32;

const SCRATCH_BYTES = TILE * 16;

/** Two buffers that the stages of a chain alternate between. */
type Scratch = readonly [ArrayBuffer, ArrayBuffer];

/** The ones that are free: a user's function may begin another conversion while one is under way. */
let spare: Scratch | undefined;

function takeScratch(nbytes: number): Scratch {
  const scratch = spare;
  spare = undefined;
  if (scratch !== undefined && scratch[0].byteLength >= nbytes) return scratch;
  const size = Math.max(nbytes, SCRATCH_BYTES);
  return [new ArrayBuffer(size), new ArrayBuffer(size)];
}

/** Bytes of the widest element on the way. */
function widestOf({ steps }: Conversion): number {
  let widest = 1;
  for (const step of steps) widest = Math.max(widest, step.srcWidth, step.dstWidth);
  return widest;
}

/** Blocks of an odd number of bytes hold nothing that wants alignment: the largest power of two in the width counts. */
const aligned = (byteOffset: number, width: number): boolean => (byteOffset & 7 & ((width & -width) - 1)) === 0;

/** Whether one converter takes the whole line from where it is to where it goes. */
function isStraight(dst: Place, src: Place, dStride: number, sStride: number, c: Conversion): boolean {
  if (c.steps.length !== 1 || c.srcSwap || c.dstSwap || sStride !== c.srcWidth || dStride !== c.dstWidth) return false;
  return aligned(dst.byteOffset, c.dstWidth) && aligned(src.byteOffset, c.srcWidth);
}

/** `rows` runs of `count` elements, at most one tile. Strides are bytes: per run, per element. */
function box(
  dst: Place,
  src: Place,
  rows: number,
  count: number,
  dRow: number,
  sRow: number,
  dStride: number,
  sStride: number,
  c: Conversion,
  scratch: Scratch,
): void {
  const { steps, srcWidth, dstWidth } = c;
  const isPackedFrom = sStride === srcWidth && (rows === 1 || sRow === count * srcWidth);
  const isPackedTo = dStride === dstWidth && (rows === 1 || dRow === count * dstWidth);
  const straightTo = isPackedTo && !c.dstSwap && aligned(dst.byteOffset, dstWidth);
  let from: ArrayBufferLike = src.buffer;
  let at = src.byteOffset;
  if (!isPackedFrom || c.srcSwap || !aligned(at, srcWidth)) {
    const loop = nest(rows, count, count * srcWidth, sRow, srcWidth, sStride);
    moveJs({ buffer: scratch[0], byteOffset: 0 }, src, loop, srcWidth, c.srcSwap ? srcWidth : 1);
    from = scratch[0];
    at = 0;
  }
  const last = steps.length - 1;
  for (let i = 0; i <= last; i++) {
    const straight = straightTo && i === last;
    const to = straight ? dst.buffer : scratch[i & 1 ? 0 : 1]!;
    const offset = straight ? dst.byteOffset : 0;
    steps[i]!.js(to, offset, from, at, rows * count);
    from = to;
    at = offset;
  }
  if (straightTo) return;
  const loop = nest(rows, count, dRow, count * dstWidth, dStride, dstWidth);
  moveJs(dst, { buffer: from, byteOffset: at }, loop, dstWidth, c.dstSwap ? dstWidth : 1);
}

const nest = (rows: number, count: number, dRow: number, sRow: number, dStride: number, sStride: number): Loop =>
  rows === 1
    ? { sizes: [count], dstStrides: [dStride], srcStrides: [sStride] }
    : { sizes: [rows, count], dstStrides: [dRow, dStride], srcStrides: [sRow, sStride] };

/** Whether one strided loop is all there is to do, where elements are aligned. */
export const hasLine = ({ steps, srcSwap, dstSwap }: Conversion): boolean =>
  steps.length === 1 && steps[0]!.line !== undefined && !srcSwap && !dstSwap;

function isAligned(byteOffset: number, strides: readonly number[], width: number): boolean {
  let bits = byteOffset;
  for (let axis = 0; axis < strides.length; axis++) bits |= strides[axis]!;
  return (bits & (width - 1)) === 0;
}

/** @throws EngineError (`compile`) when the twin of a step cannot run */
export function proveTwins({ steps }: Conversion): void {
  for (const step of steps) step.prove?.();
}

/** @param executor - `js`: by the strided loop of the two types where there is one, `platform`: by the twin where that takes the whole line */
export function transformJs(
  dst: Place,
  src: Place,
  loop: Loop,
  conversion: Conversion,
  executor: "js" | "platform" = "platform",
): void {
  const { sizes, dstStrides, srcStrides } = loop;
  const last = sizes.length - 1;
  const count = sizes[last] ?? 1;
  const dStride = dstStrides[last] ?? conversion.dstWidth;
  const sStride = srcStrides[last] ?? conversion.srcWidth;
  const byLine = executor === "js" && hasLine(conversion);
  if (last <= 0 && !byLine && isStraight(dst, src, dStride, sStride, conversion)) {
    conversion.steps[0]!.js(dst.buffer, dst.byteOffset, src.buffer, src.byteOffset, count);
    return;
  }
  if (hasLine(conversion) && isAligned(dst.byteOffset, dstStrides, conversion.dstWidth)) {
    if (isAligned(src.byteOffset, srcStrides, conversion.srcWidth)) {
      conversion.steps[0]!.line!(dst, src, loop);
      return;
    }
  }
  const widest = widestOf(conversion);
  const scratch = takeScratch(widest);
  try {
    runBoxes(
      dst,
      src,
      loop,
      conversion,
      widest <= 16 ? TILE : Math.max(1, Math.floor(SCRATCH_BYTES / widest)),
      scratch,
    );
  } finally {
    spare = scratch;
  }
}

/** @param tile - elements per box: fewer where elements are blocks of more than 16 bytes */
function runBoxes(
  dst: Place,
  src: Place,
  { sizes, dstStrides, srcStrides }: Loop,
  conversion: Conversion,
  tile: number,
  scratch: Scratch,
): void {
  const last = sizes.length - 1;
  const count = sizes[last] ?? 1;
  const dStride = dstStrides[last] ?? conversion.dstWidth;
  const sStride = srcStrides[last] ?? conversion.srcWidth;
  if (last <= 0 && count <= tile) {
    box(dst, src, 1, count, 0, 0, dStride, sStride, conversion, scratch);
    return;
  }
  const rows = last > 0 ? sizes[last - 1]! : 1;
  const dRow = last > 0 ? dstStrides[last - 1]! : 0;
  const sRow = last > 0 ? srcStrides[last - 1]! : 0;
  const isCrossed = last > 0 && sRow === conversion.srcWidth && sStride !== conversion.srcWidth;
  const run = Math.min(count, isCrossed ? Math.min(RUN, tile) : tile);
  const high = Math.max(1, Math.floor(tile / run));
  const visit = (axis: number, di: number, si: number): void => {
    if (axis >= last - 1) {
      for (let r = 0; r < rows; r += high)
        for (let i = 0; i < count; i += run) {
          const to = { buffer: dst.buffer, byteOffset: di + r * dRow + i * dStride };
          const from = { buffer: src.buffer, byteOffset: si + r * sRow + i * sStride };
          const n = Math.min(run, count - i);
          box(to, from, Math.min(high, rows - r), n, dRow, sRow, dStride, sStride, conversion, scratch);
        }
      return;
    }
    for (let i = 0; i < sizes[axis]!; i++) visit(axis + 1, di + i * dstStrides[axis]!, si + i * srcStrides[axis]!);
  };
  visit(0, dst.byteOffset, src.byteOffset);
}
