/**
 * One piece of a column, read by shape alone from apache-arrow's `Data`, flechette's `Batch` or a C data array. What the
 * three differ in ends here: the names of the validity bitmap, where it begins, and whether bytes lie in arrays of their
 * own or in a memory that may grow.
 */

import type { DType } from "../../dtype/dtype.js";
import { stridebufError } from "../../errors.js";
import { type StridedView, view } from "../../index.js";
import type { WasmMemory } from "../../platform.js";
import { argumentError } from "../../view/checks.js";
import { type ArrowType, arrowTypeName } from "./types.js";

/** Bytes in a memory that may grow; a null address stands for no bytes. */
export interface MemoryRange {
  /** The module's memory, which may grow. */
  readonly memory: WasmMemory;
  /** Bytes from its start. */
  readonly address: number;
  /** Bytes. */
  readonly byteLength: number;
}

/** `Data` of apache-arrow, `Batch` of flechette, or a piece of a {@link CDataColumn}. */
export interface ArrowData {
  /** What the items are. */
  readonly type: ArrowType;
  /** Items. */
  readonly length: number;
  /** Items that are not valid. */
  readonly nullCount: number;
  /** Where the bits of validity and of booleans begin; values and children are already cut. */
  readonly offset?: number | undefined;
  /** The items' own memory. */
  readonly values?: ArrayBufferView | MemoryRange | null | undefined;
  /** Validity, one bit per item (apache-arrow's and flechette's word). */
  readonly nullBitmap?: Uint8Array | MemoryRange | null | undefined;
  /** One bit per item: whether it is valid. */
  readonly validity?: Uint8Array | MemoryRange | null | undefined;
  /** The same of the fields of a struct. */
  readonly children?: readonly ArrowData[] | null | undefined;
  /** What the keys stand for. */
  readonly dictionary?: ArrowColumn | null | undefined;
}

/** `Vector` of apache-arrow, `Column` of flechette, or a {@link CDataColumn}. */
export interface ArrowColumn {
  /** What the items are. */
  readonly type: ArrowType;
  /** Items. */
  readonly length: number;
  /** The chunks that it consists of. */
  readonly data: readonly ArrowData[];
}

/** @throws TypeError for what is neither a column nor a piece of one */
export function piecesOf(column: ArrowColumn | ArrowData): readonly ArrowData[] {
  const pieces = Array.isArray((column as ArrowColumn)?.data) ? (column as ArrowColumn).data : [column as ArrowData];
  for (const piece of pieces)
    if (typeof piece?.type?.typeId !== "number" || typeof piece.length !== "number")
      throw argumentError("column", "a column of apache-arrow, flechette or readCData", column, true);
  return pieces;
}

/** Every piece with the row that it begins with. */
export function eachPiece(
  pieces: readonly ArrowData[],
  use: (piece: ArrowData, start: number, index: number) => void,
): void {
  let start = 0;
  pieces.forEach((piece, index) => {
    use(piece, start, index);
    start += piece.length;
  });
}

/** Bytes as they are now. They are not to be kept: a memory may grow. */
export function bytesNow(bytes: ArrayBufferView | MemoryRange): Uint8Array {
  if (ArrayBuffer.isView(bytes)) return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return new Uint8Array(bytes.memory.buffer, bytes.address, bytes.byteLength);
}

/** The bits of validity, or null where no item is null. */
export function validityOf(piece: ArrowData): { readonly bits: Uint8Array; readonly start: number } | null {
  const bitmap = piece.nullBitmap ?? piece.validity;
  if (piece.nullCount === 0 || bitmap === undefined || bitmap === null || bitmap.byteLength === 0) return null;
  const start = piece.offset ?? 0;
  return { bits: requireBits(bytesNow(bitmap), start + piece.length, piece), start };
}

/** @throws BoundsError when there are fewer than `count` bits */
export function requireBits(bits: Uint8Array, count: number, piece: ArrowData): Uint8Array {
  if (count <= bits.length * 8) return bits;
  throw tooShort(piece, Math.ceil(count / 8), bits.length);
}

function tooShort(piece: ArrowData, expected: number, found: number): Error {
  const text = `${piece.length} items of Arrow's ${arrowTypeName(piece.type)} take ${expected} bytes, there are ${found}`;
  return stridebufError("BoundsError", text, { byteOffset: found });
}

/** The items of a piece where they lie; read-only, since columns, slices and dictionaries share their memory. */
export function valuesView(piece: ArrowData, type: DType): StridedView {
  const { values, length } = piece;
  const nbytes = length * type.itemsize;
  const found = values?.byteLength ?? 0;
  if (found < nbytes) throw tooShort(piece, nbytes, found);
  if (values === undefined || values === null) return view(new ArrayBuffer(0), { format: type, shape: [length] });
  const options = { format: type, shape: [length], readonly: true };
  if (ArrayBuffer.isView(values)) return view(values, options);
  return view(values.memory, { ...options, byteOffset: values.address });
}
