/** The bytes of one chunk, or shard, of an array that changes, made from the chunks of the source that it overlaps. */

import type { ValueOptions } from "../io/stream-task.js";
import { sizeOf } from "../io/tensor-file.js";
import type { ZarrArray } from "./array.js";
import { readBox } from "./box.js";
import { ChunkCoder } from "./chunk.js";
import { product } from "./grid.js";
import { ChunkReader, indexCoder } from "./reader.js";
import type { ReadableStore } from "./store.js";

/** Decoded chunks that are kept where the chunks of source and result are not the same. */
const KEPT_BYTES = 128 << 20;

export class ChunkMaker {
  readonly #reader: ChunkReader;
  readonly #coder: ChunkCoder;

  constructor(
    store: ReadableStore,
    source: ZarrArray,
    private readonly target: ZarrArray,
    private readonly values: ValueOptions,
  ) {
    const items = target.items();
    const { chunks } = source.items();
    const isAligned = items.chunks.every((length, axis) => length === chunks[axis]);
    this.#reader = new ChunkReader(store, source, isAligned ? 0 : KEPT_BYTES);
    this.#coder = new ChunkCoder(items);
  }

  /** Null when all that it would hold is missing in the source. */
  bytes(place: readonly number[]): Promise<Uint8Array | null> {
    return this.target.items().shards === null ? this.#chunk(place) : this.#shard(place);
  }

  async #chunk(place: readonly number[]): Promise<Uint8Array | null> {
    const { chunks, fill } = this.target.items();
    const { shape } = this.target.grid;
    const box = place.map((at, axis) => {
      const start = at * chunks[axis]!;
      return { start, count: Math.min(chunks[axis]!, shape[axis]! - start) };
    });
    const bytes = new Uint8Array(this.#coder.nbytes);
    const isThere = await readBox(this.#reader, box, this.#coder.items(bytes), fill, {
      values: this.values,
      always: false,
    });
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
