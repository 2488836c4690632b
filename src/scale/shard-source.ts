/** What the shards of a file of tensors are made from, wherever they go: its source, opened once for all shards that follow each other. */

import { fileEngine } from "../io/file-engine.js";
import type { RandomSink } from "../io/random-access.js";
import { convertTensor } from "../io/stream-convert.js";
import { taskOf } from "../io/stream-core.js";
import { type OpenedFile, openPlannedFile } from "./conversion.js";
import { damagedPlan, type PlanFile, type PlanShard } from "./lines.js";

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

export interface ShardMaker {
  /** Writes the whole range of the shard. */
  make(sink: RandomSink): Promise<void>;
  /** @throws PlanError when the source has changed since it was opened */
  requireUnchanged(): void;
}

export class ShardSource {
  #opened: OpenedFile | undefined;

  /** @throws PlanError when the source is not what it was when the plan was made */
  async of(file: PlanFile, shard: PlanShard): Promise<ShardMaker> {
    if (this.#opened?.file !== file) {
      this.close();
      this.#opened = await openPlannedFile(file);
    }
    const opened = this.#opened;
    return {
      make: (sink) => makeShard(opened, shard, sink),
      requireUnchanged: () => opened.source.requireUnchanged(),
    };
  }

  close(): void {
    const opened = this.#opened;
    this.#opened = undefined;
    opened?.source.close();
  }
}
