/** What views say about their items, as types. `tsc` is the judge; that the values agree is checked on the way. */
import { expect, expectTypeOf, test } from "vitest";
import { dtype } from "../../src/dtype/read.js";
import type { CheckedFormat } from "../../src/format/infer.js";
import { newaxis, slice } from "../../src/view/slices.js";
import type { Complex, Value } from "../../src/view/values.js";
import type { StridedView } from "../../src/view/view.js";
import { backends } from "../lib/backends.js";

const { array, convert, view } = backends[1]!.api;
const bytes = new Uint8Array(24);

test("items of a literal format", () => {
  const records = view(bytes, { format: "T{<i:x:<d:y:}" });
  expectTypeOf(records).toEqualTypeOf<StridedView<{ x: number; y: number }, 1, { x: Int32Array; y: Float64Array }>>();
  expectTypeOf(records.get(0)).toEqualTypeOf<{ x: number; y: number }>();
  expect(records.get(0)).toEqual({ x: 0, y: 0 });
  expectTypeOf(records.field("y")).toEqualTypeOf<StridedView<number, 1, Float64Array>>();
  expect(records.field("y").get(0)).toBe(0);
  records.set(0, { x: 1, y: 2 });
  // @ts-expect-error the record has no field z
  expect(() => records.set(0, { z: 1 })).toThrow(TypeError);
  expectTypeOf(view(bytes, { format: "<q" }).get(0)).toEqualTypeOf<bigint>();
  expectTypeOf(view(bytes, { format: "?" }).toArray()).toEqualTypeOf<boolean[]>();
  expectTypeOf(view(new Uint8Array(12), { format: "3w" }).get(0)).toEqualTypeOf<string>();
});

test("geometry keeps the type, what cannot be known is wide", () => {
  const v = view(bytes, { format: "<f", shape: [2, 3] });
  expectTypeOf(v.slice(slice(0, 1), newaxis).transpose().flip().get(0, 0, 0)).toEqualTypeOf<number>();
  expectTypeOf(v.cast("B")).toEqualTypeOf<StridedView<Value>>();
  const text: string = "i";
  expectTypeOf(view(bytes, { format: text }).get(0)).toEqualTypeOf<Value>();
  expect(v.get(1, 2)).toBe(0);
});

test("typed arrays bring their type", () => {
  expectTypeOf(view(new Float32Array(2)).get(0)).toEqualTypeOf<number>();
  expectTypeOf(view(new BigInt64Array(2), { shape: [2] }).get(0)).toEqualTypeOf<bigint>();
  expectTypeOf(view(new ArrayBuffer(8)).get(0)).toEqualTypeOf<Value>();
  expect(view(new BigInt64Array(2)).get(1)).toBe(0n);
});

test("a view of a known type is a view", () => {
  const take = (v: StridedView): number => v.size;
  expect(take(view(bytes, { format: "T{<i:x:<d:y:}" }))).toBe(2);
  expect(take(view(new Float32Array(3)))).toBe(3);
});

test("the typed array, the rank and the names of fields are known", () => {
  expectTypeOf(view(bytes, { format: "<f" }).toTypedArray()).toEqualTypeOf<Float32Array>();
  expectTypeOf(view(bytes, { format: "float32" }).toTypedArray()).toEqualTypeOf<Float32Array>();
  expectTypeOf(view(new Int16Array(2)).toTypedArray()).toEqualTypeOf<Int16Array>();
  expectTypeOf(convert(new Float64Array([1.5]), "f").get(0) + 1).toEqualTypeOf<number>();
  expect(
    convert(new Float64Array([1.5]), "f")
      .toArray()
      .map((x) => x + 1),
  ).toEqual([2.5]);
  const grid = view(bytes, { format: "<f", shape: [2, 3] });
  expectTypeOf(grid.toArray()).toEqualTypeOf<number[][]>();
  for (const row of grid) expectTypeOf(row).toEqualTypeOf<StridedView<number, 1, Float32Array>>();
  for (const x of grid.slice(0)) expectTypeOf(x).toEqualTypeOf<number>();
  expectTypeOf(grid.slice(0, newaxis)).toEqualTypeOf<StridedView<number, 2, Float32Array>>();
  expectTypeOf(grid.reshape([6])).toEqualTypeOf<StridedView<number, 1, Float32Array>>();
  const records = view(bytes, { format: "T{<i:x:(2)T{<h:a:<h:b:}:p:}" });
  expectTypeOf(records.field("p")).toEqualTypeOf<
    StridedView<{ a: number; b: number }, number, { a: Int16Array; b: Int16Array }>
  >();
  // @ts-expect-error there is no field y
  expect(() => records.field("y")).toThrow("no field");
  const name: string = "x";
  expectTypeOf(records.field(name)).toEqualTypeOf<StridedView>();
  expectTypeOf(records.field("p", "a")).toEqualTypeOf<StridedView>();
});

