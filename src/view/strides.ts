/**
 * Pure arithmetic on shapes and byte strides: sizes, canonical strides, extents, bounds, contiguity, broadcasting.
 * docs/format.md §2 (address rule, `verify_structure` without its divisibility conditions; PyBuffer_IsContiguous,
 * PyBuffer_FillContiguousStrides). Nothing here wraps: a product of two safe integers that is not itself safe is
 * rounded by JavaScript to something above `Number.MAX_SAFE_INTEGER` (rounding is monotonic), so one comparison with
 * that number tells exactly whether it fits.
 */

import { stridebufError } from "../errors.js";

const MAX = Number.MAX_SAFE_INTEGER;

/**
 * The number of items of a shape.
 *
 * @throws LayoutError (`overflow`) when the bytes of the items do not fit 2^53-1, axes of length 0 not counted (as
 * NumPy does, so that strides of empty views are exact too).
 */
export function itemCount(shape: readonly number[], itemsize: number): number {
  let count = 1;
  let empty = false;
  for (const n of shape) {
    if (n === 0) empty = true;
    else count *= n;
    if (count > MAX) throw tooLarge(shape, itemsize);
  }
  if (count * itemsize > MAX) throw tooLarge(shape, itemsize);
  return empty ? 0 : count;
}

function tooLarge(shape: readonly number[], itemsize: number): Error {
  return stridebufError("LayoutError", `shape [${shape}] of ${itemsize}-byte items needs more than 2^53 bytes`, {
    reason: "overflow",
  });
}

/** PyBuffer_FillContiguousStrides: plain products of the shape, zeros included ((2,0,4) of 8 bytes in C is 0, 32, 8). */
export function contiguousStrides(shape: readonly number[], itemsize: number, order: "C" | "F" = "C"): number[] {
  const ndim = shape.length;
  const strides: number[] = new Array(ndim);
  let stride = itemsize;
  for (let i = 0; i < ndim; i++) {
    const axis = order === "F" ? i : ndim - 1 - i;
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** The half-open byte range that items touch, relative to the first item; `[0, 0]` when there are none. */
export function extent(shape: readonly number[], strides: readonly number[], itemsize: number): [number, number] {
  let low = 0;
  let high = itemsize;
  for (let axis = 0; axis < shape.length; axis++) {
    const n = shape[axis]!;
    if (n === 0) return [0, 0];
    const reach = strides[axis]! * (n - 1);
    if (reach < 0) low += reach;
    else high += reach;
  }
  return [low, high];
}

/**
 * Proves that every item of the layout lies in `[start, end)`, all in bytes.
 *
 * @throws BoundsError when one does not. Empty layouts touch nothing and always fit.
 */
export function proveBounds(
  shape: readonly number[],
  strides: readonly number[],
  itemsize: number,
  byteOffset: number,
  start: number,
  end: number,
): void {
  if (shape.includes(0)) return;
  const [low, high] = extent(shape, strides, itemsize);
  // Each sum is exact or beyond MAX: its terms are, and it only grows in magnitude.
  if (low >= -MAX && high <= MAX && byteOffset + low >= start && byteOffset + high <= end) return;
  throw stridebufError(
    "BoundsError",
    `shape [${shape}] with strides [${strides}] reaches bytes ${byteOffset + low} to ${byteOffset + high} of a memory of bytes ${start} to ${end}`,
    { byteOffset: byteOffset + low < start ? byteOffset + low : byteOffset + high },
  );
}

/** PyBuffer_IsContiguous without suboffsets: axes of length 1 do not count, an empty layout is contiguous both ways. */
export function isContiguous(
  shape: readonly number[],
  strides: readonly number[],
  itemsize: number,
  order: "C" | "F",
): boolean {
  const ndim = shape.length;
  let expected = itemsize;
  let contiguous = true;
  for (let i = 0; i < ndim; i++) {
    const axis = order === "F" ? i : ndim - 1 - i;
    const n = shape[axis]!;
    if (n === 0) return true;
    if (n === 1 || !contiguous) continue;
    if (strides[axis] !== expected) contiguous = false;
    expected *= n;
  }
  return contiguous;
}

/** 1 for C-contiguous + 2 for F-contiguous. */
export function contiguity(
  layout: { readonly shape: readonly number[]; readonly strides: readonly number[]; readonly suboffsets: unknown },
  itemsize: number,
): number {
  if (layout.suboffsets !== null) return 0;
  const { shape, strides } = layout;
  return (isContiguous(shape, strides, itemsize, "C") ? 1 : 0) + (isContiguous(shape, strides, itemsize, "F") ? 2 : 0);
}

/** Strides that repeat `shape` over `target` (0 on repeated axes), or the axis of `target` that does not fit. */
export function broadcastStrides(
  shape: readonly number[],
  strides: readonly number[],
  target: readonly number[],
): number[] | { axis: number } {
  const added = target.length - shape.length;
  if (added < 0) return { axis: 0 };
  const out: number[] = new Array(target.length).fill(0);
  for (let axis = 0; axis < shape.length; axis++) {
    const n = shape[axis]!;
    if (n === target[axis + added]) out[axis + added] = strides[axis]!;
    else if (n !== 1) return { axis: axis + added };
  }
  return out;
}

/**
 * Strides that give the same items in the same order under another shape of the same count, or undefined when only a
 * copy could. Old axes of length 1 carry no information and are left out; the rest is cut into the smallest groups
 * whose items agree with a group of new axes, and a group fits when its old axes are one run in memory.
 */
export function reshapeStrides(
  shape: readonly number[],
  strides: readonly number[],
  target: readonly number[],
  itemsize: number,
  order: "C" | "F",
): number[] | undefined {
  if (target.includes(0)) return contiguousStrides(target, itemsize, order);
  const kept = shape.map((_, axis) => axis).filter((axis) => shape[axis] !== 1);
  const oldShape = kept.map((axis) => shape[axis]!);
  const oldStrides = kept.map((axis) => strides[axis]!);
  const out: number[] = new Array(target.length).fill(itemsize);
  for (let oldFrom = 0, newFrom = 0; oldFrom < oldShape.length; ) {
    let oldTo = oldFrom + 1;
    let newTo = newFrom + 1;
    let oldCount = oldShape[oldFrom]!;
    let newCount = target[newFrom]!;
    while (oldCount !== newCount) {
      if (newCount < oldCount) newCount *= target[newTo++]!;
      else oldCount *= oldShape[oldTo++]!;
    }
    for (let k = oldFrom; k < oldTo - 1; k++) {
      const joined =
        order === "C"
          ? oldStrides[k] === oldShape[k + 1]! * oldStrides[k + 1]!
          : oldStrides[k + 1] === oldShape[k]! * oldStrides[k]!;
      if (!joined) return undefined;
    }
    if (order === "C") {
      out[newTo - 1] = oldStrides[oldTo - 1]!;
      for (let k = newTo - 1; k > newFrom; k--) out[k - 1] = out[k]! * target[k]!;
    } else {
      out[newFrom] = oldStrides[oldFrom]!;
      for (let k = newFrom + 1; k < newTo; k++) out[k] = out[k - 1]! * target[k - 1]!;
    }
    oldFrom = oldTo;
    newFrom = newTo;
  }
  return out;
}
