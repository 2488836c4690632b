/** stridebuf/arrow against apache-arrow, flechette and parquet-wasm: one table, written once and read by each. */
import * as flechette from "@uwdata/flechette";
import * as arrow from "apache-arrow";
import { convert, dtype, dtypes, empty, isStridebufError, type StridedView, slice, view } from "stridebuf";
import {
  type ArrowColumn,
  cFormatOf,
  chunks,
  dtypeOfArrow,
  dtypeOfCFormat,
  fromArrow,
  readCData,
  toArrowData,
} from "stridebuf/arrow";
import { beforeAll, describe, expect, test } from "vitest";

const f = flechette;
const DAY = 86_400_000;

/** [type, values, dtype, items as stridebuf reads them]: null stands for null. */
const columns: Record<string, [flechette.DataType, unknown[], string, unknown[]?]> = {
  i8: [f.int8(), [-128, 0, 127], "int8"],
  u16: [f.uint16(), [1, 2, 65535], "uint16"],
  i64: [f.int64(), [-(2n ** 63n), 2n ** 60n + 1n, 5n], "int64"],
  f16: [f.float16(), [1.5, -2, 0.25], "float16"],
  f32: [f.float32(), [0.1, -2, Infinity].map(Math.fround), "float32"],
  f64: [f.float64(), [0.1, -2, NaN], "float64"],
  bool: [f.bool(), [true, false, true], "bool"],
  day: [f.dateDay(), [new Date(0), new Date(DAY), new Date(-DAY)], "int32", [0, 1, -1]],
  date64: [
    f.dateMillisecond(),
    [0, DAY, -DAY].map((t) => new Date(t)),
    "datetime64[ms]",
    [0n, BigInt(DAY), BigInt(-DAY)],
  ],
  time: [f.timeMicrosecond(), [1n, 2n, 3n], "int64"],
  stamp: [
    f.timestamp(f.TimeUnit.NANOSECOND, "Europe/Zurich"),
    [1000, 2000, 3000],
    "datetime64[ns]",
    [10n ** 9n, 2n * 10n ** 9n, 3n * 10n ** 9n],
  ],
  duration: [f.duration(f.TimeUnit.SECOND), [1n, -2n, 3n], "timedelta64[s]"],
  dec128: [f.decimal128(38, 2), [1.25, -0.05, 3], "decimal128(38, 2)", ["1.25", "-0.05", "3.00"]],
  dec256: [f.decimal256(76, 3), [1.25, -0.05, 3], "decimal256(76, 3)", ["1.250", "-0.050", "3.000"]],
  months: [f.interval(f.IntervalUnit.YEAR_MONTH), [1, 2, 3], "int32"],
  binary: [
    f.fixedSizeBinary(3),
    [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ].map((b) => Uint8Array.from(b)),
    "void3",
  ],
  dictionary: [f.dictionary(f.float64()), [2.5, 1.5, 2.5], "float64"],
  nulls: [f.float64(), [1, null, 3], "float64"],
  nullBools: [f.bool(), [null, true, null], "bool"],
  list: [
    f.fixedSizeList(f.float32(), 2),
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    "float32",
  ],
  lists: [f.fixedSizeList(f.fixedSizeList(f.int16(), 2), 1), [[[1, 2]], [[3, 4]], [[5, 6]]], "int16"],
  struct: [
    f.struct({ x: f.int32(), y: f.float64() }),
    [
      { x: 1, y: 0.5 },
      { x: 2, y: 1.5 },
      { x: 3, y: null },
    ],
    "struct",
  ],
};
/** Long enough for bitmaps of several bytes; the three values again and again. */
const ROWS = 41;
const long = (values: unknown[]) => Array.from({ length: ROWS }, (_, i) => values[i % 3]);

/** Two batches, so that every column has two pieces. */
const source = f.tableFromColumns(
  Object.fromEntries(
    Object.entries(columns).map(([name, [type, values]]) => [
      name,
      f.columnFromArray(long(values), type, { maxBatchRows: 24 }),
    ]),
  ),
);
const ipc = f.tableToIPC(source, { format: "stream" })!;

const libraries: Record<string, (name: string, from?: number, to?: number) => ArrowColumn> = {
  "apache-arrow": (name, from = 0, to = ROWS) => arrow.tableFromIPC(ipc).slice(from, to).getChild(name)!,
  flechette: (name) => f.tableFromIPC(ipc, { useBigInt: true }).getChild(name),
};
const expected = (name: string): unknown[] => {
  const [, values, , read = values] = columns[name]!;
  return long(read);
};

