/** Does the shards of a plan: whoever does them, however often and in whatever order, the bytes are the same. */

import type { Kinds, ShardWorker } from "./kind.js";
import type { FileLine, ShardLine } from "./lines.js";
import { PlanReader } from "./plan-file.js";

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
  let worker: ShardWorker | undefined;
  try {
    worker = await kinds.worker(plan);
    for (let index = begin; index < end; index++) {
      const shard = plan.shard(index);
      const file = plan.fileOf(shard);
      const worked = !(await worker.isDone(file, shard));
      if (worked) await worker.make(file, shard);
      yield { shard, file, worked };
    }
  } finally {
    worker?.close();
    plan.close();
  }
}
