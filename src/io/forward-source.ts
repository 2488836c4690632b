/**
 * A stream of byte chunks as a source that is read forwards: offsets must not go back, skipped bytes are dropped. Holds
 * no more than the chunk at hand and the first bytes, which the reader of the head may ask for twice.
 */

import { stridebufError } from "../errors.js";
import type { ByteReadable } from "../platform.js";
import { endedEarly, type RandomSource } from "./random-access.js";

export type ByteStream = AsyncIterable<Uint8Array> | Iterable<Uint8Array> | ByteReadable;

/** Not every browser's ReadableStream is iterable yet. */
export async function* chunksOf(stream: ByteStream): AsyncGenerator<Uint8Array> {
  if (!("getReader" in stream)) {
    yield* stream;
    return;
  }
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}

const KEPT_BYTES = 64;

export class ForwardSource implements RandomSource {
  readonly byteLength: number;
  readonly #chunks: AsyncGenerator<Uint8Array>;
  readonly #first = new Uint8Array(KEPT_BYTES);
  #rest: Uint8Array = new Uint8Array(0);
  #at = 0;

  /** @param byteLength bytes of the whole stream where known; unknown is Infinity */
  constructor(stream: ByteStream, byteLength = Number.POSITIVE_INFINITY) {
    this.byteLength = byteLength;
    this.#chunks = chunksOf(stream);
  }

  async read(dst: Uint8Array, byteOffset: number): Promise<void> {
    const filled = await this.readUpTo(dst, byteOffset);
    if (filled < dst.length) throw endedEarly("stream", byteOffset, dst.length, filled);
  }

  /** Fills as much of `dst` as the stream still has; returns the number of bytes. */
  async readUpTo(dst: Uint8Array, byteOffset: number): Promise<number> {
    let done = 0;
    if (byteOffset < Math.min(this.#at, KEPT_BYTES)) {
      const kept = this.#first.subarray(byteOffset, Math.min(this.#at, KEPT_BYTES, byteOffset + dst.length));
      dst.set(kept);
      done = kept.length;
    }
    if (done === dst.length) return done;
    if (byteOffset + done < this.#at) {
      throw stridebufError("FileFormatError", "a stream cannot be read backwards; use a file", {
        container: "stream",
        byteOffset,
      });
    }
    while (this.#at < byteOffset) {
      if ((await this.#take(byteOffset - this.#at)) === null) return done;
    }
    while (done < dst.length) {
      const part = await this.#take(dst.length - done);
      if (part === null) break;
      dst.set(part, done);
      done += part.length;
    }
    return done;
  }

  /** The next bytes, at most `limit` of them; null at the end. */
  async #take(limit: number): Promise<Uint8Array | null> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done) return null;
      if (!(value instanceof Uint8Array)) throw new TypeError('"source" expected chunks of Uint8Array');
      this.#rest = value;
    }
    const part = this.#rest.subarray(0, limit);
    this.#rest = this.#rest.subarray(part.length);
    if (this.#at < KEPT_BYTES) this.#first.set(part.subarray(0, KEPT_BYTES - this.#at), this.#at);
    this.#at += part.length;
    return part;
  }

  /** Lets go of the stream. */
  async close(): Promise<void> {
    await this.#chunks.return(undefined);
  }
}
