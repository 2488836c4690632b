import { describe, expect, test, vi } from "vitest";
import { warnDeprecated } from "../../src/deprecated.js";
import { dtypes } from "../../src/dtype/dtypes.js";
import { elements } from "../../src/dtype/elements.js";
import { scalarDType } from "../../src/dtype/make.js";
import { dtypeFromName, dtypeNames, fromName, type NameSystem, toName } from "../../src/dtype/names/names.js";
import { structFormat } from "../../src/dtype/names/struct-format.js";
import { systemRows } from "../../src/dtype/names/systems.js";
import { withByteOrder } from "../../src/dtype/order.js";
import { dtype } from "../../src/dtype/read.js";

describe("names in other systems", () => {
  test.each([
    ["safetensors", "BF16", dtypes.bfloat16],
    ["safetensors", "F8_E4M3", dtypes.float8_e4m3fn],
    ["safetensors", "C64", dtypes.complex64],
    ["onnx", 1, dtypes.float32],
    ["onnx", "FLOAT8E5M2", dtypes.float8_e5m2],
    ["onnx", 22, dtypes.int4],
    ["zarr", "complex_bfloat16", dtypes.bcomplex32],
    ["zarr", "float8_e8m0fnu", dtypes.float8_e8m0fnu],
    ["zarr", "r24", dtype("[numpy:numpy.dtypes:VoidDType:3]")],
    ["zarr", { name: "fixed_length_utf32", configuration: { length_bytes: 12 } }, dtype("3w")],
    ["dlpack", { code: 4, bits: 16, lanes: 1 }, dtypes.bfloat16],
    ["dlpack", { code: 2, bits: 32, lanes: 4 }, dtype("(4)f")],
    ["arrow", "halffloat", dtypes.float16],
    ["arrow", "timestamp:ms", dtype("[numpy:numpy.dtypes:DateTime64DType:8:1]")],
    ["arrow", "arrow.bool8", dtypes.bool],
    ["numpy", ">f4", dtype(">f")],
    ["numpy", "int16", dtypes.int16],
    ["gguf", 30, dtypes.bfloat16],
  ] as [NameSystem, unknown, unknown][])("%s %j", (system, name, expected) =>
    expect(fromName(system, name)).toBe(expected),
  );

  test("every row goes there and back in every system that names it", () => {
    for (const row of systemRows) {
      const d = row.pair ? dtype(`Z${scalarDType(row.element).format}`) : scalarDType(row.element);
      for (const [system, name] of Object.entries(dtypeNames(d))) {
        if (system === "numpy" && String(name).includes("V")) continue;
        expect(fromName(system as NameSystem, name), `${system} ${JSON.stringify(name)}`).toBe(d);
      }
      for (const system of ["zarr", "safetensors", "dlpack"] as const) {
        expect(toName(system, d) !== undefined, `${system} ${d.name}`).toBe(row[system] !== undefined);
      }
    }
  });

  test("every element has a row but those that only C has", () => {
    const named = new Set(systemRows.map((row) => row.element));
    expect(Object.keys(elements).filter((name) => !named.has(name as never))).toEqual([
      "float80x12",
      "float80x16",
      "float128",
    ]);
  });

  test("records and dates in Zarr", () => {
    const date = { name: "numpy.datetime64", configuration: { unit: "ms", scale_factor: 25 } };
    const record = {
      name: "struct",
      configuration: {
        fields: [
          { name: "a", data_type: "int8" },
          { name: "t", data_type: date },
        ],
      },
    };
    const d = fromName("zarr", record);
    expect(d.fields!.map((field) => field.offset)).toEqual([0, 1]);
    expect(toName("zarr", d)).toEqual(record);
    const old = {
      name: "structured",
      configuration: {
        fields: [
          ["a", "int8"],
          ["t", date],
        ],
      },
    };
    expect(fromName("zarr", old)).toBe(d);
    expect(toName("zarr", dtype("T{b:a:i:b:}"))).toBeUndefined();
  });

  test("big-endian dtypes have no name where the machine's order is meant", () => {
    const big = withByteOrder(dtypes.float32, "big");
    expect(dtypeNames(big)).toEqual({ numpy: ">f4", zarr: "float32", onnx: 1, arrow: "float32" });
  });

  test.each([
    ["safetensors", "F33"],
    ["onnx", 8],
    ["onnx", "__proto__"],
    ["zarr", "string"],
    ["zarr", "r7"],
    ["zarr", { name: "struct", configuration: { fields: [{ name: 1 }] } }],
    ["dlpack", { code: 3, bits: 64, lanes: 1 }],
    ["dlpack", null],
    ["arrow", "utf8"],
    ["gguf", "q9_9"],
  ] as [NameSystem, unknown][])("%s has no %j", (system, name) =>
    expect(() => fromName(system, name)).toThrow(expect.objectContaining({ name: "UnknownDTypeError" })),
  );
  test.each(["onnx", "gguf", "safetensors", "arrow"] as const)("%s has no type without a name", (system) =>
    expect(() => fromName(system, undefined)).toThrow(expect.objectContaining({ name: "UnknownDTypeError" })),
  );
  test("wrong system", () => expect(() => fromName("constructor" as never, "x")).toThrow(TypeError));
});

