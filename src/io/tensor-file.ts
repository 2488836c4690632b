/** What lies where in a file of tensors, whatever its container. */

import type { DType } from "../dtype/dtype.js";
import { MAX_NDIM } from "../view/checks.js";
import type { PackedBits } from "./packed.js";
import type { RandomSource } from "./random-access.js";

/** The kinds of file; `"raw"` is items without a head. */
export type Container = "raw" | "npy" | "npz" | "safetensors";

/** One tensor of a file. */
export interface FileTensor {
  /** Empty for files that hold one unnamed tensor. */
  readonly name: string;
  /** What one item is. */
  readonly dtype: DType;
  /** Items per axis. */
  readonly shape: readonly number[];
  /** How the items lie. */
  readonly order: "C" | "F";
  /** Bytes from the start of the file to the first item; of a compressed member of an archive, from its unpacked start. */
  readonly byteOffset: number;
  /** Bytes of the items, unpacked where the file holds them compressed. */
  readonly nbytes: number;
  /** Set when the file holds the items compressed. */
  readonly compressed?: true;
  /** Bits per value when values are packed below one byte each. */
  readonly packed?: PackedBits;
  /** The type as the file spells it. */
  readonly type?: string;
}

/** What the head of a file says. */
export interface TensorFile {
  /** The kind of file. */
  readonly container: Container;
  /** Its tensors, in the order of the file. */
  readonly tensors: readonly FileTensor[];
  /** The strings that the file carries besides tensors. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Members of an archive that cannot be read (such as pickles), and why. */
  readonly unreadable: ReadonlyMap<string, Error>;
}

/** A file whose head has been read. */
export interface OpenedFile extends TensorFile {
  /** What a tensor is read from, at its `byteOffset`. */
  sourceOf(tensor: FileTensor): RandomSource;
}

/** What the head of a file does not say. */
export interface OpenOptions {
  /** Told from the first bytes when absent. */
  container?: Container;
  /** Raw: what the items are. `.npy`, `.npz`: what items are that headers call plain bytes (`<V2` for bfloat16). */
  format?: string | DType;
  /** Raw: by default one axis over all that is there. */
  shape?: readonly number[];
  /** Raw: bytes before the first item. */
  byteOffset?: number;
  /** Raw: C by default. */
  order?: "C" | "F";
  /** Longest header that is read, in bytes: by default 1 MiB of `.npy`, 16 MiB of `.safetensors`. */
  maxHeaderBytes?: number;
}

export const openOptions = ["container", "format", "shape", "byteOffset", "order", "maxHeaderBytes"] as const;

/** Those of more options that are about opening. */
export function openOptionsOf(options: OpenOptions): OpenOptions {
  const names = openOptions.filter((name) => options[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, options[name]]));
}

/** A file whose tensors all lie in one source. */
export function openedFile(
  container: Container,
  source: RandomSource,
  tensors: readonly FileTensor[],
  metadata: ReadonlyMap<string, string> = new Map(),
): OpenedFile {
  return { container, tensors, metadata, unreadable: new Map(), sourceOf: () => source };
}

/** Items of a shape. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);

/** The product of a shape times bytes per item; refuses what goes beyond 2^53 before anything is read. */
export function checkedBytes(shape: readonly number[], itemsize: number, fail: (message: string) => Error): number {
  if (shape.length > MAX_NDIM) throw fail(`shape has ${shape.length} axes, at most ${MAX_NDIM} are allowed`);
  // An axis of length 0 does not excuse the others: nobody means (0, 2^40, 2^40).
  const product = shape.reduce((size, length) => size * Math.max(1, length), Math.max(1, itemsize));
  if (product > Number.MAX_SAFE_INTEGER)
    throw fail(`shape (${shape.join(", ")}) of ${itemsize}-byte items is beyond 2^53 bytes`);
  return sizeOf(shape) * itemsize;
}

/** The first `nbytes` of a source of which the first few have been read. */
export async function readHead(source: RandomSource, nbytes: number, before: Uint8Array): Promise<Uint8Array> {
  const head = new Uint8Array(nbytes);
  head.set(before.subarray(0, nbytes));
  if (nbytes > before.length) await source.read(head.subarray(before.length), before.length);
  return head;
}
