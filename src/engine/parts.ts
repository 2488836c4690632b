/**
 * Views of parts of items: fields, elements of sub-arrays, halves of complex numbers, code units of texts. All are the
 * same memory with another layout, so that whatever works on plain numbers works on these.
 */

import type { DType } from "../dtype/dtype.js";
import { scalarDType } from "../dtype/make.js";
import { contiguousStrides } from "../view/strides.js";
import { StridedView } from "../view/view.js";

/** The part of every item that starts `offset` bytes in: `dtype`, with further axes when there are any. */
export function partOf(
  view: StridedView,
  dtype: DType,
  offset: number,
  shape: readonly number[] = [],
  strides: readonly number[] = [],
): StridedView {
  const layout = {
    byteOffset: view.byteOffset + offset,
    shape: [...view.shape, ...shape],
    strides: [...view.strides, ...strides],
    suboffsets: null,
  };
  return new StridedView(view.host, view.storage, dtype, layout, view.readonly);
}

/** Sub-arrays as axes. */
export function spread(view: StridedView): StridedView {
  const { dtype } = view;
  if (dtype.kind !== "array") return view;
  const base = dtype.base!;
  return spread(partOf(view, base, 0, dtype.shape!, contiguousStrides(dtype.shape!, base.itemsize)));
}

/** The dtype of half a complex number, or of one code unit of a text. */
export const laneDType = (dtype: DType): DType =>
  dtype.element === undefined ? dtype.base! : scalarDType(dtype.element, dtype.byteOrder);

/** One lane of every item: the real (0) or imaginary (1) part. */
export const lane = (view: StridedView, index: number): StridedView =>
  partOf(view, laneDType(view.dtype), index * (view.dtype.itemsize / view.dtype.lanes));

/** The first `count` lanes of every item as a last axis. */
export function lanes(view: StridedView, count: number, first = 0): StridedView {
  const { dtype } = view;
  const width = dtype.itemsize / dtype.lanes;
  return partOf(view, laneDType(dtype), first * width, [count], [width]);
}

/** `count` raw bytes of every item from `offset` on, as a last axis. */
export const rawBytes = (view: StridedView, offset: number, count: number): StridedView =>
  partOf(view, scalarDType("uint8"), offset, [count], [1]);
