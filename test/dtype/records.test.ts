/** Records of thousands of fields, and of fields without bytes. */
import { describe, expect, test } from "vitest";
import { convert, dtype, dtypes, structDType, view } from "../../src/js.js";

const wide = (n: number, letter: string) => `T{${Array.from({ length: n }, (_, i) => `${letter}:n${i}:`).join("")}}`;

/** Milliseconds of the quickest of three runs. */
function time(run: () => void): number {
  const times = Array.from({ length: 3 }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return Math.min(...times);
}

test.each<[string, (n: number) => () => void]>([
  [
    "reading",
    (n) => {
      let text = wide(n, "<i");
      return () => {
        // Another text each time, since texts are remembered.
        text += " ";
        dtype(text, { itemsize: 4 * n });
      };
    },
  ],
  [
    "every field by name",
    (n) => {
      const v = view(new ArrayBuffer(4 * n), { format: wide(n, "<i") });
      return () => v.dtype.fields!.forEach((field) => void v.field(field.name));
    },
  ],
  [
    "converting",
    (n) => {
      const v = view(new ArrayBuffer(4 * n), { format: wide(n, "<i") });
      return () => void convert(v, wide(n, ">d"));
    },
  ],
])("%s takes time in proportion to the fields", (_, prepare) => {
  prepare(1000)();
  const [few, many] = [time(prepare(2500)), time(prepare(20_000))];
  // Eight times the fields; a search through all of them for each would take 64 times as long.
  expect(many).toBeLessThan(30 * few + 5);
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
