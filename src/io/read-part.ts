/**
 * Parts of a tensor in a file: only the bytes that an index selects are read, and what lies closely together is read in one
 * piece. A part is a strided region of the file, as a view is one of memory.
 */

import { copy, empty, view } from "../index.js";
import { indexLayout, resolveIndex } from "../view/indexing.js";
import { type IndexEntry, slice } from "../view/slices.js";
import { contiguousStrides } from "../view/strides.js";
import type { StridedView } from "../view/view.js";
import { requireOut } from "./out.js";
import { unpackBits } from "./packed.js";
import type { RandomSource } from "./random-access.js";
import { type FileTensor, sizeOf } from "./tensor-file.js";

/** Bytes between two items that are rather read than skipped, unless the source says otherwise. */
const GAP_BYTES = 16 << 10;
/** Bytes that are read at once, unless neighbouring items lie further apart. */
const PIECE_BYTES = 8 << 20;

/** One axis of a region; the step is positive. */
interface Axis {
  readonly number: number;
  readonly count: number;
  readonly step: number;
  /** Whether the part runs along it from its end. */
  readonly isFlipped: boolean;
}

/** What is read in one piece: items `start[axis]` to `start[axis] + count[axis]` of the region's axes. */
interface Piece {
  readonly byteOffset: number;
  readonly nbytes: number;
  readonly start: readonly number[];
  readonly count: readonly number[];
}

/** The region of the file that an index selects. */
function regionOf(tensor: FileTensor, index: readonly IndexEntry[]) {
  const { shape, order, dtype, byteOffset } = tensor;
  const strides = contiguousStrides(shape, dtype.itemsize, order);
  return indexLayout({ byteOffset, shape, strides, suboffsets: null }, resolveIndex(index, shape));
}

/** The axes of a region, farthest apart first, each running forwards. */
function axesOf(shape: readonly number[], strides: readonly number[]): Axis[] {
  return shape
    .map((count, number) => ({ number, count, step: Math.abs(strides[number]!), isFlipped: strides[number]! < 0 }))
    .filter(({ count }) => count > 1)
    .sort((a, b) => b.step - a.step);
}

/** Takes a region apart: its inner axes are read together as far as they lie closely, the outer ones item by item. */
function* piecesOf(
  shape: readonly number[],
  axes: readonly Axis[],
  itemsize: number,
  first: number,
  gapBytes: number = GAP_BYTES,
): Generator<Piece> {
  const most = axes.map(() => 1);
  let span = itemsize;
  for (let i = axes.length - 1; i >= 0; i--) {
    const { count, step } = axes[i]!;
    if (step - span > gapBytes) break;
    most[i] = Math.max(1, Math.min(count, Math.floor((PIECE_BYTES - span) / Math.max(1, step)) + 1));
    span += (most[i]! - 1) * step;
    if (most[i]! < count) break;
  }
  const at = axes.map(() => 0);
  for (;;) {
    const start = shape.map(() => 0);
    const count = [...shape];
    let byteOffset = first;
    let nbytes = itemsize;
    axes.forEach((axis, i) => {
      const taken = Math.min(most[i]!, axis.count - at[i]!);
      byteOffset += at[i]! * axis.step;
      nbytes += (taken - 1) * axis.step;
      start[axis.number] = axis.isFlipped ? axis.count - at[i]! - taken : at[i]!;
      count[axis.number] = taken;
    });
    yield { byteOffset, nbytes, start, count };
    let i = axes.length - 1;
    for (; i >= 0; i--) {
      at[i]! += most[i]!;
      if (at[i]! < axes[i]!.count) break;
      at[i] = 0;
    }
    if (i < 0) return;
  }
}

/** Values packed below one byte: those between the first and the last selected, one byte each. */
async function unpacked(source: RandomSource, tensor: FileTensor, first: number, last: number): Promise<Uint8Array> {
  const bits = tensor.packed!;
  const from = Math.floor(first / 8) * 8;
  const end = Math.min(Math.ceil((last + 1) / 8) * 8, sizeOf(tensor.shape));
  const stored = new Uint8Array(((end - from) * bits) / 8);
  await source.read(stored, tensor.byteOffset + (from * bits) / 8);
  const values = new Uint8Array(end - from);
  unpackBits(values, stored, values.length, bits);
  return values.subarray(first - from, last + 1 - from);
}

/** Does `work` for all of `items`, `parallel` at a time. */
async function forAll<T>(items: Iterator<T>, parallel: number, work: (item: T) => Promise<void>): Promise<void> {
  let failed = false;
  const worker = async () => {
    for (let next = items.next(); !next.done && !failed; next = items.next()) await work(next.value);
  };
  const fail = (error: unknown) => {
    failed = true;
    throw error;
  };
  const workers = Array.from({ length: parallel }, () => worker().catch(fail));
  await Promise.allSettled(workers);
  await Promise.all(workers);
}

/**
 * The items that an index selects, in new memory in the file's order of axes, or in `out`.
 *
 * @param source what the tensor is read from, at its `byteOffset`
 * @param out of the part's shape; values are converted to its dtype as `copy` does
 * @throws BoundsError and LayoutError for an index that does not fit; what the source throws
 */
export async function readPart(
  source: RandomSource,
  tensor: FileTensor,
  index: readonly IndexEntry[],
  out?: StridedView,
): Promise<StridedView> {
  const { dtype } = tensor;
  const packed = tensor.packed !== undefined;
  const { byteOffset, shape, strides } = regionOf(packed ? { ...tensor, byteOffset: 0 } : tensor, index);
  if (out !== undefined) requireOut(out, shape);
  const dst = out ?? empty([...shape], dtype, { order: tensor.order });
  if (sizeOf(shape) === 0) return dst;
  const axes = axesOf(shape, strides);
  const first = axes.reduce((at, { count, step, isFlipped }) => (isFlipped ? at - (count - 1) * step : at), byteOffset);
  const { itemsize } = dtype;
  const last = axes.reduce((at, { count, step }) => at + (count - 1) * step, first);
  if (packed) {
    const bytes = await unpacked(source, tensor, first, last);
    copy(dst, view(bytes, { format: dtype, shape, strides, byteOffset: byteOffset - first }));
    return dst;
  }
  await forAll(piecesOf(shape, axes, itemsize, first, source.gapBytes), source.parallel ?? 1, async (piece) => {
    const { start, count } = piece;
    const bytes = new Uint8Array(piece.nbytes);
    await source.read(bytes, piece.byteOffset);
    const origin = strides.reduce((at, stride, i) => (stride < 0 ? at - stride * (count[i]! - 1) : at), 0);
    const from = view(bytes, { format: dtype, shape: count, strides, byteOffset: origin });
    copy(windowOf(dst, start, count), from);
  });
  return dst;
}

function windowOf(dst: StridedView, start: readonly number[], count: readonly number[]): StridedView {
  if (dst.ndim === 0) return dst;
  return dst.slice(...start.map((from, axis) => slice(from, from + count[axis]!)));
}
