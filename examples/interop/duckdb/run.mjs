/**
 * Every 4th parallel of the EGM96 geoid grid in DuckDB as a FLOAT[1440]: a query's result as one view, its chunks read without a value
 * per number. Usage: npm run build && npm ci --prefix test/interop && node examples/interop/duckdb/run.mjs
 */
import { readFileSync } from "node:fs";
import { ARRAY, arrayValue, DuckDBInstance, FLOAT } from "@duckdb/node-api";
import { convert, view } from "stridebuf";
import { fromDuckDB } from "stridebuf/duckdb";

const file = readFileSync(new URL("../../data/egm96_15.gtx", import.meta.url));
const grid = view(file, { format: ">f", shape: [721, 1440], byteOffset: 40 });
const heights = convert(grid.slice("::4"), "<f");
const connection = await (await DuckDBInstance.create(":memory:")).connect();
await connection.run("CREATE TABLE parallels (latitude DOUBLE, heights FLOAT[1440])");
const appender = await connection.createAppender("parallels");
for (const [i, row] of heights.toArray().entries()) {
  appender.appendDouble(i - 90);
  appender.appendArray(arrayValue(row), ARRAY(FLOAT, 1440));
  appender.endRow();
}
appender.closeSync();

const northern = await connection.run("SELECT latitude, heights FROM parallels WHERE latitude >= 0 ORDER BY latitude");
const chunks = await northern.fetchAllChunks();
console.log("chunks:", chunks.length, "rows:", northern.rowCount);
const rows = fromDuckDB(chunks, 1);
console.log("heights:", rows.shape, rows.dtype.name, "equal:", rows.equals(heights.slice("90:")));
console.log("latitudes as float32:", fromDuckDB(chunks, 0, { as: "<f" }).toTypedArray().slice(-3));

const means = await connection.run("SELECT list_aggregate(heights, 'avg') FROM parallels ORDER BY latitude");
const mean = fromDuckDB(await means.fetchAllChunks(), 0);
console.log(
  "means of the parallels:",
  mean.shape,
  mean
    .slice("::45")
    .toArray()
    .map((x) => x.toFixed(3)),
);
