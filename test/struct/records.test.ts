/** Columns of records with names: what the views of the fields say, read by the loops of `struct`. */
import { describe, expect, expectTypeOf, test } from "vitest";
import { isStridebufError } from "../../src/errors.js";
import { view } from "../../src/js.js";
import {
  type Columns,
  type NamedColumns,
  pack,
  Struct,
  type TextColumns,
  unpackColumns,
} from "../../src/struct/index.js";
import type { Value } from "../../src/view/values.js";
import type { StridedView } from "../../src/view/view.js";
import { format as randomFormat } from "../fuzz/lib/formats.js";
import { Input } from "../fuzz/lib/input.js";
import { random } from "../lib/kernels.js";

const names = Uint8Array.of(1, 65, 66, 0, 0, 0, 0, 63, 2, 67, 195, 169, 0, 0, 128, 191);

test("columns by name, and what is known of them", () => {
  const columns = unpackColumns("T{B:id:3s:tag:<f:x:}", names);
  expectTypeOf(columns).toEqualTypeOf<{ id: Uint8Array; tag: Uint8Array; x: Float32Array }>();
  expect(columns).toEqual({
    id: Uint8Array.of(1, 2),
    tag: names.filter((_, i) => i % 8 > 0 && i % 8 < 4),
    x: Float32Array.of(0.5, -1),
  });
  const texts = unpackColumns("B:id: 3s:tag: <f:x:", names, { text: "utf-8" });
  expectTypeOf(texts.tag).toEqualTypeOf<string[]>();
  expect(texts.tag).toEqual(["AB", "Cé"]);
  expect(unpackColumns("T{B:id:3s:tag:<f:x:}", names, { text: "latin1" }).tag).toEqual(["AB", "CÃ©"]);
  expectTypeOf(unpackColumns("T{<e:h:T{<q:t:}:in:(2)?:ok:>2w:name:}", new Uint8Array(0))).toEqualTypeOf<{
    h: Float32Array;
    in: { t: BigInt64Array };
    ok: Uint8Array;
    name: string[];
  }>();
  expectTypeOf(unpackColumns("<Bh", new Uint8Array(3))).toEqualTypeOf<Columns>();
  expectTypeOf(unpackColumns("<B2s", new Uint8Array(3), { text: "latin1" })).toEqualTypeOf<TextColumns>();
  const text: string = "T{B:a:}";
  expectTypeOf(unpackColumns(text, new Uint8Array(1))).toEqualTypeOf<Columns | NamedColumns>();
  expect(unpackColumns(text, new Uint8Array(1))).toEqual({ a: new Uint8Array(1) });
});

test("byte strings of plain formats are text where an encoding is given", () => {
  const record = pack("<h4s3pc", -1, Uint8Array.of(65, 0, 66, 0), Uint8Array.of(67), Uint8Array.of(68));
  const want = [Int16Array.of(-1), ["A\0B"], ["C"], ["D"]];
  expect(unpackColumns("<h4s3pc", record, { text: "utf-8" })).toEqual(want);
  expect(new Struct("<h4s3pc").unpackColumns(record, { text: "utf-8" })).toEqual(want);
});

test("sub-arrays and byte strings of many units", () => {
  const bytes = Uint8Array.from({ length: 2 * 412 }, random(9));
  for (const order of ["<", ">"]) {
    const format = `T{B:id:${order}(40)h:a:${order}(5,8)i:b:${order}(20)Zf:c:11x}`;
    const records = view(bytes, { format }) as StridedView;
    expect(records.size).toBe(2);
    compare(unpackColumns(format, bytes) as NamedColumns, records);
  }
  expect(unpackColumns("T{4000000000s:a:}", new Uint8Array(0))).toEqual({ a: new Uint8Array(0) });
});

