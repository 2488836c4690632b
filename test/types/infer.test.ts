/** What formats say about their items, as types. `tsc` is the judge; vitest only runs the file. */
import { expect, expectTypeOf, test } from "vitest";
import { dtypes } from "../../src/dtype/dtypes.js";
import type { ItemOf } from "../../src/format/infer.js";
import type { DTypeName } from "../../src/format/named-items.js";
import { copy, dtype, empty, view } from "../../src/js.js";
import type { Value } from "../../src/view/values.js";

interface Wide {
  wide: true;
}
type Item<F extends string> = ItemOf<F, Wide>;
interface Complex {
  re: number;
  im: number;
}

test("numbers, text and bytes", () => {
  expectTypeOf<Item<"i">>().toEqualTypeOf<number>();
  expectTypeOf<Item<"<q">>().toEqualTypeOf<bigint>();
  expectTypeOf<Item<" > Q ">>().toEqualTypeOf<bigint>();
  expectTypeOf<Item<"?">>().toEqualTypeOf<boolean>();
  expectTypeOf<Item<"g">>().toEqualTypeOf<number>();
  expectTypeOf<Item<"<l">>().toEqualTypeOf<number>();
  expectTypeOf<Item<"l">>().toEqualTypeOf<number | bigint>();
  expectTypeOf<Item<"Zd">>().toEqualTypeOf<Complex>();
  expectTypeOf<Item<"3w">>().toEqualTypeOf<string>();
  expectTypeOf<Item<"12s">>().toEqualTypeOf<Uint8Array>();
  expectTypeOf<Item<"P">>().toEqualTypeOf<bigint>();
});

test("sub-arrays", () => {
  expectTypeOf<Item<"2i">>().toEqualTypeOf<number[]>();
  expectTypeOf<Item<"1i">>().toEqualTypeOf<number>();
  expectTypeOf<Item<"(2,3)f">>().toEqualTypeOf<number[][]>();
  expectTypeOf<Item<"(2,3)2<q">>().toEqualTypeOf<bigint[][][]>();
  expectTypeOf<Item<"(2)(3)f">>().toEqualTypeOf<number[][]>();
  expectTypeOf<Item<"(2)3s">>().toEqualTypeOf<Uint8Array[]>();
});

test("records", () => {
  expectTypeOf<Item<"T{<i:x:<d:y:}">>().toEqualTypeOf<{ x: number; y: number }>();
  expectTypeOf<Item<"i:x: q:y:">>().toEqualTypeOf<{ x: number; y: bigint }>();
  expectTypeOf<Item<"^T{b:a:3xT{Zf:z:(2)?:flags:}:inner:}">>().toEqualTypeOf<{
    a: number;
    inner: { z: Complex; flags: boolean[] };
  }>();
  expectTypeOf<Item<"(2)T{h:a:}">>().toEqualTypeOf<{ a: number }[]>();
  expectTypeOf<Item<"T{i}">>().toEqualTypeOf<{ f0: number }>();
  expectTypeOf<Item<"ix">>().toEqualTypeOf<{ f0: number }>();
  expectTypeOf<Item<"iq:name:?">>().toEqualTypeOf<{ f0: number; name: bigint; f1: boolean }>();
  expectTypeOf<Item<"4x:raw:">>().toEqualTypeOf<{ raw: Uint8Array }>();
  expectTypeOf<Item<"">>().toEqualTypeOf<Record<never, never>>();
});

test("everything else is wide, and no error", () => {
  expectTypeOf<Item<string>>().toEqualTypeOf<Wide>();
  expectTypeOf<Item<`<${string}`>>().toEqualTypeOf<Wide>();
  expectTypeOf<Item<"[ml_dtypes:bfloat16]">>().toEqualTypeOf<Wide>();
  expectTypeOf<Item<"T{[a:b}c]:t:i:x:}">>().toEqualTypeOf<{ t: Wide; x: number }>();
  expectTypeOf<Item<"T{i">>().toEqualTypeOf<Wide>();
  expectTypeOf<Item<"i}">>().toEqualTypeOf<Wide>();
  expectTypeOf<Item<"i>">>().toEqualTypeOf<number>();
  expectTypeOf<Item<"3">>().toEqualTypeOf<Wide>();
  expectTypeOf<Item<"nonsense">>().toEqualTypeOf<Wide>();
  expectTypeOf<Item<"ii:f0:">>().toEqualTypeOf<Wide>();
  expectTypeOf<Item<"&i">>().toEqualTypeOf<Wide>();
  expectTypeOf<Item<"O">>().toEqualTypeOf<Wide>();
});

