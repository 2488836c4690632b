/**
 * The parts of a zip archive (APPNOTE 6.3): the header of each member, what follows its bytes, and the directory. ZIP64 where
 * 32 bits do not suffice. All sizes are known beforehand; only the checksums may come later, behind the bytes.
 */

import type { DEFLATED, STORED } from "./zip-read.js";

/** A member to be written. */
export interface ZipMember {
  readonly name: string;
  readonly method: typeof STORED | typeof DEFLATED;
  /** Bytes when unpacked. */
  readonly size: number;
  readonly compressedSize: number;
  /** Bytes from the start of the file to the member's header. */
  readonly localOffset: number;
  /** Checksum and sizes follow the bytes, for files that are written forwards only. */
  readonly describedBehind: boolean;
}

const MAX_32 = 0xffffffff;
const MAX_16 = 0xffff;
const DESCRIBED_BEHIND = 8;
const UTF8 = 0x800;
/** 1 January 1980, the earliest that zip can say: a fixed date, so that equal arrays make equal archives. */
const DATE = 0x21;

/** Bytes written one field after another, little-endian. */
class Fields {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #data: DataView;
  #at = 0;
  constructor(nbytes: number) {
    this.bytes = new Uint8Array(nbytes);
    this.#data = new DataView(this.bytes.buffer);
  }
  u16(...values: number[]): this {
    for (const value of values) {
      this.#data.setUint16(this.#at, value, true);
      this.#at += 2;
    }
    return this;
  }
  u32(...values: number[]): this {
    for (const value of values) {
      this.#data.setUint32(this.#at, value, true);
      this.#at += 4;
    }
    return this;
  }
  u64(...values: number[]): this {
    for (const value of values) {
      this.#data.setBigUint64(this.#at, BigInt(value), true);
      this.#at += 8;
    }
    return this;
  }
  raw(bytes: Uint8Array): this {
    this.bytes.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }
}

const isWide = ({ size, compressedSize }: ZipMember): boolean => Math.max(size, compressedSize) >= MAX_32;

/** Version needed, flags, method, time and date: what both headers of a member begin with. */
function common(member: ZipMember, nameBytes: Uint8Array, wide: boolean): number[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is meant
  const utf8 = nameBytes.length !== member.name.length || !/^[\x00-\x7f]*$/.test(member.name) ? UTF8 : 0;
  const flags = utf8 | (member.describedBehind ? DESCRIBED_BEHIND : 0);
  return [wide ? 45 : 20, flags, member.method, 0, DATE];
}

/**
 * Bytes of a member's header.
 *
 * @throws RangeError for names of more than 65535 bytes
 */
export function localHeaderBytes(member: ZipMember): number {
  const { length } = new TextEncoder().encode(member.name);
  if (length > MAX_16) throw new RangeError(`"name" expected at most ${MAX_16} bytes, got ${length}`);
  return 30 + length + (isWide(member) ? 20 : 0);
}

/** The header before a member's bytes. Where the description follows them, sizes and checksum are zero here. */
export function localHeader(member: ZipMember, crc: number): Uint8Array<ArrayBuffer> {
  const name = new TextEncoder().encode(member.name);
  const wide = isWide(member);
  const [sum, size, packed] = member.describedBehind ? [0, 0, 0] : [crc, member.size, member.compressedSize];
  const fields = new Fields(localHeaderBytes(member)).u32(0x04034b50).u16(...common(member, name, wide));
  fields
    .u32(sum, wide ? MAX_32 : packed, wide ? MAX_32 : size)
    .u16(name.length, wide ? 20 : 0)
    .raw(name);
  return (wide ? fields.u16(1, 16).u64(size, packed) : fields).bytes;
}

/** Bytes behind a member's own: none where its header says all. */
export const descriptorBytes = (member: ZipMember): number => (member.describedBehind ? (isWide(member) ? 24 : 16) : 0);

export function descriptor(member: ZipMember, crc: number): Uint8Array<ArrayBuffer> {
  const fields = new Fields(descriptorBytes(member));
  if (!member.describedBehind) return fields.bytes;
  const sizes = [member.compressedSize, member.size];
  fields.u32(0x08074b50, crc);
  return (isWide(member) ? fields.u64(...sizes) : fields.u32(...sizes)).bytes;
}

function directoryEntry(member: ZipMember, crc: number): Uint8Array {
  const name = new TextEncoder().encode(member.name);
  const stated = [member.size, member.compressedSize, member.localOffset];
  const wide = stated.filter((value) => value >= MAX_32);
  const [size, packed, offset] = stated.map((value) => Math.min(value, MAX_32)) as [number, number, number];
  const extra = wide.length === 0 ? 0 : 4 + 8 * wide.length;
  const fields = new Fields(46 + name.length + extra);
  fields
    .u32(0x02014b50)
    .u16(20, ...common(member, name, extra > 0))
    .u32(crc, packed, size);
  fields.u16(name.length, extra, 0, 0, 0).u32(0, offset).raw(name);
  return (extra > 0 ? fields.u16(1, 8 * wide.length).u64(...wide) : fields).bytes;
}

/**
 * What closes an archive.
 *
 * @param byteOffset where it stands in the file
 */
export function directory(
  members: readonly { readonly member: ZipMember; readonly crc: number }[],
  byteOffset: number,
): Uint8Array<ArrayBuffer> {
  const entries = members.map(({ member, crc }) => directoryEntry(member, crc));
  const nbytes = entries.reduce((sum, { length }) => sum + length, 0);
  const count = members.length;
  const wide = count >= MAX_16 || Math.max(nbytes, byteOffset) >= MAX_32;
  const fields = new Fields(nbytes + (wide ? 76 : 0) + 22);
  for (const entry of entries) fields.raw(entry);
  if (wide) {
    fields.u32(0x06064b50).u64(44).u16(45, 45).u32(0, 0).u64(count, count, nbytes, byteOffset);
    fields
      .u32(0x07064b50, 0)
      .u64(byteOffset + nbytes)
      .u32(1);
  }
  const listed = Math.min(count, MAX_16);
  fields.u32(0x06054b50).u16(0, 0, listed, listed).u32(Math.min(nbytes, MAX_32), Math.min(byteOffset, MAX_32)).u16(0);
  return fields.bytes;
}
