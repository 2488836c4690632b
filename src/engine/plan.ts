/**
 * From two sides of a copy to the simplest loop nest and to who runs it: broadcast → drop → sort → flip → merge →
 * classify → execute (ARCHITECTURE.md, "Plan"). A plan knows bytes only; dtypes have gone before it.
 */

import type { Backend, Loop } from "../backend/backend.js";
import { SPARSE } from "../backend/wasm/tiles.js";
import { stridebufError } from "../errors.js";
import { foldItems, type Nest, normalise, pairAxes, type Side, turnAll } from "./normalise.js";
import { type Overlap, overlapOf, overlapsItself } from "./overlap.js";
import { areItems, canSwap } from "./platform.js";
import {
  GATHER_BYTES,
  GATHER_STRIDE,
  PLATFORM_PAIR,
  PLATFORM_ROW,
  PLATFORM_SWAP,
  STAGED_LINE,
  STAGED_TILES,
} from "./thresholds.js";

/**
 * Who executes: nobody (`none`: no items, or each onto itself), the platform's own calls, one call of the module over
 * its own memory (`resident`), the module over tiles in its staging window (`staged`), or TypeScript loops (`script`).
 */
export type Executor = "none" | "platform" | "resident" | "staged" | "script";

/** What the inner problem is. */
export type Kind = "contiguous" | "reverse" | "fill" | "gather" | "scatter" | "strided" | "transpose";

export interface Plan {
  readonly executor: Executor;
  readonly kind: Kind;
  readonly loop: Loop;
  /** Bytes per item of the loop: a run that is contiguous on both sides is one item. */
  readonly width: number;
  /** Bytes reversed together; 1 for none. */
  readonly swapUnit: number;
  readonly dstOffset: number;
  readonly srcOffset: number;
  readonly overlap: Overlap;
  /** Why the executor was chosen. */
  readonly reason: string;
}

function classify({ sizes, dst, src }: Nest, width: number): Kind {
  const last = sizes.length - 1;
  if (last < 0) return "contiguous";
  if (src[last] === 0) return "fill";
  if (dst[last] === width) return src[last] === -width ? "reverse" : "gather";
  return src[last] === width ? "scatter" : "strided";
}

/**
 * The plan of dst[…] = src[…] for items of `width` bytes, reversed in units of `swapUnit`; `src` has been broadcast
 * and both sides have been proven to lie in their memories.
 *
 * @throws LayoutError (`overlap`) when items of `dst` overlap each other
 */
export function planMove(
  backend: Backend,
  shape: readonly number[],
  dst: Side,
  src: Side,
  itemWidth: number,
  swapUnit: number,
): Plan {
  const unit = swapUnit > 1 ? swapUnit : 1;
  if (itemWidth === 0 || shape.includes(0)) return idle(dst, src, itemWidth, unit, "disjoint", "no items");
  const nest = normalise(shape, dst, src);
  if (overlapsItself(nest.sizes, nest.dst, itemWidth))
    throw stridebufError("LayoutError", "items of the destination overlap each other", { reason: "overlap" });
  let overlap: Overlap = "disjoint";
  if (dst.buffer === src.buffer) {
    overlap = overlapOf(nest.sizes, nest.dst, nest.src, nest.dstOffset, nest.srcOffset, itemWidth);
    // Reversals work on units, of which items may have several: no order of items is safe for them.
    if (unit > 1 && (overlap === "forward" || overlap === "backward")) overlap = "temporary";
  }
  if (overlap === "same" && unit === 1) return idle(dst, src, itemWidth, unit, overlap, "every item onto itself");
  const width = foldItems(nest, itemWidth);
  const ordered = overlap === "forward" || overlap === "backward";
  const kind = !ordered && pairAxes(nest, width, width) ? "transpose" : classify(nest, width);
  if (overlap === "backward") turnAll(nest);
  const [executor, reason] = choose(backend, nest, kind, width, unit, dst, src, overlap);
  return {
    executor,
    kind,
    loop: { sizes: nest.sizes, dstStrides: nest.dst, srcStrides: nest.src },
    width,
    swapUnit: unit,
    dstOffset: nest.dstOffset,
    srcOffset: nest.srcOffset,
    overlap,
    reason,
  };
}

function idle(dst: Side, src: Side, width: number, swapUnit: number, overlap: Overlap, reason: string): Plan {
  return {
    executor: "none",
    kind: "contiguous",
    loop: { sizes: [], dstStrides: [], srcStrides: [] },
    width,
    swapUnit,
    dstOffset: dst.byteOffset,
    srcOffset: src.byteOffset,
    overlap,
    reason,
  };
}

function choose(
  backend: Backend,
  nest: Nest,
  kind: Kind,
  width: number,
  unit: number,
  dst: Side,
  src: Side,
  overlap: Overlap,
): [Executor, string] {
  if (unit === 1 && kind === "contiguous") return ["platform", "one contiguous run"];
  const wasm = backend.name === "wasm";
  const ordered = overlap === "forward" || overlap === "backward";
  if (wasm && backend.holds(dst.buffer) && backend.holds(src.buffer)) return ["resident", "both in module memory"];
  if (unit === 1 && width >= PLATFORM_ROW) return ["platform", "long runs, a platform call for each"];
  if (ordered) return ["script", "the overlap bears one order only"];
  let bytes = width;
  for (const n of nest.sizes) bytes *= n;
  if (bytes >= PLATFORM_PAIR) {
    if (
      kind === "contiguous" &&
      canSwap(unit) &&
      (!wasm || bytes >= PLATFORM_SWAP[overlap === "same" ? "inPlace" : "copy"][unit as 2 | 4 | 8])
    )
      return ["platform", "Buffer swaps bytes in place"];
    const items = unit === 1 && nest.sizes.length === 1 && nest.dst[0] === width;
    if (items && areItems(width, nest.dstOffset, nest.srcOffset)) {
      if (kind === "fill") return ["platform", "one item repeated"];
      if (kind === "reverse" && width > 1) return ["platform", "a copy, then reversed in place"];
    }
  }
  if (!wasm) return ["script", "no WebAssembly"];
  if (kind === "scatter" || kind === "strided") return ["script", "gaps between the items written"];
  if (kind === "gather" && unit === 1) {
    const stride = Math.abs(nest.src[nest.src.length - 1]!);
    if (stride > SPARSE * width) return ["script", "far between the items read"];
    const isWords = (width === 4 || width === 8) && (nest.dstOffset & 3) === 0;
    const isForeign = !backend.holds(src.buffer) && !backend.holds(dst.buffer);
    if (isWords && isForeign && stride >= GATHER_STRIDE && (bytes / width) * stride >= GATHER_BYTES)
      return ["script", "memory is the limit, and a loop reads the gaps once"];
  }
  const least = nest.sizes.length > 1 ? STAGED_TILES : STAGED_LINE;
  if (bytes < least) return ["script", "too little for a trip through the module"];
  return ["staged", "tiles through the staging window"];
}
