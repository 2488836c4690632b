/** `convert --jobs`: whole files, parts of large ones and chunks of stores, shared between threads. */

import { statSync } from "node:fs";
import { fileEngine } from "../../io/file-engine.js";
import { planFileWith } from "../../io/stream-core.js";
import { isRemote } from "../../remote/address.js";
import type { PlanShard } from "../../scale/lines.js";
import { planFile } from "../../scale/plan.js";
import type { ConvertCommandOptions, Done, Outcome } from "../conversion.js";
import { doneOf, requestOf } from "../convert-file.js";
import { STANDARD } from "../file-source.js";
import { openInput, withPath } from "../inputs.js";
import { OutputFile } from "../output-file.js";
import { type Progress, startProgress } from "../progress.js";
import { isStore } from "../stores.js";
import { type ConvertTask, makesStore, prepareTarget } from "../targets.js";
import type { Terminal } from "../terminal.js";
import { Crew, NotNeeded } from "./crew.js";
import { type ChunksMade, sentOptions, type Work } from "./messages.js";

export type SharedOptions = ConvertCommandOptions & { readonly jobs: number };

/** Less is converted by one thread before the others have started. */
const LEAST_BYTES = 64 << 20;
/** Parts of files: enough of them that no thread waits long for the last, and none so small that opening counts. */
const [LEAST_SHARD, MOST_SHARD, SHARDS_PER_JOB] = [1 << 20, 32 << 20, 4];

/** Bytes of a file of this machine; none of what is read forwards, or lies elsewhere. */
function bytesOf({ path }: ConvertTask["src"]): number {
  if (path === STANDARD || isRemote(path)) return 0;
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() ? stat.size : 0;
}

/** Whether sharing pays for starting threads. */
export function isWorthThreads(tasks: readonly ConvertTask[], { shard }: ConvertCommandOptions): boolean {
  const isHere = tasks.every(({ src, dst }) => src.path === STANDARD || dst === STANDARD);
  if (isHere) return false;
  if (shard !== undefined || tasks.some(({ src }) => isRemote(src.path) || isStore(src.path))) return true;
  return tasks.reduce((sum, { src }) => sum + bytesOf(src), 0) >= LEAST_BYTES;
}

/** Begun: its work is in the queue. */
interface Begun {
  readonly done: Promise<Done>;
}

/** Does the parts of one task, and then what makes them a result. */
class Sharing {
  constructor(
    private readonly crew: Crew,
    private readonly progress: Progress,
    private readonly options: SharedOptions,
  ) {}

