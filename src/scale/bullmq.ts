/**
 * stridebuf/bullmq: plans as flows of BullMQ, one job for each shard and a parent that verifies. BullMQ is not imported: what is given to it,
 * and what comes from it, is taken by its structure.
 */

import { requireKnownOptions } from "../options.js";
import { isShard } from "./lines.js";
import { PlanReader } from "./plan-file.js";
import { runShards } from "./run.js";
import { isElsewhere } from "./status.js";
import { tensorKind } from "./tensor-kind.js";
import { verifyPlan } from "./verify.js";

/** What a job is about: a shard of a plan, or, without `shard`, verifying it. */
export interface PlanJobData {
  /** Path of the plan, seen from where the worker is started. */
  plan: string;
  /** Number of the shard. */
  shard?: number;
}

/** What {@link planFlow} asks of BullMQ for each job. */
export interface PlanJobOptions {
  /** The shard's id, or the plan's: what is added again while it is there changes nothing. */
  jobId: string;
  /** How often it is tried. */
  attempts: number;
  /** The pause before it is tried again, in milliseconds: doubled each time, in part left to chance. */
  backoff: { type: "exponential"; delay: number; jitter: number };
  /** The parent is told of children that have failed, and makes up for them. */
  ignoreDependencyOnFailure?: true;
}

/** A job as `FlowProducer.add` takes it. */
export interface PlanJob {
  /** `stridebuf run` or `stridebuf verify`. */
  name: string;
  /** The queue that it goes into. */
  queueName: string;
  /** What {@link planProcessor} needs to know. */
  data: PlanJobData;
  /** How it is tried, and known again. */
  opts: PlanJobOptions;
}

/** The job that verifies a plan, and the jobs of its shards, which come before. */
export interface PlanFlow extends PlanJob {
  /** The jobs of the shards, in their order. */
  children: PlanJob[];
}

/** How {@link planFlow} fills a queue. */
export interface PlanFlowOptions {
  /** Name of the queue; `stridebuf` by default. */
  queueName?: string;
  /** How often a job is tried when machines, disks or networks fail; 10 by default. */
  attempts?: number;
  /** Milliseconds before the second try, doubled with each and up to half of it left to chance; 1000 by default. */
  backoffMs?: number;
}

const flowOptionNames: readonly string[] = ["queueName", "attempts", "backoffMs"];

/**
 * A plan of files of tensors as a flow: a job for each shard, whose id is the shard's, and a parent that verifies and puts the result in place. Added twice, it
 * is there once.
 *
 * @param plan path of what `stridebuf plan` has printed
 * @returns what `FlowProducer.add` of BullMQ takes
 * @throws PlanError for a plan that is damaged; the system's error when it cannot be read
 *
 * @example
 * const { name, data, children } = planFlow("plan.ndjson");
 * [name, data.plan, children.length, children[0]?.data.shard]; // ["stridebuf verify", "plan.ndjson", 1, 0]
 */
export function planFlow(plan: string, options: PlanFlowOptions = {}): PlanFlow {
  requireKnownOptions(options, flowOptionNames);
  const { queueName = "stridebuf", attempts = 10, backoffMs = 1000 } = options;
  const backoff = { type: "exponential", delay: backoffMs, jitter: 0.5 } as const;
  const reader = new PlanReader(plan);
  try {
    const shards = [...reader.lines()].filter(isShard);
    return {
      name: "stridebuf verify",
      queueName,
      data: { plan },
      opts: { jobId: reader.head.id, attempts, backoff },
      children: shards.map(({ shard, id }) => ({
        name: "stridebuf run",
        queueName,
        data: { plan, shard },
        opts: { jobId: id, attempts, backoff, ignoreDependencyOnFailure: true },
      })),
    };
  } finally {
    reader.close();
  }
}

/** What a job has done: a shard (or found it done), or put files in place. */
export type PlanJobResult = { shard: number; worked: boolean } | { files: string[] };

async function runOne(plan: string, shard: number): Promise<boolean> {
  let worked = false;
  for await (const outcome of runShards(plan, shard, shard + 1, tensorKind)) worked ||= outcome.worked;
  return worked;
}

/** Verifies, and does itself what the children have left undone, or what has been damaged since. */
async function finish(plan: string): Promise<string[]> {
  for (;;) {
    const { missing, damaged, strangers, results } = await verifyPlan(plan, tensorKind);
    if (strangers.length > 0) {
      throw new TypeError(`files that no shard has written lie among the results: ${strangers.slice(0, 8).join(", ")}`);
    }
    const left = [...missing, ...damaged];
    if (left.length === 0) return results.map(({ dst }) => dst);
    for (const shard of left) await runOne(plan, shard);
  }
}

/**
 * Does a job of {@link planFlow}: the processor of a `Worker`. A worker that is killed loses one shard, which BullMQ gives to another one
 * when its lock runs out (`stalled`), and which changes no byte if both write it.
 *
 * @returns what the job has done
 * @throws an error named `UnrecoverableError`, after which BullMQ does not try again: the source has changed, the plan is damaged, a value
 *   cannot be converted. All other errors are of the machine, and let BullMQ try again.
 *
 * @example
 * const { children: [first] } = planFlow("plan.ndjson");
 * await planProcessor(first!); // { shard: 0, worked: true }
 * await planProcessor(first!); // { shard: 0, worked: false }
 */
export async function planProcessor({ data }: { readonly data: PlanJobData }): Promise<PlanJobResult> {
  const { plan, shard } = data;
  try {
    return shard === undefined ? { files: await finish(plan) } : { shard, worked: await runOne(plan, shard) };
  } catch (error) {
    if (isElsewhere(error)) throw error;
    const { message } = error as Error;
    throw Object.assign(new Error(message, { cause: error }), { name: "UnrecoverableError" });
  }
}
