/**
 * Runs a loop over memories that kernels do not reach: tile by tile in through the staging window, one call, and out.
 * A side that lies in module memory is not copied.
 */

import type { Loop, Place } from "../backend.js";
import { arraysOf } from "../js/arrays.js";
import { moveScript } from "../js/move.js";
import type { ModuleMemory } from "./memory.js";
import { SPARSE, sideOfTile, type TileSide, tileSizes } from "./tiles.js";

/** The window's addresses in module memory and the bytes of each half. */
export interface StagingWindow {
  readonly memory: ModuleMemory;
  readonly in: number;
  readonly out: number;
  readonly bytes: number;
  /** How the last loops were cut. */
  readonly cuts: Cut[];
}

/** A kernel over module memory; called once per tile. */
export type TileKernel = (dst: number, src: number, loop: Loop) => void;

/** The same for a line of `count` items. */
export type LineKernel = (dst: number, src: number, count: number, dStride: number, sStride: number) => void;

/** Bytes of each half of the window that lines use: both halves stay in L2 (bench/NOTES.md, thresholds: window). */
const LINE_ROOM = 131072;

/** Segments shorter than this many bytes are moved item by item instead: bench/NOTES.md, thresholds: sparse. */
const SHORT_SEGMENT = 48;

/** One side of the tiles of one size: where its segments lie in the user's memory and in the window. */
class StagedSide {
  readonly side: TileSide;
  /** Bytes from the first item of a tile down to the lowest byte it touches in the first segment; <= 0. */
  readonly low: number;
  /** Strides of the items in the window. */
  readonly strides: number[];
  /** Offsets of the segments from the first one, in the user's memory. */
  readonly offsets: number[];
  /** Segments too short to be worth a call each: items are gathered and scattered in TypeScript. */
  readonly itemwise: boolean;
  #views: Uint8Array[] = [];

  constructor(sizes: readonly number[], strides: readonly number[], width: number, exact: boolean) {
    this.side = sideOfTile(sizes, strides, width, exact);
    this.itemwise = this.side.segment < SHORT_SEGMENT && this.side.segments > 1;
    this.strides = strides.slice();
    this.offsets = [0];
    let low = 0;
    if (this.itemwise) {
      let step = width;
      for (let axis = sizes.length - 1; axis >= 0; axis--) {
        this.strides[axis] = step;
        step *= sizes[axis]!;
      }
      this.low = 0;
      return;
    }
    let pitch = this.side.segment;
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      const n = sizes[axis]!;
      const stride = strides[axis]!;
      if (this.side.inside[axis]) {
        if (stride < 0) low += stride * (n - 1);
        continue;
      }
      this.strides[axis] = pitch;
      pitch *= n;
      const before = this.offsets;
      this.offsets = [];
      for (let i = 0; i < n; i++) for (const offset of before) this.offsets.push(offset + i * stride);
    }
    this.low = low;
  }

  /** Copies the tile whose first item is at `byteOffset` into the window at `at`. */
  fetch(from: Uint8Array, byteOffset: number, window: Uint8Array, at: number): void {
    const { segment } = this.side;
    const start = byteOffset + this.low;
    let to = at;
    for (const offset of this.offsets) {
      window.set(from.subarray(start + offset, start + offset + segment), to);
      to += segment;
    }
  }

  /** Copies the tile in the window at `at` to its place. */
  store(to: Uint8Array, byteOffset: number, window: Uint8Array, at: number): void {
    const { segment } = this.side;
    const views = this.#views;
    if (views[0]?.buffer !== window.buffer) {
      views.length = 0;
      for (let i = 0; i < this.offsets.length; i++)
        views.push(window.subarray(at + i * segment, at + (i + 1) * segment));
    }
    const start = byteOffset + this.low;
    for (let i = 0; i < views.length; i++) to.set(views[i]!, start + this.offsets[i]!);
  }
}

