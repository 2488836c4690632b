/** Values of the golden vectors (VJSON) against the values that views give. */

import type { DType } from "../../src/dtype/dtype.js";

/** What a VJSON value is in JavaScript: big integers as bigint, floats and complex from their bits, bytes as Uint8Array. */
export function fromVjson(v: unknown): unknown {
  if (Array.isArray(v)) return v.map(fromVjson);
  if (typeof v !== "object" || v === null) return v;
  if ("i" in v) return BigInt(v.i as string);
  if ("f" in v) return floatOf(v.f as string);
  if ("c" in v) {
    const [re, im] = v.c as [string, string];
    return { re: floatOf(re), im: floatOf(im) };
  }
  if ("b" in v) return new Uint8Array(Buffer.from(v.b as string, "hex"));
  if ("t" in v) return new Tuple((v.t as unknown[]).map(fromVjson));
  throw new Error(`no VJSON: ${JSON.stringify(v)}`);
}

/** A record by its fields in order. */
export class Tuple {
  readonly items: unknown[];
  constructor(items: unknown[]) {
    this.items = items;
  }
}

function floatOf(hex: string): number {
  const data = new DataView(new ArrayBuffer(8));
  data.setBigUint64(0, BigInt(`0x${hex}`));
  return data.getFloat64(0);
}

/**
 * Whether a value of ours is the expected one: NaN equals NaN, -0 is not 0. Records are compared field by field in the
 * order of `dtype`, because JavaScript moves names such as "0" to the front of an object.
 */
export function sameValue(actual: unknown, expected: unknown, dtype?: DType): boolean {
  if (expected instanceof Tuple) {
    if (typeof actual !== "object" || actual === null) return false;
    const names = dtype?.fields?.map((f) => f.name) ?? Object.keys(actual);
    return (
      names.length === expected.items.length &&
      names.every((name, i) => {
        const value = Object.getOwnPropertyDescriptor(actual, name)?.value;
        return sameValue(value, expected.items[i], dtype?.fields?.[i]?.dtype);
      })
    );
  }
  if (Array.isArray(expected))
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      actual.every((v, i) => sameValue(v, expected[i], dtype?.kind === "array" ? dtype.base : dtype))
    );
  if (expected instanceof Uint8Array)
    return actual instanceof Uint8Array && Buffer.from(actual).equals(Buffer.from(expected));
  if (typeof expected === "object" && expected !== null) {
    const { re, im } = expected as { re: number; im: number };
    const pair = actual as { re: number; im: number };
    return Object.is(pair.re, re) && Object.is(pair.im, im);
  }
  if (typeof actual === "bigint" && typeof expected === "number") return actual === BigInt(expected);
  return Object.is(actual, expected);
}

/** Whether NaN is among the numbers of a value. */
export function hasNaN(value: unknown): boolean {
  if (value instanceof Tuple) return hasNaN(value.items);
  if (Array.isArray(value)) return value.some(hasNaN);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return Number.isNaN(value);
  return Object.values(value).some(hasNaN);
}
