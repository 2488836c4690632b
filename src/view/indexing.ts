/** The layout of an indexed view: an index is resolved against the axes, then applied. */

import { stridebufError } from "../errors.js";
import { argumentError } from "./checks.js";
import { type AxisStep, type Layout, requireRank, steppedStride } from "./geometry.js";
import { ellipsis, type IndexEntry, newaxis, Slice, sliceIndices } from "./slices.js";

/** Completes an index (ellipsis, missing axes) and resolves every entry against its axis. */
export function resolveIndex(index: readonly IndexEntry[], shape: readonly number[]): AxisStep[] {
  const ndim = shape.length;
  let consumed = 0;
  let dots = 0;
  for (const entry of index) {
    if (entry === ellipsis) dots++;
    else if (entry !== newaxis) consumed++;
  }
  if (dots > 1) throw stridebufError("LayoutError", "an index can have only one ellipsis", { reason: "rank" });
  if (consumed > ndim)
    throw stridebufError("LayoutError", `an index of ${consumed} axes on a view of ${ndim}`, { reason: "rank" });
  const steps: AxisStep[] = [];
  let axis = 0;
  const whole = (until: number): void => {
    while (axis < until) {
      steps.push({ kind: "keep", axis, start: 0, step: 1, count: shape[axis]! });
      axis++;
    }
  };
  for (let i = 0; i < index.length; i++) {
    const entry = index[i];
    if (entry === ellipsis) whole(axis + ndim - consumed);
    else if (entry === newaxis) steps.push({ kind: "new" });
    else if (entry === null) whole(axis + 1);
    else if (typeof entry === "number" || typeof entry === "bigint")
      steps.push({ kind: "drop", axis, start: itemIndex(entry, axis, shape[axis++]!) });
    else if (entry instanceof Slice) {
      const { start, step, count } = sliceIndices(entry, shape[axis]!);
      steps.push({ kind: "keep", axis: axis++, start, step, count });
    } else throw argumentError(`index[${i}]`, "an integer, a slice, null, newaxis or ellipsis", entry, true);
  }
  whole(ndim);
  return steps;
}

/** An item number on an axis; negative ones count from the end, and a bigint is one too, as an int of any size is in Python. */
export function itemIndex(given: number | bigint, axis: number, count: number): number {
  const index = typeof given === "bigint" ? clamped(given) : given;
  if (Number.isSafeInteger(index)) {
    if (index >= 0 && index < count) return index + 0;
    if (index < 0 && index >= -count) return index + count;
    throw stridebufError("BoundsError", `index ${index} is out of bounds for axis ${axis} of length ${count}`, {
      axis,
      index,
    });
  }
  throw argumentError(`index[${axis}]`, "integer", index, typeof index !== "number");
}

/** Bigints beyond every axis stay beyond. */
const clamped = (value: bigint): number =>
  Math.min(Math.max(Number(value), -Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);

/** The layout of an indexed view without suboffsets. */
export function indexLayout(layout: Layout, steps: readonly AxisStep[]): Layout {
  const shape: number[] = [];
  const strides: number[] = [];
  let byteOffset = layout.byteOffset;
  for (const s of steps) {
    if (s.kind === "new") {
      shape.push(1);
      strides.push(0);
      continue;
    }
    const stride = layout.strides[s.axis]!;
    if (s.kind === "drop") byteOffset += s.start * stride;
    else {
      if (s.count > 0) byteOffset += s.start * stride;
      shape.push(s.count);
      strides.push(steppedStride(stride, s.step, s.count));
    }
  }
  requireRank(shape.length);
  return { byteOffset, shape, strides, suboffsets: null };
}
