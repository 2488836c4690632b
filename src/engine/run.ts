/** Executes plans. */

import type { Backend, Place } from "../backend/backend.js";
import { moveScript } from "../backend/js/move.js";
import { newBuffer } from "../view/storage.js";
import { contiguousStrides } from "../view/strides.js";
import type { Side } from "./normalise.js";
import { type Plan, planMove } from "./plan.js";
import { copyRun, fillRun, reverseRun, swapRun } from "./platform.js";

/**
 * dst[…] = src[…] over `shape`, items of `width` bytes reversed in units of `swapUnit`, as if `src` had been read
 * completely before the first write.
 *
 * @throws LayoutError (`overlap`) when items of `dst` overlap each other; nothing has been written then
 */
export function runMove(
  backend: Backend,
  shape: readonly number[],
  dst: Side,
  src: Side,
  width: number,
  swapUnit: number,
): void {
  const plan = planMove(backend, shape, dst, src, width, swapUnit);
  if (plan.overlap === "temporary") {
    const strides = contiguousStrides(shape, width);
    const buffer = newBuffer(strides.length === 0 ? width : strides[0]! * shape[0]!);
    const copy: Side = { buffer, byteOffset: 0, strides };
    runMove(backend, shape, copy, src, width, 1);
    runMove(backend, shape, dst, copy, width, swapUnit);
  } else {
    const to = { buffer: dst.buffer, byteOffset: plan.dstOffset };
    execute(backend, plan, to, { buffer: src.buffer, byteOffset: plan.srcOffset });
  }
}

/** Runs a plan whose loop begins at `dst` and `src`; it needs no temporary copy. */
export function execute(
  backend: Backend,
  { executor, kind, loop, width, swapUnit }: Pick<Plan, "executor" | "kind" | "loop" | "width" | "swapUnit">,
  dst: Place,
  src: Place,
): void {
  if (executor === "none") return;
  if (executor === "platform" && kind === "contiguous") {
    if (swapUnit > 1) swapRun(dst, src, width, swapUnit as 2 | 4 | 8);
    else copyRun(dst, src, width);
  } else if (executor === "platform" && kind === "reverse" && width <= 8)
    reverseRun(dst, src, loop.sizes[0]!, width as 2 | 4 | 8);
  else if (executor === "platform" && kind === "fill" && width <= 8)
    fillRun(dst, src, loop.sizes[0]!, width as 1 | 2 | 4 | 8);
  else if (executor === "platform" || executor === "script") moveScript(dst, src, loop, width, swapUnit);
  else backend.move(dst, src, loop, width, swapUnit);
}
