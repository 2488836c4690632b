/** Opens what a command is to read: tensors of a file, or of the members of an archive, each with the source it lies in. */

import { existsSync } from "node:fs";
import type { DType } from "../dtype/dtype.js";
import { bytesSource, type RandomSource } from "../io/random-access.js";
import { detectContainer, type FileTensor, type OpenOptions, openTensorFile } from "../io/tensor-file.js";
import { type FileKind, kindOfPath } from "./arguments.js";
import { InputFailure } from "./failure.js";
import { type FileSource, openFileSource, STANDARD, spoken } from "./file-source.js";
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

/** A path, and of what lies there one tensor, as in `model.safetensors:layer.0.weight`. */
export interface Place {
  readonly path: string;
  readonly tensor?: string;
}

/** A colon separates the tensor from a file that exists; a file of the whole name comes first. */
export function parsePlace(text: string): Place {
  if (text.startsWith(`${STANDARD}:`)) return { path: STANDARD, tensor: text.slice(2) };
  if (existsSync(text)) return { path: text };
  for (let at = text.indexOf(":"); at >= 0; at = text.indexOf(":", at + 1)) {
    const path = text.slice(0, at);
    if (existsSync(path)) return { path, tensor: text.slice(at + 1) };
  }
  return { path: text };
}

/** Names the file in the message of whatever goes wrong with it. */
export function withPath(path: string, error: unknown): unknown {
  const name = spoken(path);
  if (error instanceof Error && !("syscall" in error) && !error.message.startsWith(name)) {
    error.message = `${name}: ${error.message}`;
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
  const given = { shape: "--shape", byteOffset: "--byte-offset" } as const;
  for (const option of ["shape", "byteOffset"] as const) {
    if (place[option] === undefined) continue;
    throw new InputFailure(`${given[option]} describes raw bytes only; ${kind} says it itself: leave it out`);
  }
  return { container: kind, ...named };
}

/** The container that the first bytes tell, for input without a name. */
async function detectKind(source: RandomSource): Promise<FileKind> {
  const prefix = new Uint8Array(Math.min(16, source.byteLength));
  if (prefix.length > 0) await source.read(prefix, 0);
  const isZip = prefix[0] === 0x50 && prefix[1] === 0x4b && (prefix[2] === 3 || prefix[2] === 5);
  return isZip ? "npz" : detectContainer(prefix);
}

async function openArchive(source: FileSource, raw: RawOptions): Promise<Input> {
  const { path, byteLength } = source;
  if (byteLength > MAX_NPZ_BYTES)
    throw new InputFailure(`archives over ${MAX_NPZ_BYTES} bytes cannot be unpacked in memory`);
  const { unpackNpz } = await import("../io/npz.js");
  const archive = new Uint8Array(byteLength);
  await source.read(archive, 0);
  const tensors: InputTensor[] = [];
  for (const [name, member] of unpackNpz(archive, MAX_NPZ_BYTES)) {
    const bytes = bytesSource(member);
    const file = await openTensorFile(bytes, openOptions("npy", raw));
    tensors.push(...file.tensors.map((tensor) => ({ source: bytes, tensor: { ...tensor, name } })));
  }
  return { path, kind: "npz", byteLength, tensors, metadata: new Map(), close: () => source.close() };
}

/** @throws the system's errors, FileFormatError and InputFailure, all naming the path */
export async function openInput(path: string, raw: RawOptions): Promise<Input> {
  try {
    const source = await openFileSource(path);
    try {
      const kind = path === STANDARD ? await detectKind(source) : kindOfPath(path);
      if (kind === "npz") return await openArchive(source, raw);
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

/** Names for a message: the first few. */
export function someNames(names: readonly string[], most = 8): string {
  const shown = names.slice(0, most).join(", ");
  return names.length > most ? `${shown}, … (${names.length} in all)` : shown;
}

/**
 * The one tensor that a command is about.
 *
 * @throws InputFailure that names what there is
 */
export function oneTensor(input: Input, name: string | undefined): InputTensor {
  const names = input.tensors.map(({ tensor }) => tensor.name);
  if (name === undefined) {
    const [only] = input.tensors;
    if (input.tensors.length === 1 && only !== undefined) return only;
    if (only === undefined) throw new InputFailure("holds no tensors");
    const example = `${input.path}:${names[0]}`;
    throw new InputFailure(
      `holds ${names.length} tensors, say which one, as in ${example}; there are: ${someNames(names)}`,
    );
  }
  const found = input.tensors.find(({ tensor }) => tensor.name === name);
  if (found !== undefined) return found;
  const there =
    names.length === 1 && names[0] === "" ? "the file holds one, without a name" : `there are: ${someNames(names)}`;
  throw new InputFailure(`no tensor ${JSON.stringify(name)}; ${there}`);
}
