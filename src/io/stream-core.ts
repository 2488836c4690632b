/**
 * Whole files converted in bounded memory, over any engine; stream.ts binds this to the package's own. Files that can be
 * read and written anywhere go through `convertFile`; streams that only go forwards through `convertStream`.
 */

import type { DType } from "../dtype/dtype.js";
import { stridebufError } from "../errors.js";
import { dtype } from "../index.js";
import { requireKnownOptions } from "../options.js";
import type { AbortSignalLike } from "../platform.js";
import { type ByteStream, ForwardSource } from "./forward-source.js";
import { detectedContainer, openTensorFile } from "./open-file.js";
import { abortable, type RandomSink, type RandomSource } from "./random-access.js";
import { convertedTensors, type SelectionOptions, takenTensors } from "./selection.js";
import { convertTensor } from "./stream-convert.js";
import { type PlacedTensor, planTarget, type Target, type TargetTensor } from "./stream-target.js";
import type { FileEngine, TensorPlace, TensorTask, ValueOptions } from "./stream-task.js";
import { convertedChunks } from "./stream-units.js";
import {
  type Container,
  type FileTensor,
  type OpenedFile,
  type OpenOptions,
  openedFile,
  openOptions,
  openOptionsOf,
  sizeOf,
} from "./tensor-file.js";

/** What is converted, and to what. */
export interface ConvertFileOptions extends OpenOptions, SelectionOptions, ValueOptions {
  /** The dtype of the result; by default each tensor keeps its own. */
  to?: string | DType;
  /** The container of the result; by default that of the source. */
  into?: Container;
  /** Order of the result: by default the source's in `.npy` and `.npz`, C elsewhere. `order` describes raw input. */
  intoOrder?: "C" | "F";
  /** Bytes of the largest buffers; 1 MiB (48 MiB when order changes) and at most that. */
  memoryBytes?: number;
  /** Called with the bytes dealt with so far and in all; what it returns is awaited. */
  onProgress?: (doneBytes: number, totalBytes: number) => void | Promise<void>;
  /** Ends the conversion between two chunks; it then throws the signal's reason. */
  signal?: AbortSignalLike;
}

export const convertFileOptions: readonly string[] = [
  ...openOptions,
  ...["to", "into", "intoOrder", "tensor", "only", "skip", "floatsOnly", "unreadable"],
  ...["casting", "overflow", "scale", "offset", "memoryBytes", "onProgress", "signal"],
];

/** What became of one tensor. */
export interface ConvertedTensor {
  /** The name of the tensor. */
  readonly name: string;
  /** What its items were. */
  readonly from: DType;
  /** What they are. */
  readonly to: DType;
  /** Items per axis. */
  readonly shape: readonly number[];
  /** Bytes in the result. */
  readonly nbytes: number;
}

/** What was written. */
export interface ConvertedFile {
  /** The tensors, in the order of the file. */
  readonly tensors: readonly ConvertedTensor[];
  /** Bytes of the whole result. */
  readonly byteLength: number;
  /** What the result cannot say by itself (such as that its `<V2` are bfloat16). */
  readonly notes: readonly string[];
}

/** What a file is to become: which of its tensors, converted how, go where. */
export interface Conversion {
  readonly target: Target<FileTensor>;
  readonly converts: (tensor: FileTensor) => boolean;
  readonly into: Container;
  readonly file: OpenedFile;
}

/** What a tensor without a name is called in a container of names. */
const UNNAMED: Readonly<Record<Container, string>> = { raw: "", npy: "", npz: "arr_0", safetensors: "data" };

