/** Does the shards of a plan: whoever does them, however often and in whatever order, the bytes are the same. */

import type { Kinds } from "./kind.js";
import type { FileLine, ShardLine } from "./lines.js";
import { PlanReader } from "./plan-file.js";
import { readReceipt } from "./receipt.js";
import { WorkFolder } from "./work-folder.js";

export interface ShardOutcome {
  readonly shard: ShardLine;
  readonly file: FileLine;
  /** False when the shard was done before. */
  readonly worked: boolean;
}

/**
 * Does shards `[begin, end)` of a plan, leaving out those that are done.
 *
 * @throws PlanError when a source has changed or the plan is damaged; the system's errors, and whatever conversions throw. Shards that were
 *   done before it stay done.
 */
export async function* runShards(path: string, begin: number, end: number, kinds: Kinds): AsyncGenerator<ShardOutcome> {
  const plan = new PlanReader(path);
  const folder = new WorkFolder(plan.head);
  const worker = await kinds.worker(plan.head, folder);
  try {
    const isInPlace = readReceipt(path, plan.head);
    for (let index = begin; index < end; index++) {
      const shard = plan.shard(index);
      const file = plan.fileOf(shard);
      // The receipt again: a verification in the meantime has removed the folder, and nobody may make it anew.
      const worked = !(isInPlace(file) || worker.isDone(file, shard) || readReceipt(path, plan.head)(file));
      if (worked) await worker.make(file, shard);
      yield { shard, file, worked };
    }
  } finally {
    worker.close();
    folder.close();
    plan.close();
  }
}
