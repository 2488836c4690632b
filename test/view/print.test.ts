/** Printing beyond what NumPy has (print-numpy.test.ts): facts, consoles, types of others, memory that is gone. */
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { dtype } from "../../src/index.js";
import { backends } from "../lib/backends.js";

for (const { name, api } of backends) {
  const { view } = api;
  const lines = (v: { toString(): string }): string[] => v.toString().split("\n");

  test(`${name}: numbers in aligned columns`, () => {
    expect(api.backend.name).toBe(name);
    expect(lines(view(Int32Array.of(1, -20, 300, 4, 5, 6), { shape: [2, 3] }))).toEqual([
      "[[  1 -20 300]",
      " [  4   5   6]]",
      "dtype int32, shape [2, 3]",
    ]);
    expect(lines(view(Float64Array.of(1, 2.5, -3.25, 100)))[0]).toBe("[  1.     2.5   -3.25 100.  ]");
    expect(lines(view(Float32Array.of(0.1, 0.2)))[0]).toBe("[0.1 0.2]");
    expect(lines(view(Float64Array.of(1, 2, 3)))[0]).toBe("[1. 2. 3.]");
    expect(lines(view(Float64Array.of(1e10, 1)))[0]).toBe("[1.e+10 1.e+00]");
    expect(lines(view(Float64Array.of(1.5e-7, 2)))[0]).toBe("[1.5e-07 2.0e+00]");
    expect(lines(view(Float32Array.of(1479149.4, 1909203.9)))[0]).toBe("[1.4791494e+06 1.9092039e+06]");
    expect(lines(view(Float32Array.of(0.1, -0.40000001, 1, 10.25), { format: "Zf" }))[0]).toBe(
      "[0.1 -0.4j  1. +10.25j]",
    );
    expect(lines(view(Float64Array.of(1, Number.NaN, -Infinity)))[0]).toBe("[  1.  nan -inf]");
    expect(lines(view(BigInt64Array.of(-(2n ** 63n), 1n)))[0]).toBe("[-9223372036854775808                    1]");
    expect(lines(view(Uint8Array.of(1, 0), { format: "?" }))[0]).toBe("[ true false]");
    expect(lines(view(Float32Array.of(1, 2, 3, -4), { format: "Zf" }))[0]).toBe("[1.+2.j 3.-4.j]");
  });

  test(`${name}: blocks, empty views, views without axes`, () => {
    expect(
      lines(
        view(
          Uint8Array.from({ length: 8 }, (_, i) => i),
          { shape: [2, 2, 2] },
        ),
      ).slice(0, -1),
    ).toEqual(["[[[0 1]", "  [2 3]]", "", " [[4 5]", "  [6 7]]]"]);
    expect(lines(view(new Uint8Array(0)))).toEqual(["[]", "dtype uint8, shape [0]"]);
    expect(lines(view(Float64Array.of(2.5), { shape: [] }))).toEqual(["2.5", "dtype float64, shape []"]);
  });

  test(`${name}: long axes are summarised`, () => {
    const long = view(Int32Array.from({ length: 2000 }, (_, i) => i));
    expect(lines(long)[0]).toBe("[   0    1    2 ... 1997 1998 1999]");
    const square = view(
      Int32Array.from({ length: 10000 }, (_, i) => i),
      { shape: [100, 100] },
    );
    expect(lines(square).slice(0, -1)).toEqual([
      "[[   0    1    2 ...   97   98   99]",
      " [ 100  101  102 ...  197  198  199]",
      " [ 200  201  202 ...  297  298  299]",
      " ...",
      " [9700 9701 9702 ... 9797 9798 9799]",
      " [9800 9801 9802 ... 9897 9898 9899]",
      " [9900 9901 9902 ... 9997 9998 9999]]",
    ]);
    const wrapped = lines(view(Int32Array.from({ length: 40 }, (_, i) => i)));
    expect(wrapped[0]).toBe("[ 0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20 21 22 23");
    expect(wrapped[1]).toBe(" 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39]");
  });

  test(`${name}: records, text, bytes, what cannot be read`, () => {
    const records = view(new Uint8Array(24), { format: "T{<i:x:<d:y:}" });
    expect(lines(records)[0]).toBe("[(0, 0.) (0, 0.)]");
    expect(lines(view(new TextEncoder().encode("ab'\0"), { format: "4s" }))[0]).toBe('[b"ab\'"]');
    expect(lines(view(Uint16Array.of(0x41, 0x42), { format: "<2u" }))[0]).toBe("['AB']");
    expect(lines(view(new Uint8Array(4), { format: "[nobody:x]", itemsize: 2 }))[0]).toBe(
      "[b'\\x00\\x00' b'\\x00\\x00']",
    );
    expect(view(new Uint8Array(1), { readonly: true }).toString()).toMatch(/read-only$/);
    expect(view(Uint32Array.of(0x7fffffff), { format: "<w" }).toString()).toContain("no Unicode code point");
  });

  test(`${name}: dates as ISO text, spans as numbers`, () => {
    const days = BigInt64Array.of(10957n, -(2n ** 63n), 0n);
    expect(lines(view(days, { format: "[numpy:numpy.dtypes:DateTime64DType:4:1]" }))).toEqual([
      "['2000-01-01'        'NaT' '1970-01-01']",
      "dtype datetime64[D], shape [3]",
    ]);
    expect(lines(view(days, { format: "[numpy:numpy.dtypes:TimeDelta64DType:4:1]" }))[0]).toBe("[10957 'NaT'     0]");
    expect(lines(view(days, { format: "[numpy:numpy.dtypes:DateTime64DType:e:1]" }))[0]).toContain("10957");
  });

  test(`${name}: small floats with the digits that identify them, codes of several values, byte orders, suboffsets`, () => {
    const bytes = Uint8Array.of(0x3d, 0xcd, 0x3f, 0x80, 0x40, 0x49, 0xff, 0x80);
    expect(lines(view(bytes, { format: ">[ml_dtypes:bfloat16]" }))).toEqual([
      "[0.1  1.   3.14 -inf]",
      "dtype bfloat16 (big-endian), shape [4]",
    ]);
    expect(lines(view(Uint8Array.of(0x39, 0x7e, 0xff, 1), { format: "float8_e4m3fn" }))[0]).toBe(
      "[1.1e+00 4.5e+02     nan 2.0e-03]",
    );
    expect(lines(view(Uint8Array.of(1, 2, 7), { format: "float4_e2m1fn" }))[0]).toBe("[0.5 1.  6. ]");
    const block = lines(view(new Uint8Array(18), { format: "[gguf:q4_0]" }))[0];
    expect(block).toBe(`[[${Array(32).fill("-0.").join(", ")}]]`);
    expect(lines(view(Uint8Array.of(2, 97, 0, 9), { format: "4p" }))[0]).toBe("[b'a\\x00']");
    expect(lines(view(new Uint8Array(12), { format: "(2,3)B" }))).toEqual([
      "[[[0 0 0]",
      "  [0 0 0]]",
      "",
      " [[0 0 0]",
      "  [0 0 0]]]",
      "dtype (2,3)B, shape [2]",
    ]);
  });

  test(`${name}: consoles get the facts first, and columns that stay below each other`, () => {
    expect(inspect(view(Uint8Array.of(1, 2)))).toBe("StridedView(2) uint8: [1 2]");
    const square = view(Float64Array.of(1, 2.5, -3, 4), { format: "d", shape: [2, 2], readonly: true });
    expect(inspect({ square })).toBe(
      "{\n  square: StridedView(2, 2) float64, read-only:\n  [[ 1.   2.5]\n   [-3.   4. ]]\n}",
    );
    expect(inspect({ a: { b: { c: square } } }, { depth: 1 })).toBe("{ a: { b: [Object] } }");
    expect(inspect({ a: { b: square } }, { depth: 1 })).toBe("{ a: { b: [StridedView] } }");
    expect(`${Object.prototype.toString.call(square)}`).toBe("[object StridedView]");
  });

  test(`${name}: memory that is gone is said to be gone`, () => {
    const buffer = new ArrayBuffer(8);
    const gone = view(buffer, { format: "f" });
    structuredClone(buffer, { transfer: [buffer] });
    const resident = api.empty([2], "f", { resident: true });
    resident.dispose();
    for (const each of [gone, resident]) {
      expect(lines(each)).toEqual([
        expect.stringMatching(/^<.*(detached|disposed|given back).*>$/),
        "dtype float32, shape [2]",
      ]);
      expect(inspect(each)).toMatch(/^StridedView\(2\) float32: </);
      expect(() => JSON.stringify(each)).toThrow(/detached|disposed|given back/);
    }
  });
}

test("dtypes in consoles and JSON: what they are called, their fields, text that makes them again", () => {
  expect(inspect(dtype("f"))).toBe("DType float32, 4 bytes");
  expect(inspect(dtype(">d"))).toBe("DType float64 (big-endian), 8 bytes");
  const record = dtype("T{i:id:>d:x:(2)H:rgb:}");
  expect(inspect(record)).toBe(
    [
      "DType ^T{i:id:>d:x:(2)>H:rgb:}, 16 bytes",
      "     0  id: int32",
      "     4  x: float64 (big-endian)",
      "    12  rgb: (2)>H",
    ].join("\n"),
  );
  for (const each of [record, dtype("M8[ms]"), dtype("P"), dtype(">3w")])
    expect(dtype(JSON.parse(JSON.stringify(each)))).toBe(each);
});
