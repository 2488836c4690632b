/** `stridebuf plan`, `run` and `verify`: conversions in shards, for any number of processes and machines. */

import { everyKind } from "../scale/every-kind.js";
import { type PlannedTask, planLines } from "../scale/plan.js";
import { PlanReader } from "../scale/plan-file.js";
import type { PlanRequest } from "../scale/plan-text.js";
import { rangeFromEnvironment, type ShardRange, sliceOf } from "../scale/position.js";
import { runShards } from "../scale/run.js";
import { isElsewhere, STATUS } from "../scale/status.js";
import { verifyPlan } from "../scale/verify.js";
import type { ConvertCommandOptions } from "./conversion.js";
import { requestOf } from "./convert-file.js";
import { ElsewhereFailure, UsageFailure } from "./failure.js";
import { STANDARD } from "./file-source.js";
import { openInput, requireReadable, withPath } from "./inputs.js";
import { isStore } from "./stores.js";
import { type ConvertTask, makesStore, prepareTarget, tasksOf } from "./targets.js";
import { countText, jsonText, printable, type Terminal } from "./terminal.js";

const SHARD_BYTES = 256 << 20;
const PRINT_BYTES = 64 << 10;

/** All sources are stores, or none is. */
async function planOf(
  tasks: readonly ConvertTask[],
  options: ConvertCommandOptions,
  request: PlanRequest,
): Promise<AsyncIterable<string>> {
  const stores = tasks.filter(({ src }) => isStore(src.path));
  if (stores.length === 0) {
    const planned: PlannedTask[] = [];
    for (const task of tasks) planned.push(await plannedTask(task, options));
    return planLines(planned, request);
  }
  if (stores.some((task) => !makesStore(task)))
    throw new UsageFailure("a plan makes stores of stores; convert makes .npy");
  if (stores.length < tasks.length) throw new UsageFailure("Zarr stores and other files cannot share a plan");
  const { planStoreLines } = await import("../scale/store-plan.js");
  const { plannedStore } = await import("./zarr.js");
  return planStoreLines(
    tasks.map((task) => plannedStore(task, options)),
    request,
  );
}

async function plannedTask(task: ConvertTask, options: ConvertCommandOptions): Promise<PlannedTask> {
  const { src, dst } = task;
  if (src.path === STANDARD || dst === STANDARD) throw new UsageFailure("a plan needs files: pipes cannot be shared");
  const input = await openInput(src.path, options);
  try {
    requireReadable(input);
    prepareTarget(task, options);
    return { src: src.path, dst, options: requestOf(input, task, options) };
  } catch (error) {
    throw withPath(src.path, error);
  } finally {
    input.close();
  }
}

export async function printPlan(
  paths: readonly string[],
  options: ConvertCommandOptions,
  request: { version: string; shardBytes?: number },
  terminal: Terminal,
): Promise<void> {
  const lines = await planOf(await tasksOf(paths, options), options, { shardBytes: SHARD_BYTES, ...request });
  let text = "";
  for await (const line of lines) {
    text += line;
    if (text.length < PRINT_BYTES) continue;
    await terminal.bytes(Buffer.from(text));
    text = "";
  }
  await terminal.bytes(Buffer.from(text));
}

export interface RunOptions {
  index?: number;
  slice?: string;
  of?: number;
  quiet?: boolean;
  json?: boolean;
}

/** Which shards are meant. */
function rangeOf(shards: number, { index, slice, of }: RunOptions): ShardRange {
  if (index !== undefined && slice !== undefined) throw new UsageFailure("--index and --slice exclude each other");
  if (index !== undefined) {
    if (index < shards) return [index, index + 1];
    throw new UsageFailure(`--index ${index}: the plan has ${countText(shards, "shard")}, the first is 0`);
  }
  if (slice !== undefined) {
    const [, i, n] = /^(\d+)\/(\d+)$/.exec(slice) ?? [];
    if (i === undefined || Number(i) >= Number(n)) {
      throw new UsageFailure(`--slice takes i/n with i from 0 to n-1, got ${JSON.stringify(slice)}`);
    }
    return sliceOf(shards, Number(i), Number(n));
  }
  try {
    const range = rangeFromEnvironment(process.env, shards, of);
    if (range === null && of !== undefined) throw new RangeError("--of: no scheduler says which worker this is");
    return range ?? [0, shards];
  } catch (error) {
    throw error instanceof RangeError ? new UsageFailure(error.message) : error;
  }
}

/** Faults of the machine get the status that sends the work to another one. */
async function placed<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isElsewhere(error) ? new ElsewhereFailure(error) : error;
  }
}

export const run = (path: string, options: RunOptions, terminal: Terminal): Promise<number> =>
  placed(async () => {
    const plan = new PlanReader(path);
    plan.close();
    const [begin, end] = rangeOf(plan.head.shards, options);
    const counts = { worked: 0, before: 0 };
    for await (const { worked } of runShards(path, begin, end, everyKind)) counts[worked ? "worked" : "before"]++;
    if (options.json) terminal.out(jsonText({ plan: path, shards: [begin, end], ...counts }));
    else if (!options.quiet) {
      const before = counts.before === 0 ? "" : `, ${counts.before} done before`;
      terminal.out(`${printable(path)}: ${countText(counts.worked, "shard")} done${before}`);
    }
    return STATUS.done;
  });

/** Numbers as ranges: `0-3, 7`. */
function rangesText(numbers: readonly number[], most = 8): string {
  const ranges: [number, number][] = [];
  for (const each of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] + 1 === each) last[1] = each;
    else ranges.push([each, each]);
  }
  const shown = ranges.slice(0, most).map(([a, b]) => (a === b ? `${a}` : `${a}-${b}`));
  return ranges.length > most ? `${shown.join(", ")}, …` : shown.join(", ");
}

export const verify = (
  path: string,
  options: { quiet?: boolean; json?: boolean },
  terminal: Terminal,
): Promise<number> =>
  placed(async () => {
    const { head, missing, damaged, strangers, results } = await verifyPlan(path, everyKind);
    const isDone = missing.length + damaged.length + strangers.length === 0;
    if (options.json) {
      const files = results.map(({ dst, ...more }) => ({
        dst,
        ...("byteLength" in more && { byteLength: more.byteLength }),
      }));
      terminal.out(jsonText({ plan: path, shards: head.shards, missing, damaged, strangers, files }));
    } else {
      const of = `of ${countText(head.shards, "shard")}`;
      if (missing.length > 0) terminal.err(`stridebuf: ${missing.length} ${of} not done: ${rangesText(missing)}`);
      if (damaged.length > 0) {
        const again = "their bytes are not what was written; run them again";
        terminal.err(`stridebuf: ${damaged.length} ${of} damaged: ${rangesText(damaged)}; ${again}`);
      }
      if (strangers.length > 0) {
        const paths = strangers.slice(0, 8).map(printable).join(", ");
        const more = strangers.length > 8 ? `, … (${strangers.length} in all)` : "";
        terminal.err(`stridebuf: no shard has written ${paths}${more}: remove what is not yours, and verify again`);
      }
      if (isDone && !options.quiet) {
        for (const { dst } of results)
          terminal.out(`${printable(dst)}: in place, all ${countText(head.shards, "shard")} as written`);
      }
    }
    return isDone ? STATUS.done : STATUS.incomplete;
  });