test.each([
  ["bfloat16", dtypes.bfloat16],
  ["int4", dtypes.int4],
  ["complex64", dtypes.complex64],
  ["datetime64[ms]", dtype("[numpy:numpy.dtypes:DateTime64DType:8:1]")],
  ["timedelta64", dtype("[numpy:numpy.dtypes:TimeDelta64DType:e:1]")],
  [">i", dtype(">i")],
  ["[ml_dtypes:int2]", dtypes.int2],
])("dtypeFromName(%j)", (text, expected) => expect(dtypeFromName(text)).toBe(expected));

test("dtypeFromName warns once", () => {
  const emit = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  try {
    // It has been used above.
    expect(dtypeFromName("bf16")).toBe(dtypes.bfloat16);
    warnDeprecated("one", "two is its name");
    warnDeprecated("one", "two is its name");
    expect(emit.mock.calls).toEqual([["stridebuf: one is deprecated; two is its name", "DeprecationWarning"]]);
    vi.stubGlobal("process", undefined);
    warnDeprecated("three", "four is its name");
    warnDeprecated("three", "four is its name");
    expect(warn.mock.calls).toEqual([["stridebuf: three is deprecated; four is its name"]]);
  } finally {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  }
});

describe("owners of brackets", () => {
  test.each([
    ["[arrow:float]", dtypes.float32],
    ["[arrow:arrow.uuid]", 16],
    ["[arrow:fixed_size_binary:5]", 5],
    ["[arrow:arrow.fixed_shape_tensor:2,3:float16]", 12],
    ["[arrow:month_day_nano_interval]", 16],
    ["[arrow:arrow.timestamp_with_offset:us]", 10],
    ["[zarr:float8_e5m2]", dtypes.float8_e5m2],
    ["[onnx:BFLOAT16]", dtypes.bfloat16],
    ["[safetensors:F4]", dtypes.float4_e2m1fn],
    ["[dlpack:4:16]", dtypes.bfloat16],
    ["[cpp:std::int16_t]", dtypes.int16],
    ["[cpp:std::complex<double>]", dtypes.complex128],
    ["[numpy:ml_dtypes:bfloat16]", dtypes.bfloat16],
    ["[numpy:numpy.dtypes:LongDType]", dtypes.int64],
    ["[numpy:numpy.dtypes:StrDType:a]", 40],
    ["[numpy:numpy.dtypes:CLongDoubleDType]", 32],
  ])("%s", (format, expected) => {
    const d = dtype(format);
    if (typeof expected === "number") expect(d.itemsize).toBe(expected);
    else expect([d.kind, d.element, d.lanes]).toEqual([expected.kind, expected.element, expected.lanes]);
    expect(d.format).toBe(format);
    expect(dtype(`>${format}`).itemsize).toBe(d.itemsize);
  });

  test("NumPy's long is the ABI's", () => {
    expect(dtype("[numpy:numpy.dtypes:LongDType]", { abi: "llp64" }).itemsize).toBe(4);
    expect(dtype("[numpy:numpy.dtypes:LongDoubleDType]", { abi: "i386" }).itemsize).toBe(12);
  });

  test.each(["[arrow:utf8]", "[arrow:timestamp]", "[arrow:timestamp:x]", "[numpy:numpy.dtypes:Int8DType:1]"])(
    "%s is known and wrong",
    (format) => expect(() => dtype(format, { itemsize: 8 })).toThrow(/nothing resolves/),
  );
});

test.each([
  ["i", "i"],
  [">h", ">h"],
  ["(2,3)i", "<6i"],
  ["3s", "3s"],
  ["5p", "5p"],
  ["T{b:a:i:b:}", "<b3xi"],
  ["T{>i:a:>h:b:T{B:c:}:d:}", ">ihB"],
  ["T{(2)T{h:a:b:b:}:x:}", "<hbxhbx"],
  ["T{3x:raw:}", "<3x"],
  ["^T{>i:a:^h:b:}", undefined],
  ["3w", undefined],
  ["Zf", undefined],
  ["[ml_dtypes:bfloat16]", undefined],
  ["O", undefined],
  ["(65537)T{b:a:}", undefined],
])("structFormat(%j) is %j", (format, expected) => {
  const text = structFormat(dtype(format));
  expect(text).toBe(expected);
  if (text !== undefined) expect(dtype(text, { dialect: "struct" }).itemsize).toBe(dtype(format).itemsize);
});
