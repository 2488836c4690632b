/** Values of the golden vectors (VJSON) against the values that views give. */

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

/** Whether a value of ours is the expected one: NaN equals NaN, -0 is not 0, records are compared field by field. */
export function sameValue(actual: unknown, expected: unknown): boolean {
  if (expected instanceof Tuple) {
    const values = Array.isArray(actual) ? actual : Object.values(actual as object);
    return values.length === expected.items.length && values.every((v, i) => sameValue(v, expected.items[i]));
  }
  if (Array.isArray(expected))
    return (
      Array.isArray(actual) && actual.length === expected.length && actual.every((v, i) => sameValue(v, expected[i]))
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
