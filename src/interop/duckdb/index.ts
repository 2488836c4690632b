/** stridebuf/duckdb: columns of @duckdb/node-api's chunks as views. No library is imported. */

export { type DuckDBChunk, type FromDuckDBOptions, fromDuckDB } from "./read.js";
export { type DuckDBTypeLike, dtypeOfDuckDB } from "./types.js";
