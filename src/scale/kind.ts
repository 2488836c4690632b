/** What differs between plans of files of tensors and plans of Zarr stores. */

import type { FileLine, PlanHead, ShardLine } from "./lines.js";
import type { WorkFolder } from "./work-folder.js";

/** Does shards. */
export interface ShardWorker {
  /** Whether a shard has been recorded, and what it wrote into is still there. */
  isDone(file: FileLine, shard: ShardLine): boolean;
  /** Does a shard and records it. @throws PlanError when the source has changed */
  make(file: FileLine, shard: ShardLine): Promise<void>;
  close(): void;
}

/** Looks at what shards have left. */
export interface ShardChecker {
  /** From now on the shards are those of this file. */
  begin(file: FileLine): Promise<void> | void;
  /** The digest of what is there of a shard; null when it is not all there. */
  digestOf(shard: ShardLine): Promise<string | null>;
  /** After all shards: paths of what is there and belongs to none. */
  strangers(): Promise<string[]>;
  /** Gives a whole result its name. */
  place(file: FileLine): Promise<void> | void;
  close(): void;
}

/** Who does and checks the shards of the plans that can be met. */
export interface Kinds {
  worker(head: PlanHead, folder: WorkFolder): ShardWorker | Promise<ShardWorker>;
  checker(head: PlanHead, folder: WorkFolder): ShardChecker | Promise<ShardChecker>;
}