/** Everything that tiles of one size have in common. */
interface TilePlan {
  readonly sizes: readonly number[];
  readonly dst: StagedSide | undefined;
  readonly src: StagedSide | undefined;
  readonly loop: Loop;
}

/** How a loop is cut, kept for the next copy of the same geometry. */
interface Cut {
  readonly loop: Loop;
  readonly dstWidth: number;
  readonly srcWidth: number;
  readonly dstHeld: boolean;
  readonly srcHeld: boolean;
  readonly whole: readonly number[];
  readonly plan: TilePlan;
}

/** Cuts of the last few geometries, per window; making one costs some microseconds. */
const CUTS = 4;

const sameList = (a: readonly number[], b: readonly number[]): boolean => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};

const sameLoop = (a: Loop, b: Loop): boolean =>
  sameList(a.sizes, b.sizes) && sameList(a.dstStrides, b.dstStrides) && sameList(a.srcStrides, b.srcStrides);

function cutOf(
  window: StagingWindow,
  loop: Loop,
  dstWidth: number,
  srcWidth: number,
  dstHeld: boolean,
  srcHeld: boolean,
): Cut {
  for (const cut of window.cuts)
    if (
      cut.dstWidth === dstWidth &&
      cut.srcWidth === srcWidth &&
      cut.dstHeld === dstHeld &&
      cut.srcHeld === srcHeld &&
      sameLoop(cut.loop, loop)
    )
      return cut;
  const whole = tileSizes(loop, dstWidth, srcWidth, !dstHeld, !srcHeld, window.bytes);
  const plan = planTile(loop, whole, dstWidth, srcWidth, dstHeld, srcHeld);
  const cut = { loop, dstWidth, srcWidth, dstHeld, srcHeld, whole, plan };
  window.cuts.unshift(cut);
  if (window.cuts.length > CUTS) window.cuts.pop();
  return cut;
}

function planTile(
  loop: Loop,
  tile: readonly number[],
  dstWidth: number,
  srcWidth: number,
  dstHeld: boolean,
  srcHeld: boolean,
): TilePlan {
  const { dstStrides, srcStrides } = loop;
  const dst = dstHeld ? undefined : new StagedSide(tile, dstStrides, dstWidth, true);
  const src = srcHeld ? undefined : new StagedSide(tile, srcStrides, srcWidth, false);
  return { sizes: tile, dst, src, loop: compact(tile, dst?.strides ?? dstStrides, src?.strides ?? srcStrides) };
}

/** Leaves out axes of one item and joins axes that are one run on both sides. */
function compact(sizes: readonly number[], dst: readonly number[], src: readonly number[]): Loop {
  const out = { sizes: [] as number[], dstStrides: [] as number[], srcStrides: [] as number[] };
  for (let axis = 0; axis < sizes.length; axis++) {
    const n = sizes[axis]!;
    if (n === 1) continue;
    const last = out.sizes.length - 1;
    if (last >= 0 && out.dstStrides[last] === n * dst[axis]! && out.srcStrides[last] === n * src[axis]!) {
      out.sizes[last] = out.sizes[last]! * n;
      out.dstStrides[last] = dst[axis]!;
      out.srcStrides[last] = src[axis]!;
    } else {
      out.sizes.push(n);
      out.dstStrides.push(dst[axis]!);
      out.srcStrides.push(src[axis]!);
    }
  }
  return out;
}

/**
 * Runs `kernel` over pieces of one line, dense in `dst`. `inPlace`: the kernel may write where it reads, so one half of
 * the window is enough.
 */
