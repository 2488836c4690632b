/** Running a conversion of single numbers between two plain strided sides. */

import type { Backend, Conversion } from "../backend/backend.js";
import { transformScript } from "../backend/js/transform.js";
import { stridebufError } from "../errors.js";
import { normalise, type Side } from "./normalise.js";
import { overlapsItself } from "./overlap.js";
import { runMove } from "./run.js";
import { SCRIPT_BYTES } from "./thresholds.js";

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
  const { dstWidth, srcWidth, dstSwap, srcSwap, steps } = conversion;
  if (steps.length === 0) {
    runMove(backend, shape, dst, src, dstWidth, dstSwap !== srcSwap ? dstWidth : 1);
    return;
  }
  let items = 1;
  for (let axis = 0; axis < shape.length; axis++) items *= shape[axis]!;
  if (items === 0) return;
  const nest = normalise(shape, dst, src);
  if (overlapsItself(nest.sizes, nest.dst, dstWidth))
    throw stridebufError("LayoutError", "items of the destination overlap each other", { reason: "overlap" });
  const to = { buffer: dst.buffer, byteOffset: nest.dstOffset };
  const from = { buffer: src.buffer, byteOffset: nest.srcOffset };
  const loop = { sizes: nest.sizes, dstStrides: nest.dst, srcStrides: nest.src };
  const isResident = backend.holds(dst.buffer) && backend.holds(src.buffer);
  if (!isResident && items * Math.max(srcWidth, dstWidth) < SCRIPT_BYTES) transformScript(to, from, loop, conversion);
  else backend.transform(to, from, loop, conversion);
}
