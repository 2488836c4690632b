/** JSON of views, read back by the rules of docs/printing.md. */
import { expect, test } from "vitest";
import { NaT, parseDatetime } from "../../src/datetime/index.js";
import { type DType, dtype } from "../../src/index.js";
import { backends } from "../lib/backends.js";

/** The value of an item from its JSON, as the page says. */
function valueFrom(json: unknown, type: DType): unknown {
  if (Array.isArray(json) && type.kind === "array") {
    const nested = (part: unknown, axes: number): unknown =>
      axes === 0 ? valueFrom(part, type.base!) : (part as unknown[]).map((each) => nested(each, axes - 1));
    return nested(json, type.shape!.length);
  }
  if (type.fields !== undefined)
    return Object.fromEntries(
      type.fields.map(({ name, dtype }) => [name, valueFrom((json as Record<string, unknown>)[name], dtype)]),
    );
  if (type.kind === "datetime") return parseDatetime(json as string, type.unit as ["s", number]).value;
  if (type.kind === "timedelta") return json === "NaT" ? NaT : BigInt(json as string);
  if (type.kind === "complex") return { re: Number((json as string[])[0]), im: Number((json as string[])[1]) };
  if (type.kind === "float") return Number(json);
  if (/int64/.test(type.element ?? "")) return BigInt(json as string);
  if (type.kind === "bytes" || type.kind === "void") return Uint8Array.from(json as string, (c) => c.charCodeAt(0));
  return json;
}

const date = "[numpy:numpy.dtypes:DateTime64DType:8:1]";
const all = Uint8Array.from({ length: 256 }, (_, i) => i);
const floats = Float64Array.of(0.1, Number.NaN, Infinity, -Infinity, 5e-324, 2 ** 70, -1 / 3, 1);

for (const { name, api } of backends) {
  test.each<[format: string, bytes: ArrayBufferView]>([
    ["d", floats],
    [">f", all.subarray(0, 128)],
    ["e", new Uint16Array(all.buffer.slice(0))],
    ["[ml_dtypes:bfloat16]", Uint16Array.from({ length: 512 }, (_, i) => i * 128 + 1)],
    ["Zd", floats],
    ["q", BigInt64Array.of(0n, 2n ** 53n - 1n, 2n ** 53n, -(2n ** 63n), 2n ** 63n - 1n)],
    ["Q", BigInt64Array.of(-1n, 5n)],
    ["?", Uint8Array.of(0, 1)],
    [date, BigInt64Array.of(0n, NaT, -1n, 1_700_000_000_123n, NaT + 1n)],
    ["[numpy:numpy.dtypes:TimeDelta64DType:8:1]", BigInt64Array.of(0n, NaT, -1n, 2n ** 62n)],
    ["4s", all],
    ["[numpy:numpy.dtypes:VoidDType:4]", Uint8Array.of(0, 1, 0, 0)],
    ["<3w", Uint32Array.of(0x1f600, 0x22, 0, 0x41, 0, 0x42)],
    [`T{^d:x:(2,2)Zf:z:${date}:__proto__:2s:s:T{B:n:}:t:}`, new Uint8Array(51 * 2).fill(63)],
  ])(`${name}: items of %s come back`, (format, bytes) => {
    const type = dtype(format);
    const items = api.view(bytes, { format: type });
    const json = JSON.parse(JSON.stringify(items)) as unknown[];
    expect(json).toHaveLength(items.size);
    const back = api.empty([items.size], type);
    for (const [i, value] of json.entries()) back.set(i, valueFrom(value, type) as never);
    const same = api.view(items.toBytes(), { format: type });
    // A NaN has no bits in JSON.
    expect(back.toArray()).toEqual(same.toArray());
    if (!/^(>?f|e|\[ml)/.test(format)) expect(back.toBytes()).toEqual(items.toBytes());
  });

  test(`${name}: shapes, what is nicest to read, what cannot be read`, () => {
    const { view } = api;
    expect(JSON.stringify(view(Float32Array.of(0.1, 16777216, -0, 3), { shape: [2, 2] }))).toBe(
      "[[0.1,16777216],[0,3]]",
    );
    expect(
      JSON.stringify({ a: view(Int8Array.of(7), { shape: [] }), b: view(new Int8Array(0), { shape: [2, 0] }) }),
    ).toBe('{"a":7,"b":[[],[]]}');
    expect(JSON.stringify(view(BigInt64Array.of(1n, 2n ** 60n, NaT)))).toBe(
      '[1,"1152921504606846976","-9223372036854775808"]',
    );
    expect(JSON.stringify(view(BigInt64Array.of(7n), { format: "[numpy:numpy.dtypes:DateTime64DType:e:1]" }))).toBe(
      "[7]",
    );
    expect(JSON.stringify(view(Uint8Array.of(2, 97, 0, 9), { format: "4p" }))).toBe('["a\\u0000"]');
    expect(() => JSON.stringify(view(new Uint8Array(8), { format: "O" }))).toThrow(/object references/);
  });
}
