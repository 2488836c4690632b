/** A store that hands zarrita metadata which it can read, and remembers what the arrays hold. */

import { argumentError } from "../../view/checks.js";
import { type Carried, rewritten } from "./metadata.js";

/** What zarrita reads from (`Readable` of @zarrita/storage). */
export interface ZarrStore {
  /** The bytes under a key, or undefined. */
  get(key: never, options?: never): Promise<Uint8Array | undefined> | Uint8Array | undefined;
}

/** Where wrappers of the store find what is carried, by path of the array. */
const CARRIED = Symbol("stridebuf.zarrita");

const versions: readonly (readonly [suffix: string, version: 2 | 3])[] = [
  ["/zarr.json", 3],
  ["/.zarray", 2],
];

/**
 * The same store, from which zarrita opens arrays of every dtype that this package knows: float16 (on any runtime), bfloat16,
 * float8 and narrower, int2 and int4, complex, datetime64 and timedelta64, structs, fixed-length text, raw bits; in Zarr v2
 * and v3, either byte order, sharded or not. zarrita itself sees their raw bits (`zarr.get` gives unsigned integers or byte
 * strings); {@link getView} gives what they are. 64-bit fill values stay exact. Arrays of zarrita's own types stay as they are.
 * Put it around stores that answer from consolidated metadata; caches may be on either side.
 *
 * @throws nothing itself; `zarr.open` then throws UnknownDTypeError for a type that is not known
 *
 * @example
 * const volume = await zarr.open(withDTypes(store), { kind: "array" });
 * const part = await getView(volume, [zarr.slice(0, 10)], { as: "float64" });
 * part.shape; // [10, 20, 4]
 */
export function withDTypes<Store extends ZarrStore>(store: Store): Store {
  if (typeof store?.get !== "function") throw argumentError("store", "a store of zarrita", store, true);
  const carried = new Map<string, Carried>();
  const get = async (key: string, options?: unknown): Promise<Uint8Array | undefined> => {
    const bytes = await store.get(key as never, options as never);
    const [suffix, version] = versions.find(([end]) => key.endsWith(end)) ?? [];
    if (bytes === undefined || version === undefined) return bytes;
    const answer = rewritten(bytes, version);
    const path = key.slice(0, -suffix!.length) || "/";
    if (answer.carried === undefined) carried.delete(path);
    else carried.set(path, answer.carried);
    return answer.bytes;
  };
  return new Proxy(store, {
    get(target, name) {
      if (name === "get") return get;
      if (name === CARRIED) return carried;
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** What an array of such a store, or of a wrapper around it, carries. */
export function carriedBy(store: object, path: string): Carried | undefined {
  return (store as { readonly [CARRIED]?: ReadonlyMap<string, Carried> })[CARRIED]?.get(path);
}