export function runStagedLine(
  window: StagingWindow,
  dst: Place,
  src: Place,
  dstHeld: boolean,
  srcHeld: boolean,
  count: number,
  sStride: number,
  dstWidth: number,
  srcWidth: number,
  inPlace: boolean,
  kernel: LineKernel,
): void {
  const stride = Math.abs(sStride);
  const bytesPerItem = Math.max(dstHeld ? 0 : dstWidth, srcHeld ? 0 : stride);
  const pieces = Math.ceil((count * bytesPerItem) / LINE_ROOM);
  const most = Math.ceil(count / pieces);
  const { bytes } = window.memory;
  const from = srcHeld ? bytes : arraysOf(src.buffer).u8;
  const to = dstHeld ? bytes : arraysOf(dst.buffer).u8;
  const out = inPlace && !srcHeld ? window.in : window.out;
  for (let done = 0; done < count; done += most) {
    const n = Math.min(most, count - done);
    let at = src.byteOffset + done * sStride;
    if (!srcHeld) {
      const low = sStride < 0 ? sStride * (n - 1) : 0;
      const start = at + low;
      bytes.set(from.subarray(start, start + stride * (n - 1) + srcWidth), window.in);
      at = window.in - low;
    }
    const target = dst.byteOffset + done * dstWidth;
    kernel(dstHeld ? target : out, at, n, dstWidth, sStride);
    if (!dstHeld) to.set(bytes.subarray(out, out + n * dstWidth), target);
  }
}

/** Whether {@link runStagedLine} takes the loop: at most one axis, dense in `dst`, not sparse in `src`. */
export function isLine(loop: Loop, dstWidth: number, srcWidth: number): boolean {
  if (loop.sizes.length !== 1 || loop.dstStrides[0] !== dstWidth) return false;
  return Math.abs(loop.srcStrides[0]!) <= SPARSE * srcWidth;
}

/** Runs `kernel` over tiles of the loop; a place with `held` true is in module memory. */
export function runStaged(
  window: StagingWindow,
  dst: Place,
  src: Place,
  dstHeld: boolean,
  srcHeld: boolean,
  loop: Loop,
  dstWidth: number,
  srcWidth: number,
  kernel: TileKernel,
): void {
  const { sizes, dstStrides, srcStrides } = loop;
  const ndim = sizes.length;
  const { whole, plan: first } = cutOf(window, loop, dstWidth, srcWidth, dstHeld, srcHeld);
  let plan = first;
  const index: number[] = new Array(ndim).fill(0);
  const tile = whole.slice();
  let di = dst.byteOffset;
  let si = src.byteOffset;
  for (;;) {
    for (let axis = 0; axis < ndim; axis++) tile[axis] = Math.min(whole[axis]!, sizes[axis]! - index[axis]!);
    if (!sameList(tile, plan.sizes))
      plan = sameList(tile, whole) ? first : planTile(loop, tile.slice(), dstWidth, srcWidth, dstHeld, srcHeld);
    runTile(window, plan, dst.buffer, src.buffer, di, si, loop, dstWidth, srcWidth, kernel);
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
    from = window.in - plan.src.low;
    if (plan.src.itemwise) {
      const gather: Loop = { sizes: plan.sizes, dstStrides: plan.src.strides, srcStrides: loop.srcStrides };
      moveScript(
        { buffer: memory.buffer, byteOffset: window.in },
        { buffer: srcBuffer, byteOffset: si },
        gather,
        srcWidth,
        1,
      );
    } else plan.src.fetch(arraysOf(srcBuffer).u8, si, memory.bytes, window.in);
  }
  if (plan.dst === undefined) {
    kernel(di, from, plan.loop);
    return;
  }
  kernel(window.out - plan.dst.low, from, plan.loop);
  if (plan.dst.itemwise) {
    const scatter: Loop = { sizes: plan.sizes, dstStrides: loop.dstStrides, srcStrides: plan.dst.strides };
    moveScript(
      { buffer: dstBuffer, byteOffset: di },
      { buffer: memory.buffer, byteOffset: window.out },
      scatter,
      dstWidth,
      1,
    );
  } else plan.dst.store(arraysOf(dstBuffer).u8, di, memory.bytes, window.out);
}
