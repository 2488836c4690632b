/**
 * The header of the `.npy` format, versions 1.0, 2.0 and 3.0 (NumPy Enhancement Proposal 1 and
 * `numpy.lib.format`): six magic bytes, two version bytes, a little-endian length of 2 (1.0) or 4 bytes, and a Python
 * dict literal in Latin-1 (3.0: UTF-8) with exactly the keys `descr`, `fortran_order` and `shape`. Knows no dtypes:
 * `descr` stays plain data.
 */

import type { NumpyDescr, NumpyField } from "../dtype/names/numpy-descr.js";
import { stridebufError } from "../errors.js";
import { MAX_NDIM } from "../view/checks.js";
import { type PythonLiteral, PythonTuple, parsePythonLiteral, pythonRepr } from "./python-literal.js";

export interface NpyHeader {
  readonly version: readonly [number, number];
  /** Not yet validated beyond being a string or a list. */
  readonly descr: PythonLiteral;
  readonly fortranOrder: boolean;
  readonly shape: number[];
  /** Bytes from the start of the file to the first item. */
  readonly dataOffset: number;
}

const MAGIC = "\x93NUMPY";
const PREFIX_BYTES = 8;
const ALIGNMENT = 64;
const GROWTH_DIGITS = 21;
const KEYS = ["descr", "fortran_order", "shape"];

/** The longest header that is read unless the caller allows more: 1 MiB holds a record of some 30,000 fields. */
export const MAX_NPY_HEADER_BYTES: number = 1 << 20;

export function npyError(message: string, byteOffset?: number, cause?: unknown): Error {
  const fields = byteOffset === undefined ? { container: "npy" } : { container: "npy", byteOffset };
  return stridebufError("FileFormatError", `.npy: ${message}`, fields, cause);
}

