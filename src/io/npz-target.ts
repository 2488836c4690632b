/** `.npz` archives written tensor by tensor: stored members, as `numpy.savez` writes them. */

import { PiecewiseCrc32 } from "./crc32.js";
import type { RandomSink } from "./random-access.js";
import { STORED } from "./zip-read.js";
import { descriptor, descriptorBytes, directory, localHeader, localHeaderBytes, type ZipMember } from "./zip-write.js";

/** What NumPy puts behind the name of an array. */
export const NPY_SUFFIX = ".npy";

/** A member while it is written. Its checksum is summed up from its bytes, in whatever order they come. */
export class MemberTarget {
  readonly member: ZipMember;
  /** Bytes from the start of the file to the first item. */
  readonly byteOffset: number;
  /** Bytes from the start of the file to what follows the member. */
  readonly end: number;
  readonly #npyHeader: Uint8Array;
  readonly #crc = new PiecewiseCrc32();
  #bytesLeft: number;

  /** @param forwards whether the file is written from its start to its end */
  constructor(name: string, npyHeader: Uint8Array, nbytes: number, localOffset: number, forwards: boolean) {
    const size = npyHeader.length + nbytes;
    const what = { name: `${name}${NPY_SUFFIX}`, method: STORED, size, compressedSize: size } as const;
    this.member = { ...what, localOffset, describedBehind: forwards };
    this.byteOffset = localOffset + localHeaderBytes(this.member) + npyHeader.length;
    this.end = this.byteOffset + nbytes + descriptorBytes(this.member);
    this.#npyHeader = npyHeader;
    this.#bytesLeft = size;
  }

  /** Once all bytes are there. */
  get crc(): number {
    return this.#crc.value;
  }

  /** Begins the member in a sink; what is to receive its items. */
  async begin(sink: RandomSink): Promise<RandomSink> {
    const dataEnd = this.byteOffset - this.#npyHeader.length + this.member.size;
    const counting: RandomSink = {
      write: (src, byteOffset) => {
        this.#crc.add(src, dataEnd - byteOffset - src.length);
        return sink.write(src, byteOffset);
      },
    };
    await counting.write(this.#npyHeader, this.byteOffset - this.#npyHeader.length);
    return counting;
  }

  /** Writes what is known once the items are there. */
  async finish(sink: RandomSink): Promise<void> {
    await sink.write(localHeader(this.member, this.crc), this.member.localOffset);
  }

  /** The whole member forwards: its headers, its items as they come, and what follows them. */
  async *stream(items: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    yield localHeader(this.member, 0);
    yield this.#counted(this.#npyHeader);
    for await (const chunk of items) yield this.#counted(chunk);
    yield descriptor(this.member, this.crc);
  }

  #counted(bytes: Uint8Array): Uint8Array {
    this.#bytesLeft -= bytes.length;
    this.#crc.add(bytes, this.#bytesLeft);
    return bytes;
  }
}

/** What closes an archive of these members, all of them written. */
export function closingOf(members: readonly MemberTarget[]): Uint8Array {
  const written = members.map(({ member, crc }) => ({ member, crc }));
  return directory(written, members.at(-1)?.end ?? 0);
}
