/** Shards of files of tensors: ranges of one file of the final length. */

import * as fs from "node:fs";
import { putInPlace } from "../node/replace.js";
import type { ShardChecker, ShardState, ShardWorker } from "./kind.js";
import type { PlanFile, PlanShard } from "./lines.js";
import { digestOfRange } from "./part-sink.js";
import type { PlanReader } from "./plan-file.js";
import { ShardSource } from "./shard-source.js";
import { sizeOfFile, WorkFolder } from "./work-folder.js";

export class TensorWorker implements ShardWorker {
  readonly #folder: WorkFolder;
  readonly #source = new ShardSource();

  constructor(plan: PlanReader) {
    this.#folder = new WorkFolder(plan);
  }

  isDone(file: PlanFile, shard: PlanShard): boolean {
    const isLongEnough = (): boolean =>
      (sizeOfFile(this.#folder.dataOf(file)) ?? sizeOfFile(file.dst) ?? 0) >= shard.write[1];
    return this.#folder.isDone(file, shard, isLongEnough);
  }

  async make(file: PlanFile, shard: PlanShard): Promise<void> {
    const { make, requireUnchanged } = await this.#source.of(file, shard);
    await this.#folder.store(file, shard, make, requireUnchanged);
  }

  close(): void {
    this.#source.close();
    this.#folder.close();
  }
}

/** Opens a file that may be in its place already, where an earlier run was ended between two steps. */
function openData(path: string, file: PlanFile): number | null {
  for (const each of [path, file.dst]) {
    try {
      return fs.openSync(each, "r");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return null;
}

export class TensorChecker implements ShardChecker {
  readonly #folder: WorkFolder;
  #fd: number | null = null;
  #whole = false;

  constructor(plan: PlanReader) {
    this.#folder = new WorkFolder(plan);
  }

  isInPlace(file: PlanFile): boolean {
    return this.#folder.isInPlace(file);
  }

  begin(file: PlanFile): void {
    this.#leave();
    this.#fd = openData(this.#folder.dataOf(file), file);
    this.#whole = this.#fd !== null && fs.fstatSync(this.#fd).size === file.byteLength;
  }

  check(shard: PlanShard): Promise<ShardState> {
    const digest = async () => (this.#fd !== null && this.#whole ? digestOfRange(this.#fd, shard.write) : null);
    return this.#folder.check(shard, digest);
  }

  /** The length of the file is checked, and there is nothing else. */
  async strangers(): Promise<string[]> {
    return [];
  }

  place(file: PlanFile): void {
    this.#leave();
    const data = this.#folder.dataOf(file);
    // What has no bytes has no shards, and nobody has made it.
    if (file.byteLength === 0) {
      fs.mkdirSync(this.#folder.path, { recursive: true });
      fs.closeSync(fs.openSync(data, "a"));
    }
    if (fs.existsSync(data)) putInPlace(data, file.dst);
  }

  finish(files: readonly PlanFile[]): void {
    this.#leave();
    this.#folder.finish(files);
  }

  /** Once, even where it fails: the number may be another file's by then. */
  #leave(): void {
    const fd = this.#fd;
    this.#fd = null;
    if (fd !== null) fs.closeSync(fd);
  }

  close(): void {
    this.#leave();
    this.#folder.close();
  }
}
