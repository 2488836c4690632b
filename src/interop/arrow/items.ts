/**
 * The items of a piece as one view, and which of them are null. Numbers, dates, decimals, fixed binary and lists of them
 * are shown where they lie; bits, dictionaries and structs, which lie as no strided view can show, are copied.
 */

import type { DType } from "../../dtype/dtype.js";
import { stridebufError } from "../../errors.js";
import { copy, empty, type StridedView, view } from "../../index.js";
import { slice } from "../../shared.js";
import { unpackBits } from "./bits.js";
import {
  type ArrowColumn,
  type ArrowData,
  bytesNow,
  eachPiece,
  piecesOf,
  requireBits,
  validityOf,
  valuesView,
} from "./chunk.js";
import { type ArrowType, arrowTypeName, childType, dtypeOfArrow, TypeId, widthOf } from "./types.js";

/** What the items of a column are, with the axes of fixed-size lists taken off: they become axes of the view. */
export function itemOf(type: ArrowType): { readonly axes: readonly number[]; readonly dtype: DType } {
  if (type.typeId === TypeId.dictionary) return itemOf(type.dictionary!);
  if (type.typeId !== TypeId.fixedSizeList) return { axes: [], dtype: dtypeOfArrow(type) };
  const { axes, dtype } = itemOf(childType(type));
  return { axes: [widthOf(type), ...axes], dtype };
}

/** The items, `[length, …axes]`, as they are in memory: what stands at nulls is undefined. */
export function itemsOf(piece: ArrowData): StridedView {
  const { type, length } = piece;
  switch (type.typeId) {
    case TypeId.bool:
      return view(bits(piece), { format: "?" });
    case TypeId.dictionary:
      return decoded(piece);
    case TypeId.struct:
      return records(piece);
    case TypeId.fixedSizeList: {
      const items = itemsOf(child(piece, 0)).slice(slice(0, length * widthOf(type)));
      return items.reshape([length, widthOf(type), ...items.shape.slice(1)]);
    }
  }
  return valuesView(piece, dtypeOfArrow(type));
}

function bits({ values, offset = 0, length, ...rest }: ArrowData): Uint8Array<ArrayBuffer> {
  if (length === 0) return new Uint8Array(0);
  const bytes = values ? bytesNow(values) : new Uint8Array(0);
  return unpackBits(requireBits(bytes, offset + length, { ...rest, length }), offset, length);
}

function child(piece: ArrowData, index: number): ArrowData {
  const found = piece.children?.[index];
  const { length, type } = piece;
  const expected = type.typeId === TypeId.fixedSizeList ? length * widthOf(type) : length;
  if (found !== undefined && found.length >= expected) return found;
  const text = `child ${index} of Arrow's ${arrowTypeName(type)} has ${found?.length ?? 0} items of ${expected}`;
  throw stridebufError("BoundsError", text, { index });
}

/** Packed records, gathered from the columns of a struct. */
function records(piece: ArrowData): StridedView {
  const { type, length } = piece;
  const result = empty([length], dtypeOfArrow(type));
  (type.children ?? []).forEach(({ name }, index) => {
    copy(result.field(name), itemsOf(child(piece, index)).slice(slice(0, length)));
  });
  return result;
}

/** The codes of a dictionary, where they lie. */
export const codesOf = (piece: ArrowData): StridedView => valuesView(piece, dtypeOfArrow(piece.type.indices!));

function dictionaryOf(piece: ArrowData): ArrowColumn {
  if (piece.dictionary) return piece.dictionary;
  throw new TypeError('"column" expected a dictionary with its values, got codes alone');
}

/** All items of a column in one view: its own memory when that is one piece. */
export function joined(column: ArrowColumn | ArrowData): StridedView {
  const pieces = piecesOf(column);
  if (pieces.length === 1) return itemsOf(pieces[0]!);
  const { axes, dtype } = itemOf(column.type);
  const result = empty([column.length, ...axes], dtype);
  eachPiece(pieces, (piece, start) => copy(result.slice(slice(start, start + piece.length)), itemsOf(piece)));
  return result;
}

