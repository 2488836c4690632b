/**
 * Where the items of a view lie, and what a transposed view makes of it. Pure arithmetic on {@link Layout}: what zero-copy operations give
 * touches only bytes that their operand touches, so no bounds are proven again. Views with suboffsets go through suboffsets.ts, whose
 * rules contain these as the case without pointers.
 */

import { stridebufError } from "../errors.js";
import { axisNumbers, integers, MAX_NDIM } from "./checks.js";

/** Where the items of a view lie. All in bytes, except `shape`. */
export interface Layout {
  /** Bytes from the start of the memory to the first item. */
  readonly byteOffset: number;
  /** Items per axis. */
  readonly shape: readonly number[];
  /** Bytes to the next item, per axis; negative where the axis runs backwards. */
  readonly strides: readonly number[];
  /** Bytes added after following a pointer, per axis, -1 for axes without one; null when no axis has one. */
  readonly suboffsets: readonly number[] | null;
}

/** What one entry of a complete index does to one axis. */
export type AxisStep =
  | { readonly kind: "new" }
  | { readonly kind: "drop"; readonly axis: number; readonly start: number }
  | {
      readonly kind: "keep";
      readonly axis: number;
      readonly start: number;
      readonly step: number;
      readonly count: number;
    };

/** The stride of every `step`-th item. With at most one item left it has no meaning and may be too large to hold. */
export function steppedStride(stride: number, step: number, count: number): number {
  const product = stride * step;
  return count > 1 || Number.isSafeInteger(product) ? product + 0 : stride;
}

export function requireRank(ndim: number): void {
  if (ndim > MAX_NDIM)
    throw stridebufError("LayoutError", `${ndim} axes; views have at most ${MAX_NDIM}`, { reason: "rank" });
}

/** The axes of `transpose(axes)`: reversed when not given. */
export function permutation(axes: unknown, ndim: number): number[] {
  if (axes === undefined) {
    const reversed: number[] = [];
    for (let axis = ndim - 1; axis >= 0; axis--) reversed.push(axis);
    return reversed;
  }
  const list = integers("axes", axes);
  if (list.length !== ndim)
    throw stridebufError("LayoutError", `"axes" expected ${ndim} axes, got ${list.length}`, { reason: "rank" });
  return axisNumbers("axes", list, ndim);
}

/** The layout with its axes in another order. */
export function permutedLayout(layout: Layout, order: readonly number[]): Layout {
  const shape: number[] = [];
  const strides: number[] = [];
  for (const axis of order) {
    shape.push(layout.shape[axis]!);
    strides.push(layout.strides[axis]!);
  }
  return { byteOffset: layout.byteOffset, shape, strides, suboffsets: null };
}
