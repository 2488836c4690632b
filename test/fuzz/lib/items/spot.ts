/** Where items lie in a memory of `SIZE` bytes: strides of any sign, gaps, or rows behind pointers; no two share a byte. */
import type { DType, StridedView } from "../../../../src/shared.js";
import type { Input } from "../input.js";
import type { Memory } from "./placements.js";

export const SIZE = 8192;
/** Bytes at each end that no item touches. */
const GUARD = 128;

export const geometries = ["strides", "pointers"] as const;
export type Geometry = (typeof geometries)[number];

export interface Spot {
  readonly type: DType;
  readonly shape: readonly number[];
  /** Bytes from the start of the memory to the first item, or to the first pointer. */
  readonly byteOffset: number;
  readonly strides: readonly number[];
  readonly suboffsets: readonly number[] | null;
  /** Where pointers lie, and the bytes from the start of the memory to what they lead to. */
  readonly pointers: readonly (readonly [at: number, target: number])[];
  /** Bytes from the start of the memory to the item at an index. */
  at(index: readonly number[]): number;
}

/** At most so many bytes of items and gaps, so that all of a shape fits. */
const ROOM = SIZE - 2 * GUARD - 1024;

const clamp = (most: number, wanted: number): number => Math.max(1, Math.min(most, wanted));

/** A shape of few items, or of many where they are small. */
export function shapeFor(input: Input, itemsize: number, isPointed: boolean): number[] {
  const ndim = isPointed ? 1 + input.below(3) : input.below(4);
  // Gaps on every axis make them at most four times as long.
  const most = Math.floor(ROOM / (4 * Math.max(1, itemsize)));
  let left = input.rarely(8) ? clamp(most, 300) : clamp(most, 24);
  return Array.from({ length: ndim }, (_, axis) => {
    if (input.rarely(32)) return 0;
    const n = 1 + input.below(axis === 0 && isPointed ? Math.min(left, 6) : left);
    left = Math.max(1, Math.floor(left / n));
    return n;
  });
}

/** Whether items of a shape that was chosen for others have room, if only without gaps. */
export const hasRoom = ({ itemsize }: DType, shape: readonly number[]): boolean =>
  shape.reduce((nbytes, n) => nbytes * n, itemsize) <= ROOM;

/** @param shape - at least one axis for pointers, of which axis 0 leads to rows */
export function spotFor(input: Input, type: DType, shape: readonly number[], geometry: Geometry): Spot {
  const { itemsize } = type;
  const ndim = shape.length;
  const strides = new Array<number>(ndim).fill(0);
  const order = shape.map((_, axis) => axis);
  // Rows behind pointers are rows: their axis stays outermost.
  if (geometry === "strides" && input.rarely(2)) order.reverse();
  order.reverse();
  const gaps = order.map(() => (input.rarely(4) ? input.below(Math.max(2, Math.min(9, itemsize + 1))) : 0));
  /** @returns bytes of all items */
  const spread = (hasGaps: boolean): number => {
    let step = itemsize;
    order.forEach((axis, i) => {
      if (hasGaps) step += gaps[i]!;
      strides[axis] = step;
      step *= Math.max(1, shape[axis]!);
    });
    return step;
  };
  // The shape was chosen for the other view's items, which may be smaller.
  if (spread(true) > ROOM) spread(false);
  const isEmpty = shape.includes(0);
  let low = 0;
  for (let axis = 0; axis < ndim; axis++)
    if (input.rarely(4)) {
      strides[axis] = -strides[axis]!;
      if (!isEmpty) low += strides[axis]! * (shape[axis]! - 1);
    }
  const first = GUARD + input.below(17) - low;
  const plain = (index: readonly number[]) => index.reduce((sum, i, axis) => sum + i * strides[axis]!, first);
  if (geometry === "strides")
    return { type, shape, byteOffset: first, strides, suboffsets: null, pointers: [], at: plain };
  // The rows in another order than their pointers.
  const rows = shape[0]!;
  const turn = rows === 0 ? 0 : input.below(rows);
  const row = (i: number) => (i + turn) % rows;
  const suboffset = input.pick([0, 0, 4, 11]);
  const table = SIZE - GUARD - 8 * Math.max(1, rows);
  return {
    ...{ type, shape, byteOffset: table },
    strides: [8, ...strides.slice(1)],
    suboffsets: [suboffset, ...shape.slice(1).map(() => -1)],
    pointers: Array.from(
      { length: rows },
      (_, i) => [table + 8 * i, first + row(i) * strides[0]! - suboffset] as const,
    ),
    at: ([i, ...rest]) => plain([row(i!), ...rest]),
  };
}

/** Content with the pointers of a spot in it, as they must be where the memory starts at byte `origin` of its buffer. */
export function withPointers(content: Uint8Array, { pointers }: Spot, origin: number): Uint8Array {
  const out = content.slice();
  const data = new DataView(out.buffer);
  for (const [at, target] of pointers) data.setBigInt64(at, BigInt(origin + target), true);
  return out;
}

/** The items as a view of a memory. */
export function viewAt({ base }: Memory, spot: Spot): StridedView {
  const { type, shape, strides, suboffsets } = spot;
  const layout = {
    byteOffset: base.byteOffset + spot.byteOffset,
    shape: [...shape],
    strides: [...strides],
    suboffsets,
  };
  return base.other(base.storage, type, { ...layout, suboffsets: suboffsets && [...suboffsets] });
}

/** All indices of a shape in C order. */
export function* indices(shape: readonly number[]): Generator<readonly number[]> {
  if (shape.includes(0)) return;
  const index = shape.map(() => 0);
  for (;;) {
    yield [...index];
    let axis = shape.length - 1;
    while (axis >= 0 && ++index[axis]! === shape[axis]) index[axis--] = 0;
    if (axis < 0) return;
  }
}
