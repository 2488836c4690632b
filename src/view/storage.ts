/**
 * The memory under a view. Ordinary storage is one ArrayBuffer, SharedArrayBuffer or foreign Wasm memory; resident
 * storage lies in the backend's own memory, whose `buffer` object changes when that memory grows, so nobody keeps
 * `buffer` across a call that may allocate.
 */

import type { Allocation } from "../backend/backend.js";
import { stridebufError } from "../errors.js";
import type { Abi } from "../format/abi.js";

export interface Storage {
  readonly buffer: ArrayBufferLike;
  /** Set where `buffer` becomes another object when the memory grows. */
  readonly moves?: true;
  /** What keeps memory of someone else alive. */
  readonly owner?: unknown;
  /** Set for resident memory. */
  readonly allocation?: Allocation;
  /** Set for memory that can be taken back while views of it live: `buffer` throws from then on, and nobody keeps a DataView. */
  readonly isRevocable?: true;
  /**
   * As long as the buffer of this moment can be reached, the memory is given back only when it is asked for, and not when no view of it
   * is left: somebody has been given that buffer, or an array over it.
   */
  keep?(): void;
  /** Whose C types the letters of `cast` are; those of lp64 when not given. `view()` sets it. */
  abi?: Abi;
  /** Bytes of a pointer in a suboffset view over this memory; 8 when not given. */
  readonly pointerSize?: 4 | 8;
  /**
   * Extension: the buffers that the pointers of a suboffset view may address. The upper 16 bits of a pointer number the
   * memory in this list (0 is the one with the first table), the lower 48 are bytes in it.
   */
  readonly tables?: readonly Storage[];
  /**
   * Cache of {@link currentData}; nobody else writes it. It goes stale when the memory is detached or, being resident,
   * grows: then its accesses throw, and {@link freshDataOf} gives the current one or says why there is none.
   */
  data?: DataView | undefined;
}

/** New zeroed memory. @throws EngineError (`memory`) when there is not enough of it */
export function newBuffer(nbytes: number): ArrayBuffer {
  try {
    return new ArrayBuffer(nbytes);
  } catch (cause) {
    throw stridebufError("EngineError", `no memory for ${nbytes} bytes`, { phase: "memory" }, cause);
  }
}

/** A DataView over the memory, possibly a stale one. */
export const dataOf = (storage: Storage): DataView => storage.data ?? freshDataOf(storage);

/** A DataView over the memory as it is now. */
export function currentData(storage: Storage): DataView {
  const data = storage.data;
  return data !== undefined && data.buffer === storage.buffer ? data : freshDataOf(storage);
}

/** @throws BoundsError when the memory has been detached */
export function freshDataOf(storage: Storage): DataView {
  const buffer = storage.buffer;
  try {
    storage.data = new DataView(buffer);
    return storage.data;
  } catch (cause) {
    throw stridebufError("BoundsError", "the memory of this view has been detached", {}, cause);
  }
}

/**
 * The current memory, of which at least the bytes before `end` still exist.
 *
 * @throws BoundsError when the memory was detached or has shrunk since the view was made
 */
export function liveBuffer(storage: Storage, end: number): ArrayBufferLike {
  const buffer = storage.buffer;
  proveLive(buffer, end);
  return buffer;
}

/** @throws BoundsError when `buffer` was detached or has shrunk, so that it ends before `end` */
export function proveLive(buffer: ArrayBufferLike, end: number): void {
  const { byteLength } = buffer;
  if (end <= byteLength) return;
  throw stridebufError(
    "BoundsError",
    `the memory of this view ends at byte ${byteLength}, but the view reaches byte ${end}: it was detached or has shrunk`,
    { byteOffset: byteLength },
  );
}