  #shardBytes(totalBytes: number): number {
    const { shard, jobs } = this.options;
    return shard ?? Math.min(MOST_SHARD, Math.max(LEAST_SHARD, Math.ceil(totalBytes / (jobs * SHARDS_PER_JOB))));
  }

  /** All of it, or the complaint of the first that failed, in whatever order they did. */
  async #all<W extends Work>(works: readonly (readonly [work: W, bytes: number])[]) {
    let failed = false;
    const made = works.map(async ([work, bytes]) => {
      let told = 0;
      const advance = (share: number): void => {
        void this.progress.advance((share - told) * bytes);
        told = share;
      };
      try {
        const result = await this.crew.do(work, () => failed, advance);
        advance(1);
        return result;
      } catch (error) {
        failed = true;
        throw error;
      }
    });
    const outcomes = await Promise.allSettled(made);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected" && !(outcome.reason instanceof NotNeeded)) throw outcome.reason;
    }
    return Promise.all(made);
  }

  /** Puts the work of a task into the queue. */
  async begin(task: ConvertTask, number: number): Promise<Begun> {
    prepareTarget(task, this.options);
    if (makesStore(task)) return this.#beginStore(task);
    const isWhole = bytesOf(task.src) < (this.options.shard ?? LEAST_BYTES);
    return (isWhole ? null : await this.#beginShards(task, number)) ?? this.#beginWhole(task);
  }

  #beginWhole(task: ConvertTask): Begun {
    const output = new OutputFile(task.dst);
    const finish = async (): Promise<Done> => {
      try {
        const work = { kind: "file", task, part: output.part } as const;
        const [done] = await this.#all([[work, bytesOf(task.src)]]);
        await output.commit();
        return done!;
      } finally {
        output.discard();
      }
    };
    return { done: finish() };
  }

  /** Null for what cannot be made in parts. */
  async #beginShards(task: ConvertTask, number: number): Promise<Begun | null> {
    const start = performance.now();
    const input = await openInput(task.src.path, this.options);
    try {
      const request = requestOf(input, task, this.options);
      if (request.into === "npz") return null;
      const plan = await planFileWith(fileEngine, input.source, request);
      const planned = { src: task.src.path, dst: task.dst, options: request };
      const { file, shards } = await planFile(planned, number, 0, this.#shardBytes(plan.byteLength));
      const told = doneOf(input, request, this.options, plan, start);
      return { done: this.#finishShards(file, [...shards], told, start) };
    } catch (error) {
      throw withPath(task.src.path, error);
    } finally {
      input.close();
    }
  }

  async #finishShards(
    file: Awaited<ReturnType<typeof planFile>>["file"],
    shards: readonly Pick<PlanShard, "write" | "tensors">[],
    told: Done,
    start: number,
  ): Promise<Done> {
    const output = new OutputFile(file.dst);
    try {
      output.allocate(file.byteLength);
      await this.#all(
        shards.map(({ write, tensors }) => {
          const bytes = (told.readBytes * (write[1] - write[0])) / file.byteLength;
          return [{ kind: "shard", file, shard: { write, tensors }, part: output.part } as const, bytes] as const;
        }),
      );
      await output.commit();
      return { ...told, seconds: (performance.now() - start) / 1000 };
    } finally {
      output.discard();
    }
  }

  async #beginStore(task: ConvertTask): Promise<Begun> {
    const { beginStore, bytesOfChunks } = await import("../zarr.js");
    try {
      const store = await beginStore(task, this.options);
      const total = bytesOfChunks(store.arrays);
      const most = this.#shardBytes(total);
      this.progress.expect(total);
      const staging = [store.staging.store, store.staging.beside] as const;
      const works = store.arrays.flatMap(({ array, chunks, chunkBytes }) => {
        const count = Math.max(1, Math.floor(most / Math.max(1, chunkBytes)));
        return Array.from({ length: Math.ceil(chunks.length / count) }, (_, i) => {
          const some = chunks.slice(i * count, (i + 1) * count);
          const work = { kind: "chunks", task, array: array.source.path, chunks: some, staging } as const;
          return [work, some.length * chunkBytes] as const;
        });
      });
      const finish = async (): Promise<Done> => {
        try {
          const made: ChunksMade[] = await this.#all(works);
          const sum = (key: keyof ChunksMade): number => made.reduce((all, each) => all + each[key], 0);
          return await store.finish(sum("byteLength"), sum("readBytes"));
        } finally {
          store.discard();
        }
      };
      return { done: finish() };
    } catch (error) {
      throw withPath(task.src.path, error);
    }
  }
}

/**
 * What becomes of each task, in their order.
 *
 * @param here converts in this thread, what only this one can: from and to the standard streams
 */
export async function* sharedOutcomes(
  tasks: readonly ConvertTask[],
  options: SharedOptions,
  terminal: Terminal,
  here: (task: ConvertTask) => Promise<Done>,
): AsyncGenerator<Outcome> {
  const crew = new Crew(options.jobs, sentOptions(options));
  const progress = startProgress(terminal.progress);
  progress.expect(tasks.reduce((sum, { src }) => sum + bytesOf(src), 0));
  const sharing = new Sharing(crew, progress, options);
  const settle: ((outcome: Outcome) => void)[] = [];
  const outcomes = tasks.map(() => new Promise<Outcome>((resolve) => settle.push(resolve)));
  const feed = async (): Promise<void> => {
    for (const [i, task] of tasks.entries()) {
      const failed = (error: unknown): void => settle[i]!({ task, error });
      await crew.free();
      try {
        const isHere = task.src.path === STANDARD;
        const { done } = isHere ? { done: here(task) } : await sharing.begin(task, i);
        done.then((done) => settle[i]!({ task, done }), failed);
      } catch (error) {
        failed(error);
      }
    }
  };
  try {
    const fed = feed();
    for (const outcome of outcomes) yield await outcome;
    await fed;
  } finally {
    progress.stop();
    await crew.close();
  }
}
