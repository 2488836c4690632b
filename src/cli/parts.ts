/** Parts of a tensor in a file: only the runs of bytes that an index selects are read. */

import type { DType } from "../dtype/dtype.js";
import { stridebufError } from "../errors.js";
import { copy, ellipsis, empty, newaxis, type StridedView, slice, view } from "../index.js";
import { fileEngine } from "../io/file-engine.js";
import { BytesSink, bytesSource, type RandomSource } from "../io/random-access.js";
import { convertTensor } from "../io/stream-convert.js";
import { forEachRun } from "../io/stream-plan.js";
import type { FileTensor } from "../io/tensor-file.js";
import { parseIndex, type Slice, sliceIndices } from "../view/slices.js";
import { InputFailure } from "./failure.js";
import type { InputTensor } from "./inputs.js";

/** Items `start`, `start + step`, … of one axis, `count` of them. */
export interface AxisRange {
  readonly start: number;
  readonly step: number;
  readonly count: number;
  /** True for an integer: the axis goes. */
  readonly drop: boolean;
}

/** What is selected of a tensor: one range per axis of the file. */
export interface Selection {
  readonly ranges: readonly AxisRange[];
  /** Lengths of the axes that stay. */
  readonly shape: readonly number[];
}

/** The largest part that is brought into memory at once. */
const MAX_PART_BYTES = 1 << 30;
/** Items that lie closer than this together are read with what is between them. */
const GAP_BYTES = 4096;

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);

/**
 * Reads an index as NumPy writes it, brackets or not: `0`, `10:20`, `[..., 3]`, `::-1, 0`.
 *
 * @throws InputFailure when it does not fit the shape; FormatSyntaxError when it is none
 */
export function select(shape: readonly number[], text = ""): Selection {
  const inner = text.trim().replace(/^\[(.*)\]$/s, "$1");
  const entries = inner.trim() === "" ? [] : [...parseIndex(inner)];
  if (entries.includes(newaxis)) throw new InputFailure(`[${inner}]: newaxis cannot be used here`);
  const given = entries.filter((entry) => entry !== ellipsis).length;
  const dots = entries.filter((entry) => entry === ellipsis).length;
  if (given > shape.length || dots > 1) {
    const why = dots > 1 ? "has more than one ..." : `has ${given} indices`;
    throw new InputFailure(`[${inner}] ${why}, the tensor has ${shape.length} axes: ${JSON.stringify(shape)}`);
  }
  const whole = (count: number) => Array.from({ length: count }, () => slice());
  const at = entries.indexOf(ellipsis);
  if (at < 0) entries.push(...whole(shape.length - given));
  else entries.splice(at, 1, ...whole(shape.length - given));
  const ranges = entries.map((entry, axis): AxisRange => {
    const length = shape[axis]!;
    if (typeof entry !== "number") {
      return { ...sliceIndices(entry as Slice, length), drop: false };
    }
    if (entry >= length || entry < -length) {
      throw new InputFailure(`[${inner}]: index ${entry} is out of bounds for axis ${axis} of length ${length}`);
    }
    return { start: entry < 0 ? entry + length : entry, step: 1, count: 1, drop: true };
  });
  return { ranges, shape: ranges.filter(({ drop }) => !drop).map(({ count }) => count) };
}

/** A run along one axis that is read at once, and where it goes. */
interface Segment {
  readonly start: number;
  readonly step: number;
  readonly count: number;
  /** Position in the result. */
  readonly at: number;
}

/** Takes a range apart where skipping is cheaper than reading what is between. */
function segmentsOf({ start, step, count }: AxisRange, strideBytes: number): Segment[] {
  if (count === 0) return [];
  if (Math.abs(step) === 1 || count === 1 || Math.abs(step) * strideBytes < GAP_BYTES) {
    return [{ start, step, count, at: 0 }];
  }
  return Array.from({ length: count }, (_, i) => ({ start: start + i * step, step: 1, count: 1, at: i }));
}

/** All combinations of one element of each list. */
function* product<T>(lists: readonly (readonly T[])[]): Generator<T[]> {
  const [first, ...rest] = lists;
  if (first === undefined) yield [];
  else for (const item of first) for (const others of product(rest)) yield [item, ...others];
}

/** Bytes between neighbours along each axis of the file. */
function fileStrides({ shape, order, dtype }: FileTensor): number[] {
  const strides = shape.map(() => 0);
  let step = dtype.itemsize;
  const axes = shape.map((_, axis) => axis);
  for (const axis of order === "C" ? axes.reverse() : axes) {
    strides[axis] = step;
    step *= shape[axis]!;
  }
  return strides;
}

