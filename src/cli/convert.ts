/** `stridebuf convert`: files into others, in bounded memory wherever the containers allow it. */

import type { DType } from "../dtype/dtype.js";
import { fileEngine } from "../io/file-engine.js";
import type { RandomSink } from "../io/random-access.js";
import type { SelectionOptions } from "../io/selection.js";
import { type ConvertedFile, type ConvertFileOptions, convertFileWith, planFileWith } from "../io/stream-core.js";
import type { Container } from "../io/tensor-file.js";
import { kindOfPath } from "./arguments.js";
import type { ConvertCommandOptions, Done, Planned } from "./conversion.js";
import { keptNote, leftOut, selectionOf } from "./convert-selection.js";
import { failureText, InputFailure } from "./failure.js";
import { isPiped, STANDARD, spoken } from "./file-source.js";
import { type Input, openInput, openOptions, withPath } from "./inputs.js";
import { lossText } from "./loss.js";
import { LazyOutput } from "./output-file.js";
import { startProgress } from "./progress.js";
import { pipeThrough, SequentialOutput, spooledOutput } from "./standard-output.js";
import { isStore } from "./stores.js";
import { type ConvertTask, prepareTarget, tasksOf } from "./targets.js";
import { bytesText, countText, jsonText, printable, shapeText, type Terminal } from "./terminal.js";