function plan(engine: FileEngine, file: OpenedFile, options: ConvertFileOptions, forwards: boolean): Conversion {
  const into = options.into ?? file.container;
  const to = options.to === undefined ? null : dtype(options.to);
  const converts = convertedTensors(options);
  const order = (tensor: FileTensor) => options.intoOrder ?? (into === "npy" || into === "npz" ? tensor.order : "C");
  const tensors = takenTensors(file, options).map(
    (tensor): TargetTensor<FileTensor> => ({
      name: tensor.name || (options.tensor ?? UNNAMED[into]),
      dtype: to !== null && converts(tensor) ? to : tensor.dtype,
      shape: tensor.shape,
      order: order(tensor),
      from: tensor,
    }),
  );
  // A conversion that does not exist is refused here, before anything is written.
  const scales = options.scale !== undefined || options.offset !== undefined;
  for (const { dtype, from } of tensors) {
    const changes = dtype !== from.dtype || (scales && converts(from));
    if (changes && from.dtype.itemsize === 0 && sizeOf(from.shape) > 0) {
      const message = `${from.name || "the file"}: ${from.dtype.name} items take no bytes, so nothing says that there are ${sizeOf(from.shape)}`;
      throw stridebufError("LayoutError", message, { reason: "dtype" });
    }
    if (dtype === from.dtype) continue;
    const nothing = (format: DType) => engine.view(new Uint8Array(0), { format, shape: [0] });
    engine.copy(nothing(dtype), nothing(from.dtype), valueOptions(options));
  }
  return { target: planTarget(into, tensors, file.metadata, forwards), converts, into, file };
}

function valueOptions(options: ConvertFileOptions): ValueOptions {
  const values: ValueOptions = {};
  if (options.casting !== undefined) values.casting = options.casting;
  if (options.overflow !== undefined) values.overflow = options.overflow;
  if (options.scale !== undefined) values.scale = options.scale;
  if (options.offset !== undefined) values.offset = options.offset;
  return values;
}

/** The work of one tensor of a conversion. */
export function taskOf(
  { name, shape, from }: TargetTensor<FileTensor>,
  dst: TensorPlace,
  converts: (tensor: FileTensor) => boolean,
  options: ConvertFileOptions,
): TensorTask {
  const values = converts(from) ? valueOptions(options) : {};
  const { memoryBytes, signal } = options;
  const task: TensorTask = { name, shape, src: from, dst, values };
  return {
    ...task,
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(signal === undefined ? {} : { signal }),
  };
}

async function run(
  engine: FileEngine,
  sink: RandomSink,
  { target, converts, file }: Conversion,
  options: ConvertFileOptions,
): Promise<ConvertedFile> {
  const totalBytes = target.tensors.reduce((sum, { tensor }) => sum + tensor.from.nbytes, 0);
  let doneBytes = 0;
  if (target.header.length > 0) await sink.write(target.header, 0);
  const tensors: ConvertedTensor[] = [];
  let byteLength = target.header.length;
  for (const placed of target.tensors) {
    const { tensor, place, member } = placed;
    const { from, shape, name, dtype } = tensor;
    const task: TensorTask = {
      ...taskOf(tensor, place, converts, options),
      onProgress(bytes) {
        doneBytes += bytes;
        return options.onProgress?.(doneBytes, totalBytes);
      },
    };
    await convertTensor(engine, member ? await member.begin(sink) : sink, file.sourceOf(from), task);
    await member?.finish(sink);
    const nbytes = targetBytes(placed);
    byteLength = Math.max(byteLength, place.byteOffset + nbytes);
    tensors.push({ name, from: from.dtype, to: dtype, shape, nbytes });
  }
  if (target.closing) {
    const closing = target.closing();
    await sink.write(closing, byteLength);
    byteLength += closing.length;
  }
  return { tensors, byteLength, notes: target.notes };
}

/** What a conversion would do, told from the head of the source. */
export interface FilePlan {
  readonly container: Container;
  /** In the order in which they would be written. */
  readonly tensors: readonly (ConvertedTensor & {
    /** Whether C order becomes F order or back, so that bytes are not written one after the other. */
    readonly reorders: boolean;
  })[];
  /** Bytes of the whole result, but for what an archive keeps about its members. */
  readonly byteLength: number;
  readonly notes: readonly string[];
}

export const reorders = ({ tensor: { from, shape }, place }: PlacedTensor<FileTensor>): boolean =>
  place.order !== from.order && shape.filter((length) => length > 1).length > 1;

