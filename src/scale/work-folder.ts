/**
 * Unfinished files on a disk that all workers see: a folder beside the result with one file of the final length for each file of the plan,
 * into which workers write their ranges, and the records of what is done. Nothing in it has a name that anybody takes for a result.
 */

import * as fs from "node:fs";
import { dirname, join } from "node:path";
import type { RandomSink } from "../io/random-access.js";
import { syncFolder } from "../node/replace.js";
import type { ShardState } from "./kind.js";
import type { FileLine, PlanFile, PlanShard, ShardLine } from "./lines.js";
import { PartSink } from "./part-sink.js";
import type { PlanReader } from "./plan-file.js";
import { readReceipt, writeReceipt } from "./receipt.js";
import { Records } from "./records.js";
import { absentFolder } from "./source.js";

const { O_CREAT, O_RDWR } = fs.constants;

export const sizeOfFile = (path: string): number | undefined => fs.statSync(path, { throwIfNoEntry: false })?.size;

export class WorkFolder {
  readonly path: string;
  #records: Records | undefined;
  #receipt: ReturnType<typeof readReceipt> = null;

  constructor(private readonly plan: PlanReader) {
    this.path = plan.head.work;
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

  /** Whether a shard has been recorded and what it wrote into is still there, or the whole result is in its place. */
  isDone(file: FileLine, shard: ShardLine, isThere: () => boolean): boolean {
    const isRecorded = (this.recordsThere()?.digestOf(shard) ?? null) !== null;
    // A verification may have removed the folder in the meantime: nobody may make it anew.
    return (isRecorded && isThere()) || this.isInPlace(file);
  }

  isInPlace(file: FileLine): boolean {
    this.#receipt ??= readReceipt(this.plan.path, this.plan.head);
    return this.#receipt?.(file) === true;
  }

  /** Compares a shard's record with the digest of what is there. */
  async check(shard: ShardLine, digestOf: () => Promise<string | null>): Promise<ShardState> {
    const records = this.recordsThere();
    const digest = records?.digestOf(shard) ?? null;
    if (digest === null) return "missing";
    if ((await digestOf()) === digest) return "done";
    records!.remove(shard);
    return "damaged";
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

  /** Notes that all is in place, and removes the folder, which no longer holds what is needed. */
  finish(files: readonly FileLine[]): void {
    this.close();
    if (!files.every((file) => this.isInPlace(file))) writeReceipt(this.plan.path, this.plan.head, files);
    fs.rmSync(this.path, { recursive: true, force: true });
    syncFolder(dirname(this.path));
  }
}
