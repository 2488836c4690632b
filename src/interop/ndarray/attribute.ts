/** Columns of records as vertex attributes. */

import type { TypedArray } from "../../dtype/typed-arrays.js";
import { stridebufError } from "../../errors.js";
import type { StridedView } from "../../index.js";
import { type DType, dtypes, withByteOrder } from "../../shared.js";
import { type Elements, toNdarray } from "./write.js";

/**
 * deck.gl's binary attribute. For three.js: `InterleavedBuffer(value, stride / BYTES_PER_ELEMENT)` and
 * `InterleavedBufferAttribute(buffer, size, offset / BYTES_PER_ELEMENT)`, or when dense `BufferAttribute(value, size)` and for halves
 * `Float16BufferAttribute`.
 */
export interface AttributeDescription {
  /** The elements, over the view's memory where that is possible; as long as all strides, where it has as much. */
  readonly value: TypedArray;
  /** Components per vertex. */
  readonly size: number;
  /** Bytes in `value` before the first vertex. */
  readonly offset: number;
  /** Bytes from one vertex to the next. */
  readonly stride: number;
  /** Vertices. */
  readonly count: number;
  /** Of halves, whose `value` is a Uint16Array. */
  readonly type?: "float16";
}

/** What the components of an attribute may be. */
const vertexTypes: ReadonlySet<DType> = /* @__PURE__ */ new Set([
  dtypes.bool,
  dtypes.int8,
  dtypes.uint8,
  dtypes.int16,
  dtypes.uint16,
  dtypes.int32,
  dtypes.uint32,
  dtypes.float16,
  dtypes.float32,
  dtypes.float64,
]);

/**
 * Vertices as an attribute of deck.gl or three.js, in the view's own memory where that is possible: a field of interleaved
 * records goes to the GPU as it is. Doubles, which deck.gl splits in two, are made dense, as it takes them to be.
 *
 * @param source - `[count]` or `[count, size]` with 1 to 4 components
 * @throws LayoutError (`shape`) for another shape, (`dtype`) for what no vertex has: 64-bit integers, complex numbers, records,
 * bfloat16
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
  const type = withByteOrder(items.dtype, "little");
  if (!vertexTypes.has(type))
    throw stridebufError("LayoutError", `${items.dtype.name} items cannot be vertex attributes`, { reason: "dtype" });
  const { data, stride } = toNdarray(isAttribute(items, count, size) ? items : items.copied("C"));
  const step = (count < 2 ? size : stride[0]!) * data.BYTES_PER_ELEMENT;
  return {
    ...wholeSteps(data as Elements, count * step),
    size,
    stride: step,
    count,
    ...(type === dtypes.float16 && { type: "float16" }),
  };
}

/** As many bytes of the memory as the vertices step over, if it has them: three.js divides by the stride to count them. */
function wholeSteps(data: Elements, nbytes: number): { value: TypedArray; offset: number } {
  const { buffer, byteOffset, BYTES_PER_ELEMENT: bytes } = data;
  const offset = Math.max(0, Math.ceil((byteOffset + nbytes - buffer.byteLength) / bytes)) * bytes;
  if (offset > byteOffset) return { value: data, offset: 0 };
  return { value: new data.constructor(buffer, byteOffset - offset, nbytes / bytes), offset };
}

/** Whether vertices run forwards, each with its components together. */
function isAttribute({ dtype, itemsize, ndim, strides }: StridedView, count: number, size: number): boolean {
  const dense = ndim === 1 || size === 1 || strides[1] === itemsize;
  const [step, least] = [strides[0]!, size * itemsize];
  return dense && (count < 2 || (dtype.width === 8 ? step === least : step >= least));
}
