/** What views say about their items, as types. `tsc` is the judge; that the values agree is checked on the way. */
import { expect, expectTypeOf, test } from "vitest";
import { newaxis, slice } from "../../src/view/slices.js";
import type { NestedArray, Value } from "../../src/view/values.js";
import type { StridedView } from "../../src/view/view.js";
import { backends } from "../lib/backends.js";

const { view } = backends[1]!.api;
const bytes = new Uint8Array(24);

test("items of a literal format", () => {
  const records = view(bytes, { format: "T{<i:x:<d:y:}" });
  expectTypeOf(records).toEqualTypeOf<StridedView<{ x: number; y: number }>>();
  expectTypeOf(records.get(0)).toEqualTypeOf<{ x: number; y: number }>();
  expect(records.get(0)).toEqual({ x: 0, y: 0 });
  expectTypeOf(records.field("y")).toEqualTypeOf<StridedView<number>>();
  expect(records.field("y").get(0)).toBe(0);
  records.set(0, { x: 1, y: 2 });
  // @ts-expect-error the record has no field z
  expect(() => records.set(0, { z: 1 })).toThrow(TypeError);
  expectTypeOf(view(bytes, { format: "<q" }).get(0)).toEqualTypeOf<bigint>();
  expectTypeOf(view(bytes, { format: "?" }).toArray()).toEqualTypeOf<NestedArray<boolean>>();
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
