/** `stridebuf convert` for Zarr stores. */

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { dtype } from "../index.js";
import type { ConvertedFile } from "../io/stream-core.js";
import { sizeOf } from "../io/tensor-file.js";
import { isRemote } from "../remote/address.js";
import type { PlannedStore } from "../scale/store-plan.js";
import {
  type ArrayConversion,
  chunkBytes,
  listChunks,
  listed,
  makeChunks,
  planConversion,
  type StoreConversion,
} from "../zarr/conversion.js";
import type { StoreOptions } from "../zarr/options.js";
import { requireApart, requireReplaceable, Staging } from "../zarr/staging.js";
import type { SourceStore } from "../zarr/store.js";
import { type ConvertCommandOptions, type Done, factOf, type Planned } from "./conversion.js";
import { floatsOnlyOf } from "./convert-selection.js";
import { InputFailure } from "./failure.js";
import { STANDARD } from "./file-source.js";
import { withPath } from "./inputs.js";
import { OutputFolder } from "./output-folder.js";
import { startProgress } from "./progress.js";
import { openSourceStore } from "./store-source.js";
import type { ConvertTask } from "./targets.js";
import type { Terminal } from "./terminal.js";

/** Options of other containers, by what they are called. */
const FOREIGN = {
  ...{ into: "--into", intoOrder: "--order", tensor: "--tensor", format: "--format", shape: "--shape" },
  ...{ byteOffset: "--byte-offset", order: "--from-order", maxHeaderBytes: "--max-header" },
} as const;

/** @throws InputFailure for what cannot be said of a store */
export function storeOptions({ src, dst }: ConvertTask, options: ConvertCommandOptions): StoreOptions {
  for (const [name, spelled] of Object.entries(FOREIGN)) {
    if (options[name as keyof typeof FOREIGN] !== undefined) throw new InputFailure(`${spelled}: not of Zarr stores`);
  }
  const folder = src.tensor === undefined ? null : join(src.path, src.tensor);
  if (folder !== null) throw new InputFailure(`arrays of a store are folders: say ${folder}`);
  if (dst === STANDARD || /\.(npy|npz|safetensors)$/i.test(dst))
    throw new InputFailure(
      `${dst}: a Zarr store becomes another one, in a folder such as out.zarr, and one array of it a .npy`,
    );
  const { to, chunks, compressor, only, skip, casting, overflow, scale, offset } = options;
  const given = Object.entries({ to, chunks, compressor, only, skip, casting, overflow, scale, offset });
  const floatsOnly = floatsOnlyOf("npz", options);
  return { ...Object.fromEntries(given.filter(([, value]) => value !== undefined)), floatsOnly };
}

/** @throws InputFailure, FileFormatError when the result may not go there */
function checkPlace({ src, dst }: ConvertTask, { clobber }: ConvertCommandOptions): void {
  if (isRemote(dst)) throw new InputFailure(`${dst}: stores are written to folders`);
  requireReplaceable(dst);
  if (!isRemote(src.path)) requireApart(src.path, dst);
  const isThere = !isRemote(src.path) && resolve(src.path) === resolve(dst);
  if (isThere && clobber !== true)
    throw new InputFailure(`${dst}: is the source itself; --clobber replaces it, or choose another DST`);
  if (clobber === false && existsSync(dst))
    throw new InputFailure(`${dst}: is there already; leave out --no-clobber to replace it`);
}

/** A store of a plan. @throws InputFailure when the result may not go there */
export function plannedStore(task: ConvertTask, options: ConvertCommandOptions): PlannedStore {
  if (isRemote(task.src.path)) throw new InputFailure("stores on servers are converted by stridebuf convert alone");
  const planned = { src: task.src.path, dst: task.dst, options: storeOptions(task, options) };
  checkPlace(task, options);
  return planned;
}

const tensorOf = ({ source, target }: ArrayConversion): ConvertedFile["tensors"][number] => {
  const [from, to] = [source.dtype ?? dtype("O"), target.dtype ?? dtype("O")];
  return { name: source.path, from, to, shape: source.grid.shape, nbytes: sizeOf(source.grid.shape) * to.itemsize };
};

/** What is copied as it is although nobody asked for that. */
function keptNotes({ arrays }: StoreConversion, { floatsOnly, chunks }: StoreOptions, asked: boolean): string[] {
  const names = (which: (conversion: ArrayConversion) => boolean): string[] =>
    arrays.filter(which).map(({ source }) => source.path);
  const notes: string[] = [];
  const isFloat = ({ source: { dtype } }: ArrayConversion) => dtype?.kind === "float" || dtype?.kind === "complex";
  const kept = floatsOnly && !asked ? names((each) => !isFloat(each)) : [];
  if (kept.length > 0) {
    notes.push(`kept as they are, being no floats: ${listed(kept)} (--no-floats-only converts them too)`);
  }
  const other = chunks === undefined ? [] : names(({ source }) => source.grid.shape.length !== chunks.length);
  if (other.length > 0) notes.push(`chunks kept, having other axes: ${listed(other)}`);
  return notes;
}

