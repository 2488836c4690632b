/** Opens what a command is to read: tensors of a file, or of the members of an archive, each with the source it lies in. */

import { readFileSync, statSync } from "node:fs";
import type { DType } from "../dtype/dtype.js";
import { bytesSource, type RandomSource } from "../io/random-access.js";
import { type FileTensor, type OpenOptions, openTensorFile } from "../io/tensor-file.js";
import { type FileKind, kindOfPath } from "./arguments.js";
import { InputFailure } from "./failure.js";
import { openFileSource } from "./file-source.js";
import { MAX_NPZ_BYTES } from "./library.js";

export interface RawOptions {
  format?: DType;
  shape?: number[];
  byteOffset?: number;
  order?: "C" | "F";
}

export interface InputTensor {
  readonly source: RandomSource;
  readonly tensor: FileTensor;
}

export interface Input {
  readonly path: string;
  readonly kind: FileKind;
  /** Bytes of the file. */
  readonly byteLength: number;
  readonly tensors: readonly InputTensor[];
  readonly metadata: ReadonlyMap<string, string>;
  close(): void;
}

/** Names the file in the message of whatever goes wrong with it. */
export function withPath(path: string, error: unknown): unknown {
  if (error instanceof Error && !("syscall" in error) && !error.message.startsWith(path)) {
    error.message = `${path}: ${error.message}`;
  }
  return error;
}

export function openOptions(kind: Exclude<FileKind, "npz">, raw: RawOptions): OpenOptions {
  const { format, ...place } = raw;
  const named = format === undefined ? {} : { format };
  if (kind === "raw") {
    // Without a format, the file may still say itself what it is.
    return format === undefined ? {} : { container: "raw", ...named, ...place };
  }
  for (const option of ["shape", "byteOffset"] as const) {
    if (place[option] !== undefined) throw new InputFailure("--shape and --offset describe raw bytes only");
  }
  return { container: kind, ...named };
}

async function openArchive(path: string, raw: RawOptions): Promise<Input> {
  const { size } = statSync(path);
  if (size > MAX_NPZ_BYTES)
    throw new InputFailure(`${path}: archives over ${MAX_NPZ_BYTES} bytes cannot be unpacked in memory`);
  const { unpackNpz } = await import("../io/npz.js");
  const tensors: InputTensor[] = [];
  for (const [name, member] of unpackNpz(readFileSync(path), MAX_NPZ_BYTES)) {
    const source = bytesSource(member);
    const file = await openTensorFile(source, openOptions("npy", raw));
    tensors.push(...file.tensors.map((tensor) => ({ source, tensor: { ...tensor, name } })));
  }
  return { path, kind: "npz", byteLength: size, tensors, metadata: new Map(), close() {} };
}

/** @throws the system's errors, FileFormatError and InputFailure, all naming the path */
export async function openInput(path: string, raw: RawOptions): Promise<Input> {
  const kind = kindOfPath(path);
  try {
    if (kind === "npz") return await openArchive(path, raw);
    const source = openFileSource(path);
    try {
      const file = await openTensorFile(source, openOptions(kind, raw));
      const tensors = file.tensors.map((tensor) => ({ source, tensor }));
      const { container, metadata } = file;
      return { path, kind: container, byteLength: source.byteLength, tensors, metadata, close: () => source.close() };
    } catch (error) {
      source.close();
      throw error;
    }
  } catch (error) {
    throw withPath(path, error);
  }
}
