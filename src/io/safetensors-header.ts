/**
 * The header of the safetensors format: a little-endian u64 length, then that many bytes of JSON (UTF-8, starting with
 * `{`, padded with spaces) naming each tensor's dtype, shape and data offsets, and optional string metadata. Offsets
 * count from the end of the header; together the tensors cover the rest of the file without holes or overlaps.
 * Every rule has its own `reason`. Knows sizes of types but no DTypes.
 */

import { JsonReader } from "./json.js";
import { readEntry, type SafetensorsEntry } from "./safetensors-entry.js";
import { type SafetensorsType, safetensorsBytes, safetensorsError } from "./safetensors-rules.js";

export interface SafetensorsHeader {
  /** In the order of the header. */
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
  readonly metadata: ReadonlyMap<string, string>;
  /** Bytes from the start of the file to the first tensor. */
  readonly dataOffset: number;
}

const LENGTH_BYTES = 8;
/** The reference library's own limit. */
const FORMAT_LIMIT_BYTES = 100_000_000;
/** A tensor and a string of the metadata count as that much of a header at least: so much is kept of them. */
const LEAST_ENTRY_BYTES = 128;
/** Of a valid header: the whole, a tensor, its shape. */
const MAX_DEPTH = 16;
const METADATA = "__metadata__";

/**
 * The longest header that is read unless the caller allows more: 16 MiB hold some 130,000 tensors, and are read within
 * the memory that docs/streaming.md states.
 */
export const MAX_SAFETENSORS_HEADER_BYTES: number = 16 << 20;

/** Bytes that must be at hand to tell how long a header is. */
export const SAFETENSORS_PREFIX_BYTES: number = LENGTH_BYTES;

const overLimit = (what: string, maxHeaderBytes: number): Error =>
  safetensorsError(
    "header-limit",
    `${what} is over the limit of ${maxHeaderBytes} bytes; allow more by maxHeaderBytes`,
    0,
  );

/**
 * Bytes of length field and JSON together.
 *
 * @param prefix the first 8 bytes of the file
 * @param fileBytes bytes of the whole file, when known
 */
export function safetensorsHeaderBytes(
  prefix: Uint8Array,
  fileBytes?: number,
  maxHeaderBytes: number = MAX_SAFETENSORS_HEADER_BYTES,
): number {
  if (prefix.length < LENGTH_BYTES) {
    throw safetensorsError("header-missing", `file of ${prefix.length} bytes is too short for the header length`, 0);
  }
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(FORMAT_LIMIT_BYTES)) {
    throw safetensorsError("header-limit", `header of ${length} bytes is over the format's limit of 100 MB`, 0);
  }
  if (Number(length) > maxHeaderBytes) throw overLimit(`header of ${length} bytes`, maxHeaderBytes);
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

/** Bytes as text, strictly; decoders refuse shared memory, of which slice() makes an ordinary copy. */
function decodeText(bytes: Uint8Array): string {
  const isShared = Object.prototype.toString.call(bytes.buffer) === "[object SharedArrayBuffer]";
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(isShared ? bytes.slice() : bytes);
  } catch (cause) {
    throw safetensorsError("header-utf8", "header is not valid UTF-8", LENGTH_BYTES, cause);
  }
}

function readerOf(bytes: Uint8Array): JsonReader {
  if (bytes[LENGTH_BYTES] !== 0x7b)
    throw safetensorsError("header-start", 'header does not start with "{"', LENGTH_BYTES);
  const text = decodeText(bytes.subarray(LENGTH_BYTES));
  return new JsonReader(text, {
    maxDepth: MAX_DEPTH,
    fail(index, message, kind) {
      const reason = ({ syntax: "header-json", duplicate: "duplicate-name", depth: "header-depth" } as const)[kind];
      const byteOffset = LENGTH_BYTES + new TextEncoder().encode(text.slice(0, index)).length;
      throw safetensorsError(reason, `header is not valid: ${message}`, byteOffset);
    },
  });
}

function readMetadata(json: JsonReader, onPair: () => void): Map<string, string> {
  const metadata = new Map<string, string>();
  if (!json.isAt("{")) {
    if (json.scalar() === null) return metadata;
    throw safetensorsError("metadata", "__metadata__ is not an object");
  }
  json.object(
    (key) => metadata.has(key),
    (key) => {
      const text = json.scalar();
      if (typeof text !== "string")
        throw safetensorsError("metadata", `__metadata__[${JSON.stringify(key)}] is not a string`);
      onPair();
      metadata.set(key, text);
    },
  );
  return metadata;
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
 * @param maxHeaderBytes longest header that is read; each tensor and string of metadata counts as 128 at least
 * @throws FileFormatError whose `reason` names the broken rule
 */
export function parseSafetensorsHeader(
  bytes: Uint8Array,
  fileBytes?: number,
  maxHeaderBytes: number = MAX_SAFETENSORS_HEADER_BYTES,
): SafetensorsHeader {
  const dataOffset = safetensorsHeaderBytes(bytes.subarray(0, LENGTH_BYTES), fileBytes, maxHeaderBytes);
  if (bytes.length < dataOffset) {
    throw safetensorsError("header-truncated", `file ends inside the header of ${dataOffset - LENGTH_BYTES} bytes`, 0);
  }
  const json = readerOf(bytes.subarray(0, dataOffset));
  const entries = new Map<string, SafetensorsEntry>();
  let metadata: Map<string, string> | undefined;
  let left = Math.floor(maxHeaderBytes / LEAST_ENTRY_BYTES);
  const count = (): void => {
    if (left-- === 0) throw overLimit("what the header lists (tensors and strings, 128 bytes each)", maxHeaderBytes);
  };
  json.object(
    (name) => (name === METADATA ? metadata !== undefined : entries.has(name)),
    (name) => {
      if (name === METADATA) metadata = readMetadata(json, count);
      else {
        count();
        entries.set(name, readEntry(json, name, dataOffset));
      }
    },
  );
  json.end();
  checkCover(entries.values(), dataOffset, fileBytes);
  return { entries, metadata: metadata ?? new Map(), dataOffset };
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
  if (padded > FORMAT_LIMIT_BYTES)
    throw safetensorsError("header-limit", "header is over the format's limit of 100 MB");
  const bytes = new Uint8Array(LENGTH_BYTES + padded).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(json, LENGTH_BYTES);
  return {
    bytes,
    entries: placed.map(({ begin, nbytes, tensor }) => ({ ...tensor, byteOffset: bytes.length + begin, nbytes })),
  };
}