describe.each(Object.keys(libraries))("%s", (library) => {
  const column = libraries[library]!;

  test.each(Object.keys(columns))("%s", (name) => {
    const [, , dtypeName] = columns[name]!;
    const result = fromArrow(column(name), { nulls: "keep" });
    expect(result.dtype.kind === "struct" ? "struct" : result.dtype.name).toBe(dtypeName);
    const items = expected(name);
    const rows = result.toArray() as unknown[];
    const nulls = ["nulls", "nullBools", "struct"].includes(name);
    const plain = (x: unknown): unknown => (ArrayBuffer.isView(x) ? Array.from(x as Uint8Array) : x);
    rows.forEach((row, i) => {
      if (!nulls) expect(plain(row)).toEqual(plain(items[i]));
      else if (items[i] !== null && name !== "struct") expect(row).toEqual(items[i]);
    });
    expect(result.shape[0]).toBe(ROWS);
  });

  test("nulls are refused by name, kept, or filled", () => {
    expect(() => fromArrow(column("nulls"))).toThrow(/null at 1/);
    try {
      fromArrow(column("nulls"));
    } catch (error) {
      expect(isStridebufError(error, "ConversionError") && error.index).toEqual([1]);
    }
    const filled = fromArrow(column("nulls"), { as: "<f", nulls: { fill: NaN } }).toTypedArray();
    expect([...filled]).toEqual(long([1, NaN, 3]));
    expect([...fromArrow(column("nullBools"), { nulls: { fill: false } }).toTypedArray()]).toEqual(long([0, 1, 0]));
    expect(() => fromArrow(column("struct"))).toThrow(/null at 2/);
    const records = fromArrow(column("struct"), { nulls: { fill: { x: 0, y: -1 } } });
    expect(records.field("y").toArray()).toEqual(long([0.5, 1.5, -1]));
    expect(() => fromArrow(column("nulls"), { as: "b", nulls: { fill: 300 } })).toThrow(RangeError);
  });

  test("chunks have the memory of the column, and masks", () => {
    const pieces = [...chunks(column("nulls"))];
    expect(pieces.map((piece) => piece.length)).toEqual([24, 17]);
    const masks = pieces.flatMap((piece) => piece.mask!.toArray());
    expect(masks).toEqual(long([true, false, true]));
    const plain = column("f64");
    for (const [i, { view, mask }] of [...chunks(plain)].entries()) {
      expect(view.buffer).toBe((plain.data[i]!.values as Float64Array).buffer);
      expect([view.readonly, mask, view.dtype === dtypes.float64]).toEqual([true, null, true]);
    }
  });

  test("conversions go through the column's own type", () => {
    expect(fromArrow(column("dec128"), { as: "<d" }).toArray()).toEqual(long([1.25, -0.05, 3]));
    expect(fromArrow(column("day"), { as: "[numpy:numpy.dtypes:DateTime64DType:8:1]" }).toArray()).toEqual(
      long([0n, BigInt(DAY), BigInt(-DAY)]),
    );
    expect(fromArrow(column("list"), { as: "<d" }).shape).toEqual([ROWS, 2]);
    expect(fromArrow(column("dictionary"), { dictionary: "codes" }).toArray()).toEqual(long([0, 1, 0]));
  });

  test("out is filled, and left alone when something is wrong", () => {
    const out = empty([ROWS * 2], "<f").slice(slice(null, null, 2));
    expect(fromArrow(column("f16"), { out })).toBe(out);
    expect(out.toArray()).toEqual(long([1.5, -2, 0.25]));
    for (const [name, options] of [
      ["nulls", { out }],
      ["f16", { out: empty([ROWS + 1], "<f") }],
      ["f16", { out, as: "<d" }],
      ["f16", { out: out.asReadonly() }],
    ] as const)
      expect(() => fromArrow(column(name), options)).toThrow();
    expect(out.toArray()).toEqual(long([1.5, -2, 0.25]));
    expect(() => fromArrow(column("f16"), { of: out } as object)).toThrow(/no option "of"/);
  });
});

