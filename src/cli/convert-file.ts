/** Converts one file, in bounded memory wherever the containers allow it. */

import { fileEngine } from "../io/file-engine.js";
import type { RandomSink } from "../io/random-access.js";
import type { SelectionOptions } from "../io/selection.js";
import {
  type ConvertedFile,
  type ConvertFileOptions,
  convertFileWith,
  type FilePlan,
  planFileWith,
} from "../io/stream-core.js";
import type { Container } from "../io/tensor-file.js";
import { kindOfPath } from "./arguments.js";
import { type ConvertCommandOptions, type Done, factOf, type Planned } from "./conversion.js";
import { keptNote, leftOut, selectionOf } from "./convert-selection.js";
import { failureText, InputFailure } from "./failure.js";
import { STANDARD } from "./file-source.js";
import { type Input, openInput, openOptions, withPath } from "./inputs.js";
import { LazyOutput } from "./output-file.js";
import { startProgress } from "./progress.js";
import { pipeThrough, SequentialOutput, spooledOutput } from "./standard-output.js";
import { isStore } from "./stores.js";
import type { ConvertTask } from "./targets.js";
import type { Terminal } from "./terminal.js";

function libraryOptions(options: ConvertCommandOptions): ConvertFileOptions {
  const { to, intoOrder, casting, overflow, scale, offset } = options;
  const given = Object.entries({ to, intoOrder, casting, overflow, scale, offset });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

export type FileRequest = ConvertFileOptions & { readonly into: Container };

/** What a conversion of an opened file is to be; checks what can be checked before anything is written. */
export function requestOf(input: Input, task: ConvertTask, options: ConvertCommandOptions): FileRequest {
  for (const name of ["chunks", "compressor"] as const) {
    if (options[name] !== undefined) throw new InputFailure(`--${name}: only Zarr stores have such`);
  }
  const into = task.into ?? (task.dst === STANDARD ? input.kind : kindOfPath(task.dst));
  const selection = selectionOf(input, task.src.tensor, into, options);
  return { ...libraryOptions(options), ...openOptions(input.kind, options), ...selection, into };
}

const unreadableTexts = (input: Input, request: SelectionOptions): string[] =>
  leftOut(input, request).map((error) => failureText(withPath(input.path, error)));

/** What is told of a conversion of an opened file. */
export function doneOf(
  input: Input,
  request: FileRequest,
  options: ConvertCommandOptions,
  { tensors, byteLength, notes }: ConvertedFile | FilePlan,
  start: number,
): Done {
  return {
    tensors: tensors.map(factOf),
    byteLength,
    seconds: (performance.now() - start) / 1000,
    readBytes: input.byteLength,
    container: request.into,
    notes: [...notes, ...keptNote(input, request, options)],
    unreadable: unreadableTexts(input, request),
  };
}

/** Opens what a file is made from: a file, or an array of a store; with what is said of its bytes. */
async function opened(
  { src: { path } }: ConvertTask,
  options: ConvertCommandOptions,
): Promise<[input: Input, options: ConvertCommandOptions]> {
  if (!isStore(path)) return [await openInput(path, options), options];
  const { openArray } = await import("./store-input.js");
  const input = await openArray(path, options);
  return [input, { ...options, ...input.says }];
}

/** What a conversion into a file would do. */
export async function planInput(task: ConvertTask, asked: ConvertCommandOptions): Promise<Planned> {
  const [input, options] = await opened(task, asked);
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

/** Standard input to standard output, chunk by chunk. */
export async function convertPipe(
  { src: { tensor } }: ConvertTask,
  options: ConvertCommandOptions,
  terminal: Terminal,
): Promise<Done> {
  const start = performance.now();
  const named = tensor === undefined ? options : { ...options, tensor };
  const piped = await pipeThrough(process.stdin, { ...libraryOptions(options) }, named, terminal);
  const seconds = (performance.now() - start) / 1000;
  const { readBytes, writtenBytes: byteLength, container } = piped;
  return { tensors: [], byteLength, seconds, readBytes, container, notes: [], unreadable: [] };
}

/** Writes the result of a conversion. */
type Write = (sink: RandomSink) => Promise<ConvertedFile>;

async function convertInput(
  task: ConvertTask,
  asked: ConvertCommandOptions,
  onProgress: (doneBytes: number, totalBytes: number) => void | Promise<void>,
  place: (write: Write, input: Input, request: FileRequest) => Promise<ConvertedFile>,
): Promise<Done> {
  const start = performance.now();
  const { path } = task.src;
  const [input, options] = await opened(task, asked);
  try {
    const request = requestOf(input, task, options);
    const write = (sink: RandomSink) => convertFileWith(fileEngine, sink, input.source, { ...request, onProgress });
    return doneOf(input, request, options, await place(write, input, request), start);
  } catch (error) {
    throw withPath(path, error);
  } finally {
    input.close();
  }
}

/** Converts a file into one that is open. */
export const convertInto = (
  sink: RandomSink,
  task: ConvertTask,
  options: ConvertCommandOptions,
  onProgress: (doneBytes: number, totalBytes: number) => void | Promise<void>,
): Promise<Done> => convertInput(task, options, onProgress, (write) => write(sink));

/** Converts a file, and puts the result in its place. */
export async function convertOne(
  task: ConvertTask,
  options: ConvertCommandOptions,
  terminal: Terminal,
  withProgress: boolean,
): Promise<Done> {
  const progress = startProgress(withProgress ? terminal.progress : null);
  let shownBytes = 0;
  const onProgress = (done: number, total: number): void | Promise<void> => {
    progress.expect(total);
    const before = shownBytes;
    shownBytes = done;
    return progress.advance(done - before);
  };
  const output = task.dst === STANDARD ? null : new LazyOutput(task.dst);
  const place = async (write: Write, input: Input, request: FileRequest): Promise<ConvertedFile> => {
    if (output !== null) {
      const result = await write(output);
      await output.commit();
      return result;
    }
    const plan = await planFileWith(fileEngine, input.source, request);
    const inOrder = request.into !== "npz" && plan.tensors.every(({ reorders }) => !reorders);
    return inOrder ? write(new SequentialOutput(terminal)) : spooledOutput(write, terminal);
  };
  try {
    return await convertInput(task, options, onProgress, place);
  } finally {
    progress.stop();
    output?.discard();
  }
}
