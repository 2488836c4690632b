/** The recipe of docs/interop.md for hyparquet, on files that parquet-wasm writes. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as arrow from "apache-arrow";
import { Table, WriterPropertiesBuilder, writeParquet } from "parquet-wasm";
import { convert, type DType, dtype, type StridedView, view } from "stridebuf";
import { toArrowData } from "stridebuf/arrow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const out = fileURLToPath(new URL("out/", import.meta.url));
mkdirSync(out, { recursive: true });
const folder = mkdtempSync(join(out, "hyparquet-"));
afterAll(() => rmSync(folder, { recursive: true }));

type Read = (file: object, name: string, stored: string, options?: { as: string | DType }) => Promise<StridedView>;
let readColumn: Read;
beforeAll(async () => {
  const docs = readFileSync(new URL("../../docs/interop.md", import.meta.url), "utf8");
  const recipe = /^## Parquet[\s\S]*?```js\n([\s\S]*?)```/m.exec(docs)![1]!;
  const path = join(folder, "recipe.mjs");
  writeFileSync(path, recipe);
  ({ readColumn } = await import(/* @vite-ignore */ path));
});

const rows = 3000;
const half = convert(view(Float32Array.from({ length: rows }, (_, i) => (i % 500) / 8 - 20)), "<e");
const micros = BigInt64Array.from({ length: rows }, (_, i) => BigInt(i) * 10n ** 12n - 1n);
const cents = BigInt64Array.from({ length: rows }, (_, i) => BigInt(i - 40) * 125n);

/** Decimals of Arrow have 128 bits. */
const wide = BigInt64Array.from({ length: 2 * rows }, (_, i) => (i % 2 ? cents[i >> 1]! >> 63n : cents[i >> 1]!));
const columns = {
  half: [new arrow.Float16(), toArrowData(half, { type: new arrow.Float16(), make: arrow.makeData })],
  time: [new arrow.TimestampMicrosecond(), arrow.makeData({ type: new arrow.TimestampMicrosecond(), data: micros })],
  price: [
    new arrow.Decimal(2, 18),
    arrow.makeData({ type: new arrow.Decimal(2, 18), length: rows, data: new Uint32Array(wide.buffer) }),
  ],
} as unknown as Record<string, [arrow.DataType, arrow.Data]>;

function fileOf(nullable: boolean, dictionary: boolean) {
  const fields = Object.entries(columns).map(([name, [type]]) => new arrow.Field(name, type, nullable));
  const children = Object.values(columns).map(([, data]) => data);
  const struct = arrow.makeData({ type: new arrow.Struct(fields), length: rows, children });
  const schema = new arrow.Schema(fields);
  const stream = arrow.tableToIPC(new arrow.Table(schema, [new arrow.RecordBatch(schema, struct as never)]), "stream");
  const properties = new WriterPropertiesBuilder().setDictionaryEnabled(dictionary).setMaxRowGroupSize(700).build();
  const { buffer } = writeParquet(Table.fromIPCStream(stream), properties).slice();
  return { byteLength: buffer.byteLength, slice: (from: number, to?: number) => buffer.slice(from, to) };
}

describe.each([false, true])("columns that may hold nulls: %s", (nullable) => {
  test.each([false, true])("in a dictionary: %s", async (dictionary) => {
    const file = fileOf(nullable, dictionary);
    expect((await readColumn(file, "half", "<e")).toBytes()).toEqual(half.toBytes());
    expect((await readColumn(file, "half", "<e", { as: "<d" })).toArray()).toEqual(convert(half, "<d").toArray());
    const time = await readColumn(file, "time", "M8[us]");
    expect(time.dtype).toBe(dtype("M8[us]"));
    expect(time.reinterpret("<q").toTypedArray()).toEqual(micros);
    const price = await readColumn(file, "price", "<q");
    expect(price.toTypedArray()).toEqual(cents);
    expect(convert(price, "<d", { scale: 0.01 }).get(7)).toBeCloseTo(-41.25, 9);
  });
});