describe("apache-arrow slices", () => {
  test.each(Object.keys(columns))("%s", (name) => {
    const whole = fromArrow(libraries["apache-arrow"]!(name), { nulls: "keep" });
    const cut = fromArrow(libraries["apache-arrow"]!(name, 5, 38), { nulls: "keep" });
    expect(cut.toBytes()).toEqual(whole.slice(slice(5, 38)).toBytes());
    const mask = (from: number, to: number) =>
      [...chunks(libraries["apache-arrow"]!(name, from, to))].flatMap(
        ({ mask, view }) => (mask ? mask.toArray() : new Array(view.shape[0]).fill(true)) as boolean[],
      );
    expect(mask(5, 38)).toEqual(mask(0, ROWS).slice(5, 38));
  });
});

test.each([
  ["decimal32", f.decimal32(9, 2), Int32Array.of(125, -5), ["1.25", "-0.05"]],
  ["decimal64", f.decimal64(18, -1), BigInt64Array.of(125n, -5n), ["1250", "-50"]],
  [
    "days and milliseconds",
    f.interval(f.IntervalUnit.DAY_TIME),
    Int32Array.of(1, 2, 3, 4),
    [
      { days: 1, milliseconds: 2 },
      { days: 3, milliseconds: 4 },
    ],
  ],
  [
    "months, days and nanoseconds",
    f.interval(f.IntervalUnit.MONTH_DAY_NANO),
    Int32Array.of(1, 2, 3, 0),
    [{ months: 1, days: 2, nanoseconds: 3n }],
  ],
])("%s of plain pieces", (_, type, values, items) => {
  const column = { type, length: items.length, nullCount: 0, values };
  expect(fromArrow(column).toArray()).toEqual(items);
});

test("text has no fixed size: a tagged error names the type", () => {
  const words = f.columnFromArray(["a", "bc"], f.utf8());
  for (const column of [words, arrow.vectorFromArray(["a"], new arrow.Utf8())]) {
    const run = () => fromArrow(column);
    expect(run).toThrow(/utf8/);
    try {
      run();
    } catch (error) {
      expect(isStridebufError(error, "UnsupportedFormatError")).toBe(true);
    }
  }
  const coded = arrow.vectorFromArray(["a", "b", "a"]);
  expect(fromArrow(coded, { dictionary: "codes" }).toArray()).toEqual([0, 1, 0]);
});

describe("toArrowData", () => {
  const half = convert(view(new Float32Array([1.5, 70000, -2, 0.5])), "<e");
  const { makeData: make } = arrow;
  const inFlechette = (d: { type: flechette.DataType }): flechette.Batch<unknown> => new (f.batchType(d.type))(d);

  test("float16 and nulls, in both libraries", () => {
    const mask = new Uint8Array([1, 1, 0, 1]);
    const vector = arrow.makeVector(toArrowData(half, { type: new arrow.Float16(), make, mask }));
    expect([...vector]).toEqual([1.5, Infinity, null, 0.5]);
    expect(vector.data[0]!.values.buffer).toBe(half.buffer);
    const table = arrow.tableFromIPC(arrow.tableToIPC(new arrow.Table({ half: vector })));
    expect([...table.getChild("half")!]).toEqual([1.5, Infinity, null, 0.5]);
    const column = new f.Column([toArrowData(half, { type: f.float16(), make: inFlechette, mask })]);
    expect([...column]).toEqual([1.5, Infinity, null, 0.5]);
  });

  const round: [string, StridedView, arrow.DataType, flechette.DataType][] = [
    ["big-endian", view(new Uint8Array([0, 1, 0, 2]), { format: ">H" }), new arrow.Uint16(), f.uint16()],
    ["bool", view(new Uint8Array([1, 0, 1]), { format: "?" }), new arrow.Bool(), f.bool()],
    [
      "matrix",
      view(new Float64Array(6), { shape: [2, 3] }),
      new arrow.FixedSizeList(3, new arrow.Field("item", new arrow.Float64())),
      f.fixedSizeList(f.float64(), 3),
    ],
    [
      "records",
      view(
        new Uint8Array(24).map((_, i) => i % 5),
        { format: "T{<i:x:<d:y:}" },
      ),
      new arrow.Struct([new arrow.Field("x", new arrow.Int32()), new arrow.Field("y", new arrow.Float64())]),
      f.struct({ x: f.int32(), y: f.float64() }),
    ],
    ["decimal", fromArrow(libraries.flechette!("dec128")), new arrow.Decimal(2, 38), f.decimal128(38, 2)],
  ];
  test.each(round)("%s comes back equal", (_, source, apacheType, flechetteType) => {
    const vector = arrow.makeVector(toArrowData(source, { type: apacheType, make }));
    const column = new f.Column([toArrowData(source, { type: flechetteType, make: inFlechette })]);
    const wanted = fromArrow(toArrowData(source));
    for (const read of [vector, column]) {
      const back = fromArrow(read);
      expect(back.shape).toEqual(source.shape);
      expect(back.equals(source)).toBe(true);
    }
    expect(wanted.equals(source)).toBe(true);
  });

  test("what does not fit is refused", () => {
    expect(() => toArrowData(half, { type: new arrow.Float32() })).toThrow(/convert or reshape/);
    expect(() => toArrowData(convert(half, "[ml_dtypes:bfloat16]"))).toThrow(/no type/);
    expect(() => toArrowData(half, { mask: new Uint8Array(3) })).toThrow(/3 items for 4 rows/);
  });
});

