/** What becomes of a store: which arrays change and how, the documents of the result, and its chunks, each made by itself. */

import type { DType } from "../dtype/dtype.js";
import { isStridebufError, stridebufError } from "../errors.js";
import { copy, empty, view } from "../index.js";
import { convertedTensors } from "../io/selection.js";
import type { ValueOptions } from "../io/stream-task.js";
import { sizeOf } from "../io/tensor-file.js";
import type { ZarrArray } from "./array.js";
import { ChunkMaker } from "./chunk-maker.js";
import type { CodecName } from "./codecs.js";
import { fillText } from "./fill-text.js";
import { indexOf, keyOf, placeAt, placeOf, product } from "./grid.js";
import { type Hierarchy, readHierarchy } from "./hierarchy.js";
import { edited, type JsonText, memberOf, membersOf, readJson } from "./json-text.js";
import type { Compressor, StoreOptions } from "./options.js";
import type { SourceStore } from "./store.js";
import { changeV2, readV2 } from "./v2.js";
import { changeV3, readV3 } from "./v3.js";

/** How compressors are set up when they take another's place: as NumCodecs sets them up. */
const COMPRESSORS: Readonly<Record<Compressor, CodecName["configuration"]>> = {
  gzip: { level: 1 },
  zlib: { level: 1 },
  blosc: { cname: "lz4", clevel: 5, shuffle: 1, blocksize: 0 },
  zstd: { level: 1 },
  lz4: { acceleration: 1 },
};

/** Zarr v3 asks for what v2 leaves open. */
function compressorOf(name: Compressor | "none", version: 2 | 3): CodecName | null {
  if (name === "none") return null;
  const more = name === "zstd" && version === 3 ? { checksum: false } : {};
  return { name, configuration: { ...COMPRESSORS[name], ...more } };
}

export interface ArrayConversion {
  readonly source: ZarrArray;
  /** The same object as the source for an array whose chunks are copied as they are, whatever they hold. */
  readonly target: ZarrArray;
}

