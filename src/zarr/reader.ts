/** Chunks of an array, decoded one at a time, those inside shards too. */

import { type StridedView, dtype as typeOf, withByteOrder } from "../index.js";
import type { Items, ZarrArray } from "./array.js";
import { ChunkCoder, damaged } from "./chunk.js";
import { keyOf } from "./grid.js";
import type { ReadableStore } from "./store.js";

const ABSENT = 2n ** 64n - 1n;
/** Indices of shards that are kept. */
const KEPT_INDICES = 8;

/** How the index of a shard is stored: per chunk, where it begins and how long it is. */
export function indexCoder({ shards, chunks }: Items, shard: readonly number[]): ChunkCoder {
  const { endian, codecs } = shards!;
  const counts = [...shard.map((length, axis) => length / chunks[axis]!), 2];
  const order = counts.map((_, axis) => axis);
  return new ChunkCoder({ dtype: withByteOrder(typeOf("Q"), endian), chunks: counts, order, codecs });
}

/** The most recent of what was read, up to a number of bytes. */
class Recent<T> {
  readonly #entries = new Map<string, readonly [value: Promise<T>, size: number]>();
  #size = 0;
  constructor(private readonly most: number) {}

  get(key: string, size: number, make: () => Promise<T>): Promise<T> {
    const there = this.#entries.get(key);
    const value = there?.[0] ?? make();
    if (there === undefined) this.#size += size;
    this.#entries.delete(key);
    this.#entries.set(key, [value, size]);
    for (const [oldest, [, freed]] of this.#entries) {
      if (this.#size <= this.most) break;
      this.#entries.delete(oldest);
      this.#size -= freed;
    }
    return value;
  }
}

export class ChunkReader {
  readonly items: Items;
  readonly #coder: ChunkCoder;
  readonly #index: ChunkCoder | null;
  readonly #indices = new Recent<StridedView | null>(KEPT_INDICES);
  readonly #chunks: Recent<StridedView | null>;

  /** @param keepBytes of decoded chunks that are kept for those who ask again */
  constructor(
    private readonly store: ReadableStore,
    private readonly array: ZarrArray,
    keepBytes = 0,
  ) {
    this.items = array.items();
    this.#coder = new ChunkCoder(this.items);
    this.#index = this.items.shards === null ? null : indexCoder(this.items, array.grid.chunks);
    this.#chunks = new Recent(keepBytes);
  }

  /**
   * The items of a chunk, or null when it is missing. Not to be written to.
   *
   * @throws FileFormatError for damaged chunks
   */
  chunk(place: readonly number[]): Promise<StridedView | null> {
    return this.#chunks.get(place.join(), this.#coder.nbytes, async () => {
      const key = this.#keyOf(this.#index === null ? place : this.#shardOf(place));
      const bytes =
        this.#index === null ? await this.store.get(`/${key}`) : await this.#inShard(key, place, this.#index);
      return bytes === undefined ? null : this.#coder.decode(key, bytes);
    });
  }

  #keyOf(place: readonly number[]): string {
    const { path, grid } = this.array;
    return `${path === "" ? "" : `${path}/`}${keyOf(grid, place)}`;
  }

  #shardOf = (place: readonly number[]): number[] =>
    place.map((at, axis) => Math.floor((at * this.items.chunks[axis]!) / this.array.grid.chunks[axis]!));

  async #inShard(key: string, place: readonly number[], coder: ChunkCoder): Promise<Uint8Array | undefined> {
    const index = await this.#indices.get(key, 1, async () => {
      const length = coder.encodedBytes!;
      const isFirst = this.items.shards!.location === "start";
      const bytes = await this.store.getRange(`/${key}`, isFirst ? { offset: 0, length } : { suffixLength: length });
      return bytes === undefined ? null : coder.decode(key, bytes);
    });
    if (index === null) return undefined;
    const inside = place.map((at, axis) => at % coder.format.chunks[axis]!);
    const [offset, length] = [0, 1].map((which) => BigInt(index.get(...inside, which) as bigint)) as [bigint, bigint];
    if (offset === ABSENT && length === ABSENT) return undefined;
    if (offset + length > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged(key, "the index points beyond 2^53");
    return this.store.getRange(`/${key}`, { offset: Number(offset), length: Number(length) });
  }
}