test("a wrong literal says what is wrong and where", () => {
  expectTypeOf<
    CheckedFormat<"T{<i:x:">
  >().toEqualTypeOf<"wrong format: the record is not closed, expected } at the end">();
  expectTypeOf<CheckedFormat<"T{<i:x:<y:y:}">>().toEqualTypeOf<`wrong format: no type is written "y:y:}"`>();
  expectTypeOf<CheckedFormat<"T{<i:x}">>().toEqualTypeOf<`wrong format: a name is not closed, expected : in ":x}"`>();
  expectTypeOf<CheckedFormat<"T<i:x:}">>().toEqualTypeOf<"T<i:x:}">();
  expectTypeOf<CheckedFormat<"<z">>().toEqualTypeOf<`wrong format: no type is written "z"`>();
  expectTypeOf<CheckedFormat<"tensor(float)">>().toEqualTypeOf<"tensor(float)">();
  // @ts-expect-error the record is not closed
  expect(() => view(bytes, { format: "T{<i:x:" })).toThrow("expected }");
  // @ts-expect-error the same
  expect(() => convert(bytes, "T{<i:x:")).toThrow("expected }");
});

test("columns, other dtypes in place and lent memory keep what is known", () => {
  const records = view(bytes, { format: "T{<i:x:<d:y:}" });
  expectTypeOf(records.columns().y.toTypedArray()).toEqualTypeOf<Float64Array>();
  expect(records.columns().y.toTypedArray()).toEqual(Float64Array.of(2, 0));
  expectTypeOf(view(bytes, { format: "<q" }).reinterpret("M8[ms]")).toEqualTypeOf<
    StridedView<bigint, 1, BigInt64Array>
  >();
  const lent = view(bytes, { format: "<f", release: () => {} });
  expectTypeOf(lent.toTypedArray()).toEqualTypeOf<Float32Array>();
  lent.release();
  expect(() => lent.get(0)).toThrow("released");
});

test("nested lists bring rank, item and typed array", () => {
  expectTypeOf(array([1, 2], "f")).toEqualTypeOf<StridedView<number, 1, Float32Array>>();
  expectTypeOf(array([[1, 2]])).toEqualTypeOf<StridedView<number, 2, Float64Array>>();
  expectTypeOf(array([])).toEqualTypeOf<StridedView<number, 1, Float64Array>>();
  expectTypeOf(array(1.5)).toEqualTypeOf<StridedView<number, 0, Float64Array>>();
  expectTypeOf(array([1n])).toEqualTypeOf<StridedView<bigint, 1, BigInt64Array | BigUint64Array>>();
  expectTypeOf(array([[true]])).toEqualTypeOf<StridedView<boolean, 2, Uint8Array>>();
  expectTypeOf(array(["a"]).get(0)).toEqualTypeOf<string>();
  expectTypeOf(array([{ re: 1, im: 2 }]).get(0)).toEqualTypeOf<Complex>();
  expectTypeOf(array([Float32Array.of(1)])).toEqualTypeOf<StridedView<number, 2, Float32Array>>();
  expectTypeOf(array([{ id: 1, x: 0.5 }], "T{<i:id:<d:x:}").columns().x).toEqualTypeOf<
    StridedView<number, 1, Float64Array>
  >();
  expectTypeOf(array([new Uint8Array(2)], "2s")).toEqualTypeOf<StridedView<Uint8Array, 1, never>>();
  expectTypeOf(array([[1, 2]], "(2)i").get(0)).toEqualTypeOf<number[]>();
  const anything: unknown = JSON.parse("[[1]]");
  expectTypeOf(array(anything)).toEqualTypeOf<StridedView>();
  expectTypeOf(array(anything, "f")).toEqualTypeOf<StridedView<number, number, Float32Array>>();
  expectTypeOf(array([1], dtype("f"))).toEqualTypeOf<StridedView>();
  // @ts-expect-error wrong format: the record is not closed
  expect(() => array([1], "T{<i:id:")).toThrow("expected");
  expect([array([[1, 2]], "(2)i").ndim, array([new Uint8Array(2)], "2s").ndim, array([]).ndim]).toEqual([1, 1, 1]);
});
