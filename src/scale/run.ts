/** Does the shards of a plan: whoever does them, however often and in whatever order, the bytes are the same. */

import type { RandomSink } from "../io/random-access.js";
import { convertTensor } from "../io/stream-convert.js";
import { taskOf } from "../io/stream-core.js";
import { engine, type OpenedFile, openPlannedFile } from "./conversion.js";
import { damagedPlan, type PlanFile, type PlanShard } from "./lines.js";
import { PlanReader } from "./plan-file.js";
import { readReceipt } from "./receipt.js";
import { WorkFolder } from "./work-folder.js";

export interface ShardOutcome {
  readonly shard: PlanShard;
  readonly file: PlanFile;
  /** False when the shard was done before. */
  readonly worked: boolean;
}

/** Writes what a shard consists of. */
async function makeShard(opened: OpenedFile, shard: PlanShard, sink: RandomSink): Promise<void> {
  const { file, conversion, placed } = opened;
  const { header } = conversion.target;
  if (shard.write[0] < header.length) await sink.write(header, 0);
  for (const [name, first, end] of shard.tensors) {
    const found = placed.get(name);
    if (found === undefined) throw damagedPlan(file.src, `has no tensor ${JSON.stringify(name)}`);
    const { tensor, place } = found;
    const task = taskOf(tensor, place, conversion.converts, file.options);
    await convertTensor(engine, sink, conversion.file.sourceOf(tensor.from), { ...task, items: [first, end] });
  }
}

/**
 * Does shards `[begin, end)` of a plan, leaving out those that are done.
 *
 * @throws PlanError when a source has changed or the plan is damaged; the system's errors, and whatever conversions throw. Shards that were
 *   done before it stay done.
 */
export async function* runShards(path: string, begin: number, end: number): AsyncGenerator<ShardOutcome> {
  const plan = new PlanReader(path);
  const folder = new WorkFolder(plan.head);
  let opened: OpenedFile | undefined;
  try {
    const isInPlace = readReceipt(path, plan.head);
    for (let index = begin; index < end; index++) {
      const shard = plan.shard(index);
      const file = plan.fileOf(shard);
      // The receipt again: a verification in the meantime has removed the folder, and nobody may make it anew.
      if (isInPlace(file) || folder.isDone(file, shard) || readReceipt(path, plan.head)(file)) {
        yield { shard, file, worked: false };
        continue;
      }
      if (opened?.file !== file) {
        opened?.source.close();
        opened = undefined;
        opened = await openPlannedFile(file);
      }
      const { source } = opened;
      const make = (sink: RandomSink) => makeShard(opened!, shard, sink);
      await folder.store(file, shard, make, () => source.requireUnchanged());
      yield { shard, file, worked: true };
    }
  } finally {
    opened?.source.close();
    folder.close();
    plan.close();
  }
}
