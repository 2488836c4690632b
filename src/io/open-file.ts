/**
 * Opens files of tensors: raw bytes described by the caller, `.npy`, `.npz` and `.safetensors`. Works on any random-access
 * source, and on a forward-only one as long as nothing else has read it (not for `.npz`, whose directory is at its end).
 */

import { stridebufError } from "../errors.js";
import { dtype } from "../index.js";
import { ForwardSource } from "./forward-source.js";
import { NPY_PREFIX_BYTES } from "./npy-header.js";
import { readNpyTensor } from "./npy-tensor.js";
import type { RandomSource } from "./random-access.js";
import { dtypeOfSafetensors, packedBitsOf } from "./safetensors-dtype.js";
import { parseSafetensorsHeader, SAFETENSORS_PREFIX_BYTES, safetensorsHeaderBytes } from "./safetensors-header.js";
import {
  type Container,
  checkedBytes,
  type FileTensor,
  type OpenedFile,
  type OpenOptions,
  openedFile,
  readHead,
} from "./tensor-file.js";

/** Tells a container from the first bytes of a file. */
export function detectContainer(prefix: Uint8Array): Container {
  const text = String.fromCharCode(...prefix.subarray(0, 6));
  if (text === "\x93NUMPY") return "npy";
  // A member, or the end of an archive without any.
  if (text.startsWith("PK\x03\x04") || text.startsWith("PK\x05\x06")) return "npz";
  const headerEndsIn64Bits = prefix.length > 8 && prefix.subarray(4, 8).every((byte) => byte === 0);
  return headerEndsIn64Bits && prefix[8] === 0x7b ? "safetensors" : "raw";
}

async function openSafetensors(source: RandomSource, options: OpenOptions, prefix: Uint8Array): Promise<OpenedFile> {
  const { maxHeaderBytes } = options;
  const fileBytes = Number.isFinite(source.byteLength) ? source.byteLength : undefined;
  const headBytes = safetensorsHeaderBytes(prefix.subarray(0, SAFETENSORS_PREFIX_BYTES), fileBytes, maxHeaderBytes);
  const header = parseSafetensorsHeader(await readHead(source, headBytes, prefix), fileBytes, maxHeaderBytes);
  const tensors = [...header.entries.values()].map((entry): FileTensor => {
    const packed = packedBitsOf(entry.type);
    const { name, shape, byteOffset, nbytes, type } = entry;
    const place = { name, shape, byteOffset, nbytes, type, dtype: dtypeOfSafetensors(type), order: "C" as const };
    return packed === undefined ? place : { ...place, packed };
  });
  return openedFile("safetensors", source, tensors, header.metadata);
}

function requireCount(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new RangeError(`"${name}" expected integer >= 0, got ${value}`);
}

function openRaw(source: RandomSource, options: OpenOptions): OpenedFile {
  const rawError = (message: string, byteOffset = 0) =>
    stridebufError("FileFormatError", `raw: ${message}`, { container: "raw", byteOffset });
  if (options.format === undefined) throw rawError("the format of the items must be given");
  const type = dtype(options.format);
  const byteOffset = options.byteOffset ?? 0;
  requireCount("byteOffset", byteOffset);
  for (const [axis, length] of (options.shape ?? []).entries()) requireCount(`shape[${axis}]`, length);
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
  return openedFile("raw", source, [tensor]);
}

type Open = (source: RandomSource, options: OpenOptions, prefix: Uint8Array) => OpenedFile | Promise<OpenedFile>;

const openers: Readonly<Record<Container, Open>> = {
  raw: openRaw,
  npy: async (source, options, prefix) => openedFile("npy", source, [await readNpyTensor(source, options, prefix)]),
  npz: async (source, options) => {
    if (source instanceof ForwardSource) {
      const message =
        ".npz: the directory of an archive is at its end, a stream cannot be read from there: use convertFile";
      throw stridebufError("FileFormatError", message, { container: "npz" });
    }
    // Loaded when it is needed, as the zip library that it brings.
    return (await import("./npz-file.js")).openNpz(source, options);
  },
  safetensors: openSafetensors,
};

async function readPrefix(source: RandomSource): Promise<Uint8Array> {
  if (source instanceof ForwardSource) {
    const prefix = new Uint8Array(NPY_PREFIX_BYTES);
    return prefix.subarray(0, await source.readUpTo(prefix, 0));
  }
  const prefix = new Uint8Array(Math.min(NPY_PREFIX_BYTES, source.byteLength));
  if (prefix.length > 0) await source.read(prefix, 0);
  return prefix;
}

/** The container that a file's first bytes tell. */
export const detectedContainer = async (source: RandomSource): Promise<Container> =>
  detectContainer(await readPrefix(source));

/**
 * Reads and checks the head of a file.
 *
 * @throws FileFormatError on a head that breaks the rules of its container, or data that are shorter than it says
 */
export async function openTensorFile(source: RandomSource, options: OpenOptions = {}): Promise<OpenedFile> {
  const prefix = options.container === "raw" ? new Uint8Array(0) : await readPrefix(source);
  return openers[options.container ?? detectContainer(prefix)](source, options, prefix);
}
