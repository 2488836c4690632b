/**
 * The header of the safetensors format: a little-endian u64 length, then that many bytes of JSON (UTF-8, starting with
 * `{`, padded with spaces) naming each tensor's dtype, shape and data offsets, and optional string metadata. Offsets
 * count from the end of the header; together the tensors cover the rest of the file without holes or overlaps.
 * Every rule has its own `reason`. Knows sizes of types but no DTypes.
 */

import { MAX_NDIM } from "../view/checks.js";
import { type Json, parseStrictJson } from "./json.js";
import {
  type SafetensorsFault,
  type SafetensorsType,
  safetensorsBytes,
  safetensorsError,
  safetensorsTypes,
} from "./safetensors-rules.js";

/** What the header says of one tensor. */
export interface SafetensorsEntry {
  /** The name of the tensor. */
  readonly name: string;
  /** Its type, as the header spells it. */
  readonly type: SafetensorsType;
  /** Items per axis. */
  readonly shape: readonly number[];
  /** Bytes from the start of the file. */
  readonly byteOffset: number;
  /** Bytes of its data. */
  readonly nbytes: number;
}

export interface SafetensorsHeader {
  /** In the order of the header. */
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
  readonly metadata: ReadonlyMap<string, string>;
  /** Bytes from the start of the file to the first tensor. */
  readonly dataOffset: number;
}

const LENGTH_BYTES = 8;
/** The reference library's own limit. */
const MAX_HEADER_BYTES = 100_000_000;
/** Of a valid header: the whole, a tensor, its shape. */
const MAX_DEPTH = 16;
const METADATA = "__metadata__";

/** Bytes that must be at hand to tell how long a header is. */
export const SAFETENSORS_PREFIX_BYTES: number = LENGTH_BYTES;

/**
 * Bytes of length field and JSON together.
 *
 * @param prefix the first 8 bytes of the file
 * @param fileBytes bytes of the whole file, when known
 */
export function safetensorsHeaderBytes(prefix: Uint8Array, fileBytes?: number): number {
  if (prefix.length < LENGTH_BYTES) {
    throw safetensorsError("header-missing", `file of ${prefix.length} bytes is too short for the header length`, 0);
  }
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES)) {
    throw safetensorsError("header-limit", `header of ${length} bytes is over the format's limit of 100 MB`, 0);
  }
  if (length < 2n) throw safetensorsError("header-length", `header of ${length} bytes cannot hold {}`, 0);
  const total = LENGTH_BYTES + Number(length);
  if (fileBytes !== undefined && total > fileBytes) {
    throw safetensorsError(
      "header-truncated",
      `header of ${length} bytes reaches beyond the file of ${fileBytes} bytes`,
      0,
    );
  }
  return total;
}

function decodeJson(bytes: Uint8Array): Map<string, Json> {
  if (bytes[LENGTH_BYTES] !== 0x7b)
    throw safetensorsError("header-start", 'header does not start with "{"', LENGTH_BYTES);
  let text: string;
  try {
    // Decoders refuse shared memory, of which slice() makes an ordinary copy.
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.slice(LENGTH_BYTES));
  } catch (cause) {
    throw safetensorsError("header-utf8", "header is not valid UTF-8", LENGTH_BYTES, cause);
  }
  const json = parseStrictJson(text, {
    maxDepth: MAX_DEPTH,
    fail(index, message, kind) {
      const reason = ({ syntax: "header-json", duplicate: "duplicate-name", depth: "header-depth" } as const)[kind];
      const byteOffset = LENGTH_BYTES + new TextEncoder().encode(text.slice(0, index)).length;
      throw safetensorsError(reason, `header is not valid: ${message}`, byteOffset);
    },
  });
  return json as Map<string, Json>;
}

