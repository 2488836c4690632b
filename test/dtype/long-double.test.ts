/** C long doubles: one rounding to every narrower type, exact integers, exact widening; against BigInt arithmetic. */
import { describe, expect, test } from "vitest";
import { scalarDType } from "../../src/dtype/make.js";
import { backends } from "../lib/backends.js";
import { random } from "../lib/kernels.js";

/** significand × 2^exponent as x87 extended in 16 bytes; the significand has at most 64 bits. */
function extended(negative: boolean, significand: bigint, exponent: number): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  const length = significand.toString(2).length;
  view.setBigUint64(0, significand << BigInt(64 - length), true);
  view.setUint16(8, (negative ? 0x8000 : 0) | (exponent + length - 1 + 16383), true);
  return bytes;
}

/** significand × 2^exponent to `precision` bits, ties to even; within the range of the type. */
function rounded(significand: bigint, exponent: number, precision: number): number {
  const drop = BigInt(Math.max(0, significand.toString(2).length - precision));
  const low = significand & ((1n << drop) - 1n);
  let kept = significand >> drop;
  const half = drop === 0n ? 1n : 1n << (drop - 1n);
  if (low > half || (drop > 0n && low === half && (kept & 1n) === 1n)) kept += 1n;
  return Number(kept) * 2 ** (exponent + Number(drop));
}

const join = (items: Uint8Array[]): Uint8Array => Uint8Array.from(items.flatMap((item) => [...item]));

describe.each(backends)("$name", ({ api: { convert, view } }) => {
  test("rounds once to binary64, binary32, binary16 and bfloat16, near every midpoint", () => {
    const next = random(3);
    const cases: [boolean, bigint, number][] = [];
    for (let i = 0; i < 600; i++) {
      const precision = [53, 24, 11, 8][i % 4]!;
      const kept = (1n << BigInt(precision - 1)) | (BigInt(next()) & ((1n << BigInt(precision - 1)) - 1n));
      const gap = BigInt(64 - precision);
      const middle = (kept << gap) | (1n << (gap - 1n));
      cases.push([next() % 2 === 0, middle + BigInt((i % 3) - 1), -63 + (next() % 9) - 4]);
    }
    const source = view(join(cases.map((c) => extended(...c))), { format: scalarDType("float80x16") });
    for (const [format, precision] of [
      ["d", 53],
      ["f", 24],
      ["e", 11],
      ["[ml_dtypes:bfloat16]", 8],
    ] as const) {
      const want = cases.map(([negative, s, e]) => (negative ? -1 : 1) * rounded(s, e, precision));
      expect(convert(source, format).toArray(), format).toEqual(want);
    }
  });

  test("gives every 64-bit integer back, and saturates", () => {
    const ints = BigInt64Array.of(0n, 1n, -1n, 2n ** 53n + 1n, -(2n ** 62n) - 3n, 2n ** 63n - 1n, -(2n ** 63n));
    for (const element of ["float80x12", "float80x16", "float128"] as const) {
      const wide = convert(ints, scalarDType(element));
      expect(convert(wide, "q").toTypedArray()).toEqual(ints);
      expect(convert(wide, "Q").toArray().valueOf()).toEqual(Array.from(ints, (n) => (n < 0n ? 0n : n)));
      const doubles = Float64Array.of(1.9, -1.9, 1e30, -1e30, Infinity, -Infinity, Number.NaN, 5e-324, -0);
      const widened = convert(doubles, scalarDType(element));
      expect(convert(widened, "d").toTypedArray()).toEqual(doubles);
      expect(convert(widened, "b").toArray()).toEqual([1, -1, 127, -128, 127, -128, 0, 0, 0]);
      expect(convert(widened, "?").toArray()).toEqual([true, true, true, true, true, true, true, true, false]);
    }
  });

  test("a big-endian item is the little-endian one reversed whole, for items and conversions alike", () => {
    for (const element of ["float80x12", "float80x16", "float128"] as const) {
      const [little, big] = [scalarDType(element), scalarDType(element, "big")];
      const values = [1.5, -2e-300, Infinity, 0.1];
      const plain = convert(Float64Array.from(values), little).toBytes();
      const turned = convert(Float64Array.from(values), big);
      const { itemsize } = little;
      for (let i = 0; i < values.length; i++)
        expect(turned.toBytes().slice(i * itemsize, (i + 1) * itemsize)).toEqual(
          plain.slice(i * itemsize, (i + 1) * itemsize).reverse(),
        );
      expect(turned.toArray()).toEqual(values);
      const byItem = view(new Uint8Array(values.length * itemsize), { format: big });
      for (const [i, x] of values.entries()) byItem.set(i, x);
      expect(byItem.toBytes()).toEqual(turned.toBytes());
      expect(convert(byItem, "d").toArray()).toEqual(values);
    }
  });
});
