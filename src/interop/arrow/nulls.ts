/** What stands where a column has nulls. */

import type { DType } from "../../dtype/dtype.js";
import { stridebufError } from "../../errors.js";
import { contiguous, copy, empty, type StridedView, view } from "../../index.js";
import type { ArrowData } from "./chunk.js";
import { validItems } from "./items.js";
import { type ArrowType, arrowTypeName, TypeId } from "./types.js";

/** Refuses nulls; leaves what memory holds there, which is undefined; or writes a value of the result's dtype. */
export type Nulls = "error" | "keep" | { readonly fill: unknown };

interface Part {
  readonly piece: ArrowData;
  readonly dst: StridedView | undefined;
  /** One item with the value for nulls. */
  readonly fill: StridedView | undefined;
}

/** A piece, and the fields of the structs that it holds: whatever has nulls of its own. */
function* partsOf(piece: ArrowData, dst?: StridedView, fill?: StridedView): Generator<Part, void, undefined> {
  let struct: ArrowData | undefined = piece;
  while (struct?.type.typeId === TypeId.fixedSizeList) struct = struct.children?.[0];
  if (struct?.type.typeId === TypeId.struct)
    for (const [i, { name }] of (struct.type.children ?? []).entries()) {
      if (dst !== undefined && !dst.dtype.fields?.some((field) => field.name === name)) continue;
      yield* partsOf(struct.children![i]!, dst?.field(name), fill?.field(name));
    }
  yield { piece, dst, fill };
}

/** Whether any item, or a field of one, is null. */
export const hasNulls = (piece: ArrowData): boolean =>
  [...partsOf(piece)].some((part) => validItems(part.piece)?.includes(0) === true);

/**
 * @param first - the row that the piece begins with
 * @throws ConversionError naming a null
 */
export function refuseNulls(piece: ArrowData, to: DType, first: number): void {
  for (const part of partsOf(piece)) {
    const valid = validItems(part.piece);
    const at = valid?.indexOf(0) ?? -1;
    if (at < 0) continue;
    const from = arrowTypeName(part.piece.type);
    const row = first + Math.floor((at * piece.length) / valid!.length);
    const text = `Arrow's ${from} has a null at ${row}: options.nulls says what becomes of it ("keep" or { fill })`;
    throw stridebufError("ConversionError", text, { from, to: to.format, index: [row] });
  }
}

/** One item that holds a value. @throws TypeError, RangeError for a value that `type` cannot hold */
export function encoded(type: DType, value: unknown): StridedView {
  const item = empty([], type);
  item.set(value as never);
  return item;
}

/** Writes the items of a piece, converted, and `fill` over nulls. */
export function writeItems(dst: StridedView, items: StridedView, piece: ArrowData, fill?: StridedView): void {
  copy(dst, asCounts(items, piece.type, dst.dtype));
  if (fill === undefined) return;
  for (const part of partsOf(piece, dst, fill)) fillNulls(part.dst!, validItems(part.piece), part.fill!);
}

/** `fill` may be a list of items, whose axes are the last ones of `dst`. */
function fillNulls(dst: StridedView, valid: Uint8Array | null, fill: StridedView): void {
  if (valid === null || !valid.includes(0)) return;
  const { itemsize } = dst;
  const values = fill.toBytes();
  const whole = contiguous(dst);
  const bytes = new Uint8Array(whole.buffer, whole.byteOffset, whole.nbytes);
  for (let i = 0; i < dst.size; i++) {
    if (valid[i] !== 0) continue;
    const at = (i % fill.size) * itemsize;
    for (let k = 0; k < itemsize; k++) bytes[i * itemsize + k] = values[at + k]!;
  }
  if (whole !== dst) copy(dst, whole);
}

/** Dates and times of day, which are plain integers, as NumPy's types of the same count. */
const counts: Readonly<Record<number, (type: ArrowType) => string>> = {
  [TypeId.date]: () => "[numpy:numpy.dtypes:DateTime64DType:4:1]",
  [TypeId.time]: (type) => `[numpy:numpy.dtypes:TimeDelta64DType:${(7 + type.unit!).toString(16)}:1]`,
};

/** The items as what they count, when the destination is a date or a duration. */
function asCounts(items: StridedView, type: ArrowType, to: DType): StridedView {
  const name = to.unit && items.dtype.unit === undefined ? counts[type.typeId]?.(type) : undefined;
  if (name === undefined) return items;
  const wide = empty(items.shape, "q");
  copy(wide, items);
  return view(wide.toTypedArray(), { format: name }).reshape(items.shape);
}
