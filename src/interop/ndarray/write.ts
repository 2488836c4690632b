/** Views as arrays with strides in elements. */

import type { TypedArray } from "../../dtype/typed-arrays.js";
import { convert, empty, type StridedView, view } from "../../index.js";
import { withByteOrder } from "../../shared.js";
import { extent } from "../../view/strides.js";

/** scijs' fields; strides and offset are elements of `data`. */
export interface Ndarray<Data = TypedArray> {
  /** The elements. */
  readonly data: Data;
  /** Items per axis. */
  readonly shape: number[];
  /** Elements to the next item, per axis. */
  readonly stride: number[];
  /** Elements before the first item. */
  readonly offset: number;
}

/** `ndarray` of scijs, or a function like it. */
type Maker<Result> = (data: never, shape: number[], stride: number[], offset: number) => Result;

/** A typed array that says how to make another. */
export type Elements = TypedArray & {
  readonly constructor: new (b: ArrayBufferLike, at: number, n: number) => TypedArray;
};

/**
 * A view as `{ data, shape, stride, offset }`, over the view's own memory where a typed array can lie there: native byte
 * order, and all of it in whole elements. Otherwise a contiguous copy. Complex items get a last axis of two; float16,
 * bfloat16 and narrower types are raw bits, as in `toTypedArray`.
 *
 * @param make - makes the library's own array of the fields: `ndarray` of scijs is one
 * @throws LayoutError for records, text and other items that no typed array holds
 *
 * @example
 * toNdarray(view(new Float32Array(6), { shape: [2, 3] }).transpose()).stride; // [1, 3]
 */
export function toNdarray(source: StridedView): Ndarray;
export function toNdarray<Result>(source: StridedView, make: Maker<Result>): Result;
export function toNdarray<Result>(source: StridedView, make?: Maker<Result>): Ndarray | Result {
  const { data, shape, stride, offset } = elementsOf(source.expandItems());
  return make === undefined ? { data, shape, stride, offset } : make(data as never, shape, stride, offset);
}

function elementsOf(source: StridedView): Ndarray {
  // Throws for what no typed array holds.
  const none = empty([0], source.dtype).toTypedArray() as Elements;
  const size = none.BYTES_PER_ELEMENT;
  const items = isShareable(source, size) ? source : nativeCopy(source);
  const parts = items.itemsize / size;
  const [low, high] = extent(items.shape, items.strides, items.itemsize);
  const start = items.byteOffset + low;
  return {
    data: new none.constructor(items.buffer, start, (high - low) / size),
    shape: parts === 1 ? [...items.shape] : [...items.shape, parts],
    stride: [...items.strides.map((step) => step / size), ...(parts === 1 ? [] : [1])],
    offset: (0 - low) / size,
  };
}

function isShareable({ dtype, suboffsets, byteOffset, strides }: StridedView, size: number): boolean {
  if (suboffsets !== null || (dtype.byteOrder === "big" && dtype.width > 1)) return false;
  return byteOffset % size === 0 && strides.every((step) => step % size === 0);
}

function nativeCopy(source: StridedView): StridedView {
  const little = withByteOrder(source.dtype, "little");
  return little === source.dtype
    ? view(source.toBytes(), { format: little, shape: source.shape })
    : convert(source, little);
}
