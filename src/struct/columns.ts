/**
 * Many records to one typed array per value: the transpose of a table of structs. Tiles of records that stay in the
 * second-level cache are read once per column, so that the table passes through memory once.
 */

import { fromHalf } from "../dtype/half.js";
import { sizeOverflow } from "./errors.js";
import { Kind } from "./kinds.js";
import type { Compiled, Operation } from "./parse.js";

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

const TILE_RECORDS = 1024;

/** Refuses to make more empty columns than this; columns that hold data are bounded by the data. */
const MAX_EMPTY_COLUMNS = 2 ** 20;

interface ColumnType {
  /** Bytes that one move takes at once. */
  readonly unit: 1 | 2 | 4 | 8;
  /** Makes the column over what was moved: `raw`, in machine order. */
  finish(raw: ArrayBuffer): Column;
}

const asBytes: ColumnType = { unit: 1, finish: (raw) => new Uint8Array(raw) };

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
  [Kind.float64]: { unit: 8, finish: (raw) => new Float64Array(raw) },
  [Kind.complex128]: { unit: 8, finish: (raw) => new Float64Array(raw) },
};

/** Moves `count` units from `at`, `at + stride` … (bytes) to `dst[next]`, `dst[next + step]` …. */
type Move = (
  dst: Uint8Array | Uint16Array | Uint32Array,
  next: number,
  step: number,
  src: DataView,
  at: number,
  stride: number,
  count: number,
  isLittle: boolean,
) => void;

// One loop per width: a shared one would see several array types and lose its inlined stores.
const moves: Readonly<Record<ColumnType["unit"], Move>> = {
  1: (dst, next, step, src, at, stride, count) => {
    for (let left = count; left > 0; left--, next += step, at += stride) dst[next] = src.getUint8(at);
  },
  2: (dst, next, step, src, at, stride, count, isLittle) => {
    for (let left = count; left > 0; left--, next += step, at += stride) dst[next] = src.getUint16(at, isLittle);
  },
  4: (dst, next, step, src, at, stride, count, isLittle) => {
    for (let left = count; left > 0; left--, next += step, at += stride) dst[next] = src.getUint32(at, isLittle);
  },
  8: (dst, next, step, src, at, stride, count, isLittle) => {
    const high = isLittle ? 4 : 0;
    for (let left = count; left > 0; left--, next += 2 * step, at += stride) {
      dst[next] = src.getUint32(at + 4 - high, isLittle);
      dst[next + 1] = src.getUint32(at + high, isLittle);
    }
  },
};

class ColumnMover {
  readonly #raw: ArrayBuffer;
  readonly #dst: Uint8Array | Uint16Array | Uint32Array;
  readonly #type: ColumnType;
  readonly #units: number;
  readonly #byteOffset: number;
  readonly #isLittle: boolean;
  readonly #move: Move;

  constructor({ kind, width }: Operation, byteOffset: number, records: number) {
    this.#isLittle = kind < Kind.int16 || kind % 2 === 0;
    this.#type = types[this.#isLittle ? kind : kind - 1]!;
    const { unit } = this.#type;
    this.#move = moves[unit];
    this.#units = width / unit;
    this.#byteOffset = byteOffset;
    this.#raw = new ArrayBuffer(width * records);
    this.#dst =
      unit === 1 ? new Uint8Array(this.#raw) : unit === 2 ? new Uint16Array(this.#raw) : new Uint32Array(this.#raw);
  }

  tile(src: DataView, first: number, count: number, recordBytes: number): void {
    const units = this.#units;
    const words = this.#type.unit === 8 ? 2 : 1;
    for (let u = 0; u < units; u++) {
      const at = first * recordBytes + this.#byteOffset + u * this.#type.unit;
      this.#move(this.#dst, (first * units + u) * words, units, src, at, recordBytes, count, this.#isLittle);
    }
  }

  finish(): Column {
    return this.#type.finish(this.#raw);
  }
}

/** Reads whole records of `bytes`; the caller has checked that nothing is left over. */
export function readColumns({ operations, valueCount, size }: Compiled, bytes: Uint8Array): Columns {
  const records = bytes.length / size;
  if (records === 0 && valueCount > MAX_EMPTY_COLUMNS) throw sizeOverflow(`${valueCount} columns`, MAX_EMPTY_COLUMNS);
  const movers: ColumnMover[] = [];
  for (const operation of operations) {
    for (let i = 0; i < operation.count; i++) {
      movers.push(new ColumnMover(operation, operation.byteOffset + i * operation.width, records));
    }
  }
  const src = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let first = 0; first < records; first += TILE_RECORDS) {
    const count = Math.min(TILE_RECORDS, records - first);
    for (const mover of movers) mover.tile(src, first, count, size);
  }
  return movers.map((mover) => mover.finish());
}