/** Bytes of the fixed part that holds the header's length, and the length it states. */
function readLength(bytes: Uint8Array, version: number): { textOffset: number; textBytes: number } {
  const textOffset = version === 1 ? PREFIX_BYTES + 2 : PREFIX_BYTES + 4;
  if (bytes.length < textOffset) throw npyError("file ends inside the header length", bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const textBytes = version === 1 ? view.getUint16(PREFIX_BYTES, true) : view.getUint32(PREFIX_BYTES, true);
  return { textOffset, textBytes };
}

function readPrefix(bytes: Uint8Array, maxHeaderBytes: number) {
  for (let i = 0; i < MAGIC.length; i++) {
    if (i >= bytes.length) throw npyError(bytes.length === 0 ? "file is empty" : "file ends inside the magic bytes", i);
    if (bytes[i] !== MAGIC.charCodeAt(i)) throw npyError("not a .npy file (wrong magic bytes)", i);
  }
  if (bytes.length < PREFIX_BYTES) throw npyError("file ends inside the version", bytes.length);
  const [major, minor] = [bytes[6]!, bytes[7]!];
  if (major < 1 || major > 3 || minor !== 0) throw npyError(`version ${major}.${minor} is not 1.0, 2.0 or 3.0`, 6);
  const { textOffset, textBytes } = readLength(bytes, major);
  if (textBytes > maxHeaderBytes) {
    throw npyError(
      `header of ${textBytes} bytes is over the limit of ${maxHeaderBytes}; allow more by maxHeaderBytes`,
      PREFIX_BYTES,
    );
  }
  return { version: [major, minor] as const, textOffset, textBytes };
}

/** Bytes that must be at hand to tell how long a header is. */
export const NPY_PREFIX_BYTES: number = PREFIX_BYTES + 4;

/**
 * How many bytes from the start of the file the whole header takes, read from its first `NPY_PREFIX_BYTES`.
 *
 * @throws FileFormatError when these are not the first bytes of a `.npy` file
 */
export function npyHeaderBytes(prefix: Uint8Array, maxHeaderBytes: number = MAX_NPY_HEADER_BYTES): number {
  const { textOffset, textBytes } = readPrefix(prefix, maxHeaderBytes);
  return textOffset + textBytes;
}

/** Latin-1 proper: a TextDecoder of that name would read Windows-1252. */
function decodeLatin1(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return text;
}

function decodeText(bytes: Uint8Array, version: number, textOffset: number): string {
  if (version < 3) return decodeLatin1(bytes);
  try {
    // Decoders refuse shared memory, of which slice() makes an ordinary copy.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.slice());
  } catch (cause) {
    throw npyError("header is not valid UTF-8", textOffset, cause);
  }
}

function readShape(value: PythonLiteral | undefined, at: number): number[] {
  if (!(value instanceof PythonTuple)) throw npyError("shape is not a tuple", at);
  if (value.length > MAX_NDIM) throw npyError(`shape has ${value.length} axes, at most ${MAX_NDIM} are allowed`, at);
  return value.map((length, axis) => {
    if (typeof length === "bigint") throw npyError(`shape[${axis}] is beyond 2^53`, at);
    if (typeof length !== "number") throw npyError(`shape[${axis}] is not an integer`, at);
    if (length < 0) throw npyError(`shape[${axis}] is negative (${length})`, at);
    return length;
  });
}

/**
 * Reads the header at the start of `bytes`; the data need not be there.
 *
 * @param maxHeaderBytes longest header text that is parsed
 * @throws FileFormatError with the byte offset of the fault
 */
export function parseNpyHeader(bytes: Uint8Array, maxHeaderBytes: number = MAX_NPY_HEADER_BYTES): NpyHeader {
  const { version, textOffset, textBytes } = readPrefix(bytes, maxHeaderBytes);
  const dataOffset = textOffset + textBytes;
  if (bytes.length < dataOffset) {
    throw npyError(`file ends inside the header: ${textBytes} bytes stated, ${bytes.length - textOffset} there`, 8);
  }
  const text = decodeText(bytes.subarray(textOffset, dataOffset), version[0], textOffset);
  const bytesBefore = (index: number): number =>
    version[0] < 3 ? index : new TextEncoder().encode(text.slice(0, index)).length;
  const header = parsePythonLiteral(text, (index, message) => {
    throw npyError(`header is not a plain Python dict: ${message}`, textOffset + bytesBefore(index));
  });
  if (!(header instanceof Map)) throw npyError("header is not a dict", textOffset);
  for (const key of KEYS) if (!header.has(key)) throw npyError(`header has no "${key}"`, textOffset);
  for (const key of header.keys()) {
    if (!KEYS.includes(key)) throw npyError(`header has an unknown key ${JSON.stringify(key)}`, textOffset);
  }
  const fortranOrder = header.get("fortran_order");
  if (typeof fortranOrder !== "boolean") throw npyError("fortran_order is not True or False", textOffset);
  const descr = header.get("descr") as PythonLiteral;
  const isList = Array.isArray(descr) && !(descr instanceof PythonTuple);
  if (typeof descr !== "string" && !isList) throw npyError("descr is not a string or a list of fields", textOffset);
  return { version, descr, fortranOrder, shape: readShape(header.get("shape"), textOffset), dataOffset };
}

const tupleText = (items: readonly (string | number)[]): string =>
  items.length === 1 ? `(${items[0]},)` : `(${items.join(", ")})`;

/** A descr as the Python literal of a header. */
export function descrText(descr: NumpyDescr): string {
  if (typeof descr === "string") return pythonRepr(descr);
  if (typeof descr[0] === "string") return tupleText([pythonRepr(descr[0]), tupleText(descr[1] as readonly number[])]);
  const fields = (descr as readonly NumpyField[]).map(([name, type, shape]) => {
    const named = typeof name === "string" ? pythonRepr(name) : tupleText(name.map(pythonRepr));
    const items = [named, descrText(type)];
    if (shape !== undefined) items.push(tupleText(typeof shape === "number" ? [shape] : shape));
    return tupleText(items);
  });
  return `[${fields.join(", ")}]`;
}

/**
 * The bytes of a header as NumPy writes them: padded with spaces to a multiple of 64 with room for the growing axis,
 * in the lowest version that can hold it unless one is asked for.
 *
 * @throws RangeError when `version` cannot hold the header
 */
export function formatNpyHeader(
  descr: NumpyDescr,
  fortranOrder: boolean,
  shape: readonly number[],
  version?: 1 | 2 | 3,
): Uint8Array<ArrayBuffer> {
  const dict = `{'descr': ${descrText(descr)}, 'fortran_order': ${fortranOrder ? "True" : "False"}, 'shape': ${tupleText(shape)}, }`;
  const growing = shape[fortranOrder ? shape.length - 1 : 0];
  const text = dict + " ".repeat(growing === undefined ? 0 : GROWTH_DIGITS - String(growing).length);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the whole Latin-1 range is meant
  const latin1 = /^[\x00-\xff]*$/.test(text);
  for (const candidate of version === undefined ? [1, 2, 3] : [version]) {
    if (candidate < 3 && !latin1) continue;
    const body = candidate < 3 ? Uint8Array.from(text, (c) => c.charCodeAt(0)) : new TextEncoder().encode(text);
    const textOffset = PREFIX_BYTES + (candidate === 1 ? 2 : 4);
    const padding = ALIGNMENT - ((textOffset + body.length + 1) % ALIGNMENT);
    const textBytes = body.length + padding + 1;
    if (candidate === 1 && textBytes > 0xffff) continue;
    const bytes = new Uint8Array(textOffset + textBytes).fill(0x20);
    for (let i = 0; i < MAGIC.length; i++) bytes[i] = MAGIC.charCodeAt(i);
    bytes[6] = candidate;
    bytes[7] = 0;
    const view = new DataView(bytes.buffer);
    if (candidate === 1) view.setUint16(PREFIX_BYTES, textBytes, true);
    else view.setUint32(PREFIX_BYTES, textBytes, true);
    bytes.set(body, textOffset);
    bytes[bytes.length - 1] = 0x0a;
    return bytes;
  }
  throw new RangeError(`"version" expected one that can hold this header, got ${version}`);
}
