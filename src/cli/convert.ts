/** `stridebuf convert`: files into others, one after the other or shared between threads. */

import { isRemote } from "../remote/address.js";
import { type ConvertCommandOptions, type Done, factOf, type Outcome, type Planned, spelled } from "./conversion.js";
import { convertOne, convertPipe, planInput } from "./convert-file.js";
import { failureText, InputFailure } from "./failure.js";
import { isPiped, STANDARD, spoken } from "./file-source.js";
import { withPath } from "./inputs.js";
import { lossText } from "./loss.js";
import { type ConvertTask, makesStore, prepareTarget, tasksOf } from "./targets.js";
import { bytesText, countText, jsonText, printable, shapeText, type Terminal } from "./terminal.js";

function summary({ tensors, byteLength, seconds, readBytes }: Done): string {
  const [first] = tensors;
  const what =
    tensors.length === 1 && first !== undefined
      ? `${shapeText(first.shape)} ${first.from}${first.converted ? ` to ${first.to}` : ""}`
      : `${countText(tensors.length, "tensor")}, ${tensors.filter(({ converted }) => converted).length} converted`;
  const rate = (readBytes / 1e6 / Math.max(seconds, 1e-6)).toFixed(0);
  return `${what}, ${bytesText(byteLength)} in ${seconds.toFixed(2)} s (${rate} MB/s read)`;
}

const facts = ({ src, dst }: ConvertTask, { tensors, container, byteLength, seconds, notes, unreadable }: Done) => ({
  ...{ src: src.path, dst, container, byteLength, seconds },
  tensors: tensors.map(({ converted, ...fact }) => fact),
  ...{ notes, unreadable },
});

const planOf = async (task: ConvertTask, options: ConvertCommandOptions): Promise<Planned> =>
  makesStore(task) ? (await import("./zarr.js")).planStore(task, options) : planInput(task, options);

const plannedFacts = ({ src, dst }: ConvertTask, { plan, input, notes, unreadable }: Planned) => ({
  ...{ src: src.path, dst, container: plan.container, readBytes: input.byteLength, byteLength: plan.byteLength },
  tensors: plan.tensors.map((tensor) => {
    const { converted, ...fact } = factOf(tensor);
    return { ...fact, loses: lossText(tensor.from, tensor.to) };
  }),
  ...{ notes, unreadable },
});

function printPlanned(
  { src, dst }: ConvertTask,
  { plan, input, notes, unreadable }: Planned,
  terminal: Terminal,
): void {
  terminal.out(`would read   ${printable(spoken(src.path))}  ${input.kind}, ${bytesText(input.byteLength)}`);
  const size = plan.container === "npz" || plan.container === "zarr" ? "" : `, ${bytesText(plan.byteLength)}`;
  terminal.out(`would write  ${printable(dst)}  ${plan.container}${size}`);
  for (const { name, from, to, shape, reorders } of plan.tensors) {
    const loss = lossText(from, to);
    const what = from === to ? `${spelled(from)} kept` : `${spelled(from)} to ${spelled(to)}`;
    const order = reorders ? ", order changes" : "";
    terminal.out(`  ${printable(name) || "-"} ${shapeText(shape)} ${what}${order}${loss === null ? "" : `; ${loss}`}`);
  }
  for (const note of notes) terminal.out(`  note: ${printable(note)}`);
  for (const message of unreadable) terminal.err(`stridebuf: ${message}`);
}

/** What would be read, written and lost; 1 when one of several files, or a member of an archive, cannot be read. */
async function dryRun(
  tasks: readonly ConvertTask[],
  options: ConvertCommandOptions,
  terminal: Terminal,
): Promise<number> {
  const isOne = options.outDir === undefined;
  let status = 0;
  const all: unknown[] = [];
  for (const task of tasks) {
    try {
      const planned = await planOf(task, options);
      if (planned.unreadable.length > 0) status = 1;
      all.push(plannedFacts(task, planned));
      if (!options.json) printPlanned(task, planned, terminal);
    } catch (error) {
      if (isOne) throw error;
      status = 1;
      const message = failureText(withPath(task.src.path, error));
      all.push({ src: task.src.path, dst: task.dst, error: { message } });
      if (!options.json) terminal.err(`stridebuf: ${message}`);
    }
  }
  if (options.json) terminal.out(jsonText(isOne ? all[0] : all));
  return status;
}

