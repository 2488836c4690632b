/**
 * The directory of a zip archive (APPNOTE 6.3, sections 4.3.7 and 4.3.12 to 4.3.16, ZIP64 included) and what it promises of
 * each member. Members may not overlap, may not be encrypted, and must be named in their own header as in the directory, so
 * that an archive means the same to every reader and never more than its bytes can hold.
 */

import { memberError, npzError } from "./zip-error.js";

const END = 0x06054b50;
const END_64_LOCATOR = 0x07064b50;
const END_64 = 0x06064b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const END_64_BYTES = 56;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const EXTRA_64 = 1;
const UNKNOWN_32 = 0xffffffff;
const ENCRYPTED = 0x2041;
const UTF8 = 0x800;
/** Deflate's densest code: 258 bytes for two bits. */
const MAX_RATIO = 1032;
/** Some 200,000 members; what a directory takes in memory is several times its bytes. */
const MAX_DIRECTORY_BYTES = 16 << 20;

/** The end of an archive that must be at hand to find its directory: the comment at the end may take 64 KiB. */
export const ZIP_TAIL_BYTES: number = END_BYTES + 0xffff + LOCATOR_BYTES + END_64_BYTES;

export const STORED = 0;
export const DEFLATED = 8;

/** A member as the directory states it. */
export interface ZipEntry {
  readonly name: string;
  readonly method: typeof STORED | typeof DEFLATED;
  readonly crc: number;
  /** Bytes when unpacked. */
  readonly size: number;
  readonly compressedSize: number;
  /** Bytes from the start of the file to the member's own header. */
  readonly localOffset: number;
  /** Bytes that must be read from there to find the data. */
  readonly localBytes: number;
  /** Where the next member, or the directory, begins. */
  readonly end: number;
}

const dataView = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/**
 * Where the directory lies.
 *
 * @param tail the last bytes of the file, `ZIP_TAIL_BYTES` or all
 */
export function locateDirectory(tail: Uint8Array, fileBytes: number): { byteOffset: number; nbytes: number } {
  const data = dataView(tail);
  const start = fileBytes - tail.length;
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (data.getUint32(at, true) !== END || at + END_BYTES + data.getUint16(at + 20, true) > tail.length) continue;
    let [nbytes, byteOffset] = [data.getUint32(at + 12, true), data.getUint32(at + 16, true)];
    const locator = at - LOCATOR_BYTES;
    if (locator >= 0 && data.getUint32(locator, true) === END_64_LOCATOR) {
      const end64 = Number(data.getBigUint64(locator + 8, true)) - start;
      if (!(end64 >= 0 && end64 + END_64_BYTES <= locator) || data.getUint32(end64, true) !== END_64) break;
      nbytes = Number(data.getBigUint64(end64 + 40, true));
      byteOffset = Number(data.getBigUint64(end64 + 48, true));
    }
    if (byteOffset + nbytes > start + at) break;
    if (nbytes > MAX_DIRECTORY_BYTES) {
      throw npzError(`directory of ${nbytes} bytes is over the limit of ${MAX_DIRECTORY_BYTES}`);
    }
    return { byteOffset, nbytes };
  }
  throw npzError("not a readable zip archive: it has no directory at its end");
}

const decodeName = (bytes: Uint8Array, utf8: boolean): string => {
  if (!utf8) return String.fromCharCode(...bytes);
  try {
    // Decoders refuse shared memory, of which slice() makes an ordinary copy.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.slice());
  } catch (cause) {
    throw npzError("a member's name is not valid UTF-8", cause);
  }
};

/** Replaces the fields that 32 bits cannot hold by those of the ZIP64 extra, which come in this order. */
function wideFields(fields: number[], extra: DataView): number[] {
  for (let at = 0; at + 4 <= extra.byteLength; at += 4 + extra.getUint16(at + 2, true)) {
    if (extra.getUint16(at, true) !== EXTRA_64) continue;
    let from = at + 4;
    return fields.map((field) => {
      if (field !== UNKNOWN_32 || from + 8 > extra.byteLength) return field;
      from += 8;
      return Number(extra.getBigUint64(from - 8, true));
    });
  }
  return fields;
}

