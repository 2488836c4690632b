/** Planning and running a conversion of single numbers between two plain strided sides. */

import type { Backend, Conversion, Loop, Place } from "../backend/backend.js";
import { transformScript } from "../backend/js/transform.js";
import { itemsOf } from "../backend/loop.js";
import { stridebufError } from "../errors.js";
import { normalise, pairAxes, type Side } from "./normalise.js";
import { overlapsItself } from "./overlap.js";
import type { Executor, Kind } from "./plan.js";
import { runMove } from "./run.js";
import { STAGED_LINE, STAGED_TILES } from "./thresholds.js";

export interface TransformPlan {
  readonly executor: Executor;
  readonly kind: Kind;
  /** Counts elements. */
  readonly loop: Loop;
  readonly dstOffset: number;
  readonly srcOffset: number;
  readonly reason: string;
}

/**
 * The plan of a conversion between elements of two widths (bytes); `src` has been broadcast.
 *
 * @throws LayoutError (`overlap`) when items of `dst` overlap each other
 */
export function planTransform(
  backend: Backend,
  shape: readonly number[],
  dst: Side,
  src: Side,
  dstWidth: number,
  srcWidth: number,
  conversion?: Conversion,
): TransformPlan {
  const isEmpty = shape.includes(0);
  const nest = normalise(isEmpty ? [] : shape, dst, src);
  const loop: Loop = { sizes: nest.sizes, dstStrides: nest.dst, srcStrides: nest.src };
  if (overlapsItself(nest.sizes, nest.dst, dstWidth))
    throw stridebufError("LayoutError", "items of the destination overlap each other", { reason: "overlap" });
  const kind = pairAxes(nest, dstWidth, srcWidth) ? "transpose" : kindOf(loop, dstWidth, srcWidth);
  const [executor, reason] = isEmpty
    ? (["none", "no items"] as const)
    : choose(backend, loop, kind, dst, src, dstWidth, srcWidth, conversion);
  return { executor, kind, loop, dstOffset: nest.dstOffset, srcOffset: nest.srcOffset, reason };
}

function kindOf({ sizes, dstStrides, srcStrides }: Loop, dstWidth: number, srcWidth: number): Kind {
  const last = sizes.length - 1;
  if (last < 0) return "contiguous";
  const d = dstStrides[last]!;
  const s = srcStrides[last]!;
  if (s === 0) return "fill";
  if (d !== dstWidth) return s === srcWidth ? "scatter" : "strided";
  if (s === srcWidth) return "contiguous";
  return s === -srcWidth ? "reverse" : "gather";
}

function choose(
  backend: Backend,
  loop: Loop,
  kind: Kind,
  dst: Side,
  src: Side,
  dstWidth: number,
  srcWidth: number,
  conversion: Conversion | undefined,
): readonly [Executor, string] {
  if (backend.name === "js") return ["script", "no WebAssembly"];
  if (backend.holds(dst.buffer) && backend.holds(src.buffer)) return ["resident", "both in module memory"];
  const bytes = itemsOf(loop) * Math.max(dstWidth, srcWidth);
  if (bytes < (loop.sizes.length < 2 ? STAGED_LINE : STAGED_TILES))
    return ["script", "too little for a trip through the module"];
  if (kind === "contiguous" && conversion !== undefined && isPlatformCall(conversion, bytes))
    return ["platform", "the platform's own conversion"];
  return ["staged", "tiles through the staging window"];
}

function isPlatformCall({ steps, srcSwap, dstSwap }: Conversion, bytes: number): boolean {
  return steps.length === 1 && !srcSwap && !dstSwap && bytes <= (steps[0]!.platform ?? 0);
}

/** Bytes that are reversed together where a conversion without steps only moves bytes; 1 for none. */
export const turnedUnit = ({ dstWidth, dstSwap, srcSwap }: Conversion): number => (dstSwap !== srcSwap ? dstWidth : 1);

/** Runs a planned conversion whose loop begins at `dst` and `src`. */
export function executeTransform(
  backend: Backend,
  { executor, loop }: Pick<TransformPlan, "executor" | "loop">,
  dst: Place,
  src: Place,
  conversion: Conversion,
): void {
  if (executor === "none") return;
  if (executor === "script" || executor === "platform") transformScript(dst, src, loop, conversion);
  else backend.transform(dst, src, loop, conversion);
}

/**
 * dst[…] = src[…] over `shape`, each number converted; `src` has been broadcast, and the two do not overlap.
 *
 * @throws LayoutError (`overlap`) when items of `dst` overlap each other; nothing has been written then
 */
export function runTransform(
  backend: Backend,
  shape: readonly number[],
  dst: Side,
  src: Side,
  conversion: Conversion,
): void {
  const { dstWidth, srcWidth, steps } = conversion;
  if (steps.length === 0) {
    runMove(backend, shape, dst, src, dstWidth, turnedUnit(conversion));
    return;
  }
  const plan = planTransform(backend, shape, dst, src, dstWidth, srcWidth, conversion);
  const to = { buffer: dst.buffer, byteOffset: plan.dstOffset };
  executeTransform(backend, plan, to, { buffer: src.buffer, byteOffset: plan.srcOffset }, conversion);
}
