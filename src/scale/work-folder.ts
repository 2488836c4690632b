/**
 * Unfinished files on a disk that all workers see: a folder beside the result with one file of the final length for each file of the plan,
 * into which workers write their ranges, and the records of what is done. Nothing in it has a name that anybody takes for a result.
 */

import * as fs from "node:fs";
import { dirname, join } from "node:path";
import type { RandomSink } from "../io/random-access.js";
import { syncFolder } from "../node/replace.js";
import type { FileLine, PlanFile, PlanHead, PlanShard, ShardLine } from "./lines.js";
import { PartSink } from "./part-sink.js";
import { Records } from "./records.js";
import { absentFolder } from "./source.js";

const { O_CREAT, O_RDWR } = fs.constants;

const sizeOfFile = (path: string): number | undefined => fs.statSync(path, { throwIfNoEntry: false })?.size;

export class WorkFolder {
  readonly path: string;
  #records: Records | undefined;

  constructor({ work }: PlanHead) {
    this.path = work;
  }

  /** Where an unfinished file lies. */
  dataOf({ file }: FileLine): string {
    return join(this.path, `${file}.data`);
  }

  /** Null when no worker has been here, or the work is done and the folder gone. */
  recordsThere(): Records | null {
    try {
      this.#records ??= new Records(join(this.path, "done"), "r+");
      return this.#records;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    }
  }

  isRecorded(shard: ShardLine): boolean {
    return (this.recordsThere()?.digestOf(shard) ?? null) !== null;
  }

  /** Whether a shard has been recorded, and the file that it wrote into is still long enough. */
  isDone(file: PlanFile, shard: PlanShard): boolean {
    return this.isRecorded(shard) && (sizeOfFile(this.dataOf(file)) ?? sizeOfFile(file.dst) ?? 0) >= shard.write[1];
  }

  /** The folder itself, not those above it: where they are missing, a disk is. */
  make({ dst }: FileLine): void {
    try {
      fs.mkdirSync(this.path);
      syncFolder(dirname(this.path));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT") throw absentFolder(dst);
      if (code !== "EEXIST") throw error;
    }
    this.#records ??= new Records(join(this.path, "done"), O_RDWR | O_CREAT);
  }

  /** Records a shard that is safely on the disk; the folder is there. */
  record(shard: ShardLine, digest: string): void {
    this.#records!.add(shard, digest);
  }

  /** Opens an unfinished file, made by whoever comes first. */
  #open(file: PlanFile): number {
    this.make(file);
    const fd = fs.openSync(this.dataOf(file), O_RDWR | O_CREAT, 0o666);
    try {
      if (fs.fstatSync(fd).size !== file.byteLength) {
        fs.ftruncateSync(fd, file.byteLength);
        syncFolder(this.path);
      }
      return fd;
    } catch (error) {
      fs.closeSync(fd);
      throw error;
    }
  }

  /**
   * Writes a shard and records it.
   *
   * @param make writes the whole range of the shard
   * @param before called before each write; what it throws keeps the bytes from being written
   */
  async store(
    file: PlanFile,
    shard: PlanShard,
    make: (sink: RandomSink) => Promise<void>,
    before: () => void,
  ): Promise<void> {
    let fd: number | undefined;
    try {
      fd = this.#open(file);
      const sink = new PartSink(fd, shard.write, before);
      await make(sink);
      const digest = await sink.digest();
      before();
      const written = fd;
      await new Promise<void>((resolve, reject) => {
        fs.fsync(written, (error) => (error ? reject(error) : resolve()));
      });
      this.record(shard, digest);
    } catch (error) {
      // Temporary names mean nothing to the user.
      throw Object.assign(error as Error, "syscall" in (error as Error) ? { path: file.dst } : {});
    } finally {
      if (fd !== undefined) fs.closeSync(fd);
    }
  }

  close(): void {
    const records = this.#records;
    this.#records = undefined;
    records?.close();
  }

  /** Removes the folder, which no longer holds what is needed. */
  remove(): void {
    this.close();
    fs.rmSync(this.path, { recursive: true, force: true });
    syncFolder(dirname(this.path));
  }
}
