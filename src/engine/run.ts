/** Executes plans. */

import type { Backend, Place } from "../backend/backend.js";
import { arraysOf } from "../backend/js/arrays.js";
import { moveScript } from "../backend/js/move.js";
import { contiguousStrides } from "../view/strides.js";
import type { Side } from "./normalise.js";
import { type Plan, planMove } from "./plan.js";

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
    const buffer = new ArrayBuffer(strides.length === 0 ? width : strides[0]! * shape[0]!);
    const copy: Side = { buffer, byteOffset: 0, strides };
    runMove(backend, shape, copy, src, width, 1);
    runMove(backend, shape, dst, copy, width, swapUnit);
  } else execute(backend, plan, dst.buffer, src.buffer);
}

function execute(backend: Backend, plan: Plan, dstBuffer: ArrayBufferLike, srcBuffer: ArrayBufferLike): void {
  if (plan.executor === "none") return;
  const dst: Place = { buffer: dstBuffer, byteOffset: plan.dstOffset };
  const src: Place = { buffer: srcBuffer, byteOffset: plan.srcOffset };
  if (plan.executor === "platform" && plan.kind === "contiguous") copyRun(dst, src, plan.width);
  else if (plan.executor === "platform" || plan.executor === "script")
    moveScript(dst, src, plan.loop, plan.width, plan.swapUnit);
  else backend.move(dst, src, plan.loop, plan.width, plan.swapUnit);
}

/** One contiguous run; the two may overlap. */
function copyRun(dst: Place, src: Place, nbytes: number): void {
  const to = arraysOf(dst.buffer).u8;
  if (dst.buffer === src.buffer) to.copyWithin(dst.byteOffset, src.byteOffset, src.byteOffset + nbytes);
  else to.set(new Uint8Array(src.buffer, src.byteOffset, nbytes), dst.byteOffset);
}
