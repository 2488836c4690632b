/** An array of a store as bytes in C order, of which any range can be read: only the chunks that have some of it are. */

import { view } from "../index.js";
import type { RandomSource } from "../io/random-access.js";
import { sizeOf } from "../io/tensor-file.js";
import type { ZarrArray } from "./array.js";
import { type ItemRange, readBox } from "./box.js";
import { ChunkReader } from "./reader.js";
import type { ReadableStore } from "./store.js";

/** Decoded chunks that are kept for the next range. */
const KEPT_BYTES = 64 << 20;

/** Cuts items `[first, end)`, counted in C order, into boxes whose items follow each other. */
export function* boxesOf(shape: readonly number[], first: number, end: number): Generator<ItemRange[]> {
  if (first >= end) return;
  const [count, ...inner] = shape;
  if (count === undefined) {
    yield [];
    return;
  }
  const size = sizeOf(inner);
  const within = function* (row: number, from: number, to: number): Generator<ItemRange[]> {
    for (const box of boxesOf(inner, from, to)) yield [{ start: row, count: 1 }, ...box];
  };
  const [row, last] = [Math.floor(first / size), Math.floor((end - 1) / size)];
  if (row === last && end - first < size) {
    yield* within(row, first - row * size, end - row * size);
    return;
  }
  const begin = Math.ceil(first / size);
  const stop = Math.floor(end / size);
  if (begin > row) yield* within(row, first - row * size, size);
  if (stop > begin)
    yield [{ start: begin, count: stop - begin }, ...inner.map((length) => ({ start: 0, count: length }))];
  if (stop * size < end) yield* within(stop, 0, end - stop * size);
}

/** @throws FileFormatError for arrays whose chunks cannot be read here */
export function arraySource(store: ReadableStore, array: ZarrArray): RandomSource {
  const reader = new ChunkReader(store, array, KEPT_BYTES);
  const { dtype, fill } = reader.items;
  const { shape } = array.grid;
  const { itemsize } = dtype;
  const whole = async (bytes: Uint8Array, first: number): Promise<void> => {
    // What is not there and has no fill value, or zeros, is not written to.
    bytes.fill(0);
    let at = 0;
    for (const box of boxesOf(shape, first, first + bytes.length / itemsize)) {
      const counts = box.map(({ count }) => count);
      const nbytes = sizeOf(counts) * itemsize;
      const items = view(bytes.subarray(at, at + nbytes), { format: dtype, shape: counts });
      await readBox(reader, box, items, fill);
      at += nbytes;
    }
  };
  return {
    byteLength: sizeOf(shape) * itemsize,
    // A gap that is shorter than a chunk lies in the chunks of its two sides.
    gapBytes: ((array.grid.chunks.at(-1) ?? 1) - 1) * itemsize,
    async read(dst, byteOffset) {
      const first = Math.floor(byteOffset / itemsize);
      const end = Math.ceil((byteOffset + dst.length) / itemsize);
      if ((end - first) * itemsize === dst.length) return whole(dst, first);
      const bytes = new Uint8Array((end - first) * itemsize);
      await whole(bytes, first);
      dst.set(bytes.subarray(byteOffset - first * itemsize).subarray(0, dst.length));
    },
  };
}
