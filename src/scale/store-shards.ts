/** Shards of Zarr stores: some chunks each, every one a file that is there whole or not at all. */

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { type ArrayConversion, chunkKey, listChunks, makeChunks } from "../zarr/conversion.js";
import { Staging } from "../zarr/staging.js";
import { FolderStore } from "../zarr/store.js";
import type { ShardChecker, ShardState, ShardWorker } from "./kind.js";
import type { StoreFile, StoreShard } from "./lines.js";
import type { PlanReader } from "./plan-file.js";
import { changed } from "./source.js";
import { arrayOf, listingDigest, numbersOf, type OpenedStore, openStore, sourceDigest } from "./store-plan.js";
import { WorkFolder } from "./work-folder.js";

/** Names and bytes of chunks in the order of their numbers; null stands for a chunk that stays missing. */
class ChunkDigest {
  readonly #lines = new Map<string, string>();

  add(key: string, bytes: Uint8Array | null): void {
    this.#lines.set(key, bytes === null ? "missing" : createHash("sha256").update(bytes).digest("hex"));
  }

  of({ target }: ArrayConversion, chunks: readonly number[]): string {
    const hash = createHash("sha256");
    for (const index of chunks) {
      const key = chunkKey(target, index);
      hash.update(`${key} ${this.#lines.get(key)}\n`);
    }
    return hash.digest("hex");
  }
}

export class StoreWorker implements ShardWorker {
  readonly #folder: WorkFolder;
  #file: StoreFile | undefined;
  #opened: OpenedStore | undefined;
  /** Arrays of which it is known that they have the chunks that they had. */
  readonly #listed = new Set<ArrayConversion>();

  constructor(plan: PlanReader) {
    this.#folder = new WorkFolder(plan);
  }

  isDone(file: StoreFile, shard: StoreShard): boolean {
    return this.#folder.isDone(file, shard, () => existsSync(this.#folder.dataOf(file)) || existsSync(file.dst));
  }

  async make(file: StoreFile, shard: StoreShard): Promise<void> {
    if (this.#file !== file) this.#opened = await openStore(file);
    this.#file = file;
    const { store, options } = this.#opened!;
    const array = arrayOf(this.#opened!, shard);
    const chunks = numbersOf(shard.chunks);
    const requireUnchanged = async (): Promise<void> => {
      if ((await sourceDigest(store, array, chunks)) !== shard.source)
        throw changed(file.src, "a chunk was written to");
    };
    if (!this.#listed.has(array)) {
      const { chunks: there } = await listChunks(store, array);
      if (listingDigest(there) !== shard.listing) throw changed(file.src, "other chunks");
      this.#listed.add(array);
    }
    await requireUnchanged();
    this.#folder.make(file);
    const staging = new Staging(this.#folder.dataOf(file), this.#folder.path);
    const digest = new ChunkDigest();
    try {
      await makeChunks(store, array, options, chunks, async (key, bytes) => {
        if (bytes !== null) await staging.put(key, bytes);
        digest.add(key, bytes);
      });
      staging.sync();
    } catch (error) {
      // Temporary names mean nothing to the user.
      throw Object.assign(error as Error, "syscall" in (error as Error) ? { path: file.dst } : {});
    }
    await requireUnchanged();
    this.#folder.record(shard, digest.of(array, chunks));
  }

  close(): void {
    this.#opened = undefined;
    this.#folder.close();
  }
}

export class StoreChecker implements ShardChecker {
  readonly #folder: WorkFolder;
  #opened: OpenedStore | undefined;
  #there: FolderStore | undefined;
  /** Keys of chunks that are there and belong there. */
  #expected = new Set<string>();
  #strangers: string[] = [];

  constructor(plan: PlanReader) {
    this.#folder = new WorkFolder(plan);
  }

  isInPlace(file: StoreFile): boolean {
    return this.#folder.isInPlace(file);
  }

  async begin(file: StoreFile): Promise<void> {
    await this.#end();
    this.#opened = await openStore(file);
    const data = this.#folder.dataOf(file);
    const place = [data, file.dst].find((path) => existsSync(path));
    this.#there = place === undefined ? undefined : new FolderStore(place);
    this.#expected = new Set(this.#opened.conversion.documents.keys());
  }

  check(shard: StoreShard): Promise<ShardState> {
    return this.#folder.check(shard, () => this.#digestOf(shard));
  }

  async #digestOf(shard: StoreShard): Promise<string | null> {
    const store = this.#there;
    if (store === undefined) return null;
    const array = arrayOf(this.#opened!, shard);
    const chunks = numbersOf(shard.chunks);
    const digest = new ChunkDigest();
    for (const index of chunks) {
      const key = chunkKey(array.target, index);
      const bytes = (await store.get(`/${key}`)) ?? null;
      digest.add(key, bytes);
      if (bytes !== null) this.#expected.add(key);
    }
    return digest.of(array, chunks);
  }

  /** The whole store is looked at, not only what is expected of it. */
  async #end(): Promise<void> {
    if (this.#there === undefined) return;
    for await (const key of this.#there.filesBelow("", Number.POSITIVE_INFINITY))
      if (!this.#expected.has(key)) this.#strangers.push(this.#there.pathOf(key));
    this.#there = undefined;
  }

  async strangers(): Promise<string[]> {
    await this.#end();
    return this.#strangers;
  }

  async place(file: StoreFile): Promise<void> {
    const data = this.#folder.dataOf(file);
    if (file.shards > 0 && !existsSync(data)) return;
    this.#folder.make(file);
    const { conversion } = await openStore(file);
    await new Staging(data, this.#folder.path).finish(conversion.documents, file.dst);
  }

  finish(files: readonly StoreFile[]): void {
    this.#folder.finish(files);
  }

  close(): void {
    this.#there = undefined;
    this.#folder.close();
  }
}
