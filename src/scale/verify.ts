/** Checks that all of a plan is done, byte by byte, and only then gives the results their names. */

import type { Kinds, ShardChecker } from "./kind.js";
import { type FileLine, isShard, type PlanHead, type ShardLine } from "./lines.js";
import { PlanReader } from "./plan-file.js";
import { readReceipt, writeReceipt } from "./receipt.js";
import { WorkFolder } from "./work-folder.js";

export interface Verified {
  readonly head: PlanHead;
  /** Numbers of shards that have not been recorded. */
  readonly missing: readonly number[];
  /** Numbers of shards whose bytes are not those that were recorded; their records are taken back, so that they are done again. */
  readonly damaged: readonly number[];
  /** Files that no shard has written, among those that were. */
  readonly strangers: readonly string[];
  /** What is in place; all or none. */
  readonly results: readonly FileLine[];
}

class Verification {
  readonly missing: number[] = [];
  readonly damaged: number[] = [];
  readonly files: FileLine[] = [];

  constructor(
    private readonly folder: WorkFolder,
    private readonly checker: ShardChecker,
  ) {}

  async begin(file: FileLine): Promise<void> {
    this.files.push(file);
    await this.checker.begin(file);
  }

  async check(shard: ShardLine): Promise<void> {
    const records = this.folder.recordsThere();
    const digest = records?.digestOf(shard) ?? null;
    if (digest === null) {
      this.missing.push(shard.shard);
      return;
    }
    if ((await this.checker.digestOf(shard)) === digest) return;
    records!.remove(shard);
    this.damaged.push(shard.shard);
  }
}

/**
 * Checks every record and every byte. When nothing is missing, the results are put in place, each at once, and what was needed until then is
 * removed. A verification that was ended at any moment can be made again.
 *
 * @throws PlanError when the plan is damaged; the system's errors
 */
export async function verifyPlan(path: string, kinds: Kinds): Promise<Verified> {
  const plan = new PlanReader(path);
  const { head } = plan;
  const folder = new WorkFolder(head);
  const checker = await kinds.checker(head, folder);
  const verification = new Verification(folder, checker);
  const { files, missing, damaged } = verification;
  try {
    const isInPlace = readReceipt(path, head);
    const all = [...plan.lines()].filter((line): line is FileLine => !isShard(line));
    if (all.every(isInPlace)) {
      folder.remove();
      return { head, missing, damaged, strangers: [], results: all };
    }
    for (const line of plan.lines()) {
      if (isShard(line)) await verification.check(line);
      else await verification.begin(line);
    }
    if (missing.length + damaged.length > 0) return { head, missing, damaged, strangers: [], results: [] };
    const strangers = await checker.strangers();
    if (strangers.length > 0) return { head, missing, damaged, strangers, results: [] };
    for (const file of files) await checker.place(file);
    writeReceipt(path, head, files);
    folder.remove();
    return { head, missing, damaged, strangers: [], results: files };
  } finally {
    checker.close();
    folder.close();
    plan.close();
  }
}
