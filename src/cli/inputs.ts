/** Opens what a command is to read: tensors of a file, or of the members of an archive, each with the source it lies in. */

import { existsSync } from "node:fs";
import { detectedContainer, openTensorFile } from "../io/open-file.js";
import type { RandomSource } from "../io/random-access.js";
import { listNames } from "../io/selection.js";
import type { Container, FileTensor, OpenOptions } from "../io/tensor-file.js";
import { isRemote } from "../remote/address.js";
import { kindOfPath, type RawOptions } from "./arguments.js";
import { InputFailure } from "./failure.js";
import { openFileSource, STANDARD, spoken } from "./file-source.js";

export interface InputTensor {
  readonly source: RandomSource;
  readonly tensor: FileTensor;
}

/** What tensors are read from: a file, or a store. */
export interface TensorInput {
  readonly path: string;
  readonly kind: Container | "zarr";
  /** Bytes of the file; of a store, of all its items. */
  readonly byteLength: number;
  readonly tensors: readonly InputTensor[];
  readonly metadata: ReadonlyMap<string, string>;
  /** Members of an archive that cannot be read, and why. */
  readonly unreadable: ReadonlyMap<string, Error>;
  close(): void;
}

export interface Input extends TensorInput {
  /** The whole file. */
  readonly source: RandomSource;
  readonly kind: Container;
}

/** A path, and of what lies there one tensor, as in `model.safetensors:layer.0.weight`. */
export interface Place {
  readonly path: string;
  readonly tensor?: string;
}

/** A colon separates the tensor from a file that exists; a file of the whole name comes first. Addresses have colons of their own. */
export function parsePlace(text: string): Place {
  if (text.startsWith(`${STANDARD}:`)) return { path: STANDARD, tensor: text.slice(2) };
  if (isRemote(text) || existsSync(text)) return { path: text };
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

export function openOptions(kind: Container, raw: RawOptions): OpenOptions {
  const { format, shape, byteOffset, order, maxHeaderBytes } = raw;
  const place = Object.fromEntries(
    Object.entries({ shape, byteOffset, order }).filter(([, given]) => given !== undefined),
  );
  const named = {
    ...(format === undefined ? {} : { format }),
    ...(maxHeaderBytes === undefined ? {} : { maxHeaderBytes }),
  };
  if (kind === "raw") {
    // Without a format, the file may still say itself what it is.
    return format === undefined ? named : { container: "raw", ...named, ...place };
  }
  const given = { shape: "--shape", byteOffset: "--byte-offset" } as const;
  for (const option of ["shape", "byteOffset"] as const) {
    if (place[option] === undefined) continue;
    throw new InputFailure(`${given[option]} describes raw bytes only; ${kind} says it itself: leave it out`);
  }
  return { container: kind, ...named };
}

/** @throws the system's errors, FileFormatError and InputFailure, all naming the path */
export async function openInput(path: string, raw: RawOptions): Promise<Input> {
  try {
    const source = await openFileSource(path);
    try {
      // Without a name, the first bytes tell the container.
      const kind = path === STANDARD || isRemote(path) ? await detectedContainer(source) : kindOfPath(path);
      const file = await openTensorFile(source, openOptions(kind, raw));
      const tensors = file.tensors.map((tensor) => ({ source: file.sourceOf(tensor), tensor }));
      const { container, metadata, unreadable } = file;
      // Where nothing can be read, that is the answer.
      if (tensors.length === 0) for (const error of unreadable.values()) throw error;
      return {
        path,
        source,
        kind: container,
        byteLength: source.byteLength,
        tensors,
        metadata,
        unreadable,
        close: () => source.close(),
      };
    } catch (error) {
      source.close();
      throw error;
    }
  } catch (error) {
    throw withPath(path, error);
  }
}

/** @throws what is wrong with a member of an archive that cannot be read, for commands that need all of it */
export function requireReadable({ path, unreadable }: TensorInput): void {
  for (const error of unreadable.values()) throw withPath(path, error);
}

/**
 * The one tensor that a command is about.
 *
 * @throws InputFailure that names what there is, or why it cannot be read
 */
export function oneTensor(input: TensorInput, name: string | undefined): InputTensor {
  const names = [...input.tensors.map(({ tensor }) => tensor.name), ...input.unreadable.keys()];
  if (name === undefined) {
    const [only] = input.tensors;
    if (names.length === 1 && only !== undefined) return only;
    if (only === undefined) throw new InputFailure("holds no tensors");
    const example = isRemote(input.path) ? "" : `, or as in ${input.path}:${names[0]}`;
    throw new InputFailure(
      `holds ${names.length} tensors, say which one with --tensor${example}; there are: ${listNames(names)}`,
    );
  }
  const found = input.tensors.find(({ tensor }) => tensor.name === name);
  if (found !== undefined) return found;
  const reason = input.unreadable.get(name);
  if (reason !== undefined) throw reason;
  const there =
    names.length === 1 && names[0] === "" ? "the file holds one, without a name" : `there are: ${listNames(names)}`;
  throw new InputFailure(`no tensor ${JSON.stringify(name)}; ${there}`);
}