describe("refusals", () => {
  test.each([
    ["T{[ml_dtypes:bfloat16]:a:}", "columns of types in brackets, which view(bytes, { format }).columns() gives"],
    ["T{(2)T{b:a:}:r:}", "columns of arrays of records"],
    ["T{O:a:}", "columns of O"],
    ["T{<g:a:}", "columns of g"],
  ])("%s", (format, message) => {
    const refused = () => unpackColumns(format, new Uint8Array(16));
    expect(refused).toThrow(message);
    expect(refused).toThrow(expect.objectContaining({ name: "UnsupportedFormatError" }));
  });

  test("parts of records, names twice, unknown options, text that is none", () => {
    const three = new Uint8Array(3);
    expect(() => unpackColumns("T{<h:a:}", three)).toThrow("got a buffer of 3 bytes: 1 are left over");
    expect(() => unpackColumns("T{}", three)).toThrow("records of 0 bytes");
    expect(() => unpackColumns("T{b:a:b:a:}", three.subarray(1))).toThrow('"a" is taken');
    expect(() => unpackColumns("T{b:a:}", three, { encoding: "utf-8" } as object)).toThrow('no option "encoding"');
    expect(() => unpackColumns("T{b:a:}", three, { text: "utf8" as "utf-8" })).toThrow(
      '"text" expected "utf-8" or "latin1"',
    );
    expect(() => unpackColumns("T{3s:a:}", Uint8Array.of(65, 255, 0), { text: "utf-8" })).toThrow(
      'no UTF-8 text: 41 ff; read it as "latin1"',
    );
    expect(() => unpackColumns("T{<w:a:}", Uint8Array.of(0, 0, 0, 1))).toThrow("0x1000000 is no Unicode code point");
  });
});

/** The values of a column as those of the field's view, one after the other. */
function flat(value: Value | unknown[], out: unknown[]): unknown[] {
  if (value instanceof Uint8Array) out.push(...value);
  else if (Array.isArray(value)) for (const item of value) flat(item as Value, out);
  else if (typeof value === "object" && value !== null && "re" in value) out.push(value.re, value.im);
  else out.push(typeof value === "boolean" ? Number(value) : value);
  return out;
}

function compare(columns: NamedColumns, fields: StridedView): void {
  const inner = fields.columns();
  expect(Object.keys(columns)).toEqual(Object.keys(inner));
  for (const [name, field] of Object.entries(inner)) {
    const column = Object.getOwnPropertyDescriptor(columns, name)!.value as NamedColumns[string];
    if (field.dtype.kind === "struct") compare(column as NamedColumns, field);
    // Pascal strings come with their length byte, and their rest.
    else if (!/p$/.test(field.dtype.format)) {
      const isText = field.dtype.kind === "text";
      expect([...(column as Iterable<unknown>)], field.dtype.format).toEqual(
        flat(field.toArray({ trim: isText }) as Value, []),
      );
    }
  }
}

test("random formats have the columns that the views of their fields have", () => {
  const next = random(5);
  let compared = 0;
  for (let seed = 0; seed < 3000; seed++) {
    const format = randomFormat(new Input(Uint8Array.from({ length: 120 }, next)));
    let records: StridedView;
    try {
      const { itemsize, dtype } = view(new ArrayBuffer(0), { format, shape: [0] });
      if (dtype.kind !== "struct" || itemsize === 0 || itemsize > 5000 || !/[{:]/.test(format)) continue;
      records = view(
        Uint8Array.from({ length: itemsize * 3 }, () => next() % 60),
        { format },
      );
    } catch {
      continue;
    }
    let columns: NamedColumns;
    try {
      columns = unpackColumns(format, new Uint8Array(records.buffer)) as NamedColumns;
    } catch (error) {
      expect(isStridebufError(error, "UnsupportedFormatError", "ConversionError"), `${format}: ${error}`).toBe(true);
      continue;
    }
    compare(columns, records);
    compared++;
  }
  expect(compared).toBeGreaterThan(200);
});