/** The value of every code; at nulls the first one. */
function decoded(piece: ArrowData): StridedView {
  const values = joined(dictionaryOf(piece));
  const { axes, dtype } = itemOf(piece.type);
  const result = empty([piece.length, ...axes], dtype);
  const width = axes.reduce((a, n) => a * n, dtype.itemsize);
  const from = values.toBytes();
  const to = new Uint8Array(result.buffer);
  const places = placesOf(piece, values.shape[0]!);
  const word = ({ 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array } as const)[width as 1 | 2 | 4 | 8];
  if (word !== undefined) {
    const [source, target] = [new word(from.buffer), new word(result.buffer as ArrayBuffer)];
    if (source.length > 0) for (let i = 0; i < places.length; i++) target[i] = source[places[i]!]!;
  } else
    for (let i = 0; i < places.length; i++)
      to.set(from.subarray(places[i]! * width, (places[i]! + 1) * width), i * width);
  return result;
}

/** @throws BoundsError for a code that is not null and has no value */
function placesOf(piece: ArrowData, count: number): Float64Array {
  const places = Float64Array.from(
    codesOf(piece).toTypedArray() as Iterable<number | bigint> & ArrayLike<number>,
    Number,
  );
  const valid = ownValidity(piece);
  for (let i = 0; i < places.length; i++) {
    if (places[i]! >= 0 && places[i]! < count) continue;
    if (valid !== null && valid[i] === 0) places[i] = 0;
    else
      throw stridebufError("BoundsError", `code ${places[i]} at ${i} is outside a dictionary of ${count} values`, {
        index: i,
      });
  }
  return places;
}

function ownValidity(piece: ArrowData): Uint8Array<ArrayBuffer> | null {
  const found = validityOf(piece);
  return found && unpackBits(found.bits, found.start, piece.length);
}

/**
 * One byte per item of {@link itemsOf}, 0 where it is null, as a part of a list or of a dictionary too; null where none is.
 * The nulls of a struct are its own: those of its fields are theirs.
 */
export function validItems(piece: ArrowData): Uint8Array<ArrayBuffer> | null {
  const own = ownValidity(piece);
  const { axes } = itemOf(piece.type);
  const perItem = axes.reduce((a, n) => a * n, 1);
  switch (piece.type.typeId) {
    case TypeId.fixedSizeList:
      return both(repeated(own, perItem), validItems(child(piece, 0))?.slice(0, piece.length * perItem) ?? null);
    case TypeId.dictionary:
      return both(repeated(own, perItem), validCodes(piece, perItem));
  }
  return own;
}

/** The validity of the values that the codes name. */
function validCodes(piece: ArrowData, perItem: number): Uint8Array<ArrayBuffer> | null {
  const values = dictionaryOf(piece);
  const flags = new Uint8Array(values.length * perItem).fill(1);
  eachPiece(piecesOf(values), (part, start) => {
    const valid = validItems(part);
    if (valid !== null) flags.set(valid, start * perItem);
  });
  if (!flags.includes(0)) return null;
  const all = new Uint8Array(piece.length * perItem);
  placesOf(piece, values.length).forEach((place, i) => {
    all.set(flags.subarray(place * perItem, (place + 1) * perItem), i * perItem);
  });
  return all;
}

/** Every flag for each item of its list. */
function repeated(flags: Uint8Array<ArrayBuffer> | null, times: number): Uint8Array<ArrayBuffer> | null {
  if (flags === null || times === 1) return flags;
  const all = new Uint8Array(flags.length * times);
  flags.forEach((flag, i) => {
    all.fill(flag, i * times, (i + 1) * times);
  });
  return all;
}

function both(a: Uint8Array<ArrayBuffer> | null, b: Uint8Array<ArrayBuffer> | null): Uint8Array<ArrayBuffer> | null {
  if (a === null || b === null) return a ?? b;
  return a.map((flag, i) => flag & b[i]!);
}
