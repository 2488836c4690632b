/**
 * What lies where in a file of tensors, read from its head alone: raw bytes described by the caller, `.npy`, and
 * `.safetensors`. Works on any random-access source, and on a forward-only one as long as nothing else has read it.
 */

import type { DType } from "../dtype/dtype.js";
import { stridebufError } from "../errors.js";
import { dtype } from "../index.js";
import { dtypeOfDescr } from "./npy-dtype.js";
import { MAX_NPY_HEADER_BYTES, NPY_PREFIX_BYTES, npyError, npyHeaderBytes, parseNpyHeader } from "./npy-header.js";
import type { PackedBits } from "./packed.js";
import type { RandomSource } from "./random-access.js";
import { dtypeOfSafetensors, packedBitsOf } from "./safetensors-dtype.js";
import { parseSafetensorsHeader, SAFETENSORS_PREFIX_BYTES, safetensorsHeaderBytes } from "./safetensors-header.js";

export type Container = "raw" | "npy" | "safetensors";

/** One tensor of a file. */
export interface FileTensor {
  /** Empty for files that hold one unnamed tensor. */
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly order: "C" | "F";
  /** Bytes from the start of the file to the first item. */
  readonly byteOffset: number;
  /** Bytes in the file. */
  readonly nbytes: number;
  /** Bits per value when values are packed below one byte each. */
  readonly packed?: PackedBits;
  /** The type as the file spells it. */
  readonly type?: string;
}

export interface TensorFile {
  readonly container: Container;
  readonly tensors: readonly FileTensor[];
  readonly metadata: ReadonlyMap<string, string>;
}

export interface OpenOptions {
  /** Told from the first bytes when absent. */
  container?: Container;
  /** Raw: what the items are. `.npy`: what items are that its header calls plain bytes (`<V2` for bfloat16). */
  format?: string | DType;
  /** Raw: by default one axis over all that is there. */
  shape?: readonly number[];
  /** Raw: bytes before the first item. */
  byteOffset?: number;
  /** Raw: C by default. */
  order?: "C" | "F";
  /** Longest `.npy` header that is read, in bytes. */
  maxHeaderBytes?: number;
}

/** Tells a container from the first bytes of a file. */
export function detectContainer(prefix: Uint8Array): Container {
  if (prefix[0] === 0x93 && String.fromCharCode(...prefix.subarray(1, 6)) === "NUMPY") return "npy";
  const headerEndsIn64Bits = prefix.length > 8 && prefix.subarray(4, 8).every((byte) => byte === 0);
  return headerEndsIn64Bits && prefix[8] === 0x7b ? "safetensors" : "raw";
}

/** The product of a shape times bytes per item; refuses what goes beyond 2^53 before anything is read. */
export function checkedBytes(shape: readonly number[], itemsize: number, fail: (message: string) => Error): number {
  // An axis of length 0 does not excuse the others: nobody means (0, 2^40, 2^40).
  const product = shape.reduce((size, length) => size * Math.max(1, length), Math.max(1, itemsize));
  if (product > Number.MAX_SAFE_INTEGER)
    throw fail(`shape (${shape.join(", ")}) of ${itemsize}-byte items is beyond 2^53 bytes`);
  return shape.reduce((size, length) => size * length, itemsize);
}

/** The dtype of a `.npy` file: its own, or the one that the caller says its plain bytes are. */
export function npyDType(descr: unknown, format: string | DType | undefined): DType {
  const own = dtypeOfDescr(descr);
  if (format === undefined) return own;
  const given = dtype(format);
  if (given.itemsize !== own.itemsize) {
    throw npyError(
      `items take ${own.itemsize} bytes (${own.name}), but the format given takes ${given.itemsize} (${given.name})`,
    );
  }
  return given;
}

async function readHead(source: RandomSource, nbytes: number, before: Uint8Array): Promise<Uint8Array> {
  const head = new Uint8Array(nbytes);
  head.set(before.subarray(0, nbytes));
  if (nbytes > before.length) await source.read(head.subarray(before.length), before.length);
  return head;
}

