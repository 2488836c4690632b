/**
 * stridebuf/node: files of this machine. `open` gives the tensors of a `.npy`, `.npz` or `.safetensors` file, or parts of
 * them, without reading the rest; `fileSource` and `fileSink` are for `convertFile`.
 */

import { fileURLToPath } from "node:url";
import type { HttpSourceOptions } from "../io/http-source.js";
import { httpSource } from "../io/http-source.js";
import { type OpenOptions, openOptions } from "../io/tensor-file.js";
import { openReader, type TensorReader } from "../io/tensor-reader.js";
import { requireKnownOptions } from "../options.js";
import type { UrlLike } from "../platform.js";
import { fileSource } from "./files.js";

export { type HttpSourceOptions, httpSource } from "../io/http-source.js";
export type { RandomSink, RandomSource } from "../io/random-access.js";
export type { Container, FileTensor, OpenOptions } from "../io/tensor-file.js";
export type { ReadOptions, TensorReader } from "../io/tensor-reader.js";
export { type FileSink, type FileSource, fileSink, fileSource } from "./files.js";

/**
 * Opens a file by its head. Close it when done.
 *
 * @param path of a file, or an `http:` or `https:` URL
 * @param options what raw bytes are; `http` says how URLs are fetched
 * @throws the system's error; FileFormatError when the head breaks a rule of its container
 *
 * @example
 * const sink = fileSink("model.safetensors");
 * await sink.write(writeSafetensors({ "embed.weight": array([[1, 2], [3, 4]], "<f") }), 0);
 * sink.close();
 *
 * const file = await open("model.safetensors");
 * file.names; // ["embed.weight"]
 * (await file.read("embed.weight", slice(0, 1))).toArray(); // [[1, 2]]
 * await file.close();
 */
export async function open(
  path: string | UrlLike,
  options: OpenOptions & { http?: HttpSourceOptions } = {},
): Promise<TensorReader> {
  requireKnownOptions(options, [...openOptions, "http"]);
  const { http, ...rest } = options;
  const isRemote = /^https?:/.test(String(path));
  return openReader(isRemote ? await httpSource(path, http) : fileSource(fileName(path)), rest);
}

const fileName = (path: string | UrlLike): string => (path instanceof URL ? fileURLToPath(path) : path);
