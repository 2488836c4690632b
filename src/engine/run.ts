/** Runs plans, and only runs them. */

import type { Backend } from "../backend/backend.js";
import { proveLive } from "../view/storage.js";
import type { StridedView } from "../view/view.js";
import type { Steps } from "./operations.js";
import type { MemoryPool } from "./pool.js";
import { runLoop } from "./run-loop.js";
import { runSteps } from "./run-steps.js";

/**
 * Runs a plan over two views of the geometry that it was made for.
 *
 * @param pool - where temporaries come from, and go again; new memory when not given
 * @throws ConversionError for the first number that a check refuses, BoundsError and EngineError for memory that is gone;
 * nothing has been written then
 */
export function run(
  backend: Backend,
  plan: Steps,
  dst: StridedView,
  src: StridedView,
  where?: StridedView,
  pool?: MemoryPool,
): void {
  const to = dst.storage.buffer;
  const from = src.storage.buffer;
  const dstEnd = plan.dstExtent[1];
  const srcEnd = plan.srcExtent[1];
  proveLive(to, dstEnd === 0 ? 0 : dst.byteOffset + dstEnd);
  proveLive(from, srcEnd === 0 ? 0 : src.byteOffset + srcEnd);
  const { operations } = plan;
  const first = operations[0]!;
  if (operations.length === 1 && (first.op === "move" || first.op === "transform"))
    runLoop(backend, first, to, dst.byteOffset, from, src.byteOffset);
  else runSteps(backend, plan, { dst, src, where }, pool);
}
