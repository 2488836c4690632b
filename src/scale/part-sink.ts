/** The range of an unfinished file that one shard writes, and the digest of what it wrote. */

import { createHash } from "node:crypto";
import { read, write } from "node:fs";
import { stridebufError } from "../errors.js";
import type { RandomSink } from "../io/random-access.js";
import type { ByteRange } from "./lines.js";

const READ_BYTES = 1 << 20;

const readSome = (fd: number, dst: Uint8Array, at: number): Promise<number> =>
  new Promise((resolve, reject) => {
    read(fd, dst, 0, dst.length, at, (error, count) => (error ? reject(error) : resolve(count)));
  });

function writeAll(fd: number, src: Uint8Array, at: number): Promise<void> {
  return new Promise((resolve, reject) => {
    write(fd, src, 0, src.length, at, (error, count) => {
      if (error) reject(error);
      else if (count < src.length) writeAll(fd, src.subarray(count), at + count).then(resolve, reject);
      else resolve();
    });
  });
}

/** The SHA-256 of a range of an open file; null when the file ends before. */
export async function digestOfRange(fd: number, [begin, end]: ByteRange): Promise<string | null> {
  const hash = createHash("sha256");
  const chunk = new Uint8Array(Math.min(READ_BYTES, end - begin));
  for (let at = begin; at < end; ) {
    const count = await readSome(fd, chunk.subarray(0, Math.min(chunk.length, end - at)), at);
    if (count === 0) return null;
    hash.update(chunk.subarray(0, count));
    at += count;
  }
  return hash.digest("hex");
}

export class PartSink implements RandomSink {
  readonly #hash = createHash("sha256");
  /** Where the bytes that have been hashed end; null once they did not follow each other. */
  #hashed: number | null;

  /** @param before called before each write: what it throws keeps the bytes from being written */
  constructor(
    private readonly fd: number,
    private readonly range: ByteRange,
    private readonly before: () => void,
  ) {
    this.#hashed = range[0];
  }

  write(src: Uint8Array, byteOffset: number): Promise<void> {
    const [begin, end] = this.range;
    if (byteOffset < begin || byteOffset + src.length > end) {
      throw new RangeError(`bytes ${byteOffset} to ${byteOffset + src.length} are not of the part ${begin} to ${end}`);
    }
    this.before();
    if (this.#hashed === byteOffset) {
      this.#hash.update(src);
      this.#hashed += src.length;
    } else this.#hashed = null;
    return writeAll(this.fd, src, byteOffset);
  }

  /**
   * The SHA-256 of what was written.
   *
   * @throws PlanError when the file has been cut in the meantime
   */
  async digest(): Promise<string> {
    if (this.#hashed === this.range[1]) return this.#hash.digest("hex");
    const digest = await digestOfRange(this.fd, this.range);
    if (digest === null) throw stridebufError("PlanError", "an unfinished file has been cut", { reason: "damaged" });
    return digest;
  }
}
