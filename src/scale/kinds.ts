/** Who does and checks the shards of which kind of plan. What stores need is loaded for stores alone. */

import type { ShardChecker, ShardWorker } from "./kind.js";
import type { PlanHead } from "./lines.js";
import { TensorChecker, TensorWorker } from "./tensor-shards.js";
import type { WorkFolder } from "./work-folder.js";

export async function workerOf({ kind }: PlanHead, folder: WorkFolder): Promise<ShardWorker> {
  if (kind === "tensors") return new TensorWorker(folder);
  const { StoreWorker } = await import("./store-shards.js");
  return new StoreWorker(folder);
}

export async function checkerOf({ kind }: PlanHead, folder: WorkFolder): Promise<ShardChecker> {
  if (kind === "tensors") return new TensorChecker(folder);
  const { StoreChecker } = await import("./store-shards.js");
  return new StoreChecker(folder);
}
