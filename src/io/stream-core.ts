/**
 * Whole files converted in bounded memory, over any engine; stream.ts binds this to the package's own. Files that can be
 * read and written anywhere go through `convertFile`; streams that only go forwards through `convertStream`.
 */

import type { DType } from "../dtype/dtype.js";
import { stridebufError } from "../errors.js";
import { dtype } from "../index.js";
import type { AbortSignalLike } from "../platform.js";
import { type ByteStream, ForwardSource } from "./forward-source.js";
import type { RandomSink, RandomSource } from "./random-access.js";
import {
  convertedChunks,
  convertTensor,
  type FileEngine,
  type TensorPlace,
  type TensorTask,
  type ValueOptions,
} from "./stream-convert.js";
import { planTarget, type Target, type TargetTensor } from "./stream-target.js";
import { type Container, type FileTensor, type OpenOptions, openTensorFile, type TensorFile } from "./tensor-file.js";

export interface ConvertFileOptions extends OpenOptions, ValueOptions {
  /** The dtype of the result; by default each tensor keeps its own. */
  to?: string | DType;
  /** The container of the result; by default that of the source. */
  into?: Container;
  /** Order of the result: by default the source's in `.npy`, C elsewhere. `order` describes raw input. */
  intoOrder?: "C" | "F";
  /** Of a container with several tensors, the one to take. */
  tensor?: string;
  /** Names of tensors that are converted, `*` and `?` standing for any characters; the others are kept as they are. */
  only?: string;
  /** Names of tensors that are kept as they are. */
  skip?: string;
  /** Keeps every tensor that is neither a float nor complex as it is. */
  floatsOnly?: boolean;
  /** Bytes of the largest buffers; 1 MiB (48 MiB when order changes) and at most that. */
  memoryBytes?: number;
  /** Called with the bytes dealt with so far and in all; what it returns is awaited. */
  onProgress?: (doneBytes: number, totalBytes: number) => void | Promise<void>;
  signal?: AbortSignalLike;
}

export interface ConvertedTensor {
  readonly name: string;
  readonly from: DType;
  readonly to: DType;
  readonly shape: readonly number[];
  /** Bytes in the result. */
  readonly nbytes: number;
}

export interface ConvertedFile {
  readonly tensors: readonly ConvertedTensor[];
  /** Bytes of the whole result. */
  readonly byteLength: number;
  /** What the result cannot say by itself (such as that its `<V2` are bfloat16). */
  readonly notes: readonly string[];
}

/** A name pattern: `*` any run of characters, `?` any one. */
export function namePattern(pattern: string): (name: string) => boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  const expression = new RegExp(`^${escaped}$`, "su");
  return (name) => expression.test(name);
}

function chosen(file: TensorFile, options: ConvertFileOptions): readonly FileTensor[] {
  if (options.tensor === undefined) return file.tensors;
  const found = file.tensors.filter(({ name }) => name === options.tensor);
  if (found.length > 0 || file.container !== "safetensors") return found.length > 0 ? found : file.tensors;
  const message = `no tensor ${JSON.stringify(options.tensor)} among ${file.tensors.length}`;
  throw stridebufError("FileFormatError", message, { container: file.container });
}

function wants(options: ConvertFileOptions): (tensor: FileTensor) => boolean {
  const only = options.only === undefined ? null : namePattern(options.only);
  const skip = options.skip === undefined ? null : namePattern(options.skip);
  return ({ name, dtype }) => {
    if (options.floatsOnly && dtype.kind !== "float" && dtype.kind !== "complex") return false;
    return (only === null || only(name)) && (skip === null || !skip(name));
  };
}

interface Plan {
  readonly target: Target<FileTensor>;
  readonly converts: (tensor: FileTensor) => boolean;
  readonly into: Container;
}

function plan(engine: FileEngine, file: TensorFile, options: ConvertFileOptions, sorted: boolean): Plan {
  const into = options.into ?? file.container;
  const to = options.to === undefined ? null : dtype(options.to);
  const converts = wants(options);
  const order = (tensor: FileTensor) => options.intoOrder ?? (into === "npy" ? tensor.order : "C");
  const tensors = chosen(file, options).map(
    (tensor): TargetTensor<FileTensor> => ({
      name: tensor.name || (options.tensor ?? "data"),
      dtype: to !== null && converts(tensor) ? to : tensor.dtype,
      shape: tensor.shape,
      order: order(tensor),
      from: tensor,
    }),
  );
  // A conversion that does not exist is refused here, before anything is written.
  for (const { dtype, from } of tensors) {
    if (dtype === from.dtype) continue;
    const nothing = (format: DType) => engine.view(new Uint8Array(0), { format, shape: [0] });
    engine.copy(nothing(dtype), nothing(from.dtype), valueOptions(options));
  }
  return { target: planTarget(into, tensors, file.metadata, sorted), converts, into };
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);

