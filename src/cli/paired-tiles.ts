/** Two tensors of one shape walked side by side, a tile of each at a time, whatever the order they lie in. */

import { InputFailure } from "./failure.js";
import type { InputTensor } from "./inputs.js";
import { readPart, rows, select } from "./parts.js";

export interface PairedTile {
  /** Contiguous items of each, in one order. */
  readonly x: Uint8Array;
  readonly y: Uint8Array;
  /** The index in the tensors of the n-th item. */
  at(n: number): number[];
}

const TILE_BYTES = 1 << 20;
/** Tiles of tensors that lie in different orders are cut out of both files. */
const CUT_BYTES = 16 << 20;

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);

/** The index of an item by its number in an order. */
function unravel(shape: readonly number[], order: "C" | "F", n: number): number[] {
  const index = shape.map(() => 0);
  const axes = shape.map((_, axis) => axis);
  if (order === "C") axes.reverse();
  for (const axis of axes) {
    index[axis] = n % shape[axis]!;
    n = Math.floor(n / shape[axis]!);
  }
  return index;
}

async function* flatTiles(a: InputTensor, b: InputTensor): AsyncGenerator<PairedTile> {
  const { shape, order } = a.tensor;
  const size = sizeOf(shape);
  const [wideA, wideB] = [a.tensor.dtype.itemsize, b.tensor.dtype.itemsize];
  const perTile = Math.max(1, Math.floor(TILE_BYTES / Math.max(1, wideA, wideB)));
  const [x, y] = [new Uint8Array(perTile * wideA), new Uint8Array(perTile * wideB)];
  for (let from = 0; from < size; from += perTile) {
    const count = Math.min(perTile, size - from);
    const [left, right] = [x.subarray(0, count * wideA), y.subarray(0, count * wideB)];
    await a.source.read(left, a.tensor.byteOffset + from * wideA);
    await b.source.read(right, b.tensor.byteOffset + from * wideB);
    yield { x: left, y: right, at: (n) => unravel(shape, order, from + n) };
  }
}

async function* cutTiles(a: InputTensor, b: InputTensor): AsyncGenerator<PairedTile> {
  const { shape } = a.tensor;
  const whole = select(shape);
  const widest = Math.max(1, a.tensor.dtype.itemsize, b.tensor.dtype.itemsize);
  const [count = 1, ...rest] = shape;
  if (shape.length > 0 && sizeOf(rest) * widest > 64 * CUT_BYTES) {
    throw new InputFailure("one row is too large to compare C with F order; convert one with --order first");
  }
  const step = shape.length === 0 ? 1 : Math.max(1, Math.floor(CUT_BYTES / Math.max(1, sizeOf(rest) * widest)));
  for (let from = 0; from < count; from += step) {
    const part = shape.length === 0 ? whole : rows(whole, from, Math.min(count, from + step));
    const [left, right] = [await readPart(a, part), await readPart(b, part)];
    const bytes = ({ buffer, byteOffset, nbytes }: typeof left) => new Uint8Array(buffer, byteOffset, nbytes);
    const base = from * sizeOf(rest);
    yield { x: bytes(left), y: bytes(right), at: (n) => unravel(shape, "C", base + n) };
  }
}

/** Axes of length 1 do not make an order. */
const inOneOrder = (a: InputTensor, b: InputTensor): boolean =>
  a.tensor.order === b.tensor.order || a.tensor.shape.filter((length) => length > 1).length <= 1;

export function pairedTiles(a: InputTensor, b: InputTensor): AsyncGenerator<PairedTile> {
  const isPacked = a.tensor.packed !== undefined || b.tensor.packed !== undefined;
  return inOneOrder(a, b) && !isPacked ? flatTiles(a, b) : cutTiles(a, b);
}
