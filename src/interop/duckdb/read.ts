/** Columns of DuckDB's chunks as views. */

import type { StridedView } from "../../index.js";
import { argumentError, integer } from "../../view/checks.js";
import { packBits } from "../arrow/bits.js";
import type { ArrowData } from "../arrow/chunk.js";
import { type FromArrowOptions, fromArrow } from "../arrow/read.js";
import { type ArrowType, TypeId } from "../arrow/types.js";
import { arrowTypeOf, type DuckDBTypeLike, decimalSize } from "./types.js";

/** `DuckDBDataChunk` of @duckdb/node-api. */
export interface DuckDBChunk {
  /** Columns. */
  readonly columnCount: number;
  /** Rows. */
  readonly rowCount: number;
  /** One column. */
  getColumnVector(columnIndex: number): object;
}

/** How {@link fromDuckDB} reads. */
export type FromDuckDBOptions = Omit<FromArrowOptions, "dictionary">;

/** What the vectors of @duckdb/node-api keep, by their kinds. */
interface Vector {
  readonly type: DuckDBTypeLike;
  readonly itemCount: number;
  readonly validity: { readonly data: BigUint64Array | null; readonly offset: number };
  readonly items?: ArrayBufferView;
  readonly dataView?: DataView;
  readonly childData?: Vector;
  readonly entryVectors?: readonly Vector[];
}

/**
 * A column of one chunk, or of several as one, read from the chunks' own memory without a value per item: `[rows]`, and an axis
 * more for every level of ARRAY. The result is in new memory or in `out`; it outlives the chunks.
 *
 * @param chunks - what `result.fetchChunk()` or `result.fetchAllChunks()` gave; the chunks of one result
 * @param column - index of the column
 * @throws UnsupportedFormatError for types that a view cannot show ({@link dtypeOfDuckDB}); ConversionError for nulls, unless
 * `nulls` says what becomes of them; LayoutError when `out` has another shape or dtype or is read-only; TypeError for no chunks;
 * RangeError for a column that is not there. `out` is untouched then
 *
 * @example
 * const result = await connection.run("SELECT unnest([1.5, NULL])"); // decimals
 * const price = fromDuckDB(await result.fetchAllChunks(), 0, { as: "float64", nulls: { fill: NaN } });
 * price.toArray(); // [1.5, NaN]
 */
export function fromDuckDB(
  chunks: DuckDBChunk | readonly DuckDBChunk[],
  column: number,
  options: FromDuckDBOptions = {},
): StridedView {
  const list = (Array.isArray(chunks) ? chunks : [chunks]) as readonly DuckDBChunk[];
  for (const chunk of list)
    if (typeof chunk?.getColumnVector !== "function")
      throw argumentError("chunks", "chunks of @duckdb/node-api", chunk, true);
  if (list.length === 0) throw argumentError("chunks", "at least one chunk", chunks, true);
  if (integer("column", column, 0) >= list[0]!.columnCount)
    throw argumentError("column", `an index below ${list[0]!.columnCount}`, column);
  const data = list.map((chunk) => pieceOf(chunk.getColumnVector(column) as Vector));
  const length = data.reduce((sum, piece) => sum + piece.length, 0);
  const items = fromArrow({ type: data[0]!.type, length, data }, options);
  // A view of one piece would show memory that DuckDB takes back with the chunk.
  return options.out === undefined && data.length === 1 ? (items.copied("C") as StridedView) : items;
}

/** A vector as Arrow has it: booleans as bits, decimals of 2 bytes as 4. */
function pieceOf({ type, itemCount, validity, items, dataView, childData, entryVectors }: Vector): ArrowData {
  const arrow = arrowTypeOf(type);
  const { data } = validity;
  return {
    type: arrow,
    length: itemCount,
    nullCount: data === null ? 0 : -1,
    validity: data && new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    values: valuesOf(type, arrow, items ?? dataView),
    children: childData === undefined ? (entryVectors?.map(pieceOf) ?? null) : [pieceOf(childData)],
  };
}

function valuesOf(type: DuckDBTypeLike, arrow: ArrowType, values: ArrayBufferView | undefined): ArrayBufferView | null {
  if (values === undefined) return null;
  const { buffer, byteOffset, byteLength } = values;
  if (arrow.typeId === TypeId.bool) return packBits(new Uint8Array(buffer, byteOffset, byteLength));
  if (arrow.typeId === TypeId.decimal && type.width !== undefined && decimalSize(type).bytes === 2)
    return Int32Array.from(new Int16Array(buffer, byteOffset, byteLength / 2));
  return values;
}
