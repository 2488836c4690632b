/**
 * stridebuf/stream: tensors in files and streams of any size, converted in bounded memory. Raw bytes, `.npy` and
 * `.safetensors` go in and come out; dtype, byte order, scale and offset change chunk by chunk, C order and F order by
 * panels, checkpoints tensor by tensor. No file system is needed: sources and sinks are small interfaces, and Blobs and
 * Web Streams are at home.
 */

import type { ByteTransform } from "../platform.js";
import { type SourceLike, sourceOf } from "./bytes-of.js";
import { fileEngine } from "./file-engine.js";
import type { ByteStream } from "./forward-source.js";
import type { RandomSink } from "./random-access.js";
import { type ConvertedFile, type ConvertFileOptions, convertFileWith, convertStreamWith } from "./stream-core.js";
import type { OpenOptions } from "./tensor-file.js";
import { openReader, type TensorReader } from "./tensor-reader.js";

export type { BytesLike, ResponseLike, SourceLike } from "./bytes-of.js";
export type { ByteStream } from "./forward-source.js";
export { type HttpSourceOptions, httpSource } from "./http-source.js";
export { BytesSink, blobSource, bytesSource, type RandomSink, type RandomSource } from "./random-access.js";
export type { ConvertedFile, ConvertedTensor, ConvertFileOptions } from "./stream-core.js";
export type { Container, FileTensor, OpenOptions, TensorFile } from "./tensor-file.js";
export type { ReadOptions, TensorReader } from "./tensor-reader.js";

/**
 * Opens a file of tensors by its head alone: dtype, shape, order and byte offset of each, which are then read one by one
 * or in parts.
 *
 * @param source bytes in memory, a Blob or File, a Response (read whole), or anything that can be read at an offset
 * @throws FileFormatError when the head breaks a rule of its container or the file is shorter than it says
 *
 * @example
 * const file = await openFile(new Blob([writeNpy(array([[1, 2], [3, 4]]))]));
 * (await file.read("", slice(1, 2))).toArray(); // [[3, 4]]
 */
export function openFile(source: SourceLike, options: OpenOptions = {}): Promise<TensorReader> {
  return openReader(source, options);
}

/**
 * Converts a file that can be read and written at any offset, holding about 100 MB at most.
 *
 * @throws FileFormatError, ConversionError (with the position in the whole tensor), LayoutError; what the source or the
 *   sink throws passes through. The sink may have been written to: discard it.
 *
 * @example
 * const file = new Blob([writeSafetensors({ weight: array([1, 2], "<f"), norm: array([3], "<f") })]);
 * const sink = new BytesSink();
 * await convertFile(sink, file, { to: "bfloat16", skip: "*norm*" });
 * readSafetensors(sink.bytes()).info("weight").type; // "BF16"
 */
export async function convertFile(
  sink: RandomSink,
  source: SourceLike,
  options: ConvertFileOptions = {},
): Promise<ConvertedFile> {
  return convertFileWith(fileEngine, sink, await sourceOf(source), options);
}

/**
 * Converts a stream that only goes forwards. Tensors stay in the order in which they come, and C order cannot become F
 * order. Raw input without a shape goes on until the stream ends.
 *
 * @param options `byteLength` is that of the whole stream, where it is known: what is missing is then found at once
 *
 * @example
 * const source = [array([1.5, 2], ">f").toBytes()]; // or response.body
 * for await (const bytes of convertStream(source, { container: "raw", format: ">f", to: "float16" }))
 *   view(bytes, { format: "<e" }).toArray(); // [1.5, 2]
 */
export function convertStream(
  source: ByteStream,
  options: ConvertFileOptions & { byteLength?: number } = {},
): AsyncGenerator<Uint8Array> {
  return convertStreamWith(fileEngine, source, options);
}

/**
 * The same as a transform for `pipeThrough`.
 *
 * @example
 * const floats = new Blob([array([1.5, 2], ">f").toBytes()]);
 * const halves = floats.stream().pipeThrough(convertTransform({ container: "raw", format: ">f", to: "float16" }));
 * view(await new Response(halves).arrayBuffer(), { format: "<e" }).toArray(); // [1.5, 2]
 */
export function convertTransform(options: ConvertFileOptions & { byteLength?: number } = {}): ByteTransform {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const pieces = convertStream(readable, options);
  return {
    writable,
    readable: new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await pieces.return(undefined);
      },
    }),
  };
}
