import { describe, expect, test } from "vitest";
import { dtypes } from "../../src/dtype/dtypes.js";
import { scalarDType } from "../../src/dtype/make.js";
import { objectDType } from "../../src/dtype/make-other.js";
import { dtypeFromNumpyDescr, type NumpyDescr, numpyDescr } from "../../src/dtype/names/numpy-descr.js";
import { structDType } from "../../src/dtype/records.js";

describe("numpyDescr", () => {
  const same: NumpyDescr[] = [
    "|b1",
    "|i1",
    "<u8",
    ">f2",
    "<f16",
    "<c8",
    ">c16",
    "|S0",
    "|S7",
    "<U3",
    ">U3",
    "|V5",
    "|O",
    "<M8[ms]",
    ">m8[25s]",
    "<M8",
    ["<i4", [2, 3]],
    [
      ["a", "<i4"],
      ["", "|V4"],
      [["a title", "b"], ">f8", [2, 1]],
      ["c", [["x", "|u1"]], [3]],
      ["", "|V1"],
    ],
    [],
  ];
  test.each(same.map((descr) => [JSON.stringify(descr), descr]))("%s there and back", (_, descr) => {
    expect(numpyDescr(dtypeFromNumpyDescr(descr))).toEqual(descr);
  });

  test("fields, pads and titles", () => {
    const dtype = dtypeFromNumpyDescr([
      ["", "|V4"],
      ["", "<i4"],
      [["t", "__proto__"], "<i2"],
    ]);
    expect(dtype.itemsize).toBe(10);
    expect(dtype.fields!.map(({ name, offset, title }) => [name, offset, title])).toEqual([
      ["f1", 4, undefined],
      ["__proto__", 8, "t"],
    ]);
  });

  test("types without a letter are V", () => {
    expect(numpyDescr(dtypes.bfloat16)).toBe("<V2");
    expect(numpyDescr(scalarDType("bfloat16", "big"))).toBe(">V2");
    expect(numpyDescr(dtypes.float8_e4m3fn)).toBe("<V1");
    expect(numpyDescr(dtypes.int4)).toBe("<V1");
    expect(dtypeFromNumpyDescr("<V2").kind).toBe("void");
  });

  test("what a descr cannot say", () => {
    const overlap = structDType([
      { name: "a", offset: 0, dtype: dtypes.int32 },
      { name: "b", offset: 2, dtype: dtypes.int32 },
    ]);
    expect(() => numpyDescr(overlap)).toThrow(/overlaps/);
    expect(numpyDescr(objectDType())).toBe("|O");
  });

  const deep = (n: number): unknown => {
    let descr: unknown = "<i4";
    for (let i = 0; i < n; i++) descr = [["a", descr]];
    return descr;
  };
  test.each([
    ["<i3"],
    ["<M4"],
    ["<i4[s]"],
    ["<M8[xx]"],
    ["<__proto__"],
    [{}],
    [null],
    [[["a"]]],
    [[["a", "<i4", "x"]]],
    [
      [
        ["a", "<i4"],
        ["a", "<i4"],
      ],
    ],
    [[["a", "<i4", [-1]]]],
    [deep(100_000)],
  ])("refuses case %#", (descr) => expect(() => dtypeFromNumpyDescr(descr)).toThrow());
});
