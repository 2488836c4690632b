/**
 * Weak references, also where the runtime lacks them: old Workers and Hermes have no FinalizationRegistry, and some have
 * no WeakRef, under which everything made stays alive so that equal dtypes stay one object.
 */

import type { DType } from "./dtype.js";

export interface Weak {
  deref(): DType | undefined;
}

/** Finds a dtype for as long as somebody else uses it. */
export const weakly = (dtype: DType): Weak =>
  typeof WeakRef === "function" ? new WeakRef(dtype) : { deref: () => dtype };

/** Keys watched, without a FinalizationRegistry, before the first look for those whose dtype is gone. */
const FIRST_LOOK = 4096;

/** `forget(key)` some time after the dtype registered with that key was collected. */
export function onCollected<Key>(forget: (key: Key) => void): (dtype: DType, key: Key) => void {
  if (typeof WeakRef !== "function") return () => {};
  if (typeof FinalizationRegistry === "function") {
    const registry = new FinalizationRegistry<Key>(forget);
    return (dtype, key) => registry.register(dtype, key);
  }
  let watched: { readonly ref: Weak; readonly key: Key }[] = [];
  let limit = FIRST_LOOK;
  return (dtype, key) => {
    watched.push({ ref: weakly(dtype), key });
    if (watched.length < limit) return;
    const gone = watched.filter(({ ref }) => ref.deref() === undefined);
    watched = watched.filter(({ ref }) => ref.deref() !== undefined);
    limit = Math.max(FIRST_LOOK, 2 * watched.length);
    for (const { key } of gone) forget(key);
  };
}