/** Values packed below one byte, unpacked as a whole. */
async function unpacked({ source, tensor }: InputTensor): Promise<InputTensor> {
  const { name, shape, dtype, order } = tensor;
  const nbytes = sizeOf(shape) * dtype.itemsize;
  if (nbytes > MAX_PART_BYTES) {
    throw new InputFailure(`${name}: packed ${dtype.name} is read as a whole; convert it first (--to int8 --tensor)`);
  }
  const sink = new BytesSink();
  const dst = { dtype, order, byteOffset: 0 };
  await convertTensor(fileEngine, sink, source, { name, shape, src: tensor, dst, values: {} });
  return { source: bytesSource(sink.bytes()), tensor: { name, shape, dtype, order, byteOffset: 0, nbytes } };
}

function checkPart(shape: readonly number[], dtype: DType): void {
  const nbytes = sizeOf(shape) * dtype.itemsize;
  if (nbytes <= MAX_PART_BYTES) return;
  throw new InputFailure(`${nbytes} bytes are too many at once; select less, such as [:1000] or [::100]`);
}

async function readBox(source: RandomSource, tensor: FileTensor, segments: readonly Segment[]): Promise<StridedView> {
  const { dtype, shape, order, byteOffset } = tensor;
  const extent = segments.map(({ step, count }) => Math.abs(step) * (count - 1) + 1);
  const start = segments.map(({ start, step, count }) => (step < 0 ? start + step * (count - 1) : start));
  const bytes = new Uint8Array(sizeOf(extent) * dtype.itemsize);
  let at = 0;
  await forEachRun(shape, { start, extent }, order, dtype.itemsize, (offset, nbytes) => {
    const run = bytes.subarray(at, at + nbytes);
    at += nbytes;
    return source.read(run, byteOffset + offset);
  });
  const box = view(bytes, { format: dtype, shape: extent, order });
  return box.slice(...segments.map(({ step }) => slice(null, null, step)));
}

/**
 * The selected items, C-contiguous in new memory.
 *
 * @throws InputFailure when they take more than 1 GiB
 */
export async function readPart(input: InputTensor, { ranges }: Pick<Selection, "ranges">): Promise<StridedView> {
  const { source, tensor } = input.tensor.packed ? await unpacked(input) : input;
  const { dtype } = tensor;
  const counts = ranges.map(({ count }) => count);
  checkPart(counts, dtype);
  const dst = empty(counts, dtype);
  const strides = fileStrides(tensor);
  const lists = ranges.map((range, axis) => segmentsOf(range, strides[axis]!));
  for (const segments of product(lists)) {
    const box = await readBox(source, tensor, segments);
    copy(dst.slice(...segments.map(({ at, count }) => slice(at, at + count))), box);
  }
  return dst.slice(...ranges.map(({ drop }) => (drop ? 0 : null)));
}

/** The part of a selection that lies between two positions of its first remaining axis. */
export function rows({ ranges }: Selection, from: number, to: number): Selection {
  const axis = ranges.findIndex(({ drop }) => !drop);
  if (axis < 0) throw stridebufError("LayoutError", "a single item has no rows", { reason: "shape" });
  const cut = ranges.map((range, i) =>
    i === axis ? { ...range, start: range.start + from * range.step, count: to - from } : range,
  );
  return { ranges: cut, shape: cut.filter(({ drop }) => !drop).map(({ count }) => count) };
}

/** Of each axis only the first and last `edge` items: what a summary shows. */
export async function readEdges(input: InputTensor, { ranges, shape }: Selection, edge: number): Promise<Edges> {
  const kept = ranges.map((range): AxisRange[] => {
    const { start, step, count, drop } = range;
    if (drop || count <= 2 * edge) return [range];
    return [
      { start, step, count: edge, drop },
      { start: start + (count - edge) * step, step, count: edge, drop },
    ];
  });
  const counts = kept.map((list) => list.reduce((sum, { count }) => sum + count, 0));
  checkPart(counts, input.tensor.dtype);
  const ready = input.tensor.packed ? await unpacked(input) : input;
  const dst = empty(counts, input.tensor.dtype);
  const placed = kept.map((list) => list.map((range, i) => ({ range, at: i === 0 ? 0 : edge })));
  for (const combination of product(placed)) {
    const part = await readPart(ready, { ranges: combination.map(({ range }) => ({ ...range, drop: false })) });
    copy(dst.slice(...combination.map(({ range, at }) => slice(at, at + range.count))), part);
  }
  const items = dst.slice(...ranges.map(({ drop }) => (drop ? 0 : null)));
  return { items, at: (index) => items.slice(...index.map((i, axis) => (i < edge ? i : fromEnd(i, axis)))) };

  function fromEnd(i: number, axis: number): number {
    return i - (shape[axis]! - items.shape[axis]!);
  }
}

/** Both ends of every axis of a selection. */
export interface Edges {
  readonly items: StridedView;
  /** The item at an index of the whole selection, as a view without axes; only those at the ends are there. */
  at(index: readonly number[]): StridedView;
}
