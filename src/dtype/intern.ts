/**
 * The table that makes equal dtypes one object. Scalars stay for ever. The composites and customs made last are held
 * firmly, in two generations bounded by their number of fields; older ones weakly, so that they are found as long as
 * somebody uses them and hostile input cannot fill the table.
 */

import type { DType } from "./dtype.js";
import { type DTypeFacts, newDType } from "./value.js";

/** Dtypes and fields per generation. */
const GENERATION = 4096;
/** Keys watched, without a FinalizationRegistry, before the first look for those whose dtype is gone. */
const FIRST_LOOK = 4096;

const forever = new Map<string, DType>();
let young = new Map<string, DType>();
let old = new Map<string, DType>();
let weight = 0;
const weak = new Map<string, Weak>();
const forgetLater = /* @__PURE__ */ onCollected<string>((key) => {
  if (weak.get(key)?.deref() === undefined) weak.delete(key);
});

/** The dtype of a key; `make` states its facts when there is none alive. Keys of different constructors never meet. */
export function intern(key: string, keep: boolean, make: () => DTypeFacts): DType {
  const known = interned(key, keep);
  if (known !== undefined) return known;
  const dtype = newDType(make());
  if (keep) forever.set(key, dtype);
  else {
    weight += 1 + (dtype.fields?.length ?? 0);
    if (weight > GENERATION) age();
    young.set(key, dtype);
  }
  return dtype;
}

/** The living dtype of a key. */
export function interned(key: string, keep: boolean): DType | undefined {
  if (keep) return forever.get(key);
  return young.get(key) ?? old.get(key) ?? (weak.size > 0 ? weak.get(key)?.deref() : undefined);
}

function age(): void {
  for (const [key, dtype] of old) {
    weak.set(key, weakly(dtype));
    forgetLater(dtype, key);
  }
  old = young;
  young = new Map();
  weight = 0;
}

/** Length-prefixed text, so that names cannot imitate the syntax of a key. */
export const keyText = (value: string): string => `${value.length}:${value}`;

/** A weak reference, or where the runtime has none (old Workers, Hermes) a firm one: equal dtypes stay one object. */
export interface Weak {
  deref(): DType | undefined;
}

/** Finds a dtype for as long as somebody else uses it. */
export const weakly = (dtype: DType): Weak =>
  typeof WeakRef === "function" ? new WeakRef(dtype) : { deref: () => dtype };

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
