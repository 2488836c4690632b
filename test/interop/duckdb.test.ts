/** stridebuf/duckdb on results of @duckdb/node-api, value by value beside its own getters. */
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { dtypes, empty } from "stridebuf";
import { dtypeOfDuckDB, fromDuckDB } from "stridebuf/duckdb";
import { beforeAll, describe, expect, test } from "vitest";

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await (await DuckDBInstance.create(":memory:")).connect();
});
const chunksOf = async (sql: string) => (await connection.stream(sql)).fetchAllChunks();
/** A column of 5000 rows, which are three chunks. */
const rows = (value: string) => chunksOf(`SELECT ${value} FROM range(5000) t(i)`);

describe("types", () => {
  test.each([
    ["(i % 100)::TINYINT", "int8"],
    ["(i % 200)::UTINYINT", "uint8"],
    ["i::SMALLINT - 2500", "int16"],
    ["i::USMALLINT", "uint16"],
    ["i::INTEGER * -7", "int32"],
    ["i::UINTEGER", "uint32"],
    ["i::BIGINT * 1000000007", "int64"],
    ["i::UBIGINT", "uint64"],
    ["i::FLOAT / 3", "float32"],
    ["i::DOUBLE / 3", "float64"],
    ["i % 3 = 0", "bool"],
  ] as const)("%s", async (sql, name) => {
    const chunks = await rows(sql);
    const column = fromDuckDB(chunks, 0);
    expect([column.dtype, column.shape]).toEqual([dtypes[name], [5000]]);
    expect(column.toArray()).toEqual(chunks.flatMap((chunk) => chunk.getColumnValues(0)));
    const one = fromDuckDB(chunks[1]!, 0);
    expect(one.toArray()).toEqual(chunks[1]!.getColumnValues(0));
    expect(one.readonly).toBe(false);
  });

  test.each([
    ["TIMESTAMP '2026-11-24 10:00:00.123456' + INTERVAL (i) SECOND", "us", "micros"],
    ["(TIMESTAMP '2026-11-24 10:00:00' + INTERVAL (i) SECOND)::TIMESTAMP_S", "s", "seconds"],
    ["(TIMESTAMP '2026-11-24 10:00:00' + INTERVAL (i) SECOND)::TIMESTAMP_MS", "ms", "millis"],
    ["(TIMESTAMP '2026-11-24 10:00:00' + INTERVAL (i) SECOND)::TIMESTAMP_NS", "ns", "nanos"],
  ])("%s", async (sql, unit, property) => {
    const chunks = await rows(sql);
    const column = fromDuckDB(chunks, 0);
    expect(column.dtype.name).toBe(`datetime64[${unit}]`);
    const theirs = chunks.flatMap((chunk) => chunk.getColumnValues(0)) as unknown as Record<string, bigint>[];
    expect(column.toArray()).toEqual(theirs.map((value) => value[property]));
  });

  test.each([
    ["(i / 100)::DECIMAL(4,1)", 4],
    ["(i / 7)::DECIMAL(9,3)", 9],
    ["(i / 7)::DECIMAL(18,5)", 18],
    ["(i / 7)::DECIMAL(38,10)", 38],
  ])("%s", async (sql) => {
    const chunks = await rows(sql);
    const theirs = chunks.flatMap((chunk) => chunk.getColumnValues(0)).map((value) => Number(String(value)));
    expect(fromDuckDB(chunks, 0, { as: "<d" }).toArray()).toEqual(theirs);
  });

  test("hugeint, date, time and enum", async () => {
    await connection.run("CREATE TYPE color AS ENUM ('red', 'green', 'blue')");
    const chunks = await chunksOf(
      "SELECT (-170::HUGEINT) * 1000000, DATE '1970-01-03', TIME '00:00:01', 'green'::color FROM range(3)",
    );
    expect(fromDuckDB(chunks, 0, { as: "<q" }).toArray()).toEqual([-170000000n, -170000000n, -170000000n]);
    expect(fromDuckDB(chunks, 1).toArray()).toEqual([2, 2, 2]);
    expect(fromDuckDB(chunks, 2).toArray()).toEqual([1000000n, 1000000n, 1000000n]);
    expect(fromDuckDB(chunks, 3).toArray()).toEqual([1, 1, 1]);
  });
});

describe("nested columns", () => {
  test("arrays are axes, structs records", async () => {
    const chunks = await chunksOf(
      "SELECT [i, i + 1, i + 2]::FLOAT[3], {a: i::INTEGER, b: i / 2.0::DOUBLE, ok: i % 2 = 0} FROM range(3000) t(i)",
    );
    const lists = fromDuckDB(chunks, 0);
    expect(lists.shape).toEqual([3000, 3]);
    expect(lists.slice("2999").toArray()).toEqual([2999, 3000, 3001]);
    const records = fromDuckDB(chunks, 1);
    expect(records.get(2501)).toEqual({ a: 2501, b: 1250.5, ok: false });
    const out = empty([3, 3000], "<h").transpose();
    expect(fromDuckDB(chunks, 0, { out })).toBe(out);
    expect(out.slice("7").toArray()).toEqual([7, 8, 9]);
  });

  test("arrays of arrays", async () => {
    const chunks = await chunksOf("SELECT [[i, 1], [2, i]]::INTEGER[2][2] FROM range(70) t(i)");
    expect(fromDuckDB(chunks, 0).slice("69").toArray()).toEqual([
      [69, 1],
      [2, 69],
    ]);
  });
});

test("nulls are refused, filled or kept", async () => {
  const chunks = await rows("CASE WHEN i % 7 = 3 THEN NULL ELSE i END");
  expect(() => fromDuckDB(chunks, 0)).toThrow(expect.objectContaining({ name: "ConversionError", index: [3] }));
  const filled = fromDuckDB(chunks, 0, { as: "<d", nulls: { fill: Number.NaN } }).toArray();
  expect(filled).toEqual(chunks.flatMap((c) => c.getColumnValues(0)).map((v) => (v === null ? NaN : Number(v))));
  expect(fromDuckDB(chunks, 0, { nulls: "keep" }).get(4999)).toBe(4999n);
  const out = empty([5000], "<q");
  expect(() => fromDuckDB(chunks, 0, { out })).toThrow();
  expect(out.toBytes().every((byte) => byte === 0)).toBe(true);
});

test.each(["'text'", "[1, 2]", "INTERVAL 1 DAY", "uuid()", "1::UHUGEINT", "MAP {'a': 1}", "'a'::BLOB"])(
  "%s has no items",
  async (sql) => {
    const chunks = await chunksOf(`SELECT ${sql}`);
    expect(() => fromDuckDB(chunks, 0)).toThrow(expect.objectContaining({ name: "UnsupportedFormatError" }));
  },
);

test("wrong arguments", async () => {
  const chunks = await chunksOf("SELECT 1");
  expect(() => fromDuckDB(chunks, 1)).toThrow(RangeError);
  expect(() => fromDuckDB([], 0)).toThrow(TypeError);
  expect(() => fromDuckDB({} as never, 0)).toThrow(TypeError);
  expect(() => fromDuckDB(chunks, 0, { to: "<d" } as never)).toThrow(TypeError);
  expect(() => fromDuckDB(chunks, 0, { out: empty([2], "<d") })).toThrow(expect.objectContaining({ reason: "shape" }));
  expect(() => dtypeOfDuckDB(null as never)).toThrow(TypeError);
});
