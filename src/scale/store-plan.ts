/** Makes plans of Zarr stores: from their metadata and the names, sizes and times of their chunks. */

import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { stridebufError } from "../errors.js";
import { dtype } from "../index.js";
import {
  type ArrayConversion,
  chunkBytes,
  listChunks,
  planConversion,
  type StoreConversion,
  sourceKeys,
} from "../zarr/conversion.js";
import type { Hierarchy } from "../zarr/hierarchy.js";
import type { StoreOptions } from "../zarr/options.js";
import { FolderStore } from "../zarr/store.js";
import { nameOf } from "./conversion.js";
import { digest, type StoreFile, type StorePlanOptions, type StoreShard } from "./lines.js";
import { type Planned, type PlanRequest, planText, requireShardBytes } from "./plan-text.js";
import { absentFolder, changed } from "./source.js";

/** A store to be made. */
export interface PlannedStore {
  readonly src: string;
  readonly dst: string;
  readonly options: StoreOptions;
}

type Range = readonly [begin: number, end: number];

function optionsText({ to, ...rest }: StoreOptions): StorePlanOptions {
  const named = Object.entries({ ...rest, ...(to === undefined ? {} : { to: nameOf(to) }) });
  return Object.fromEntries(named.filter(([, value]) => value !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const optionsOf = ({ to, ...rest }: StorePlanOptions): StoreOptions =>
  to === undefined ? rest : { ...rest, to: dtype(to) };

const documentsDigest = ({ documents }: Hierarchy): string =>
  digest([...documents].map(([key, bytes]) => `${key}\n${digest(Buffer.from(bytes).toString("latin1"))}`).join("\n"));

/** Numbers as ranges. */
export function rangesOf(numbers: readonly number[]): Range[] {
  const ranges: [number, number][] = [];
  for (const each of numbers) {
    const last = ranges.at(-1);
    if (last?.[1] === each) last[1] = each + 1;
    else ranges.push([each, each + 1]);
  }
  return ranges;
}

/** The numbers of ranges. */
export const numbersOf = (ranges: readonly Range[]): number[] =>
  ranges.flatMap(([begin, end]) => Array.from({ length: end - begin }, (_, i) => begin + i));

/** Which chunks an array has. */
export const listingDigest = (chunks: readonly number[]): string => digest(JSON.stringify(rangesOf(chunks)));

/** What tells whether the files that chunks are made from have been written to. */
export async function sourceDigest(
  store: FolderStore,
  conversion: ArrayConversion,
  chunks: readonly number[],
): Promise<string> {
  const keys = new Set(chunks.flatMap((index) => sourceKeys(conversion, index)));
  const lines: string[] = [];
  for (const key of keys) lines.push(`${key} ${await store.identity(`/${key}`)}`);
  return digest(lines.join("\n"));
}

async function shardsOf(
  store: FolderStore,
  { arrays }: StoreConversion,
  shardBytes: number,
): Promise<Omit<StoreShard, "shard" | "at" | "id">[]> {
  const shards = [];
  for (const array of arrays) {
    const { chunks } = await listChunks(store, array);
    const listing = listingDigest(chunks);
    const most = Math.max(1, Math.floor(shardBytes / Math.max(1, chunkBytes(array))));
    for (let at = 0; at < chunks.length; at += most) {
      const some = chunks.slice(at, at + most);
      const source = await sourceDigest(store, array, some);
      shards.push({ array: array.source.path, chunks: rangesOf(some), listing, source });
    }
  }
  return shards;
}

/**
 * The lines of a plan; shards are cut at chunks of the result, as they are before they are packed.
 *
 * @throws whatever a conversion refuses before it reads chunks
 */
export async function* planStoreLines(tasks: readonly PlannedStore[], request: PlanRequest): AsyncGenerator<string> {
  requireShardBytes(request);
  const planned: Planned<StoreShard>[] = [];
  let first = 0;
  for (const [number, { src, dst, options }] of tasks.entries()) {
    const store = new FolderStore(src);
    const conversion = await planConversion(store, options);
    const shards = await shardsOf(store, conversion, request.shardBytes);
    const source = documentsDigest(conversion.hierarchy);
    const file: StoreFile = {
      file: number,
      src,
      source,
      dst,
      options: optionsText(options),
      first,
      shards: shards.length,
    };
    planned.push({ file, shards });
    first += shards.length;
  }
  yield* planText("zarr", planned, request);
}

export interface OpenedStore {
  readonly store: FolderStore;
  readonly options: StoreOptions;
  readonly conversion: StoreConversion;
}

/**
 * Opens the source of a planned store.
 *
 * @throws PlanError when its metadata are not what they were (`changed`), or even its folder is not there (`absent`)
 */
export async function openStore({ src, source, options }: StoreFile): Promise<OpenedStore> {
  if (!existsSync(src)) throw existsSync(dirname(src)) ? changed(src, "it is not there") : absentFolder(src);
  const store = new FolderStore(src);
  const opened = { store, options: optionsOf(options) };
  const conversion = await planConversion(store, opened.options);
  if (documentsDigest(conversion.hierarchy) !== source) throw changed(src, "other metadata");
  return { ...opened, conversion };
}

/** @throws PlanError when there is no such array */
export function arrayOf({ conversion, store }: OpenedStore, { array }: StoreShard): ArrayConversion {
  const found = conversion.arrays.find(({ source }) => source.path === array);
  if (found !== undefined) return found;
  throw stridebufError("PlanError", `${store.root}: has no array ${JSON.stringify(array)}`, { reason: "damaged" });
}
