/**
 * Contiguity of many layouts at once. Views are checked in TypeScript: packing one costs more than checking it. Layouts
 * that are packed already (a file's directory of tensors, a batch that is checked again and again) go to the module.
 */

import type { Backend } from "../backend/backend.js";
import type { StridedView } from "../view/view.js";

/** Layouts as numbers, one after the other: axes, bytes per item, then items and stride of each axis, outermost first. */
export function packLayouts(views: readonly StridedView[]): Float64Array {
  let length = 0;
  for (const view of views) length += 2 + 2 * view.ndim;
  const packed = new Float64Array(length);
  let at = 0;
  for (const { shape, strides, itemsize } of views) {
    packed[at++] = shape.length;
    packed[at++] = itemsize;
    for (let axis = 0; axis < shape.length; axis++) {
      packed[at++] = shape[axis]!;
      packed[at++] = strides[axis]!;
    }
  }
  return packed;
}

/** For each packed layout 1 when it is C-contiguous, else 0. */
export function packedContiguity(backend: Backend, packed: Float64Array, count: number): Uint8Array {
  if (backend.areContiguous !== undefined) return backend.areContiguous(packed, count);
  const answers = new Uint8Array(count);
  let at = 0;
  for (let i = 0; i < count; i++) {
    const end = at + 2 + 2 * packed[at]!;
    let expected = packed[at + 1]!;
    let fits = true;
    let isEmpty = false;
    for (let axis = end - 2; axis > at; axis -= 2) {
      const n = packed[axis]!;
      if (n === 0) isEmpty = true;
      else if (n !== 1) {
        if (packed[axis + 1] !== expected) fits = false;
        expected *= n;
      }
    }
    answers[i] = fits || isEmpty ? 1 : 0;
    at = end;
  }
  return answers;
}
