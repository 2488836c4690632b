/**
 * Runs a loop over memories that kernels do not reach: tile by tile in through the staging window, one call, and out.
 * A side that lies in module memory is not copied.
 */

import type { Loop, Place } from "../backend.js";
import { arraysOf } from "../js/arrays.js";
import { moveJs } from "../js/move.js";
import { sameList } from "../loop.js";
import { SPARSE } from "../thresholds.js";
import { cutOf, inLine, planTile, type StagingWindow, type TilePlan } from "./cut.js";

/** A kernel over module memory; called once per tile. */
export type TileKernel = (dst: number, src: number, loop: Loop) => void;

/** The same for a line of `count` items. */
export type LineKernel = (dst: number, src: number, count: number, dStride: number, sStride: number) => void;

/** Bytes of each half of the window that lines use: both halves stay in L2 (bench/NOTES.md, staging). */
const LINE_ROOM = 262144;

/** Bytes of each half of it that small tiles use, so that all that they touch stays in an L2 of 1 MiB (bench/NOTES.md, windows of two sizes). */
const SMALL_ROOM = 393216;

/**
 * Runs `kernel` over pieces of one line, dense in `dst`. `inPlace`: the kernel may write where it reads, so one half of
 * the window is enough.
 */
export function runStagedLine(
  window: StagingWindow,
  dst: Place,
  src: Place,
  dstResident: boolean,
  srcResident: boolean,
  count: number,
  sStride: number,
  dstWidth: number,
  srcWidth: number,
  inPlace: boolean,
  kernel: LineKernel,
): void {
  const stride = Math.abs(sStride);
  const bytesPerItem = Math.max(dstResident ? 0 : dstWidth, srcResident ? 0 : stride);
  const pieces = Math.ceil((count * bytesPerItem) / LINE_ROOM);
  const most = Math.ceil(count / pieces);
  const { bytes } = window.memory;
  const from = srcResident ? bytes : arraysOf(src.buffer).u8;
  const to = dstResident ? bytes : arraysOf(dst.buffer).u8;
  const isShared = inPlace && !srcResident;
  for (let done = 0; done < count; done += most) {
    const n = Math.min(most, count - done);
    let at = src.byteOffset + done * sStride;
    if (!srcResident) {
      const low = sStride < 0 ? sStride * (n - 1) : 0;
      const start = at + low;
      const room = inLine(window.in, start);
      bytes.set(from.subarray(start, start + stride * (n - 1) + srcWidth), room);
      at = room - low;
    }
    const target = dst.byteOffset + done * dstWidth;
    const out = isShared ? at : inLine(window.out, target);
    kernel(dstResident ? target : out, at, n, dstWidth, sStride);
    if (!dstResident) to.set(bytes.subarray(out, out + n * dstWidth), target);
  }
}

/** Whether {@link runStagedLine} takes the loop: at most one axis, dense in `dst`, not sparse in `src`. */
export function isLine(loop: Loop, dstWidth: number, srcWidth: number): boolean {
  if (loop.sizes.length !== 1 || loop.dstStrides[0] !== dstWidth) return false;
  return Math.abs(loop.srcStrides[0]!) <= SPARSE * srcWidth;
}

/**
 * Runs `kernel` over tiles of the loop; a place that is resident is in module memory.
 *
 * @param isSmall - whether tiles are to be smaller than the window is
 */
export function runStaged(
  window: StagingWindow,
  dst: Place,
  src: Place,
  dstResident: boolean,
  srcResident: boolean,
  isSmall: boolean,
  loop: Loop,
  dstWidth: number,
  srcWidth: number,
  kernel: TileKernel,
): void {
  const { sizes, dstStrides, srcStrides } = loop;
  const ndim = sizes.length;
  const { whole, plan: first } = cutOf(
    window,
    isSmall ? SMALL_ROOM : window.bytes,
    loop,
    dstWidth,
    srcWidth,
    dstResident,
    srcResident,
  );
  let plan = first;
  const index: number[] = new Array(ndim).fill(0);
  const tile = whole.slice();
  let di = dst.byteOffset;
  let si = src.byteOffset;
  // One place for all tiles: the segments of a tile are arrays that are kept.
  const out = inLine(window.out, di + (first.dst?.low ?? 0));
  for (;;) {
    for (let axis = 0; axis < ndim; axis++) tile[axis] = Math.min(whole[axis]!, sizes[axis]! - index[axis]!);
    if (!sameList(tile, plan.sizes))
      plan = sameList(tile, whole) ? first : planTile(loop, tile.slice(), dstWidth, srcWidth, dstResident, srcResident);
    runTile(window, out, plan, dst.buffer, src.buffer, di, si, loop, dstWidth, srcWidth, kernel);
    let axis = ndim - 1;
    for (; axis >= 0; axis--) {
      const step = whole[axis]!;
      di += dstStrides[axis]! * step;
      si += srcStrides[axis]! * step;
      index[axis]! += step;
      if (index[axis]! < sizes[axis]!) break;
      di -= dstStrides[axis]! * index[axis]!;
      si -= srcStrides[axis]! * index[axis]!;
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

function runTile(
  window: StagingWindow,
  out: number,
  plan: TilePlan,
  dstBuffer: ArrayBufferLike,
  srcBuffer: ArrayBufferLike,
  di: number,
  si: number,
  loop: Loop,
  dstWidth: number,
  srcWidth: number,
  kernel: TileKernel,
): void {
  const { memory } = window;
  let from = si;
  if (plan.src !== undefined) {
    const room = inLine(window.in, si + plan.src.low);
    from = room - plan.src.low;
    if (plan.src.itemwise) {
      const gather: Loop = { sizes: plan.sizes, dstStrides: plan.src.strides, srcStrides: loop.srcStrides };
      moveJs({ buffer: memory.buffer, byteOffset: room }, { buffer: srcBuffer, byteOffset: si }, gather, srcWidth, 1);
    } else plan.src.fetch(arraysOf(srcBuffer).u8, si, memory.bytes, room);
  }
  if (plan.dst === undefined) {
    kernel(di, from, plan.loop);
    return;
  }
  kernel(out - plan.dst.low, from, plan.loop);
  if (plan.dst.itemwise) {
    const scatter: Loop = { sizes: plan.sizes, dstStrides: loop.dstStrides, srcStrides: plan.dst.strides };
    moveJs({ buffer: dstBuffer, byteOffset: di }, { buffer: memory.buffer, byteOffset: out }, scatter, dstWidth, 1);
  } else plan.dst.store(arraysOf(dstBuffer).u8, di, memory.bytes, out);
}
