/**
 * What must not be collected as long as a buffer that was handed out, or a typed array over it, can be reached. The buffer of a Wasm
 * memory goes when the memory grows, and what was made over it is dead then.
 */

import type { Storage } from "./storage.js";

const kept = /* @__PURE__ */ new WeakMap<ArrayBufferLike, Set<Storage>>();

/** Keeps `storage`, and so what it holds, as long as `buffer` can be reached. */
export function keepWith(buffer: ArrayBufferLike, storage: Storage): void {
  const storages = kept.get(buffer);
  if (storages === undefined) kept.set(buffer, new Set([storage]));
  else storages.add(storage);
}

/** The contrary of {@link keepWith}. */
export function letGo(buffer: ArrayBufferLike, storage: Storage): void {
  kept.get(buffer)?.delete(storage);
}
