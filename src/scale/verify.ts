/** Checks that all of a plan is done, byte by byte, and only then gives the results their names. */

import type { Kinds, ShardChecker } from "./kind.js";
import { type FileLine, isShard, type PlanHead, type ShardLine } from "./lines.js";
import { PlanReader } from "./plan-file.js";

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

/**
 * Checks every record and every byte. When nothing is missing, the results are put in place, each at once, and what was needed until then is
 * removed. A verification that was ended at any moment can be made again.
 *
 * @throws PlanError when the plan is damaged; the system's errors
 */
export async function verifyPlan(path: string, kinds: Kinds): Promise<Verified> {
  const plan = new PlanReader(path);
  const { head } = plan;
  let checker: ShardChecker | undefined;
  const [missing, damaged]: [number[], number[]] = [[], []];
  try {
    checker = await kinds.checker(plan);
    const files = [...plan.lines()].filter((line): line is FileLine => !isShard(line));
    const nothing = { head, missing, damaged, strangers: [], results: [] };
    if (!(await allInPlace(checker, files))) {
      for (const line of plan.lines()) {
        if (!isShard(line)) await checker.begin(line);
        else await note(checker, line);
      }
      if (missing.length + damaged.length > 0) return nothing;
      const strangers = await checker.strangers();
      if (strangers.length > 0) return { ...nothing, strangers };
      for (const file of files) await checker.place(file);
    }
    await checker.finish(files);
    return { ...nothing, results: files };
  } finally {
    checker?.close();
    plan.close();
  }

  async function note(checker: ShardChecker, line: ShardLine): Promise<void> {
    const state = await checker.check(line);
    if (state === "missing") missing.push(line.shard);
    if (state === "damaged") damaged.push(line.shard);
  }
}

async function allInPlace(checker: ShardChecker, files: readonly FileLine[]): Promise<boolean> {
  for (const file of files) if (!(await checker.isInPlace(file))) return false;
  return true;
}