test("formats without end are wide", () => {
  type Eight<S extends string> = `${S}${S}${S}${S}${S}${S}${S}${S}`;
  expectTypeOf<Item<Eight<Eight<Eight<"i">>>>>().toEqualTypeOf<Wide>();
  expectTypeOf<Item<Eight<Eight<Eight<"T{">>>>>().toEqualTypeOf<Wide>();
  expectTypeOf<Item<Eight<Eight<Eight<"(2)">>>>>().toEqualTypeOf<Wide>();
  expectTypeOf<Item<`i${Eight<Eight<Eight<Eight<" ">>>>}:a:`>>().toEqualTypeOf<Wide>();
  expectTypeOf<Item<`(${Eight<Eight<Eight<Eight<"1,">>>>}1)i`>>().toEqualTypeOf<Wide>();
  expectTypeOf<Item<`${Eight<Eight<"(1)">>}i`>>().toEqualTypeOf<Wide>();
  expectTypeOf<Item<`${Eight<Eight<"T{">>}i:a:${Eight<Eight<"}">>}`>>().toEqualTypeOf<Wide>();
  expectTypeOf<Item<`${Eight<"T{">}i:a:${Eight<"}">}`>["f0"]["f0"]["f0"]>().toBeObject();
  type Long = Item<`T{${Eight<Eight<"i">>}${Eight<Eight<"i">>}}`>;
  expectTypeOf<Long["f127"]>().toEqualTypeOf<number>();
  expect(true).toBe(true);
});

test("names", () => {
  expectTypeOf<Item<"float32">>().toEqualTypeOf<number>();
  expectTypeOf<Item<"bf16">>().toEqualTypeOf<number>();
  expectTypeOf<Item<">u2">>().toEqualTypeOf<number>();
  expectTypeOf<Item<"uint64">>().toEqualTypeOf<bigint>();
  expectTypeOf<Item<"i8">>().toEqualTypeOf<number>();
  expectTypeOf<Item<"<i8">>().toEqualTypeOf<bigint>();
  expectTypeOf<Item<"datetime64[ms]">>().toEqualTypeOf<bigint>();
  expectTypeOf<Item<"c8">>().toEqualTypeOf<{ re: number; im: number }>();
  expectTypeOf<Item<"bool">>().toEqualTypeOf<boolean>();
  expectTypeOf<"float8_e4m3fn">().toExtend<DTypeName>();
  expectTypeOf<"single">().not.toExtend<DTypeName>();
  expectTypeOf(view(new ArrayBuffer(8), { format: "float64" }).get(0)).toEqualTypeOf<number>();
  expect(dtype("float64")).toBe(dtypes.float64);
});

test("views know their items", () => {
  const bytes = new ArrayBuffer(24);
  const points = view(bytes, { format: "T{<i:x:<d:y:}" });
  expectTypeOf(points.get(0)).toEqualTypeOf<{ x: number; y: number }>();
  points.set(1, { x: 3, y: 0.5 });
  expect(points.get(1)).toEqual({ x: 3, y: 0.5 });
  expectTypeOf(points.slice(null).get(0)).toEqualTypeOf<{ x: number; y: number }>();
  expectTypeOf(view(bytes, { format: "<q" }).get(0)).toEqualTypeOf<bigint>();
  expectTypeOf(empty([2], "(2,3)f").get(0)).toEqualTypeOf<number[][]>();
  expectTypeOf(view(bytes).get(0)).toEqualTypeOf<Value>();
  expectTypeOf(view(bytes, { format: dtypes.int8 }).get(0)).toEqualTypeOf<Value>();
  expectTypeOf(view(bytes, { format: "[ml_dtypes:bfloat16]" }).get(0)).toEqualTypeOf<Value>();
  expectTypeOf(view(bytes, { format: "i" as string }).get(0)).toEqualTypeOf<Value>();
  copy(view(bytes, { format: "T{<i:x:<d:y:}" }), points);
});