function valueOptions(options: ConvertFileOptions): ValueOptions {
  const values: ValueOptions = {};
  if (options.casting !== undefined) values.casting = options.casting;
  if (options.overflow !== undefined) values.overflow = options.overflow;
  if (options.scale !== undefined) values.scale = options.scale;
  if (options.offset !== undefined) values.offset = options.offset;
  return values;
}

function taskOf(
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
  source: RandomSource,
  { target, converts }: Plan,
  options: ConvertFileOptions,
): Promise<ConvertedFile> {
  const totalBytes = target.tensors.reduce((sum, { tensor }) => sum + tensor.from.nbytes, 0);
  let doneBytes = 0;
  if (target.header.length > 0) await sink.write(target.header, 0);
  const tensors: ConvertedTensor[] = [];
  let byteLength = target.header.length;
  for (const { tensor, place } of target.tensors) {
    const { from, shape, name, dtype } = tensor;
    const task: TensorTask = {
      ...taskOf(tensor, place, converts, options),
      onProgress(bytes) {
        doneBytes += bytes;
        return options.onProgress?.(doneBytes, totalBytes);
      },
    };
    await convertTensor(engine, sink, source, task);
    const size = sizeOf(shape);
    const nbytes = place.packed ? (size * place.packed) / 8 : size * dtype.itemsize;
    byteLength = Math.max(byteLength, place.byteOffset + nbytes);
    tensors.push({ name, from: from.dtype, to: dtype, shape, nbytes });
  }
  return { tensors, byteLength, notes: target.notes };
}

/** See `convertFile` of stream.ts. */
export async function convertFileWith(
  engine: FileEngine,
  sink: RandomSink,
  source: RandomSource,
  options: ConvertFileOptions,
): Promise<ConvertedFile> {
  const file = await openTensorFile(source, options);
  return run(engine, sink, source, plan(engine, file, options, true), options);
}

/** A stream that only goes forwards cannot change order; this says so before the first byte. */
function refuseReordering(target: Target<FileTensor>): void {
  for (const { tensor, place } of target.tensors) {
    const { shape, from, name } = tensor;
    if (place.order === from.order || shape.filter((length) => length > 1).length <= 1) continue;
    const message = `${name}: a stream cannot change between C and F order; use convertFile on a file`;
    throw stridebufError("LayoutError", message, { reason: "contiguity" });
  }
}

/** Raw items until the stream ends, however many there are. */
function endlessTensor(options: ConvertFileOptions): TensorFile {
  if (options.format === undefined) {
    throw stridebufError("FileFormatError", "raw: the format of the items must be given", { container: "raw" });
  }
  const shape = [Number.POSITIVE_INFINITY];
  const place = { dtype: dtype(options.format), order: "C" as const, byteOffset: options.byteOffset ?? 0 };
  const tensor = { name: "", shape, nbytes: Number.POSITIVE_INFINITY, ...place };
  return { container: "raw", tensors: [tensor], metadata: new Map() };
}

/** See `convertStream` of stream.ts. */
export async function* convertStreamWith(
  engine: FileEngine,
  stream: ByteStream,
  options: ConvertFileOptions & { byteLength?: number },
): AsyncGenerator<Uint8Array> {
  const source = new ForwardSource(stream, options.byteLength);
  try {
    const endless = options.container === "raw" && options.shape === undefined && options.byteLength === undefined;
    const file = endless ? endlessTensor(options) : await openTensorFile(source, options);
    if (endless && (options.into ?? "raw") !== "raw") {
      throw stridebufError("FileFormatError", "raw: a header needs the shape", { container: "raw" });
    }
    const inOrder = [...file.tensors].sort((a, b) => a.byteOffset - b.byteOffset);
    const { target, converts } = plan(engine, { ...file, tensors: inOrder }, options, false);
    refuseReordering(target);
    if (target.header.length > 0) yield target.header;
    for (const { tensor, place } of target.tensors) {
      yield* convertedChunks(engine, source, taskOf(tensor, place, converts, options));
    }
  } finally {
    await source.close();
  }
}