export const targetBytes = ({ tensor: { dtype, shape }, place }: PlacedTensor<FileTensor>): number =>
  place.packed ? (sizeOf(shape) * place.packed) / 8 : sizeOf(shape) * dtype.itemsize;

/**
 * Reads the head of a source and says what a conversion of it consists of.
 *
 * @throws FileFormatError, LayoutError, ConversionError: whatever can be refused before the data are read
 */
export async function openConversion(
  engine: FileEngine,
  source: RandomSource,
  options: ConvertFileOptions,
): Promise<Conversion> {
  requireKnownOptions(options, convertFileOptions);
  const file = await openTensorFile(abortable(source, options.signal), openOptionsOf(options));
  return plan(engine, file, options, false);
}

/** The plan of `convertFileWith`; nothing of the data is read. */
export async function planFileWith(
  engine: FileEngine,
  source: RandomSource,
  options: ConvertFileOptions,
): Promise<FilePlan> {
  const { target, into } = await openConversion(engine, source, options);
  const tensors = target.tensors.map((placed) => {
    const { name, from, dtype, shape } = placed.tensor;
    return { name, from: from.dtype, to: dtype, shape, nbytes: targetBytes(placed), reorders: reorders(placed) };
  });
  const byteLength = tensors.reduce((sum, { nbytes }) => sum + nbytes, target.header.length);
  return { container: into, tensors, byteLength, notes: target.notes };
}

/** See `convertFile`. */
export async function convertFileWith(
  engine: FileEngine,
  sink: RandomSink,
  source: RandomSource,
  options: ConvertFileOptions,
): Promise<ConvertedFile> {
  return run(engine, sink, await openConversion(engine, source, options), options);
}

/** A stream that only goes forwards cannot change order; this says so before the first byte. */
function refuseReordering(target: Target<FileTensor>): void {
  for (const placed of target.tensors) {
    if (!reorders(placed)) continue;
    const message = `${placed.tensor.name}: a stream cannot change between C and F order; use convertFile on a file`;
    throw stridebufError("LayoutError", message, { reason: "contiguity" });
  }
}

/** Raw items until the stream ends, however many there are. */
function endlessTensor(source: RandomSource, options: ConvertFileOptions): OpenedFile {
  if (options.format === undefined) {
    throw stridebufError("FileFormatError", "raw: the format of the items must be given", { container: "raw" });
  }
  const shape = [Number.POSITIVE_INFINITY];
  const place = { dtype: dtype(options.format), order: "C" as const, byteOffset: options.byteOffset ?? 0 };
  const tensor = { name: "", shape, nbytes: Number.POSITIVE_INFINITY, ...place };
  return openedFile("raw", source, [tensor]);
}

/** See `convertStream`. */
export async function* convertStreamWith(
  engine: FileEngine,
  stream: ByteStream,
  options: ConvertFileOptions & { byteLength?: number },
): AsyncGenerator<Uint8Array> {
  requireKnownOptions(options, [...convertFileOptions, "byteLength"]);
  const source = new ForwardSource(stream, options.byteLength, options.signal);
  try {
    const container = options.container ?? (await detectedContainer(source));
    const endless = container === "raw" && options.shape === undefined && options.byteLength === undefined;
    const file = endless
      ? endlessTensor(source, options)
      : await openTensorFile(source, { ...openOptionsOf(options), container });
    if (endless && (options.into ?? "raw") !== "raw") {
      throw stridebufError("FileFormatError", "raw: a header needs the shape", { container: "raw" });
    }
    const inOrder = [...file.tensors].sort((a, b) => a.byteOffset - b.byteOffset);
    const { target, converts } = plan(engine, { ...file, tensors: inOrder }, options, true);
    refuseReordering(target);
    if (target.header.length > 0) yield target.header;
    for (const { tensor, place, member } of target.tensors) {
      const chunks = convertedChunks(engine, source, taskOf(tensor, place, converts, options));
      yield* member ? member.stream(chunks) : chunks;
    }
    if (target.closing) yield target.closing();
  } finally {
    await source.close();
  }
}
