/** stridebuf/ndarray on @stdlib's arrays, complex and boolean ones included. */
import BooleanArray from "@stdlib/array-bool";
import Complex64Array from "@stdlib/array-complex64";
import Complex128Array from "@stdlib/array-complex128";
import ndarray from "@stdlib/ndarray-base-ctor";
import { empty, view } from "stridebuf";
import { assign, fromNdarray, toNdarray } from "stridebuf/ndarray";
import { describe, expect, test } from "vitest";

/** Every item by the library's own getter; complex ones as their parts. */
function items(x: ReturnType<typeof ndarray>): unknown[] {
  const [rows, columns] = x.shape as [number, number];
  return Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => plain(x.get(i, j))));
}
const plain = (value: unknown): unknown =>
  typeof value === "object" ? { re: (value as { re: number }).re, im: (value as { im: number }).im } : value;

const numbers = Array.from({ length: 16 }, (_, i) => i + 0.5);
const flags = Array.from({ length: 8 }, (_, i) => i % 3 === 0);

/** [shape, strides, offset] over 8 elements. */
const layouts: [number[], number[], number][] = [
  [[2, 4], [4, 1], 0],
  [[2, 4], [1, 2], 0],
  [[2, 2], [-4, 2], 5],
  [[3, 2], [0, 3], 1],
];
const kinds = {
  complex64: () => new Complex64Array(numbers),
  complex128: () => new Complex128Array(numbers),
  bool: () => new BooleanArray(flags),
  float64: () => Float64Array.from(numbers.slice(8)),
  int16: () => Int16Array.of(1, -2, 3, -4, 5, -6, 7, -8),
} as const;

describe.each(Object.entries(kinds))("%s", (dtype, make) => {
  test.each(layouts)("shape [%s], strides [%s], offset %i", (shape, strides, offset) => {
    const data = make();
    const x = ndarray(dtype as never, data as never, shape, strides, offset, "row-major");
    const seen = fromNdarray(x);
    expect([seen.buffer, seen.shape]).toEqual([data.buffer, shape]);
    expect(seen.dtype.name).toBe(dtype);
    expect(seen.toArray()).toEqual(items(x));
  });

  test("assign writes what the library reads", () => {
    const x = ndarray(dtype as never, make() as never, [2, 4], [4, 1], 0, "row-major");
    const y = ndarray(dtype as never, make() as never, [2, 4], [1, 2], 0, "column-major");
    assign(y, x);
    expect(items(y)).toEqual(items(x));
    const half = ndarray(dtype as never, make() as never, [2, 2], [-4, 1], 4, "row-major");
    assign(half, fromNdarray(x).slice(":, 2:"));
    expect(items(half)).toEqual(items(x).map((row) => (row as unknown[]).slice(2)));
  });
});

test("a column of complex numbers, converted into given memory", () => {
  const x = ndarray("complex64", new Complex64Array(numbers) as never, [2, 4], [4, 1], 0, "row-major");
  const out = empty([4, 2], "complex128").transpose();
  expect(fromNdarray(x, { out })).toBe(out);
  expect(out.toArray()).toEqual(items(x));
});

test("a view as an ndarray of @stdlib", () => {
  const source = view(Float32Array.from(numbers), { shape: [4, 4] }).slice("::-2, 1:3");
  const x = toNdarray(source, (data: Float32Array, shape: number[], strides: number[], offset: number) =>
    ndarray("float32", data, shape, strides, offset, "row-major"),
  );
  expect(items(x)).toEqual(source.toArray());
});

test("arrays of values have no memory", () => {
  const x = ndarray("generic", [1, 2, 3, 4], [2, 2], [2, 1], 0, "row-major");
  expect(() => fromNdarray(x)).toThrow(expect.objectContaining({ name: "LayoutError", reason: "exchange" }));
});
