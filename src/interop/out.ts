/** What readers give: the items themselves, converted ones, or the view that their caller wants filled. */

import type { DType } from "../dtype/dtype.js";
import { dtype } from "../dtype/read.js";
import { resultShape } from "../engine/block-shapes.js";
import { stridebufError } from "../errors.js";
import { convert } from "../index.js";
import { requireView } from "../view/require-view.js";
import type { StridedView } from "../view/view.js";

/** What becomes of the items that a reader finds in memory. */
export interface ReadOptions {
  /** What the items shall be; by default what they are, or what `out` holds. */
  readonly as?: string | DType;
  /** Where to put them: a view of the result's shape, in any layout. */
  readonly out?: StridedView;
}

/** The names of {@link ReadOptions}. */
export const READ_OPTIONS: readonly (keyof ReadOptions)[] = ["as", "out"];

/**
 * The items where they lie; with `as` or `out` copied once, converted on the way.
 *
 * @throws as {@link requireOut} and `convert`
 */
export function delivered(items: StridedView, { as, out }: ReadOptions): StridedView {
  if (as === undefined && out === undefined) return items;
  const to = as === undefined ? out!.dtype : dtype(as);
  if (out === undefined) return convert(items, to);
  requireOut(out, to, resultShape(items, to));
  return convert(items, to, { out });
}

/**
 * @param dtype - what it is to hold; anything where undefined
 * @throws TypeError for what is no view; LayoutError when `out` has another dtype or shape, or is read-only
 */
export function requireOut(
  out: unknown,
  dtype: DType | undefined,
  shape: readonly number[],
): asserts out is StridedView {
  requireView("options.out", out);
  if (dtype !== undefined && out.dtype !== dtype)
    throw stridebufError("LayoutError", `options.out holds ${out.dtype.format}, not ${dtype.format}`, {
      reason: "dtype",
    });
  if (out.shape.join() !== shape.join())
    throw stridebufError("LayoutError", `options.out has shape [${out.shape}], not [${shape}]`, { reason: "shape" });
  if (out.readonly) throw stridebufError("LayoutError", "options.out is read-only", { reason: "readonly" });
}
