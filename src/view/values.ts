/** The JavaScript values of items. */

/** A complex number. */
export interface Complex {
  /** The real part. */
  re: number;
  /** The imaginary part. */
  im: number;
}

/** A record: a plain object by field name. */
export interface RecordValue {
  [field: string]: Value;
}

/**
 * What `get` gives: bool → boolean; integers up to 32 bits and floats → number; 64-bit integers, datetimes, timedeltas
 * and pointers → bigint; complex → `{re, im}`; `s p x` → Uint8Array (NULs kept); text → string (NULs kept); records →
 * objects; sub-arrays → nested arrays; packed integers and blocks → arrays of their values; user dtypes → whatever their codec gives.
 */
export type Value = boolean | number | bigint | string | Uint8Array | Complex | RecordValue | Value[];

/** `toArray()` of a view: one level of arrays per axis, the bare value for a view without axes. */
export type NestedArray<T = Value> = T | NestedArray<T>[];
