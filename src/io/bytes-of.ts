/** What may be given where bytes are asked for. */

import type { BlobLike } from "../platform.js";
import { bytesThere } from "../view/checks.js";
import { blobSource, bytesSource, type RandomSource } from "./random-access.js";

/** Bytes in memory: an ArrayBuffer, any view of one, or what describes such a view. */
export type BytesLike =
  | ArrayBufferLike
  | { readonly buffer: ArrayBufferLike; readonly byteOffset: number; readonly byteLength: number };

/** A `Response` of `fetch`, as far as it is read here. */
export interface ResponseLike {
  /** Whether the status says that it went well. */
  readonly ok: boolean;
  /** The HTTP status. */
  readonly status: number;
  /** The whole body. */
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** What a file can be read from. */
export type SourceLike = RandomSource | BytesLike | BlobLike | ResponseLike;

const isBuffer = (value: object): value is ArrayBufferLike =>
  /^\[object (Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(value));

/** A Blob of any kind: jsdom's say what they are and have no `arrayBuffer`. */
const isBlob = (value: object): value is BlobLike =>
  ("size" in value && "arrayBuffer" in value) || /^\[object (Blob|File)\]$/.test(Object.prototype.toString.call(value));

/** Memory that is gone is no empty file. */
function there(read: () => Uint8Array): Uint8Array {
  try {
    return read();
  } catch (cause) {
    throw new TypeError(`"bytes" expected bytes that are there: ${(cause as Error).message}`, { cause });
  }
}

/**
 * The bytes, not copied.
 *
 * @throws TypeError for what holds no bytes, and for memory that has been detached
 */
export function bytesOf(source: BytesLike): Uint8Array {
  if (typeof source === "object" && source !== null) {
    if (isBuffer(source)) return there(() => bytesThere(source));
    if (ArrayBuffer.isView(source)) {
      if (source instanceof Uint8Array && source.length > 0) return source;
      return there(() => bytesThere(source));
    }
    const { buffer, byteOffset, byteLength } = source;
    if (typeof buffer === "object" && buffer !== null && isBuffer(buffer))
      return there(() => new Uint8Array(buffer, byteOffset, byteLength));
  }
  throw new TypeError(`"bytes" expected bytes (a Uint8Array, an ArrayBuffer, a view of one), got ${typeof source}`);
}

/**
 * Anything that bytes can be read from, as a source. A `Response` is read whole.
 *
 * @throws TypeError for anything else, and for a response that is none of success
 */
export async function sourceOf(from: SourceLike): Promise<RandomSource> {
  if (typeof from === "object" && from !== null) {
    if ("read" in from && typeof from.read === "function") return from as RandomSource;
    if (isBlob(from)) return blobSource(from);
    if ("arrayBuffer" in from && typeof from.arrayBuffer === "function") {
      const response = from as ResponseLike;
      if (!response.ok) throw new TypeError(`"source" expected a response with bytes, got status ${response.status}`);
      return bytesSource(new Uint8Array(await response.arrayBuffer()));
    }
  }
  return bytesSource(bytesOf(from as BytesLike));
}
