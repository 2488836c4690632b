/** How a loop is cut into tiles for the staging window, and where the bytes of a tile lie on either side of it. */

import type { Loop } from "../backend.js";
import { sameList } from "../loop.js";
import type { ModuleMemory } from "./memory.js";
import { sideOfTile, type TileSide, tileSizes } from "./tiles.js";

/** The window's addresses in module memory and the bytes of each half. */
export interface StagingWindow {
  readonly memory: ModuleMemory;
  readonly in: number;
  readonly out: number;
  readonly bytes: number;
  /** How the last loops were cut. */
  readonly cuts: Cut[];
}

/** Where malloc, of which Node and Deno take large buffers, puts these in a cache line; other engines begin them at one. */
const LEAD = "process" in globalThis && !("Bun" in globalThis) ? 16 : 0;

/**
 * Where in a half of the window data goes that lies at `byteOffset` of a buffer: at the same place in a cache line, as platform
 * copies like it (bench/NOTES.md, staging), and aligned to 8.
 */
export const inLine = (half: number, byteOffset: number): number => half + ((LEAD + byteOffset) & 56);

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
    if (views[0]?.buffer !== window.buffer || views[0].byteOffset !== at) {
      views.length = 0;
      for (let i = 0; i < this.offsets.length; i++)
        views.push(window.subarray(at + i * segment, at + (i + 1) * segment));
    }
    const start = byteOffset + this.low;
    for (let i = 0; i < views.length; i++) to.set(views[i]!, start + this.offsets[i]!);
  }
}

/** Everything that tiles of one size have in common. */
export interface TilePlan {
  readonly sizes: readonly number[];
  readonly dst: StagedSide | undefined;
  readonly src: StagedSide | undefined;
  readonly loop: Loop;
}

/** How a loop is cut, kept for the next copy of the same geometry. */
interface Cut {
  readonly room: number;
  readonly loop: Loop;
  readonly dstWidth: number;
  readonly srcWidth: number;
  readonly dstResident: boolean;
  readonly srcResident: boolean;
  readonly whole: readonly number[];
  readonly plan: TilePlan;
}

/** Cuts of the last few geometries, per window; making one costs some microseconds. */
const CUTS = 8;

const sameLoop = (a: Loop, b: Loop): boolean =>
  sameList(a.sizes, b.sizes) && sameList(a.dstStrides, b.dstStrides) && sameList(a.srcStrides, b.srcStrides);

/** @param room - bytes that each side of a tile may take up */
export function cutOf(
  window: StagingWindow,
  room: number,
  loop: Loop,
  dstWidth: number,
  srcWidth: number,
  dstResident: boolean,
  srcResident: boolean,
): Cut {
  for (const cut of window.cuts)
    if (
      cut.room === room &&
      cut.dstWidth === dstWidth &&
      cut.srcWidth === srcWidth &&
      cut.dstResident === dstResident &&
      cut.srcResident === srcResident &&
      sameLoop(cut.loop, loop)
    )
      return cut;
  const whole = tileSizes(loop, dstWidth, srcWidth, !dstResident, !srcResident, room);
  const plan = planTile(loop, whole, dstWidth, srcWidth, dstResident, srcResident);
  const cut = { room, loop, dstWidth, srcWidth, dstResident, srcResident, whole, plan };
  window.cuts.unshift(cut);
  if (window.cuts.length > CUTS) window.cuts.pop();
  return cut;
}

export function planTile(
  loop: Loop,
  tile: readonly number[],
  dstWidth: number,
  srcWidth: number,
  dstResident: boolean,
  srcResident: boolean,
): TilePlan {
  const { dstStrides, srcStrides } = loop;
  const dst = dstResident ? undefined : new StagedSide(tile, dstStrides, dstWidth, true);
  const src = srcResident ? undefined : new StagedSide(tile, srcStrides, srcWidth, false);
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
