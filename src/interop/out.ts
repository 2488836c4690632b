/** What readers ask of the view that their caller wants filled. */

import type { DType } from "../dtype/dtype.js";
import { stridebufError } from "../errors.js";
import { argumentError } from "../view/checks.js";
import { StridedView } from "../view/view.js";

/** @throws TypeError for what is no view; LayoutError when `out` has another dtype or shape, or is read-only */
export function requireOut(out: unknown, dtype: DType, shape: readonly number[]): asserts out is StridedView {
  if (!(out instanceof StridedView)) throw argumentError("options.out", "a view", out, true);
  if (out.dtype !== dtype)
    throw stridebufError("LayoutError", `options.out holds ${out.dtype.format}, not ${dtype.format}`, {
      reason: "dtype",
    });
  if (out.shape.join() !== shape.join())
    throw stridebufError("LayoutError", `options.out has shape [${out.shape}], not [${shape}]`, { reason: "shape" });
  if (out.readonly) throw stridebufError("LayoutError", "options.out is read-only", { reason: "readonly" });
}