function readMetadata(value: Json | undefined): Map<string, string> {
  const metadata = new Map<string, string>();
  if (value === undefined || value === null) return metadata;
  if (!(value instanceof Map)) throw safetensorsError("metadata", "__metadata__ is not an object");
  for (const [key, text] of value) {
    if (typeof text !== "string") {
      throw safetensorsError("metadata", `__metadata__[${JSON.stringify(key)}] is not a string`);
    }
    metadata.set(key, text);
  }
  return metadata;
}

const isCount = (value: Json | undefined): value is number => typeof value === "number" && value >= 0;

function readEntry(name: string, value: Json, dataOffset: number): SafetensorsEntry {
  const fault = (reason: SafetensorsFault, what: string) =>
    safetensorsError(reason, `tensor ${JSON.stringify(name)} ${what}`);
  if (!(value instanceof Map)) throw fault("tensor-info", `is not an object`);
  for (const key of ["dtype", "shape", "data_offsets"]) {
    if (!value.has(key)) throw fault("tensor-info", `has no "${key}"`);
  }
  const type = value.get("dtype");
  if (typeof type !== "string" || !Object.hasOwn(safetensorsTypes, type)) {
    const shown = typeof type === "string" ? JSON.stringify(type) : "that is not a string";
    throw fault("dtype", `has an unknown dtype ${shown}`);
  }
  const shape = value.get("shape");
  if (!Array.isArray(shape)) throw fault("shape", `has a shape that is not a list`);
  if (shape.length > MAX_NDIM) throw fault("shape", `has ${shape.length} axes, at most ${MAX_NDIM} are allowed`);
  let count = 1;
  shape.forEach((length, axis) => {
    if (typeof length === "bigint" && length > 0n) {
      throw fault("overflow", `has shape[${axis}] beyond 2^53`);
    }
    if (!isCount(length)) throw fault("shape", `has shape[${axis}] that is not an integer >= 0`);
    count *= length;
    if (count > Number.MAX_SAFE_INTEGER) throw fault("overflow", `has more than 2^53 values`);
  });
  const offsets = value.get("data_offsets");
  if (!Array.isArray(offsets) || offsets.length !== 2) {
    throw fault("offsets", `has data_offsets that are not a pair`);
  }
  const [begin, end] = offsets;
  if (!isCount(begin) || !isCount(end)) {
    const large = [begin, end].some((offset) => typeof offset === "bigint" && offset > 0n);
    if (large) throw fault("overflow", `has data_offsets beyond 2^53`);
    throw fault("offsets", `has data_offsets that are not integers >= 0`);
  }
  if (end < begin) throw fault("offsets", `has data_offsets that run backwards: [${begin}, ${end}]`);
  const nbytes = safetensorsBytes(type as SafetensorsType, count);
  if (nbytes === undefined) {
    throw fault("alignment", `has ${count} values of ${type}, which do not fill whole bytes`);
  }
  if (nbytes > Number.MAX_SAFE_INTEGER) throw fault("overflow", `has more than 2^53 bytes`);
  if (nbytes !== end - begin) {
    throw fault("size", `needs ${nbytes} bytes, but its data_offsets span ${end - begin}`);
  }
  return { name, type: type as SafetensorsType, shape: shape as number[], byteOffset: dataOffset + begin, nbytes };
}

/** The tensors must cover the data from its first byte to its last. */
function checkCover(entries: Iterable<SafetensorsEntry>, dataOffset: number, fileBytes: number | undefined): void {
  const sorted = [...entries].sort((a, b) => a.byteOffset - b.byteOffset || a.nbytes - b.nbytes);
  let end = dataOffset;
  for (const { name, byteOffset, nbytes } of sorted) {
    if (byteOffset !== end) {
      const [reason, verb] =
        byteOffset > end
          ? (["hole", "leaves a hole before"] as const)
          : (["overlap", "overlaps the tensor before"] as const);
      const where = `data offset ${byteOffset - dataOffset}, the previous tensor ends at ${end - dataOffset}`;
      throw safetensorsError(reason, `tensor ${JSON.stringify(name)} ${verb} it (${where})`, byteOffset);
    }
    end += nbytes;
    if (fileBytes !== undefined && end > fileBytes) {
      throw safetensorsError(
        "range",
        `tensor ${JSON.stringify(name)} reaches beyond the file (to byte ${end} of ${fileBytes})`,
        byteOffset,
      );
    }
  }
  if (fileBytes !== undefined && end < fileBytes) {
    throw safetensorsError("trailing", `${fileBytes - end} bytes at the end belong to no tensor`, end);
  }
}

