/** Shards of files of tensors: ranges of one file of the final length. */

import * as fs from "node:fs";
import { fileEngine } from "../io/file-engine.js";
import type { RandomSink } from "../io/random-access.js";
import { convertTensor } from "../io/stream-convert.js";
import { taskOf } from "../io/stream-core.js";
import { putInPlace } from "../node/replace.js";
import { type OpenedFile, openPlannedFile } from "./conversion.js";
import type { ShardChecker, ShardWorker } from "./kind.js";
import { damagedPlan, type PlanFile, type PlanShard } from "./lines.js";
import { digestOfRange } from "./part-sink.js";
import type { WorkFolder } from "./work-folder.js";

/** Writes what a shard consists of. */
export async function makeShard(
  opened: OpenedFile,
  shard: Pick<PlanShard, "write" | "tensors">,
  sink: RandomSink,
): Promise<void> {
  const { file, conversion, placed } = opened;
  const { header } = conversion.target;
  if (shard.write[0] < header.length) await sink.write(header, 0);
  for (const [name, first, end] of shard.tensors) {
    const found = placed.get(name);
    if (found === undefined) throw damagedPlan(file.src, `has no tensor ${JSON.stringify(name)}`);
    const { tensor, place } = found;
    const task = taskOf(tensor, place, conversion.converts, file.options);
    await convertTensor(fileEngine, sink, conversion.file.sourceOf(tensor.from), { ...task, items: [first, end] });
  }
}

export class TensorWorker implements ShardWorker {
  #opened: OpenedFile | undefined;
  constructor(private readonly folder: WorkFolder) {}

  isDone(file: PlanFile, shard: PlanShard): boolean {
    return this.folder.isDone(file, shard);
  }

  async make(file: PlanFile, shard: PlanShard): Promise<void> {
    if (this.#opened?.file !== file) {
      this.close();
      this.#opened = await openPlannedFile(file);
    }
    const opened = this.#opened;
    const make = (sink: RandomSink): Promise<void> => makeShard(opened, shard, sink);
    await this.folder.store(file, shard, make, () => opened.source.requireUnchanged());
  }

  close(): void {
    const opened = this.#opened;
    this.#opened = undefined;
    opened?.source.close();
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
  #fd: number | null = null;
  #whole = false;
  constructor(private readonly folder: WorkFolder) {}

  begin(file: PlanFile): void {
    this.close();
    this.#fd = openData(this.folder.dataOf(file), file);
    this.#whole = this.#fd !== null && fs.fstatSync(this.#fd).size === file.byteLength;
  }

  async digestOf(shard: PlanShard): Promise<string | null> {
    return this.#fd !== null && this.#whole ? digestOfRange(this.#fd, shard.write) : null;
  }

  /** The length of the file is checked, and there is nothing else. */
  async strangers(): Promise<string[]> {
    return [];
  }

  place(file: PlanFile): void {
    this.close();
    const data = this.folder.dataOf(file);
    // What has no bytes has no shards, and nobody has made it.
    if (file.byteLength === 0) {
      fs.mkdirSync(this.folder.path, { recursive: true });
      fs.closeSync(fs.openSync(data, "a"));
    }
    if (fs.existsSync(data)) putInPlace(data, file.dst);
  }

  /** Once, even where it fails: the number may be another file's by then. */
  close(): void {
    const fd = this.#fd;
    this.#fd = null;
    if (fd !== null) fs.closeSync(fd);
  }
}
