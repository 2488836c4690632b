/** An array of a store: its grid of chunks, and what the chunks hold. */

import type { DType } from "../dtype/dtype.js";
import { fillBytes } from "../interop/zarrita/fill.js";
import { type CodecName, unsupported } from "./codecs.js";
import type { Grid } from "./grid.js";
import { type JsonText, metadataError } from "./json-text.js";

/** How items become the bytes of a chunk, the smallest unit that is read. */
export interface Items {
  readonly dtype: DType;
  /** Items per axis of a chunk; of a chunk inside a shard where there are shards. */
  readonly chunks: readonly number[];
  /** The axes as they lie in the bytes, the slowest first. */
  readonly order: readonly number[];
  /** What is done to the bytes, in the order of encoding. */
  readonly codecs: readonly CodecName[];
  readonly shards: Shards | null;
  /** The item that missing chunks stand for; null where nothing says it. */
  readonly fill: Uint8Array | null;
}

/** How the index of a shard is stored: offset and length of each chunk. */
export interface Shards {
  readonly endian: "little" | "big";
  readonly codecs: readonly CodecName[];
  readonly location: "start" | "end";
}

export interface ZarrArray {
  /** Path in the store, without slashes at its ends; empty for a store that is one array. */
  readonly path: string;
  readonly version: 2 | 3;
  readonly json: JsonText;
  readonly grid: Grid;
  /** Null for items that are not known here, or have no fixed size. */
  readonly dtype: DType | null;
  /** @throws FileFormatError when chunks cannot be read here, naming why */
  items(): Items;
}

/** What is changed of an array. */
export interface Change {
  readonly dtype: DType;
  readonly chunks: readonly number[];
  /** Instead of the compressor that is there; null for none. */
  readonly compressor: CodecName | null | undefined;
  /** The fill value as JSON; null leaves it. */
  readonly fill: string | null;
}

/** Bytes of a chunk that are held at once. */
const MAX_CHUNK_BYTES = 2 ** 31 - 1;

/** @throws FileFormatError for a chunk that nobody could hold */
export function requireHoldable(key: string, chunks: readonly number[], { itemsize }: DType): void {
  const nbytes = chunks.reduce((product, length) => product * length, itemsize);
  if (nbytes <= MAX_CHUNK_BYTES) return;
  throw metadataError(key, `chunks of ${chunks.join(", ")} items take ${nbytes} bytes, more than 2 GiB at once`);
}

/** @throws FileFormatError for a value that no item has */
export function fillOf(key: string, dtype: DType, value: unknown): Uint8Array | null {
  if (value === null || value === undefined) return null;
  try {
    return fillBytes(dtype, value);
  } catch (error) {
    throw metadataError(key, `"fill_value" ${JSON.stringify(value)} is no ${dtype.name}: ${(error as Error).message}`);
  }
}

export const variableLength = (key: string, type: string): Error =>
  unsupported(key, "variable length", `items of ${type} have no fixed number of bytes`);