async function openNpy(source: RandomSource, prefix: Uint8Array, options: OpenOptions): Promise<TensorFile> {
  const limit = options.maxHeaderBytes ?? MAX_NPY_HEADER_BYTES;
  const headBytes = npyHeaderBytes(prefix, limit);
  if (headBytes > source.byteLength)
    throw npyError(`file ends inside the header (${source.byteLength} bytes in all)`, 8);
  const { descr, fortranOrder, shape, dataOffset } = parseNpyHeader(await readHead(source, headBytes, prefix), limit);
  const type = npyDType(descr, options.format);
  const nbytes = checkedBytes(shape, type.itemsize, npyError);
  if (dataOffset + nbytes > source.byteLength) {
    throw npyError(`data of ${nbytes} bytes expected, ${source.byteLength - dataOffset} there`, dataOffset);
  }
  const order = fortranOrder ? "F" : "C";
  const tensor: FileTensor = {
    name: "",
    dtype: type,
    shape,
    order,
    byteOffset: dataOffset,
    nbytes,
    ...(typeof descr === "string" ? { type: descr } : {}),
  };
  return { container: "npy", tensors: [tensor], metadata: new Map() };
}

async function openSafetensors(source: RandomSource, prefix: Uint8Array): Promise<TensorFile> {
  const fileBytes = Number.isFinite(source.byteLength) ? source.byteLength : undefined;
  const headBytes = safetensorsHeaderBytes(prefix.subarray(0, SAFETENSORS_PREFIX_BYTES), fileBytes);
  const header = parseSafetensorsHeader(await readHead(source, headBytes, prefix), fileBytes);
  const tensors = [...header.entries.values()].map((entry): FileTensor => {
    const packed = packedBitsOf(entry.type);
    const { name, shape, byteOffset, nbytes, type } = entry;
    const place = { name, shape, byteOffset, nbytes, type, dtype: dtypeOfSafetensors(type), order: "C" as const };
    return packed === undefined ? place : { ...place, packed };
  });
  return { container: "safetensors", tensors, metadata: header.metadata };
}

function openRaw(source: RandomSource, options: OpenOptions): TensorFile {
  const rawError = (message: string, byteOffset = 0) =>
    stridebufError("FileFormatError", `raw: ${message}`, { container: "raw", byteOffset });
  if (options.format === undefined) throw rawError("the format of the items must be given");
  const type = dtype(options.format);
  const byteOffset = options.byteOffset ?? 0;
  const there = source.byteLength - byteOffset;
  if (there < 0) throw rawError(`offset ${byteOffset} is beyond the file of ${source.byteLength} bytes`);
  if (options.shape === undefined && (there % type.itemsize !== 0 || type.itemsize === 0)) {
    throw rawError(`${there} bytes are not a whole number of ${type.itemsize}-byte items; give a shape`, byteOffset);
  }
  const shape = options.shape ?? [there / type.itemsize];
  const nbytes = checkedBytes(shape, type.itemsize, rawError);
  if (nbytes > there) {
    throw rawError(`shape (${shape.join(", ")}) of ${type.name} needs ${nbytes} bytes, ${there} are there`, byteOffset);
  }
  const tensor = { name: "", dtype: type, shape, order: options.order ?? "C", byteOffset, nbytes };
  return { container: "raw", tensors: [tensor], metadata: new Map() };
}

/**
 * Reads and checks the head of a file.
 *
 * @throws FileFormatError on a head that breaks the rules of its container, or data that are shorter than it says
 */
export async function openTensorFile(source: RandomSource, options: OpenOptions = {}): Promise<TensorFile> {
  const prefix = new Uint8Array(Math.min(NPY_PREFIX_BYTES, source.byteLength));
  if (options.container !== "raw" && prefix.length > 0) await source.read(prefix, 0);
  const container = options.container ?? detectContainer(prefix);
  if (container === "npy") return openNpy(source, prefix, options);
  if (container === "safetensors") return openSafetensors(source, prefix);
  return openRaw(source, options);
}
