/** Columns of apache-arrow, flechette and the C data interface as views. */

import { dtype } from "../../dtype/read.js";
import { empty, type StridedView, view } from "../../index.js";
import { requireKnownOptions } from "../../options.js";
import { slice } from "../../shared.js";
import { argumentError } from "../../view/checks.js";
import { READ_OPTIONS, type ReadOptions, requireOut } from "../out.js";
import { type ArrowColumn, type ArrowData, eachPiece, piecesOf } from "./chunk.js";
import { itemOf, itemsOf, validItems } from "./items.js";
import { encoded, hasNulls, type Nulls, refuseNulls, writeItems } from "./nulls.js";
import { type ArrowType, TypeId } from "./types.js";

/** What to do about items that are not valid. */
export interface FromArrowOptions extends ReadOptions {
  /** `"error"` (the default), `"keep"` (what memory holds there, which Arrow leaves undefined) or `{ fill: value }`. */
  readonly nulls?: Nulls;
  /** Of a dictionary: its values (the default) or its codes. */
  readonly dictionary?: "values" | "codes";
}

const OPTIONS = [...READ_OPTIONS, "nulls", "dictionary"];

/**
 * A column as one view: `[length]`, and an axis more for every level of fixed-size lists. The column's own memory
 * (read-only, no copy) when it is one piece, needs no conversion and has no nulls to fill; booleans, dictionaries and
 * structs are always copied. Columns of apache-arrow, flechette and {@link readCData} are read alike, sliced ones too.
 *
 * @param column - `Vector` of apache-arrow, `Column` of flechette, a {@link CDataColumn}, or one piece of these
 * @throws UnsupportedFormatError for items without a fixed number of bytes; ConversionError for nulls, unless `nulls` says
 * what becomes of them; LayoutError when `out` has another shape or dtype or is read-only; BoundsError for buffers that are
 * shorter than the column and codes outside of their dictionary. `out` is untouched then.
 *
 * @example
 * const prices = table.getChild("price"); // decimal128
 * fromArrow(prices, { as: "float64", nulls: { fill: NaN } }).toArray(); // [1.5, NaN, 2.25]
 */
export function fromArrow(column: ArrowColumn | ArrowData, options: FromArrowOptions = {}): StridedView {
  requireKnownOptions(options, OPTIONS);
  const { as, out, nulls = "error", dictionary = "values" } = options;
  const fill = fillOf(nulls);
  if (dictionary !== "values" && dictionary !== "codes")
    throw argumentError("options.dictionary", '"values" or "codes"', dictionary);
  const pieces = dictionary === "codes" ? piecesOf(column).map(codesPiece) : piecesOf(column);
  const type = dictionary === "codes" ? codeType(column.type) : column.type;
  const { axes, dtype: own } = itemOf(type);
  const to = as === undefined ? (out?.dtype ?? own) : dtype(as);
  const shape = [pieces.reduce((n, piece) => n + piece.length, 0), ...axes];
  if (out !== undefined) requireOut(out, to, shape);
  if (nulls === "error") eachPiece(pieces, (piece, first) => refuseNulls(piece, to, first));
  const filler = fill === undefined ? undefined : encoded(to, fill);
  if (out === undefined && pieces.length === 1 && to === own && (fill === undefined || !hasNulls(pieces[0]!)))
    return itemsOf(pieces[0]!);
  // A piece that cannot be read is found before the first one is written.
  const items = pieces.map(itemsOf);
  const result = out ?? empty(shape, to);
  eachPiece(pieces, (piece, start, i) => {
    writeItems(result.slice(slice(start, start + piece.length)), items[i]!, piece, filler);
  });
  return result;
}

/** A piece of a column, and which of its items are there. */
export interface ArrowChunk {
  /** Items. */
  readonly length: number;
  /** The items, of the column's own type and memory where a view can show it, read-only then. */
  readonly view: StridedView;
  /** True where an item is valid, of the shape of `view`; null where none is null. */
  readonly mask: StridedView | null;
}

/**
 * The pieces of a column one by one, each with its mask: what can be worked on without joining them.
 *
 * @throws UnsupportedFormatError for items without a fixed number of bytes; BoundsError as {@link fromArrow}
 *
 * @example
 * const pieces = [...chunks(table.getChild("price"))];
 * pieces.map(({ length, mask }) => [length, mask?.toArray()]); // [[3, [true, false, true]]]
 */
export function* chunks(column: ArrowColumn | ArrowData): Generator<ArrowChunk, void, undefined> {
  for (const piece of piecesOf(column)) {
    const items = itemsOf(piece);
    const valid = validItems(piece);
    const mask = valid === null ? null : view(valid, { format: "?", shape: items.shape });
    yield { length: piece.length, view: items, mask };
  }
}

/** The value to write at nulls; undefined for none. */
function fillOf(nulls: unknown): unknown {
  if (nulls === "error" || nulls === "keep") return undefined;
  const fill = typeof nulls === "object" && nulls !== null ? (nulls as { fill?: unknown }).fill : undefined;
  if (fill === undefined) throw argumentError("options.nulls", '"error", "keep" or { fill: a value }', nulls);
  return fill;
}

function codeType(type: ArrowType): ArrowType {
  if (type?.typeId === TypeId.dictionary && type.indices !== undefined) return type.indices;
  throw argumentError("options.dictionary", '"codes" with a dictionary', "codes");
}

/** The codes of a dictionary as a column of integers. */
function codesPiece(piece: ArrowData): ArrowData {
  const { length, nullCount, offset = 0, values = null } = piece;
  return {
    type: codeType(piece.type),
    length,
    nullCount,
    offset,
    values,
    validity: piece.nullBitmap ?? piece.validity ?? null,
  };
}
