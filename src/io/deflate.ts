/** Deflate (RFC 1951) as zip members use it, through fflate: a piece at a time, so that nothing grows beyond what it states. */

import { deflateSync, Inflate } from "fflate";
import { crc32 } from "./crc32.js";
import { memberError } from "./zip-error.js";
import { STORED, type ZipEntry } from "./zip-read.js";

/** Packed bytes that are unpacked at once; they become a thousand times as many at worst. */
const PIECE_BYTES = 8 << 10;

/** Unpacks a member piece by piece; the last piece comes when size and checksum have been found right. */
export class MemberReader {
  readonly #entry: ZipEntry;
  readonly #inflate: Inflate | null;
  #unpacked: Uint8Array[] = [];
  #last: Uint8Array = new Uint8Array(0);
  #size = 0;
  #crc = 0;

  constructor(entry: ZipEntry) {
    this.#entry = entry;
    this.#inflate = entry.method === STORED ? null : new Inflate((bytes) => void this.#unpacked.push(bytes));
  }

  /**
   * What the next bytes of the member unpack to, as far as it may be given away.
   *
   * @param final whether these are the last
   * @throws FileFormatError as soon as there is more than stated, and at the end when there is less or the checksum is wrong
   */
  *read(bytes: Uint8Array, final: boolean): Generator<Uint8Array> {
    for (let at = 0; at < bytes.length || (final && at === 0); at += PIECE_BYTES) {
      const end = Math.min(at + PIECE_BYTES, bytes.length);
      for (const piece of this.#unpack(bytes.subarray(at, end), final && end === bytes.length)) {
        this.#check(piece);
        if (this.#last.length > 0) yield this.#last;
        this.#last = piece;
      }
    }
    if (!final) return;
    const { name, size, crc } = this.#entry;
    if (this.#size !== size) throw memberError(name, "is not of the size stated");
    if (this.#crc !== crc) throw memberError(name, "is damaged: wrong checksum");
    yield this.#last;
  }

  #unpack(bytes: Uint8Array, final: boolean): Uint8Array[] {
    if (this.#inflate === null) return [bytes];
    this.#unpacked = [];
    try {
      this.#inflate.push(bytes, final);
    } catch (error) {
      throw memberError(this.#entry.name, `is damaged: ${(error as Error).message}`, error);
    }
    return this.#unpacked;
  }

  #check(piece: Uint8Array): void {
    this.#size += piece.length;
    if (this.#size > this.#entry.size) throw memberError(this.#entry.name, "is not of the size stated");
    this.#crc = crc32(piece, this.#crc);
  }
}

/** A member that lies in memory, unpacked into new memory. */
export function unpackMember(packed: Uint8Array, entry: ZipEntry): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(entry.size);
  let at = 0;
  for (const piece of new MemberReader(entry).read(packed, true)) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

export const deflate = (bytes: Uint8Array): Uint8Array => deflateSync(bytes, { level: 6 });
