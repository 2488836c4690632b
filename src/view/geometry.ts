/**
 * The layouts that the zero-copy operations of a view give: index, transpose, reshape, squeeze, broadcast. Pure
 * arithmetic on {@link Layout}; the results touch only bytes that the operand touches, so no bounds are proven again.
 * Views with suboffsets go through suboffsets.ts, whose rules contain these as the case without pointers.
 */

import { stridebufError } from "../errors.js";
import { argumentError, axisNumbers, integers, MAX_NDIM } from "./checks.js";
import { ellipsis, type IndexEntry, newaxis, Slice, sliceIndices } from "./slices.js";
import { broadcastStrides, contiguousStrides, itemCount, reshapeStrides } from "./strides.js";

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

/** The shape of `reshape(shape)`, its one -1 filled in. */
export function reshapedShape(shape: readonly number[], wanted: unknown, itemsize: number): number[] {
  const target = integers("shape", wanted, -1);
  const count = shape.includes(0) ? 0 : itemCount(shape, itemsize);
  const open = target.indexOf(-1);
  if (open !== target.lastIndexOf(-1))
    throw stridebufError("LayoutError", `"shape" [${target}] leaves more than one axis open`, { reason: "shape" });
  if (open >= 0) {
    target[open] = 1;
    const rest = itemCount(target, itemsize);
    if (rest === 0 || count % rest !== 0) throw sizeMismatch(shape, wanted);
    target[open] = count / rest;
  }
  if (itemCount(target, itemsize) !== count) throw sizeMismatch(shape, wanted);
  return target;
}

const itemsIn = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

function sizeMismatch(shape: readonly number[], wanted: unknown): Error {
  return stridebufError(
    "LayoutError",
    `shape [${shape}] cannot become [${wanted}], which is another number of items than ${itemsIn(shape)}`,
    {
      reason: "shape",
    },
  );
}

/**
 * @throws LayoutError (`contiguity`) when the items are not where the new shape would need them: only a copy could be
 * reshaped so
 */
export function reshapeLayout(layout: Layout, target: number[], itemsize: number, order: "C" | "F"): Layout {
  const same = target.length === layout.shape.length && target.every((n, axis) => n === layout.shape[axis]);
  if (same) return { ...layout, shape: target };
  const strides =
    layout.suboffsets === null
      ? reshapeStrides(layout.shape, layout.strides, target, itemsize, order)
      : target.includes(0)
        ? contiguousStrides(target, itemsize, order)
        : undefined;
  if (strides === undefined)
    throw stridebufError(
      "LayoutError",
      `shape [${layout.shape}] with strides [${layout.strides}] cannot be seen as [${target}] in ${order} order; a copy is needed: contiguous(view, "${order}")`,
      { reason: "contiguity" },
    );
  return { byteOffset: layout.byteOffset, shape: target, strides, suboffsets: null };
}

/** The layout repeated over `wanted` without copying: added axes and axes of length 1 get stride 0. */
export function broadcastLayout(layout: Layout, wanted: unknown, itemsize: number): Layout {
  const target = integers("shape", wanted, 0);
  itemCount(target, itemsize);
  const strides = broadcastStrides(layout.shape, layout.strides, target);
  if (!Array.isArray(strides))
    throw stridebufError("LayoutError", `shape [${layout.shape}] does not broadcast to [${target}]`, {
      reason: "shape",
      axis: strides.axis,
    });
  const added = target.length - layout.shape.length;
  const suboffsets = layout.suboffsets && [...new Array<number>(added).fill(-1), ...layout.suboffsets];
  return { byteOffset: layout.byteOffset, shape: target, strides, suboffsets };
}

/** The axes that `squeeze(axes)` removes: all of length 1 when not given. */
export function squeezedAxes(shape: readonly number[], axes: unknown): number[] {
  if (axes === undefined) return shape.map((_, axis) => axis).filter((axis) => shape[axis] === 1);
  const list = axisNumbers("axes", axes, shape.length);
  for (const axis of list)
    if (shape[axis] !== 1)
      throw stridebufError("LayoutError", `axis ${axis} has length ${shape[axis]}; only axes of length 1 can go`, {
        reason: "shape",
        axis,
      });
  return list;
}
