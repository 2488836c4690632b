/** Results of DuckDB, fetched before: the chunks' columns as typed arrays. */
import { DuckDBInstance } from "@duckdb/node-api";
import { empty } from "stridebuf";
import { fromDuckDB } from "stridebuf/duckdb";
import { version } from "../version.mjs";

const library = version("@duckdb/node-api");

async function read(job, rows, sql, shape, type, theirs) {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const chunks = await (await connection.stream(`SELECT ${sql} FROM range(${rows}) t(i)`)).fetchAllChunks();
  const out = empty(shape, type);
  const values = out.toTypedArray();
  return {
    library,
    job,
    way: "`getColumnValues` of each chunk",
    theirs: () => theirs(chunks),
    ours() {
      fromDuckDB(chunks, 0, { out });
      return values;
    },
  };
}

/** One number of each value. */
const numbers = (rows, number) => (chunks) => {
  const result = new Float64Array(rows);
  let at = 0;
  for (const chunk of chunks) for (const value of chunk.getColumnValues(0)) result[at++] = number(value);
  return result;
};

const ROWS = 100_000;
export const lists = () =>
  read(
    "100,000 FLOAT[8] → one matrix",
    ROWS,
    "[i, i+1, i+2, i+3, i+4, i+5, i+6, i+7]::FLOAT[8]",
    [ROWS, 8],
    "<f",
    (chunks) => {
      const result = new Float32Array(ROWS * 8);
      let row = 0;
      for (const chunk of chunks) for (const value of chunk.getColumnValues(0)) result.set(value.items, 8 * row++);
      return result;
    },
  );
export const bigint = () => read("100,000 BIGINT → float64", ROWS, "i * 1000003", [ROWS], "<d", numbers(ROWS, Number));
export const timestamp = () =>
  read(
    "100,000 TIMESTAMP → int64, microseconds",
    ROWS,
    "TIMESTAMP '2026-01-01' + INTERVAL (i) SECOND",
    [ROWS],
    "[numpy:numpy.dtypes:DateTime64DType:9:1]",
    numbers(ROWS, ({ micros }) => Number(micros)),
  );
