/** Runs one loop of a plan. */

import type { Backend } from "../backend/backend.js";
import type { LoopOperation } from "./operations.js";

/** @param toBase - where the operation's offsets count from, in bytes from the beginning of `to`; `fromBase` the same of `from` */
export function runLoop(
  backend: Backend,
  operation: LoopOperation,
  to: ArrayBufferLike,
  toBase: number,
  from: ArrayBufferLike,
  fromBase: number,
): void {
  if (operation.executor === "none") return;
  const dst = { buffer: to, byteOffset: toBase + operation.dstOffset };
  const src = { buffer: from, byteOffset: fromBase + operation.srcOffset };
  const { conversion } = operation;
  if (conversion === undefined) backend.move(dst, src, operation);
  else backend.transform(dst, src, operation, conversion);
}