/**
 * Reads and checks a header.
 *
 * @param bytes at least the length field and the JSON; the data need not be there
 * @param fileBytes bytes of the whole file; when unknown, the end of the data is not checked
 * @throws FileFormatError whose `reason` names the broken rule
 */
export function parseSafetensorsHeader(bytes: Uint8Array, fileBytes?: number): SafetensorsHeader {
  const dataOffset = safetensorsHeaderBytes(bytes.subarray(0, LENGTH_BYTES), fileBytes ?? undefined);
  if (bytes.length < dataOffset) {
    throw safetensorsError("header-truncated", `file ends inside the header of ${dataOffset - LENGTH_BYTES} bytes`, 0);
  }
  const json = decodeJson(bytes.subarray(0, dataOffset));
  const metadata = readMetadata(json.get(METADATA));
  const entries = new Map<string, SafetensorsEntry>();
  for (const [name, value] of json) {
    if (name !== METADATA) entries.set(name, readEntry(name, value, dataOffset));
  }
  checkCover(entries.values(), dataOffset, fileBytes);
  return { entries, metadata, dataOffset };
}

export interface SafetensorsPlanEntry {
  readonly name: string;
  readonly type: SafetensorsType;
  readonly shape: readonly number[];
}

/**
 * The header of a file that holds `tensors` one after another in the order given, with the offset of each.
 *
 * @throws TypeError on the reserved name `__metadata__`; RangeError when values do not fill whole bytes
 */
export function formatSafetensorsHeader(
  tensors: readonly SafetensorsPlanEntry[],
  metadata?: ReadonlyMap<string, string>,
): { bytes: Uint8Array<ArrayBuffer>; entries: SafetensorsEntry[] } {
  const parts: string[] = [];
  if (metadata !== undefined && metadata.size > 0) {
    const pairs = [...metadata].map(([key, text]) => `${JSON.stringify(key)}:${JSON.stringify(text)}`);
    parts.push(`"${METADATA}":{${pairs.join(",")}}`);
  }
  const placed: { begin: number; nbytes: number; tensor: SafetensorsPlanEntry }[] = [];
  let begin = 0;
  for (const tensor of tensors) {
    const { name, type, shape } = tensor;
    if (name === METADATA) throw new TypeError(`"name" expected any name but ${METADATA}, which is reserved`);
    const nbytes = safetensorsBytes(
      type,
      shape.reduce((count, length) => count * length, 1),
    );
    if (nbytes === undefined) {
      throw new RangeError(`"shape" expected values of ${type} that fill whole bytes, got (${shape.join(", ")})`);
    }
    const offsets = `[${begin},${begin + nbytes}]`;
    parts.push(`${JSON.stringify(name)}:{"dtype":"${type}","shape":[${shape.join(",")}],"data_offsets":${offsets}}`);
    placed.push({ begin, nbytes, tensor });
    begin += nbytes;
  }
  const json = new TextEncoder().encode(`{${parts.join(",")}}`);
  const padded = Math.ceil(json.length / 8) * 8;
  if (padded > MAX_HEADER_BYTES) throw safetensorsError("header-limit", "header is over the format's limit of 100 MB");
  const bytes = new Uint8Array(LENGTH_BYTES + padded).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(json, LENGTH_BYTES);
  return {
    bytes,
    entries: placed.map(({ begin, nbytes, tensor }) => ({ ...tensor, byteOffset: bytes.length + begin, nbytes })),
  };
}
