/** The bytes of one chunk, or shard, of an array that changes, made from the chunks of the source that it overlaps. */

import { copy, view } from "../index.js";
import { partsOf } from "../interop/pieces.js";
import type { ValueOptions } from "../io/stream-convert.js";
import { sizeOf } from "../io/tensor-file.js";
import type { ZarrArray } from "./array.js";
import { ChunkCoder } from "./chunk.js";
import { product } from "./grid.js";
import { ChunkReader, indexCoder } from "./reader.js";
import type { ReadableStore } from "./store.js";

/** Decoded chunks that are kept where the chunks of source and result are not the same. */
const KEPT_BYTES = 128 << 20;

export class ChunkMaker {
  readonly #reader: ChunkReader;
  readonly #coder: ChunkCoder;
  readonly #fill: Uint8Array;
  /** Whether every source chunk goes into one chunk of the result. */
  readonly #isAligned: boolean;

  constructor(
    store: ReadableStore,
    source: ZarrArray,
    private readonly target: ZarrArray,
    private readonly values: ValueOptions,
  ) {
    const items = target.items();
    const { chunks } = source.items();
    this.#isAligned = items.chunks.every((length, axis) => length === chunks[axis]);
    this.#reader = new ChunkReader(store, source, this.#isAligned ? 0 : KEPT_BYTES);
    this.#coder = new ChunkCoder(items);
    this.#fill = items.fill ?? new Uint8Array(items.dtype.itemsize);
  }

  /** Null when all that it would hold is missing in the source. */
  bytes(place: readonly number[]): Promise<Uint8Array | null> {
    return this.target.items().shards === null ? this.#chunk(place) : this.#shard(place);
  }

  async #chunk(place: readonly number[]): Promise<Uint8Array | null> {
    const { chunks, dtype } = this.target.items();
    const { shape } = this.target.grid;
    const axes = place.map((at, axis) => {
      const start = at * chunks[axis]!;
      return { start, step: 1, count: Math.min(chunks[axis]!, shape[axis]! - start), isIndex: false };
    });
    const lists = axes.map((axis, i) => partsOf(axis, this.#reader.items.chunks[i]!));
    const isWhole = this.#isAligned && axes.every(({ count }, axis) => count === chunks[axis]);
    const bytes = new Uint8Array(this.#coder.nbytes);
    const box = this.#coder.items(bytes);
    let isThere = false;
    for (const parts of product(lists)) {
      const items = await this.#reader.chunk(parts.map(({ chunk }) => chunk));
      if (items === null) continue;
      if (!isThere && !isWhole && this.#fill.some((byte) => byte !== 0)) {
        copy(box, view(this.#fill, { format: dtype, shape: [] }).broadcastTo(box.shape));
      }
      isThere = true;
      const to = box.slice(...parts.map((part) => part.to));
      copy(to, items.slice(...parts.map((part) => part.from)), this.values);
    }
    return isThere ? this.#coder.encode(bytes) : null;
  }

  async #shard(place: readonly number[]): Promise<Uint8Array | null> {
    const items = this.target.items();
    const { chunks: shard, shape } = this.target.grid;
    const coder = indexCoder(items, shard);
    const counts = coder.format.chunks.slice(0, -1);
    const index = new Uint8Array(coder.nbytes).fill(0xff);
    const entries = coder.items(index);
    const isFirst = items.shards!.location === "start";
    const parts: Uint8Array[] = [];
    let at = isFirst ? coder.encodedBytes! : 0;
    for (const inside of product(counts.map((count) => Array.from({ length: count }, (_, i) => i)))) {
      const chunk = inside.map((i, axis) => place[axis]! * counts[axis]! + i);
      if (chunk.some((i, axis) => i * items.chunks[axis]! >= shape[axis]!)) continue;
      const bytes = await this.#chunk(chunk);
      if (bytes === null) continue;
      for (const [which, value] of [at, bytes.length].entries()) entries.set(...inside, which, BigInt(value) as never);
      parts.push(bytes);
      at += bytes.length;
    }
    if (parts.length === 0 && sizeOf(counts) > 0) return null;
    const encoded = await coder.encode(index);
    return Buffer.concat(isFirst ? [encoded, ...parts] : [...parts, encoded]);
  }
}