function libraryOptions(options: ConvertCommandOptions): ConvertFileOptions {
  const { to, intoOrder, casting, overflow, scale, offset } = options;
  const given = Object.entries({ to, intoOrder, casting, overflow, scale, offset });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

const named = ({ name, byteOrder }: DType): string => (byteOrder === "big" ? `big-endian ${name}` : name);

function summary({ result, seconds, readBytes }: Done): string {
  const [first] = result.tensors;
  const what =
    result.tensors.length === 1 && first !== undefined
      ? `${shapeText(first.shape)} ${named(first.from)}${first.from === first.to ? "" : ` to ${named(first.to)}`}`
      : `${countText(result.tensors.length, "tensor")}, ${result.tensors.filter(({ from, to }) => from !== to).length} converted`;
  const rate = (readBytes / 1e6 / Math.max(seconds, 1e-6)).toFixed(0);
  return `${what}, ${bytesText(result.byteLength)} in ${seconds.toFixed(2)} s (${rate} MB/s read)`;
}

const tensorFacts = ({ tensors }: Pick<ConvertedFile, "tensors">) =>
  tensors.map(({ name, from, to, shape, nbytes }) => ({ name, from: named(from), to: named(to), shape, nbytes }));

const facts = ({ task, result, seconds, container, notes, unreadable = [] }: Done) => ({
  ...{ src: task.src.path, dst: task.dst, container, byteLength: result.byteLength, seconds },
  ...{ tensors: tensorFacts(result), notes, unreadable },
});

/** Standard input to standard output, chunk by chunk. */
async function convertPipe(task: ConvertTask, options: ConvertCommandOptions, terminal: Terminal): Promise<Done> {
  const start = performance.now();
  const { tensor } = task.src;
  const named = tensor === undefined ? options : { ...options, tensor };
  const piped = await pipeThrough(process.stdin, { ...libraryOptions(options) }, named, terminal);
  const seconds = (performance.now() - start) / 1000;
  const result = { tensors: [], byteLength: piped.writtenBytes, notes: [] };
  return { task, result, seconds, readBytes: piped.readBytes, container: piped.container, notes: [], unreadable: [] };
}

const unreadableTexts = (input: Input, request: SelectionOptions): string[] =>
  leftOut(input, request).map((error) => failureText(withPath(input.path, error)));

const hasFailed = ({ unreadable = [] }: Done): boolean => unreadable.length > 0;

/** What a conversion of an opened file is to be; checks what can be checked before anything is written. */
export function requestOf(
  input: Input,
  task: ConvertTask,
  options: ConvertCommandOptions,
): ConvertFileOptions & { into: Container } {
  for (const name of ["chunks", "compressor"] as const) {
    if (options[name] !== undefined) throw new InputFailure(`--${name}: only Zarr stores have such`);
  }
  const into = task.into ?? (task.dst === STANDARD ? input.kind : kindOfPath(task.dst));
  const selection = selectionOf(input, task.src.tensor, into, options);
  return { ...libraryOptions(options), ...openOptions(input.kind, options), ...selection, into };
}

async function planOne(task: ConvertTask, options: ConvertCommandOptions): Promise<Planned> {
  if (isStore(task.src.path)) return (await import("./zarr.js")).planStore(task, options);
  const input = await openInput(task.src.path, options);
  try {
    const request = requestOf(input, task, options);
    const plan = await planFileWith(fileEngine, input.source, request);
    const notes = [...plan.notes, ...keptNote(input, request, options)];
    return { plan, input, notes, unreadable: unreadableTexts(input, request) };
  } catch (error) {
    throw withPath(task.src.path, error);
  } finally {
    input.close();
  }
}

async function convertOne(
  task: ConvertTask,
  options: ConvertCommandOptions,
  terminal: Terminal,
  withProgress: boolean,
): Promise<Done> {
  const start = performance.now();
  const { path } = task.src;
  const input = await openInput(path, options);
  const progress = startProgress(withProgress ? terminal.progress : null);
  let shownBytes = 0;
  const onProgress = (done: number, total: number): void | Promise<void> => {
    progress.expect(total);
    const before = shownBytes;
    shownBytes = done;
    return progress.advance(done - before);
  };
  const output = task.dst === STANDARD ? null : new LazyOutput(task.dst);
  try {
    const request = requestOf(input, task, options);
    const run = (sink: RandomSink) => convertFileWith(fileEngine, sink, input.source, { ...request, onProgress });
    let result: ConvertedFile;
    if (output === null) {
      const plan = await planFileWith(fileEngine, input.source, request);
      const inOrder = request.into !== "npz" && plan.tensors.every(({ reorders }) => !reorders);
      result = inOrder ? await run(new SequentialOutput(terminal)) : await spooledOutput(run, terminal);
    } else {
      result = await run(output);
      await output.commit();
    }
    const seconds = (performance.now() - start) / 1000;
    const notes = [...result.notes, ...keptNote(input, request, options)];
    const unreadable = unreadableTexts(input, request);
    return { task, result, seconds, readBytes: input.byteLength, container: request.into, notes, unreadable };
  } catch (error) {
    throw withPath(path, error);
  } finally {
    progress.stop();
    output?.discard();
    input.close();
  }
}

/** One line per file and tensor: what would be read, written and lost; 1 when a member cannot be read. */
async function dryRun(
  tasks: readonly ConvertTask[],
  options: ConvertCommandOptions,
  terminal: Terminal,
): Promise<number> {
  const plans = [];
  for (const task of tasks) plans.push({ task, ...(await planOne(task, options)) });
  const status = plans.every(({ unreadable = [] }) => unreadable.length === 0) ? 0 : 1;
  if (options.json) {
    const all = plans.map(({ task, plan, input, notes, unreadable = [] }) => ({
      ...{ src: task.src.path, dst: task.dst, container: plan.container, readBytes: input.byteLength },
      byteLength: plan.byteLength,
      tensors: plan.tensors.map((tensor) => ({
        ...{ name: tensor.name, from: named(tensor.from), to: named(tensor.to), shape: tensor.shape },
        ...{ nbytes: tensor.nbytes, loses: lossText(tensor.from, tensor.to) },
      })),
      ...{ notes, unreadable },
    }));
    terminal.out(jsonText(options.outDir === undefined ? all[0] : all));
    return status;
  }
  for (const { task, plan, input, notes, unreadable = [] } of plans) {
    terminal.out(`would read   ${printable(spoken(task.src.path))}  ${input.kind}, ${bytesText(input.byteLength)}`);
    const size = plan.container === "npz" || plan.container === "zarr" ? "" : `, ${bytesText(plan.byteLength)}`;
    terminal.out(`would write  ${printable(task.dst)}  ${plan.container}${size}`);
    for (const { name, from, to, shape, reorders } of plan.tensors) {
      const loss = lossText(from, to);
      const what = from === to ? `${named(from)} kept` : `${named(from)} to ${named(to)}`;
      const order = reorders ? ", order changes" : "";
      terminal.out(
        `  ${printable(name) || "-"} ${shapeText(shape)} ${what}${order}${loss === null ? "" : `; ${loss}`}`,
      );
    }
    for (const note of notes) terminal.out(`  note: ${printable(note)}`);
    for (const message of unreadable) terminal.err(`stridebuf: ${message}`);
  }
  return status;
}

/** @returns 0, or 1 when one of several files failed, or a member of an archive could not be read */
export async function convert(
  paths: readonly string[],
  options: ConvertCommandOptions,
  terminal: Terminal,
): Promise<number> {
  const tasks = await tasksOf(paths, options);
  if (options.dryRun) return dryRun(tasks, options, terminal);
  const many = options.outDir !== undefined;
  const run = async (task: ConvertTask): Promise<Done> => {
    prepareTarget(task, options);
    if (isStore(task.src.path)) return (await import("./zarr.js")).convertStore(task, options, terminal);
    const isPipe = task.dst === STANDARD && isPiped(task.src.path);
    return isPipe
      ? convertPipe(task, options, terminal)
      : convertOne(task, options, terminal, (options.jobs ?? 1) === 1);
  };
  const report = (done: Done): void => {
    if (!options.json) for (const message of done.unreadable ?? []) terminal.err(`stridebuf: ${message}`);
    if (options.quiet) return;
    if (!options.json) for (const note of done.notes) terminal.err(`note: ${printable(note)}`);
    if (done.task.dst === STANDARD) return;
    if (!options.json) terminal.out(`${printable(done.task.dst)}: ${summary(done)}`);
    else if (!many) terminal.out(jsonText(facts(done)));
  };
  const [first] = tasks;
  if (!many) {
    const done = await run(first!);
    report(done);
    return hasFailed(done) ? 1 : 0;
  }
  const outcomes: unknown[] = new Array(tasks.length);
  let failed = 0;
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < tasks.length; i = next++) {
      const task = tasks[i]!;
      try {
        const done = await run(task);
        if (hasFailed(done)) failed++;
        outcomes[i] = facts(done);
        report(done);
      } catch (error) {
        failed++;
        const message = failureText(withPath(task.src.path, error));
        outcomes[i] = { src: task.src.path, dst: task.dst, error: { message } };
        if (!options.json) terminal.err(`stridebuf: ${message}`);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(options.jobs ?? 1, tasks.length)) }, worker));
  if (options.json && !options.quiet) terminal.out(jsonText(outcomes));
  else if (failed > 0) terminal.err(`stridebuf: ${failed} of ${countText(tasks.length, "file")} failed`);
  return failed === 0 ? 0 : 1;
}
