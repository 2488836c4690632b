/**
 * Parts of items: fields, elements of sub-arrays, halves of complex numbers, code units of texts. All are the same memory
 * with another layout, so that whatever works on plain numbers works on these.
 */

import type { DType } from "../dtype/dtype.js";
import { scalarDType, withoutSubArrays } from "../dtype/make.js";
import { stridebufError } from "../errors.js";
import { contiguousStrides } from "../view/strides.js";

/** Which memory an operation works on: the destination's, the source's, the mask's, or that of a numbered temporary. */
export type Operand = "dst" | "src" | "where" | number;

/** An operand while a plan is made. */
export interface Memory {
  readonly operand: Operand;
  /** Undefined for temporaries, which share bytes with nothing else. */
  readonly buffer: ArrayBufferLike | undefined;
  /** Where offsets count from: the view's `byteOffset`, 0 for temporaries. */
  readonly base: number;
  readonly isResident: boolean;
}

/** Plain strided items of an operand, or parts of them. Bytes; `byteOffset` counts from the memory's `base`. */
export interface Part {
  readonly memory: Memory;
  readonly dtype: DType;
  readonly byteOffset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** The part of every item that starts `offset` bytes in: `dtype`, with further axes when there are any. */
export const partOf = (
  { memory, byteOffset, shape, strides }: Part,
  dtype: DType,
  offset: number,
  moreShape: readonly number[] = [],
  moreStrides: readonly number[] = [],
): Part => ({
  memory,
  dtype,
  byteOffset: byteOffset + offset,
  shape: [...shape, ...moreShape],
  strides: [...strides, ...moreStrides],
});

/** Sub-arrays as axes. */
export function spread(part: Part): Part {
  const { base, shape } = withoutSubArrays(part.dtype);
  return base === part.dtype ? part : partOf(part, base, 0, shape, contiguousStrides(shape, base.itemsize));
}

/** The dtype of half a complex number, or of one code unit of a text. */
const laneDType = (dtype: DType): DType =>
  dtype.element === undefined ? dtype.base! : scalarDType(dtype.element, dtype.byteOrder);

/** One lane of every item: the real (0) or imaginary (1) part. */
export const lane = (part: Part, index: number): Part =>
  partOf(part, laneDType(part.dtype), index * (part.dtype.itemsize / part.dtype.lanes));

/** The first `count` lanes of every item as a last axis. */
export function lanes(part: Part, count: number, first = 0): Part {
  const { dtype } = part;
  const width = dtype.itemsize / dtype.lanes;
  return partOf(part, laneDType(dtype), first * width, [count], [width]);
}

/** `count` raw bytes of every item from `offset` on, as a last axis. */
export const rawBytes = (part: Part, offset: number, count: number): Part =>
  partOf(part, scalarDType("uint8"), offset, [count], [1]);

/** The part at one position along some axes, which stay as axes of one item; `index` is 0 along all others. */
export function partAt(part: Part, index: readonly number[], axes: readonly boolean[]): Part {
  let { byteOffset } = part;
  index.forEach((i, axis) => {
    byteOffset += i * part.strides[axis]!;
  });
  return { ...part, byteOffset, shape: part.shape.map((n, axis) => (axes[axis] ? 1 : n)) };
}

/**
 * `part` with exactly the axes of `shape`; leading axes of length 1 that `shape` lacks are dropped.
 *
 * @throws LayoutError (`shape`) when it does not broadcast
 */
export function broadcastPart(part: Part, shape: readonly number[]): Part {
  const strides = broadcastStrides(shape, part.shape, part.strides);
  return strides === part.strides ? part : { ...part, shape, strides };
}

/** The same for strides alone. */
export function broadcastStrides(
  shape: readonly number[],
  srcShape: readonly number[],
  srcStrides: readonly number[],
): readonly number[] {
  const extra = srcShape.length - shape.length;
  let same = extra === 0;
  for (let axis = 0; axis < srcShape.length; axis++) {
    const n = srcShape[axis]!;
    const wanted = axis < extra ? 1 : shape[axis - extra]!;
    if (n === wanted) continue;
    same = false;
    if (n !== 1) throw noBroadcast(shape, srcShape, axis);
  }
  if (same) return srcStrides;
  return shape.map((_, at) => {
    const axis = at + extra;
    return axis < 0 || srcShape[axis] === 1 ? 0 : srcStrides[axis]!;
  });
}

function noBroadcast(shape: readonly number[], srcShape: readonly number[], axis: number): Error {
  const items = (sizes: readonly number[]) => sizes.reduce((a, n) => a * n, 1);
  const way = items(shape) === items(srcShape) ? ": reshape the source" : "";
  const message = `shape [${srcShape}] does not broadcast to [${shape}]${way}`;
  return stridebufError("LayoutError", message, { reason: "shape", axis });
}
