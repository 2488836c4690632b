/** Records of thousands of fields, and of fields without bytes. */
import { describe, expect, test } from "vitest";
import { convert, dtype, dtypes, structDType, view } from "../../src/js.js";

const wide = (n: number, letter: string) => `T{${Array.from({ length: n }, (_, i) => `${letter}:n${i}:`).join("")}}`;

const N = 40_000;

test.each<[string, () => void]>([
  ["reading", () => void dtype(`${wide(N, "<i")} `, { itemsize: 4 * N })],
  [
    "every field by name",
    () => {
      const v = view(new ArrayBuffer(4 * N), { format: wide(N, "<i") });
      for (const field of v.dtype.fields!) v.field(field.name);
    },
  ],
  ["converting", () => void convert(view(new ArrayBuffer(4 * N), { format: wide(N, "<i") }), wide(N, ">d"))],
])("%s takes time in proportion to the fields", (_, run) => {
  const start = performance.now();
  run();
  // Generous for slow machines: searching all fields for each takes minutes here.
  expect(performance.now() - start).toBeLessThan(20_000);
});

test("a Pascal string of no bytes at the end of memory reads empty and keeps it so", () => {
  const v = view(new ArrayBuffer(2), { format: "T{<H:id:0p:name:}" });
  expect(v.get(0)).toEqual({ id: 0, name: new Uint8Array() });
  v.set(0, { id: 7, name: Uint8Array.of(1, 2) });
  expect(v.get(0)).toEqual({ id: 7, name: new Uint8Array() });
  expect(v.toArray()).toEqual([{ id: 7, name: new Uint8Array() }]);
  expect(v.equals(v)).toBe(true);
});

describe("records from fields alone", () => {
  const fields = [
    { name: "id", dtype: dtype("<h") },
    { name: "x", dtype: dtype("<d") },
    { name: "flag", dtype: dtype("?") },
  ];
  test("packed, aligned as C does, and with room", () => {
    expect(structDType(fields)).toBe(dtype("=T{h:id:d:x:?:flag:}"));
    expect(structDType(fields, { align: true })).toBe(dtype("T{h:id:d:x:?:flag:}"));
    expect(structDType(fields, { align: true, itemsize: 40 }).itemsize).toBe(40);
    expect(structDType(fields, { alignment: 4 }).itemsize).toBe(12);
  });
  test("a field with an offset is put there, and the next one behind it", () => {
    const { fields: placed, itemsize } = structDType([
      { name: "b", dtype: dtypes.uint8, offset: 8 },
      { name: "c", dtype: dtypes.uint16 },
      { name: "a", dtype: dtypes.float64, offset: 0 },
    ]);
    expect(placed!.map(({ offset }) => offset)).toEqual([8, 9, 0]);
    expect(itemsize).toBe(11);
  });
  test.each<[string, () => unknown, RegExp]>([
    ["an unknown option", () => structDType(fields, { aligned: true } as never), /did you mean "align"/],
    ["a name twice", () => structDType([fields[0]!, fields[0]!]), /duplicate field name "id"/],
    ["no dtype", () => structDType([{ name: "a", dtype: "f" as never }]), /"fields\[0\].dtype" expected a DType/],
    [
      "a negative offset",
      () => structDType([{ ...fields[0]!, offset: -1 }]),
      /"fields\[0\].offset" expected integer >= 0/,
    ],
    ["too small a size", () => structDType(fields, { itemsize: 10 }), /less than the 11 bytes/],
  ])("%s is refused", (_, run, message) => expect(run).toThrow(message));
});
