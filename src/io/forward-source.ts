/**
 * A stream of byte chunks as a source that is read forwards: offsets must not go back, skipped bytes are dropped. Holds
 * no more than the chunk at hand and the first bytes, which the reader of the head may ask for twice.
 */

import { stridebufError } from "../errors.js";
import type { AbortSignalLike, ByteReadable } from "../platform.js";
import { untilAborted } from "./abort.js";
import { endedEarly, type RandomSource } from "./random-access.js";

/** Bytes in order: chunks of any length, or a stream of them. */
export type ByteStream = AsyncIterable<Uint8Array> | Iterable<Uint8Array> | ByteReadable;

/** Chunks one after the other, whatever they come from. */
interface ChunkReader {
  next(): Promise<{ done?: boolean | undefined; value?: unknown }>;
  /** Lets go of the stream, also while a chunk is awaited that never comes. */
  close(): void | Promise<void>;
}

/** Not every browser's ReadableStream is iterable yet. */
function chunkReader(stream: ByteStream): ChunkReader {
  if ("getReader" in stream) {
    const reader = stream.getReader();
    return {
      next: () => reader.read(),
      async close() {
        try {
          await reader.cancel();
        } finally {
          reader.releaseLock();
        }
      },
    };
  }
  const chunks = Symbol.asyncIterator in stream ? stream[Symbol.asyncIterator]() : stream[Symbol.iterator]();
  let waiting = false;
  return {
    async next() {
      waiting = true;
      const result = await chunks.next();
      waiting = false;
      return result;
    },
    async close() {
      const closed = chunks.return?.();
      // A generator ends only when the chunk it waits for is there, which may be never.
      if (!waiting) await closed;
      else if (closed instanceof Promise) closed.catch(() => {});
    },
  };
}

/** So many chunks are taken before timers and signals get their turn: a stream of empty ones would starve them. */
const CHUNKS_PER_BREATH = 1024;
const breath = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

const KEPT_BYTES = 64;

export class ForwardSource implements RandomSource {
  readonly byteLength: number;
  readonly #chunks: ChunkReader;
  readonly #signal: AbortSignalLike | undefined;
  #taken = 0;
  readonly #first = new Uint8Array(KEPT_BYTES);
  #rest: Uint8Array = new Uint8Array(0);
  #at = 0;

  /**
   * @param byteLength bytes of the whole stream where known; unknown is Infinity
   * @param signal heard also while a chunk is awaited
   */
  constructor(stream: ByteStream, byteLength: number = Number.POSITIVE_INFINITY, signal?: AbortSignalLike) {
    this.byteLength = byteLength;
    this.#chunks = chunkReader(stream);
    this.#signal = signal;
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
      if (++this.#taken % CHUNKS_PER_BREATH === 0) await breath();
      const { done, value } = await untilAborted(this.#chunks.next(), this.#signal);
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
    await this.#chunks.close();
  }
}