function readEntry(bytes: Uint8Array, at: number): { entry: Omit<ZipEntry, "end">; next: number } {
  const data = dataView(bytes);
  const cut = () => npzError("the directory is not readable to its end");
  if (at + ENTRY_BYTES > bytes.length || data.getUint32(at, true) !== ENTRY) throw cut();
  const u16 = (offset: number) => data.getUint16(at + offset, true);
  const u32 = (offset: number) => data.getUint32(at + offset, true);
  const nameAt = at + ENTRY_BYTES;
  const extraAt = nameAt + u16(28);
  const next = extraAt + u16(30) + u16(32);
  if (next > bytes.length) throw cut();
  const flags = u16(8);
  const name = decodeName(bytes.subarray(nameAt, extraAt), (flags & UTF8) !== 0);
  const extra = new DataView(bytes.buffer, bytes.byteOffset + extraAt, u16(30));
  const [size, compressedSize, localOffset] = wideFields([u32(24), u32(20), u32(42)], extra) as [
    number,
    number,
    number,
  ];
  if ((flags & ENCRYPTED) !== 0) throw memberError(name, "is encrypted");
  const method = u16(10);
  if (method !== STORED && method !== DEFLATED) throw memberError(name, `is packed by unknown method ${method}`);
  if (method === STORED ? size !== compressedSize : size > compressedSize * MAX_RATIO) {
    throw memberError(name, `is not of the size stated: ${compressedSize} bytes cannot hold ${size}`);
  }
  const localBytes = LOCAL_BYTES + u16(28);
  return { entry: { name, method, crc: u32(16), size, compressedSize, localOffset, localBytes }, next };
}

/**
 * The members that the directory lists, in its order.
 *
 * @param bytes the directory alone
 * @param byteOffset where it begins in the file
 * @throws FileFormatError for damaged directories, repeated names, encrypted and overlapping members, unknown methods, and
 *   sizes that no packed data of their length can have
 */
export function parseDirectory(bytes: Uint8Array, byteOffset: number): ZipEntry[] {
  const entries: Omit<ZipEntry, "end">[] = [];
  const names = new Set<string>();
  for (let at = 0; at < bytes.length; ) {
    const { entry, next } = readEntry(bytes, at);
    if (names.has(entry.name)) throw memberError(entry.name, "is repeated");
    names.add(entry.name);
    entries.push(entry);
    at = next;
  }
  const ends = new Map<Omit<ZipEntry, "end">, number>();
  let end = byteOffset;
  for (const entry of [...entries].sort((a, b) => b.localOffset - a.localOffset)) {
    if (entry.localOffset + entry.localBytes + entry.compressedSize > end) {
      throw memberError(entry.name, "overlaps what comes after it");
    }
    ends.set(entry, end);
    end = entry.localOffset;
  }
  return entries.map((entry) => ({ ...entry, end: ends.get(entry)! }));
}

/**
 * Where a member's bytes begin in the file.
 *
 * @param local the first `localBytes` bytes of the member
 * @throws FileFormatError when the member's own header is not what the directory says
 */
export function memberDataOffset(entry: ZipEntry, local: Uint8Array): number {
  const data = dataView(local);
  const { name, method, localOffset, localBytes, compressedSize, end } = entry;
  if (data.getUint32(0, true) !== LOCAL) throw memberError(name, "has no header of its own");
  const flags = data.getUint16(6, true);
  const own = decodeName(local.subarray(LOCAL_BYTES), (flags & UTF8) !== 0);
  if (own !== name || data.getUint16(26, true) !== localBytes - LOCAL_BYTES) {
    throw memberError(name, `is named otherwise in its own header: ${JSON.stringify(own)}`);
  }
  if ((flags & ENCRYPTED) !== 0) throw memberError(name, "is encrypted");
  if (data.getUint16(8, true) !== method) throw memberError(name, "is packed otherwise than its own header says");
  const dataOffset = localOffset + localBytes + data.getUint16(28, true);
  if (dataOffset + compressedSize > end) throw memberError(name, "overlaps what comes after it");
  return dataOffset;
}
