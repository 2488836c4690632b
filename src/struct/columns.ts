/**
 * Many records to one typed array per value: the transpose of a table of structs. Tiles of records that stay in the
 * second-level cache pass through once per group of columns, so that the table passes through memory once. Plain TypeScript on
 * purpose: the engine would take about half the time, and is twenty times as much code to load.
 */

import { fromHalf } from "../dtype/small-float.js";
import { type TextEncoding, textAt } from "../view/encoding.js";
import { moveFloat64, moveUnits, type RawColumn } from "./column-moves.js";
import { sizeOverflow } from "./errors.js";
import { Kind } from "./kinds.js";
import type { Compiled } from "./parse.js";

/** The values of one code of all records. */
export type Column =
  | Int8Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

/** In the order in which `unpack` gives the values. */
export type Columns = Column[];

/** The same where byte strings are read as text. */
export type TextColumns = (Column | string[])[];

const TILE_RECORDS = 1024;

/** Refuses to make more empty columns than this; columns that hold data are bounded by the data. */
const MAX_EMPTY_COLUMNS = 2 ** 20;

interface ColumnType {
  /** Bytes that one move takes at once. */
  readonly unit: 1 | 2 | 4 | 8;
  readonly isFloat64?: true;
  /** Makes the column over what was moved: `raw`, in machine order. */
  finish(raw: ArrayBuffer): Column;
}

const asBytes: ColumnType = { unit: 1, finish: (raw) => new Uint8Array(raw) };
const asFloat64: ColumnType = { unit: 8, isFloat64: true, finish: (raw) => new Float64Array(raw) };

const types: Readonly<Record<number, ColumnType>> = {
  [Kind.int8]: { unit: 1, finish: (raw) => new Int8Array(raw) },
  [Kind.uint8]: asBytes,
  [Kind.char]: asBytes,
  [Kind.bytes]: asBytes,
  [Kind.pascal]: asBytes,
  [Kind.bool]: {
    unit: 1,
    finish(raw) {
      const bools = new Uint8Array(raw);
      for (let i = 0; i < bools.length; i++) bools[i] = bools[i] === 0 ? 0 : 1;
      return bools;
    },
  },
  [Kind.int16]: { unit: 2, finish: (raw) => new Int16Array(raw) },
  [Kind.uint16]: { unit: 2, finish: (raw) => new Uint16Array(raw) },
  [Kind.float16]: { unit: 2, finish: (raw) => Float32Array.from(new Uint16Array(raw), fromHalf) },
  [Kind.int32]: { unit: 4, finish: (raw) => new Int32Array(raw) },
  [Kind.uint32]: { unit: 4, finish: (raw) => new Uint32Array(raw) },
  [Kind.intptr32]: { unit: 4, finish: (raw) => new Int32Array(raw) },
  [Kind.uintptr32]: { unit: 4, finish: (raw) => new Uint32Array(raw) },
  [Kind.float32]: { unit: 4, finish: (raw) => new Float32Array(raw) },
  [Kind.complex64]: { unit: 4, finish: (raw) => new Float32Array(raw) },
  [Kind.int64]: { unit: 8, finish: (raw) => new BigInt64Array(raw) },
  [Kind.uint64]: { unit: 8, finish: (raw) => new BigUint64Array(raw) },
  [Kind.float64]: asFloat64,
  [Kind.complex128]: asFloat64,
  [Kind.ucs2]: { unit: 2, finish: (raw) => new Uint16Array(raw) },
  [Kind.ucs4]: { unit: 4, finish: (raw) => new Uint32Array(raw) },
};

/** Where the values of a column come from, and what they become. */
export interface Mover extends RawColumn {
  readonly type: ColumnType;
}

/** The units of `width` bytes of every record, side by side in the column. */
export function moverOf(kind: number, width: number, byteOffset: number, records: number): Mover {
  const isLittle = kind < Kind.int16 || kind % 2 === 0;
  const type = types[isLittle ? kind : kind - 1]!;
  const raw = new ArrayBuffer(width * records);
  return { type, raw, unit: type.unit, units: width / type.unit, byteOffset, isLittle };
}

/** The columns of whole records of `size` bytes. */
export function readMovers(movers: readonly Mover[], bytes: Uint8Array, size: number): Columns {
  const src = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const moves = [
    ...moveFloat64(movers.filter(({ type }) => type.isFloat64)),
    ...moveUnits(movers.filter(({ type }) => !type.isFloat64)),
  ];
  const records = bytes.length / size;
  for (let first = 0; first < records; first += TILE_RECORDS) {
    const count = Math.min(TILE_RECORDS, records - first);
    for (const move of moves) move(src, first, count, size);
  }
  return movers.map(({ type, raw }) => type.finish(raw));
}

/** Byte strings of `width` bytes each as text; of `p` the bytes that count. @throws ConversionError for bytes that are none */
export function textsOf(
  bytes: Uint8Array,
  kind: number,
  width: number,
  count: number,
  encoding: TextEncoding,
): string[] {
  const texts: string[] = [];
  for (let i = 0; i < count; i++) {
    const start = i * width;
    texts.push(
      kind === Kind.pascal && width > 0
        ? textAt(bytes, start + 1, Math.min(bytes[start]!, width - 1), encoding)
        : textAt(bytes, start, width, encoding),
    );
  }
  return texts;
}

/** Whether what is read are byte strings that can be text. */
export const isByteString = (kind: number): boolean =>
  kind === Kind.bytes || kind === Kind.char || kind === Kind.pascal;

/** Reads whole records of `bytes`; the caller has checked that nothing is left over. */
export function readColumns(
  { operations, valueCount, size }: Compiled,
  bytes: Uint8Array,
  text: TextEncoding | undefined,
): TextColumns {
  const records = bytes.length / size;
  if (records === 0 && valueCount > MAX_EMPTY_COLUMNS) throw sizeOverflow(`${valueCount} columns`, MAX_EMPTY_COLUMNS);
  const movers: Mover[] = [];
  const finishes: ((column: Column) => Column | string[])[] = [];
  for (const { kind, width, byteOffset, count } of operations) {
    for (let i = 0; i < count; i++) {
      movers.push(moverOf(kind, width, byteOffset + i * width, records));
      const isText = text !== undefined && isByteString(kind);
      finishes.push(
        isText ? (column) => textsOf(column as Uint8Array, kind, width, records, text) : (column) => column,
      );
    }
  }
  return readMovers(movers, bytes, size).map((column, i) => finishes[i]!(column));
}