export interface StoreConversion {
  readonly hierarchy: Hierarchy;
  readonly arrays: readonly ArrayConversion[];
  /** Metadata of the result, by key. */
  readonly documents: ReadonlyMap<string, Uint8Array>;
  readonly notes: readonly string[];
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Names the array in what a conversion of items complains about. */
function named(path: string, error: unknown): unknown {
  if (path !== "" && isStridebufError(error, "ConversionError")) error.message = `${path}: ${error.message}`;
  return error;
}

/** What items of `fill` are after the conversion. */
function convertedFill(array: ZarrArray, to: DType, options: StoreOptions): string | null {
  const { dtype, fill } = array.items();
  if (fill === null) return null;
  const item = empty([], to);
  try {
    copy(item, view(fill, { format: dtype, shape: [] }), valueOptions(options));
  } catch (error) {
    throw named(`${array.json.key}: "fill_value"`, error);
  }
  return fillText(array.json.key, array.version, item);
}

export function valueOptions({ casting, overflow, scale, offset }: StoreOptions): ValueOptions {
  const given = Object.entries({ casting, overflow, scale, offset });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((each, i) => each === b[i]);

/** The array as it will be; the array itself when nothing of it changes. */
function changed(array: ZarrArray, options: StoreOptions): ZarrArray {
  const { to, chunks: wanted, compressor: name } = options;
  const scales = options.scale !== undefined || options.offset !== undefined;
  const rechunks = wanted !== undefined && wanted.length === array.grid.shape.length;
  if ((to === undefined || to === array.dtype) && !rechunks && !scales && name === undefined) return array;
  let items: ReturnType<ZarrArray["items"]>;
  try {
    items = array.items();
  } catch (error) {
    const way = `--skip ${JSON.stringify(array.path)} copies it as it is`;
    if (array.path !== "" && error instanceof Error) error.message += `; ${way}`;
    throw error;
  }
  const dtype = to ?? items.dtype;
  const chunks = rechunks && !same(wanted, items.chunks) ? wanted : items.chunks;
  const compressor = name === undefined ? undefined : compressorOf(name, array.version);
  if (dtype === items.dtype && chunks === items.chunks && !scales && compressor === undefined) return array;
  const fill = dtype === items.dtype && !scales ? null : convertedFill(array, dtype, options);
  const change = { dtype, chunks, compressor, fill };
  const [write, read] = array.version === 2 ? [changeV2, readV2] : [changeV3, readV3];
  const target = read(array.path, readJson(array.json.key, bytesOf(write(array, change))));
  // What has been written down must be read back as it was meant.
  target.items();
  return target;
}

/** Consolidated metadata repeat documents, which must say the same as these. */
function consolidated(json: JsonText, texts: ReadonlyMap<string, string>): string {
  const isV2 = json.key.endsWith(".zmetadata");
  const folder = json.key.split("/").slice(0, -1).join("/");
  const members = isV2 ? memberOf(json.root, "metadata") : memberOf(json.root, "consolidated_metadata", "metadata");
  const edits = membersOf(members).flatMap(([name, node]) => {
    const path = isV2 ? name : `${name}/zarr.json`;
    const text = texts.get(folder === "" ? path : `${folder}/${path}`);
    return text === undefined ? [] : [{ node, text: text.trim() }];
  });
  return edited(json.text, edits);
}

function documentsOf({ documents }: Hierarchy, arrays: readonly ArrayConversion[]): Map<string, Uint8Array> {
  const texts = new Map(
    arrays.flatMap(({ source, target }) => (source === target ? [] : [[target.json.key, target.json.text]])),
  );
  const result = new Map<string, Uint8Array>();
  for (const [key, bytes] of documents) {
    const text = texts.get(key);
    const mayRepeat = texts.size > 0 && /(^|\/)(\.zmetadata|zarr\.json)$/.test(key);
    if (text !== undefined) result.set(key, bytesOf(text));
    else result.set(key, mayRepeat ? bytesOf(consolidated(readJson(key, bytes), texts)) : bytes);
  }
  return result;
}

/**
 * Reads the metadata of a store and says what becomes of each array. Nothing is written.
 *
 * @throws FileFormatError, ConversionError for what cannot be done, before anything is
 */
export async function planConversion(store: SourceStore, options: StoreOptions): Promise<StoreConversion> {
  const hierarchy = await readHierarchy(store);
  const { chunks } = options;
  const isConverted = convertedTensors(options);
  const unknown = { kind: "object" } as DType;
  const arrays = hierarchy.arrays.map((source) => {
    const isMeant = isConverted({ name: source.path, dtype: source.dtype ?? unknown });
    return { source, target: isMeant ? changed(source, options) : source };
  });
  if (chunks !== undefined && !hierarchy.arrays.some(({ grid }) => grid.shape.length === chunks.length)) {
    throw stridebufError("LayoutError", `--chunks: no array has ${chunks.length} axes`, { reason: "rank" });
  }
  const documents = documentsOf(hierarchy, arrays);
  const { strangers } = hierarchy;
  const notes = strangers.length === 0 ? [] : [`left out, being no part of a store: ${listed(strangers)}`];
  return { hierarchy, arrays, documents, notes };
}

export const listed = (names: readonly string[], most = 8): string =>
  names.length > most ? `${names.slice(0, most).join(", ")}, … (${names.length} in all)` : names.join(", ");

/** The key of a chunk of an array, below the store. */
export const chunkKey = ({ path, grid }: ZarrArray, index: number): string =>
  `${path === "" ? "" : `${path}/`}${keyOf(grid, placeAt(grid, index))}`;

export interface ChunkListing {
  /** Numbers of the chunks of the result that may be there, ascending: those of which some source chunk is there. */
  readonly chunks: readonly number[];
  /** Keys in the array's folder that are no chunks of it. */
  readonly strangers: readonly string[];
}

/** Looks which chunks of a source are there, or may be. */
export async function listChunks(store: SourceStore, { source, target }: ArrayConversion): Promise<ChunkListing> {
  const strangers: string[] = [];
  const found = new Set<number>();
  const [from, to] = [source.grid, target.grid];
  const depth = from.keys.separator === "/" ? from.keys.prefix.length + from.shape.length : 0;
  const files = store.filesBelow(`/${source.path}`, depth);
  if (files === null) return { chunks: Array.from({ length: sizeOf(to.counts) }, (_, index) => index), strangers };
  for await (const key of files) {
    if (/^(\.zarray|\.zattrs|zarr\.json)$/.test(key)) continue;
    const place = placeOf(from, key);
    if (place === null) strangers.push(source.path === "" ? key : `${source.path}/${key}`);
    else if (same(from.chunks, to.chunks)) found.add(indexOf(to, place));
    else for (const each of overlapping(place, from.chunks, to)) found.add(indexOf(to, each));
  }
  return { chunks: [...found].sort((a, b) => a - b), strangers };
}

/** Keys in the store of what a chunk of the result is made from. */
export function sourceKeys({ source, target }: ArrayConversion, index: number): string[] {
  const [from, to] = [source.grid, target.grid];
  if (same(from.chunks, to.chunks)) return [chunkKey(source, index)];
  const places = overlapping(placeAt(to, index), to.chunks, from);
  return [...places].map((place) => chunkKey(source, indexOf(from, place)));
}

/** The chunks of a grid that have items of a chunk of another. */
function overlapping(place: readonly number[], chunks: readonly number[], to: ZarrArray["grid"]): Iterable<number[]> {
  return product(
    place.map((at, axis) => {
      const length = to.chunks[axis]!;
      const first = Math.floor((at * chunks[axis]!) / length);
      const last = Math.floor((Math.min((at + 1) * chunks[axis]!, to.shape[axis]!) - 1) / length);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    }),
  );
}

/** Makes the bytes of chunks of the result; null for those that stay missing. */
function chunkSource(
  store: SourceStore,
  conversion: ArrayConversion,
  options: StoreOptions,
): (index: number) => Promise<Uint8Array | null> {
  const { source, target } = conversion;
  if (source === target) return async (index) => (await store.get(`/${chunkKey(source, index)}`)) ?? null;
  const maker = new ChunkMaker(store, source, target, valueOptions(options));
  return async (index) => {
    try {
      return await maker.bytes(placeAt(target.grid, index));
    } catch (error) {
      throw named(source.path, error);
    }
  };
}

/** Chunks that are made at the same time, so that the disk is waited for less often, and the bytes that they may take. */
const IN_FLIGHT = 8;
const IN_FLIGHT_BYTES = 256 << 20;

/** Bytes of what one key holds, unpacked. */
export const chunkBytes = ({ target: { grid, dtype } }: ArrayConversion): number =>
  sizeOf(grid.chunks) * (dtype?.itemsize ?? 1);

/** Makes chunks of a result, a few at a time, and hands over those that are not missing. */
export async function makeChunks(
  store: SourceStore,
  conversion: ArrayConversion,
  options: StoreOptions,
  chunks: readonly number[],
  put: (key: string, bytes: Uint8Array | null) => Promise<void>,
): Promise<void> {
  const make = chunkSource(store, conversion, options);
  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    while (next < chunks.length && !failed) {
      const index = chunks[next++]!;
      try {
        await put(chunkKey(conversion.target, index), await make(index));
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const most = Math.floor(IN_FLIGHT_BYTES / Math.max(1, chunkBytes(conversion)));
  const workers = await Promise.allSettled(Array.from({ length: Math.max(1, Math.min(IN_FLIGHT, most)) }, worker));
  for (const each of workers) if (each.status === "rejected") throw each.reason;
}
