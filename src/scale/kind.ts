/** What differs between plans of files of tensors, of objects in buckets and of Zarr stores. */

import type { FileLine, ShardLine } from "./lines.js";
import type { PlanReader } from "./plan-file.js";

/** Does shards. */
export interface ShardWorker {
  /** Whether a shard has been recorded, and what it wrote is still there, or the whole result in its place. */
  isDone(file: FileLine, shard: ShardLine): boolean | Promise<boolean>;
  /** Does a shard and records it. @throws PlanError when the source has changed */
  make(file: FileLine, shard: ShardLine): Promise<void>;
  close(): void;
}

export type ShardState = "done" | "missing" | "damaged";

/** Looks at what shards have left. */
export interface ShardChecker {
  /** Whether a whole result is in its place, and nothing has changed it since. */
  isInPlace(file: FileLine): boolean | Promise<boolean>;
  /** From now on the shards are those of this file. */
  begin(file: FileLine): Promise<void> | void;
  /** Whether all of a shard is there as it was recorded; when it is damaged, its record is taken back, so that it is done again. */
  check(shard: ShardLine): Promise<ShardState>;
  /** After all shards: paths of what is there and belongs to none. */
  strangers(): Promise<string[]>;
  /** Gives a whole result its name. */
  place(file: FileLine): Promise<void> | void;
  /** All results are in place: notes that, and removes what was needed until then. */
  finish(files: readonly FileLine[]): Promise<void> | void;
  close(): void;
}

/** Who does and checks the shards of the plans that can be met. */
export interface Kinds {
  worker(plan: PlanReader): ShardWorker | Promise<ShardWorker>;
  checker(plan: PlanReader): ShardChecker | Promise<ShardChecker>;
}
