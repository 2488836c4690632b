/** Selections of a tensor in a file: what an index means, its rows, its edges. */

import type { DType } from "../dtype/dtype.js";
import { stridebufError } from "../errors.js";
import { copy, ellipsis, empty, newaxis, type StridedView, slice } from "../index.js";
import { readPart as readFilePart } from "../io/read-part.js";
import { sizeOf } from "../io/tensor-file.js";
import { type IndexEntry, parseIndex, type Slice, sliceIndices } from "../view/slices.js";
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

/** All combinations of one element of each list. */
function* product<T>(lists: readonly (readonly T[])[]): Generator<T[]> {
  const [first, ...rest] = lists;
  if (first === undefined) yield [];
  else for (const item of first) for (const others of product(rest)) yield [item, ...others];
}

function checkPart(shape: readonly number[], dtype: DType): void {
  const nbytes = sizeOf(shape) * dtype.itemsize;
  if (nbytes <= MAX_PART_BYTES) return;
  throw new InputFailure(`${nbytes} bytes are too many at once; select less, such as [:1000] or [::100]`);
}

/** A range as an index; one that runs backwards to the first item has no end. */
function entryOf({ start, step, count, drop }: AxisRange): IndexEntry {
  if (drop) return start;
  const stop = start + step * count;
  return slice(start, stop < 0 ? null : stop, step);
}

/**
 * The selected items, C-contiguous in new memory.
 *
 * @throws InputFailure when they take more than 1 GiB
 */
export async function readPart(
  { source, tensor }: InputTensor,
  { ranges }: Pick<Selection, "ranges">,
): Promise<StridedView> {
  const shape = ranges.filter(({ drop }) => !drop).map(({ count }) => count);
  checkPart(shape, tensor.dtype);
  return readFilePart(source, tensor, ranges.map(entryOf), empty(shape, tensor.dtype));
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
  const dst = empty(counts, input.tensor.dtype);
  const placed = kept.map((list) => list.map((range, i) => ({ range, at: i === 0 ? 0 : edge })));
  for (const combination of product(placed)) {
    const part = await readPart(input, { ranges: combination.map(({ range }) => ({ ...range, drop: false })) });
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
