/**
 * Predictors of big-endian files (TIFF 6.0 section 14; Adobe's Technical Note 3), whose rows geotiff.js adds up as if they were
 * little-endian.
 */

import { stridebufError } from "../../errors.js";
import { contiguous, convert, type DType, dtypes, view, withByteOrder } from "../../index.js";

/** The rows of a tile. */
export interface Rows {
  /** Items per row. */
  readonly length: number;
  /** Items to the same sample of the next pixel. */
  readonly step: number;
  /** What an item is. */
  readonly dtype: DType;
}

/** Items as they lie in memory. */
export interface Items {
  readonly bytes: Uint8Array;
  readonly order: "little" | "big";
}

/** No predictor. */
export const NONE = 1;
const HORIZONTAL = 2;
const FLOATING_POINT = 3;

const words = { 1: dtypes.uint8, 2: dtypes.uint16, 4: dtypes.uint32 };

/**
 * The items of a tile of a big-endian file.
 *
 * @param tile - as its decoder gives it
 * @throws UnsupportedFormatError for a predictor that such items do not have
 */
export function withoutPredictor(predictor: number, tile: Uint8Array, rows: Rows): Items {
  const { dtype } = rows;
  const word = words[dtype.itemsize as keyof typeof words];
  if (predictor === NONE) return { bytes: tile, order: "big" };
  if (predictor === FLOATING_POINT) return fromPlanes(tile, rows);
  if (predictor === HORIZONTAL && word !== undefined) return fromWords(tile, rows, word);
  const feature = `predictor ${predictor} of ${dtype.name} in a big-endian file`;
  throw stridebufError("UnsupportedFormatError", `${feature} cannot be undone`, {
    format: dtype.name,
    index: 0,
    feature,
  });
}

/** Each word is the difference to the one before it, whatever the items are. */
function fromWords(tile: Uint8Array, { length, step }: Rows, word: DType): Items {
  const sums = convert(view(tile, { format: withByteOrder(word, "big") }), word).toTypedArray() as Uint32Array;
  addRows(sums, length, step);
  return { bytes: new Uint8Array(sums.buffer, sums.byteOffset, sums.byteLength), order: "little" };
}

/** Rows of their items' first bytes, then of their second ones and so on, each byte the difference to the one before it. */
function fromPlanes(tile: Uint8Array, { length, step, dtype: { itemsize } }: Rows): Items {
  const bytes = tile.slice();
  addRows(bytes, length * itemsize, step);
  const planes = view(bytes).reshape([-1, itemsize, length]);
  return { bytes: contiguous(planes.transpose([0, 2, 1])).toTypedArray() as Uint8Array, order: "big" };
}

function addRows(items: Uint8Array | Uint32Array, length: number, step: number): void {
  for (let start = 0; start < items.length; start += length) {
    const end = Math.min(start + length, items.length);
    for (let i = start + step; i < end; i++) items[i]! += items[i - step]!;
  }
}
