import { describe, expect, test } from "vitest";
import { dtypes } from "../../src/dtype/dtypes.js";
import { elements } from "../../src/dtype/elements.js";
import { arrayDType, scalarDType } from "../../src/dtype/make.js";
import {
  bytesDType,
  complexDType,
  objectDType,
  pointerDType,
  textDType,
  voidDType,
} from "../../src/dtype/make-other.js";
import { withByteOrder } from "../../src/dtype/order.js";
import { dtype } from "../../src/dtype/read.js";
import { structDType } from "../../src/dtype/records.js";
import { datetimeDType } from "../../src/dtype/time-units.js";

describe("dtype constructors", () => {
  test("equal arguments give the same object", () => {
    expect(scalarDType("int32")).toBe(dtypes.int32);
    expect(scalarDType("uint8", "big")).toBe(dtypes.uint8);
    expect(textDType(3, 4, "big")).toBe(textDType(3, 4, "big"));
    const make = () => structDType([{ name: "__proto__", offset: 4, dtype: dtypes.int32 }], { itemsize: 12 });
    expect(make()).toBe(make());
    expect(arrayDType(arrayDType(dtypes.int8, [3]), [2])).toBe(arrayDType(dtypes.int8, [2, 3]));
    expect(arrayDType(dtypes.int8, [])).toBe(dtypes.int8);
  });

  test("records that collide in the table are told apart and found again", () => {
    const make = (k: number) =>
      structDType([{ name: "a", offset: k * 2 ** 32, dtype: dtypes.int8 }], { itemsize: 2 ** 45 });
    const records = Array.from({ length: 100 }, (_, k) => make(k));
    expect(new Set(records).size).toBe(100);
    records.forEach((record, k) => {
      expect(make(k)).toBe(record);
    });
  });

  test("dtypes are found as long as somebody holds them, however many come after", () => {
    const make = () => structDType([{ name: "held", offset: 3, dtype: arrayDType(bytesDType(77), [5]) }]);
    const held = make();
    for (let i = 0; i < 10_000; i++) structDType([{ name: `n${i}`, offset: 0, dtype: bytesDType(i) }]);
    expect(make()).toBe(held);
    expect(make().fields![0]!.dtype).toBe(held.fields![0]!.dtype);
  });

  test("there is a ready-made dtype for every row", () => {
    for (const name of Object.keys(elements)) expect(dtypes, name).toHaveProperty(name);
  });

  test.each([
    [dtypes.float32, "f"],
    [dtypes.bfloat16, "[ml_dtypes:bfloat16]"],
    [scalarDType("bfloat16", "big"), ">[ml_dtypes:bfloat16]"],
    [scalarDType("int64", "big"), ">q"],
    [complexDType("float16"), "Ze"],
    [complexDType("bfloat16", "big"), ">Z[ml_dtypes:bfloat16]"],
    [bytesDType(3), "3s"],
    [textDType(2, 4, "big"), ">2w"],
    [voidDType(17), "[numpy:numpy.dtypes:VoidDType:11]"],
    [pointerDType(), "P"],
    [objectDType(), "O"],
    [datetimeDType("datetime", ["ns", 1]), "[numpy:numpy.dtypes:DateTime64DType:a:1]"],
    [datetimeDType("timedelta", ["ms", 25], "big"), ">[numpy:numpy.dtypes:TimeDelta64DType:8:19]"],
    [arrayDType(scalarDType("int16", "big"), [2, 3]), "(2,3)>h"],
    [structDType([]), "T{}"],
    [structDType([{ name: "a", offset: 1, dtype: dtypes.int32 }], { itemsize: 8 }), "^T{xi:a:3x}"],
  ])("%s is written %s", (dtype, format) => expect(dtype.format).toBe(format));

  test("byte order changes in every leaf", () => {
    const inner = structDType([{ name: "x", offset: 0, dtype: arrayDType(dtypes.int16, [2]) }]);
    const record = structDType([
      { name: "a", offset: 0, dtype: dtypes.uint8 },
      { name: "b", offset: 2, dtype: inner },
      { name: "c", offset: 8, dtype: complexDType("float32") },
    ]);
    const big = withByteOrder(record, "big");
    expect(big.format).toBe("T{B:a:xT{(2)>h:x:}:b:2x>Zf:c:}");
    expect(withByteOrder(big, "little")).toBe(record);
  });

  test("what no format can say is refused when the format is read, not before", () => {
    const overlap = structDType([
      { name: "a", offset: 0, dtype: dtypes.int32 },
      { name: "b", offset: 2, dtype: dtypes.int32 },
    ]);
    expect(() => overlap.format).toThrow(/overlaps/);
    expect(overlap.name).toBe("struct[6]");
    const colon = structDType([{ name: "a:b", offset: 0, dtype: dtypes.int32 }]);
    expect(() => colon.format).toThrow(/escape/);
  });

  test("equals takes formats as they read without a buffer", () => {
    expect(dtype("i").equals("<i")).toBe(true);
    expect(dtype("i").equals(">i")).toBe(false);
    expect(voidDType(8).equals("B")).toBe(false);
    expect(dtype("ix", { itemsize: 5 }).equals("ix")).toBe(false);
    expect(dtype("i").equals("T{")).toBe(false);
  });

  test("wrong arguments", () => {
    expect(() => bytesDType(-1)).toThrow(RangeError);
    expect(() => arrayDType(dtypes.int8, [2 ** 52, 4])).toThrow(/2\^53/);
    expect(() => structDType([{ name: "a", offset: 0, dtype: dtypes.int8 }], { itemsize: 0 })).toThrow(/itemsize/);
    expect(() => datetimeDType("datetime", ["toString", 1])).toThrow(TypeError);
  });
});