describe("the C data interface of parquet-wasm", () => {
  // biome-ignore lint/suspicious/noExplicitAny: the module is loaded when the tests run
  let parquet: any;
  beforeAll(async () => {
    parquet = await import("parquet-wasm");
  });

  /** Types that parquet keeps. */
  const names = [
    "i8",
    "u16",
    "i64",
    "f16",
    "f32",
    "f64",
    "bool",
    "day",
    "stamp",
    "dec128",
    "binary",
    "nulls",
    "nullBools",
    "struct",
  ];
  test("columns of a real file, before and after the memory grows", () => {
    const table = parquet.Table.fromIPCStream(f.tableToIPC(source.select(names), { format: "stream" }));
    const file: Uint8Array = parquet.writeParquet(table);
    const [batch] = parquet.readParquet(file).recordBatches();
    const data = batch.intoFFI();
    const memory: WebAssembly.Memory = parquet.wasmMemory();
    const columnsOf = readCData(memory, data.schemaAddr(), data.arrayAddr());
    expect(columnsOf.children.map((child) => child.name)).toEqual(names);
    const read = (name: string) => fromArrow(columnsOf.getChild(name)!, { nulls: "keep" });
    const live = read("i64");
    const before = names.map((name) => read(name).toBytes());
    memory.grow(16);
    expect(live.toBytes()).toEqual(before[2]);
    for (const [i, name] of names.entries()) {
      expect(read(name).toBytes()).toEqual(before[i]);
      const own = fromArrow(libraries.flechette!(name), { nulls: "keep" });
      if (!["nulls", "nullBools", "struct"].includes(name)) expect(read(name).toBytes()).toEqual(own.toBytes());
    }
    expect([...fromArrow(columnsOf.getChild("nulls")!, { nulls: { fill: -1 } }).toTypedArray()]).toEqual(
      long([1, -1, 3]),
    );
    expect((columnsOf.getChild("stamp")!.type as { timezone?: string }).timezone).toBe("Europe/Zurich");
    data.free();
  });

  test("addresses that lead nowhere", () => {
    expect(() => readCData(parquet.wasmMemory(), 2 ** 31, 8)).toThrow(/C data structures/);
    expect(() => readCData(parquet.wasmMemory(), 0, 8)).toThrow(RangeError);
    expect(() => readCData({} as WebAssembly.Memory, 8, 8)).toThrow(TypeError);
  });
});

test("formats of the C data interface there and back", () => {
  for (const format of [
    "c",
    "C",
    "s",
    "S",
    "i",
    "I",
    "l",
    "L",
    "e",
    "f",
    "g",
    "tiD",
    "tin",
    "tsn:",
    "tsu:",
    "tDm",
    "w:5",
    "d:10,2",
    "d:9,1,32",
    "d:76,5,256",
  ])
    expect(cFormatOf(dtypeOfCFormat(format))).toBe(format);
  expect(dtypeOfCFormat("tdm").name).toBe("datetime64[ms]");
  expect(dtypeOfCFormat("tsu:Europe/Zurich").name).toBe("datetime64[us]");
  expect(cFormatOf(dtype(">i"))).toBeUndefined();
  expect(cFormatOf(dtype("Zf"))).toBeUndefined();
  expect(() => dtypeOfCFormat("u")).toThrow(/utf8/);
  expect(() => dtypeOfCFormat("x")).toThrow(/C data interface/);
  expect(dtypeOfArrow(new arrow.TimestampMicrosecond("UTC")).name).toBe("datetime64[us]");
});
