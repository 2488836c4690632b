/** Columns of records as vertex attributes. */

import type { TypedArray } from "../../dtype/typed-arrays.js";
import { stridebufError } from "../../errors.js";
import type { StridedView } from "../../index.js";
import { toNdarray } from "./write.js";

/** deck.gl's binary attribute. For three.js: `InterleavedBuffer(value, stride / BYTES_PER_ELEMENT)`, or `BufferAttribute` when dense. */
export interface AttributeDescription {
  /** The elements, over the view's memory where that is possible. */
  readonly value: TypedArray;
  /** Components per vertex. */
  readonly size: number;
  /** Bytes in `value` before the first vertex. */
  readonly offset: number;
  /** Bytes from one vertex to the next. */
  readonly stride: number;
  /** Vertices. */
  readonly count: number;
}

/**
 * Vertices as an attribute of deck.gl or three.js, in the view's own memory where that is possible: a field of interleaved
 * records goes to the GPU as it is.
 *
 * @param source - `[count]` or `[count, size]` with 1 to 4 components
 * @throws LayoutError (`shape`) for another shape, (`dtype`) for 64-bit integers, which no GPU takes, and for items that no
 * typed array holds
 *
 * @example
 * const points = empty([4], "T{(3)<f:position:<I:color:}");
 * const { size, stride, offset, count } = toAttribute(points.field("position"));
 * [size, stride, offset, count]; // [3, 16, 0, 4]
 */
export function toAttribute(source: StridedView): AttributeDescription {
  const items = source.expandItems();
  const [count = 1, size = 1] = items.shape;
  if (items.ndim < 1 || items.ndim > 2 || size < 1 || size > 4)
    throw stridebufError("LayoutError", `shape [${items.shape}] is neither [count] nor [count, 1 to 4]`, {
      reason: "shape",
    });
  if (items.dtype.width > 4 && items.dtype.kind !== "float")
    throw stridebufError("LayoutError", `${items.dtype.name} items cannot be vertex attributes`, { reason: "dtype" });
  const dense = items.ndim === 1 || size === 1 || items.strides[1] === items.itemsize;
  const forwards = count < 2 || items.strides[0]! >= size * items.itemsize;
  const { data, stride, offset } = toNdarray(dense && forwards ? items : (copyOf(items) as StridedView));
  const bytes = data.BYTES_PER_ELEMENT;
  return { value: data, size, offset: offset * bytes, stride: count < 2 ? size * bytes : stride[0]! * bytes, count };
}

const copyOf = (items: StridedView): unknown => items.copied("C");
