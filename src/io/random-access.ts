/** Places that bytes are read from and written to at any offset: files, Blobs, memory. Offsets and sizes are bytes. */

import { stridebufError } from "../errors.js";
import type { AbortSignalLike, BlobLike } from "../platform.js";
import { proveThere } from "../view/checks.js";
import { untilAborted } from "./abort.js";

/** What can be read at any offset. */
export interface RandomSource {
  /** Bytes of the whole source. */
  readonly byteLength: number;
  /** Reads that may go on at once, where that is of use; one by default. */
  readonly parallel?: number;
  /** Reads of up to this many bytes are done when `read` returns, and cost less than larger ones. */
  readonly chunkBytes?: number;
  /** Bytes between two parts that are rather read than skipped; 16 KiB by default. */
  readonly gapBytes?: number;
  /** Fills `dst` with the bytes from `byteOffset` on; fails when there are fewer. May finish at once or later. */
  read(dst: Uint8Array, byteOffset: number): void | Promise<void>;
}

/** What can be written at any offset. */
export interface RandomSink {
  /** Writes of up to this many bytes are done when `write` returns. */
  readonly chunkBytes?: number;
  /** Writes all of `src` at `byteOffset`; `src` may be reused when the result is there. */
  write(src: Uint8Array, byteOffset: number): void | Promise<void>;
}

/** The error of a source that has fewer bytes than it had. */
export function endedEarly(container: string, byteOffset: number, expected: number, got: number): Error {
  const message = `the source ended early: expected ${expected} bytes at byte ${byteOffset}, got ${got} (has it been cut while it was read?)`;
  return stridebufError("FileFormatError", message, { container, byteOffset });
}

/** The same source, whose reads end with the signal even when it stalls. */
export function abortable(source: RandomSource, signal: AbortSignalLike | undefined): RandomSource {
  if (signal === undefined) return source;
  return {
    byteLength: source.byteLength,
    ...(source.chunkBytes === undefined ? {} : { chunkBytes: source.chunkBytes }),
    ...(source.parallel === undefined ? {} : { parallel: source.parallel }),
    ...(source.gapBytes === undefined ? {} : { gapBytes: source.gapBytes }),
    read(dst, byteOffset) {
      signal.throwIfAborted();
      const reading = source.read(dst, byteOffset);
      return reading && untilAborted(reading, signal);
    },
  };
}

/**
 * Bytes in memory as a source.
 *
 * @throws BoundsError when their memory has been detached or has shrunk away under them
 *
 * @example
 * bytesSource(Uint8Array.of(1, 2, 3)).byteLength; // 3
 */
export function bytesSource(bytes: Uint8Array): RandomSource {
  proveThere(bytes);
  return {
    byteLength: bytes.length,
    read(dst, byteOffset) {
      const there = bytes.subarray(byteOffset, byteOffset + dst.length);
      if (there.length < dst.length) throw endedEarly("raw", byteOffset, dst.length, there.length);
      dst.set(there);
    },
  };
}

/** What is used of the platform's FileReader. */
interface Reader {
  readonly result: ArrayBuffer;
  readonly error: unknown;
  onload: () => void;
  onerror: () => void;
  readAsArrayBuffer(blob: BlobLike): void;
}

/** jsdom's Blobs have no `arrayBuffer`, and nothing but jsdom's own FileReader reads them. */
function bytesOfBlob(blob: BlobLike): Promise<ArrayBuffer> {
  if (typeof blob.arrayBuffer === "function") return blob.arrayBuffer();
  const { FileReader } = globalThis as unknown as { readonly FileReader: new () => Reader };
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsArrayBuffer(blob);
  });
}

/**
 * A Blob or File as a source: only the parts that are asked for are read.
 *
 * @example
 * blobSource(new Blob(["abc"])).byteLength; // 3
 */
export function blobSource(blob: BlobLike): RandomSource {
  return {
    byteLength: blob.size,
    async read(dst, byteOffset) {
      const part = new Uint8Array(await bytesOfBlob(blob.slice(byteOffset, byteOffset + dst.length)));
      if (part.length < dst.length) throw endedEarly("raw", byteOffset, dst.length, part.length);
      dst.set(part);
    },
  };
}

/**
 * Growing memory as a sink, for small results and tests.
 *
 * @example
 * const sink = new BytesSink();
 * sink.write(Uint8Array.of(7), 2);
 * sink.bytes(); // Uint8Array.of(0, 0, 7)
 */
export class BytesSink implements RandomSink {
  #bytes = new Uint8Array(1024);
  #length = 0;

  /**
   * Writes all of `src` at `byteOffset`, behind the end too.
   *
   * @example
   * const sink = new BytesSink();
   * sink.write(Uint8Array.of(1, 2), 1);
   * sink.bytes(); // Uint8Array.of(0, 1, 2)
   */
  write(src: Uint8Array, byteOffset: number): void {
    const end = byteOffset + src.length;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes.set(src, byteOffset);
    this.#length = Math.max(this.#length, end);
  }

  /**
   * What has been written so far; gaps are zero.
   *
   * @example
   * new BytesSink().bytes(); // new Uint8Array(0)
   */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }
}
