/** Where what is read goes, when the caller says so. */

import { stridebufError } from "../errors.js";
import { requireView } from "../view/require-view.js";
import type { StridedView } from "../view/view.js";

/** @throws TypeError for what is no view; LayoutError when `out` has another shape, since nothing is broadcast into it */
export function requireOut(out: unknown, shape: readonly number[]): asserts out is StridedView {
  requireView("options.out", out);
  if (out.shape.join() === shape.join()) return;
  const message = `options.out has shape [${out.shape.join(", ")}], the part [${shape.join(", ")}]`;
  throw stridebufError("LayoutError", message, { reason: "shape" });
}

/**
 * The items of `from`, or `out` filled with them.
 *
 * @throws what {@link requireOut} throws; EngineError when the items have to be converted and the program has no engine
 */
export function into(out: StridedView | undefined, from: StridedView): StridedView {
  if (out === undefined) return from;
  requireOut(out, from.shape);
  out.host.copy(out, from);
  return out;
}
