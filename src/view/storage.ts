/**
 * The memory under a view. Ordinary storage is one ArrayBuffer, SharedArrayBuffer or foreign Wasm memory; resident
 * storage lies in the backend's own memory, whose `buffer` object changes when that memory grows, so nobody keeps
 * `buffer` across a call that may allocate.
 */

import type { Allocation } from "../backend/backend.js";

export interface Storage {
  readonly buffer: ArrayBufferLike;
  /** Set for resident memory. */
  readonly allocation?: Allocation;
  /** Extension: further buffers that the pointers of a suboffset view may address. */
  readonly tables?: readonly ArrayBufferLike[];
}