const notesOf = (plan: StoreConversion, request: StoreOptions, asked: ConvertCommandOptions): string[] => [
  ...plan.notes,
  ...keptNotes(plan, request, asked.floatsOnly !== undefined),
];

/** Says what a conversion would do. */
export async function planStore(task: ConvertTask, options: ConvertCommandOptions): Promise<Planned> {
  const { path } = task.src;
  try {
    const request = storeOptions(task, options);
    const conversion = await planConversion(await openSourceStore(path), request);
    const tensors = conversion.arrays.map((each) => ({ ...tensorOf(each), reorders: false }));
    const byteLength = tensors.reduce((sum, { nbytes }) => sum + nbytes, 0);
    const readBytes = tensors.reduce((sum, { from, shape }) => sum + sizeOf(shape) * from.itemsize, 0);
    const plan = { container: "zarr" as const, byteLength, tensors };
    return {
      plan,
      input: { kind: "zarr", byteLength: readBytes },
      notes: notesOf(conversion, request, options),
      unreadable: [],
    };
  } catch (error) {
    throw withPath(path, error);
  }
}

/** An array of the result, and the numbers of the chunks that are to be made. */
export interface ListedArray {
  readonly array: ArrayConversion;
  readonly chunks: readonly number[];
  /** Bytes of each, unpacked. */
  readonly chunkBytes: number;
}

/** A store that is being made. */
export interface StoreInProgress {
  readonly arrays: readonly ListedArray[];
  readonly store: SourceStore;
  readonly request: StoreOptions;
  readonly staging: Staging;
  /** Puts the whole store in its place. @param byteLength of all chunks */
  finish(byteLength: number, readBytes: number): Promise<Done>;
  /** Removes what is not finished. */
  discard(): void;
}

/** Begins to convert a store: all is known and nothing is made. */
export async function beginStore(task: ConvertTask, options: ConvertCommandOptions): Promise<StoreInProgress> {
  const start = performance.now();
  const request = storeOptions(task, options);
  checkPlace(task, options);
  const store = await openSourceStore(task.src.path);
  const conversion = await planConversion(store, request);
  const output = new OutputFolder(task.dst);
  try {
    const staging = new Staging(join(output.path, "store"), output.path);
    const listings: (ListedArray & { readonly strangers: readonly string[] })[] = [];
    for (const array of conversion.arrays) {
      listings.push({ array, chunkBytes: chunkBytes(array), ...(await listChunks(store, array)) });
    }
    return {
      ...{ arrays: listings, store, request, staging },
      async finish(byteLength, readBytes) {
        await staging.finish(conversion.documents, task.dst);
        const notes = notesOf(conversion, request, options);
        const strangers = listings.flatMap((listing) => listing.strangers);
        if (strangers.length > 0) notes.push(`left out, being no chunks: ${listed(strangers)}`);
        const seconds = (performance.now() - start) / 1000;
        const tensors = conversion.arrays.map(tensorOf).map(factOf);
        return { tensors, byteLength, seconds, readBytes, container: "zarr", notes, unreadable: [] };
      },
      discard: () => output.discard(),
    };
  } catch (error) {
    output.discard();
    throw error;
  }
}

/** Bytes of all chunks, unpacked. */
export const bytesOfChunks = (arrays: readonly ListedArray[]): number =>
  arrays.reduce((sum, { chunks, chunkBytes }) => sum + chunks.length * chunkBytes, 0);

/** Converts one store, chunk by chunk. */
export async function convertStore(
  task: ConvertTask,
  options: ConvertCommandOptions,
  terminal: Terminal,
): Promise<Done> {
  const progress = startProgress((options.jobs ?? 1) === 1 ? terminal.progress : null);
  let begun: StoreInProgress | undefined;
  try {
    begun = await beginStore(task, options);
    const { arrays, store, request, staging } = begun;
    progress.expect(bytesOfChunks(arrays));
    let byteLength = 0;
    for (const { array, chunks, chunkBytes } of arrays) {
      await makeChunks(store, array, request, chunks, async (key, bytes) => {
        if (bytes !== null) await staging.put(key, bytes);
        byteLength += bytes?.length ?? 0;
        await progress.advance(chunkBytes);
      });
    }
    return await begun.finish(byteLength, store.bytesRead);
  } catch (error) {
    throw withPath(task.src.path, error);
  } finally {
    progress.stop();
    begun?.discard();
  }
}
