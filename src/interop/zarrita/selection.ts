/** Selections of an array, and how chunks share them. */

import { stridebufError } from "../../errors.js";
import { slice } from "../../index.js";
import { argumentError, integer } from "../../view/checks.js";
import { sliceIndices } from "../../view/slices.js";

/** A range of zarrita (`zarr.slice`) or of this package. */
export interface Range {
  /** The first item; null is the end that the step comes from. */
  readonly start: number | null;
  /** The item before which the range ends; null is the other end. */
  readonly stop: number | null;
  /** Items to the next one; null is 1. */
  readonly step: number | null;
}

/** Per axis an index, which drops the axis, a range, or null for all of it; null alone is everything. */
export type Selection = readonly (number | Range | null)[] | null;

/** The items of one axis: `count` of them from `start` on, every `step`. */
export interface AxisSelection {
  readonly start: number;
  readonly step: number;
  readonly count: number;
  /** Whether the axis goes, being selected by an index. */
  readonly isIndex: boolean;
}

/** @throws BoundsError for an index out of range; LayoutError for too many axes; TypeError, RangeError for no selection */
export function selected(selection: Selection, shape: readonly number[]): AxisSelection[] {
  if (selection !== null && !Array.isArray(selection))
    throw argumentError("selection", "null or an array of indices, ranges and nulls", selection, true);
  const entries = selection ?? [];
  if (entries.length > shape.length)
    throw stridebufError("LayoutError", `${entries.length} indices for an array of ${shape.length} axes`, {
      reason: "rank",
    });
  return shape.map((length, axis) => axisSelection(entries[axis] ?? null, length, axis));
}

function axisSelection(entry: number | Range | null, length: number, axis: number): AxisSelection {
  if (entry === null) return { start: 0, step: 1, count: length, isIndex: false };
  if (typeof entry === "object") {
    const { start, step, count } = sliceIndices(slice(entry.start, entry.stop, entry.step), length);
    return { start, step, count, isIndex: false };
  }
  const index = integer(`selection[${axis}]`, entry);
  if (index >= -length && index < length)
    return { start: index < 0 ? index + length : index, step: 1, count: 1, isIndex: true };
  throw stridebufError("BoundsError", `index ${index} is outside an axis of ${length}`, { axis, index });
}