/** Converts one file or store in this thread. */
async function convertHere(
  task: ConvertTask,
  options: ConvertCommandOptions,
  terminal: Terminal,
  withProgress = true,
): Promise<Done> {
  prepareTarget(task, options);
  if (makesStore(task)) return (await import("./zarr.js")).convertStore(task, options, terminal);
  const isPipe = task.dst === STANDARD && isPiped(task.src.path);
  return isPipe ? convertPipe(task, options, terminal) : convertOne(task, options, terminal, withProgress);
}

/** What became of a task, told in the order of the tasks. */
class Report {
  readonly outcomes: unknown[] = [];
  failed = 0;

  constructor(
    private readonly options: ConvertCommandOptions,
    private readonly terminal: Terminal,
  ) {}

  done(task: ConvertTask, done: Done): void {
    const { quiet, json, outDir } = this.options;
    if (done.unreadable.length > 0) this.failed++;
    this.outcomes.push(facts(task, done));
    if (!json) for (const message of done.unreadable) this.terminal.err(`stridebuf: ${message}`);
    if (quiet) return;
    if (!json) for (const note of done.notes) this.terminal.err(`note: ${printable(note)}`);
    if (task.dst === STANDARD) return;
    if (!json) this.terminal.out(`${printable(task.dst)}: ${summary(done)}`);
    else if (outDir === undefined) this.terminal.out(jsonText(facts(task, done)));
  }

  failure(task: ConvertTask, error: unknown): void {
    this.failed++;
    const message = failureText(withPath(task.src.path, error));
    this.outcomes.push({ src: task.src.path, dst: task.dst, error: { message } });
    if (!this.options.json) this.terminal.err(`stridebuf: ${message}`);
  }

  /** What is said after all of several files; the exit status. */
  end(): number {
    const { json, quiet } = this.options;
    if (json && !quiet) this.terminal.out(jsonText(this.outcomes));
    else if (this.failed > 0) {
      this.terminal.err(`stridebuf: ${this.failed} of ${countText(this.outcomes.length, "file")} failed`);
    }
    return this.failed === 0 ? 0 : 1;
  }
}

/** What becomes of each task, in their order. */
async function* outcomesOf(
  tasks: readonly ConvertTask[],
  options: ConvertCommandOptions,
  terminal: Terminal,
): AsyncGenerator<Outcome> {
  const { jobs = 1 } = options;
  if (jobs > 1) {
    const { isWorthThreads, sharedOutcomes } = await import("./jobs/share.js");
    const here = (task: ConvertTask): Promise<Done> => convertHere(task, options, terminal, false);
    if (isWorthThreads(tasks, options)) return yield* sharedOutcomes(tasks, { ...options, jobs }, terminal, here);
  }
  for (const task of tasks) {
    try {
      yield { task, done: await convertHere(task, options, terminal) };
    } catch (error) {
      yield { task, error };
    }
  }
}

/** @returns 0, or 1 when one of several files failed, or a member of an archive could not be read */
export async function convert(
  paths: readonly string[],
  options: ConvertCommandOptions,
  terminal: Terminal,
): Promise<number> {
  const tasks = await tasksOf(paths, options);
  const remote = tasks.find(({ dst }) => isRemote(dst));
  if (remote !== undefined) {
    throw new InputFailure(`${remote.dst}: convert writes files; stridebuf plan, run and verify write to buckets`);
  }
  if (options.dryRun) return dryRun(tasks, options, terminal);
  const isOne = options.outDir === undefined;
  const report = new Report(options, terminal);
  for await (const outcome of outcomesOf(tasks, options, terminal)) {
    if ("done" in outcome) report.done(outcome.task, outcome.done);
    else if (isOne) throw outcome.error;
    else report.failure(outcome.task, outcome.error);
  }
  return isOne ? Math.min(report.failed, 1) : report.end();
}
