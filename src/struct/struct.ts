/** A compiled format and what can be done with it: Python's `struct.Struct`. */

import type { Abi } from "../format/abi.js";
import { bytesThere } from "../view/checks.js";
import { requireEncoding, type TextEncoding } from "../view/encoding.js";
import { type Columns, readColumns, type TextColumns } from "./columns.js";
import { bufferSize, offsetRange, zeroSizeIteration } from "./errors.js";
import { type Compiled, compile } from "./parse.js";
import { type ReadTable, readRecord, readTable, type StructValue } from "./read.js";
import { writeRecord } from "./write.js";

export interface StructOptions {
  /** Whose native sizes, alignments and byte order `@` (also `=`, for the order) means. Default `"lp64"`. */
  readonly abi?: Abi;
}

/** How columns hold byte strings. */
export interface TextOptions {
  /** Columns of `s` and `c` are then arrays of strings in this encoding, without trailing NULs. */
  readonly text?: TextEncoding | undefined;
}

/** Memory that holds records. */
export type StructBuffer = ArrayBufferLike | ArrayBufferView;

function bytesOf(buffer: StructBuffer): Uint8Array {
  if (buffer instanceof Uint8Array && buffer.length > 0) return buffer;
  const isBuffer =
    buffer instanceof ArrayBuffer || Object.prototype.toString.call(buffer) === "[object SharedArrayBuffer]";
  if (isBuffer || ArrayBuffer.isView(buffer)) return bytesThere(buffer);
  throw new TypeError(`"buffer" expected an ArrayBuffer or a view of one, got ${typeof buffer}`);
}

/** @throws LayoutError (`zero_size_iter`), BoundsError (`buffer_size`) when a part of a record is left over */
export function wholeRecords(buffer: StructBuffer, size: number, format: string): Uint8Array {
  const source = bytesOf(buffer);
  if (size === 0) throw zeroSizeIteration(format);
  const left = source.length % size;
  if (left === 0) return source;
  const message = `expected whole records of ${size} bytes, got a buffer of ${source.length} bytes: ${left} are left over`;
  throw bufferSize(message, source.length - left);
}

/**
 * A format compiled once. Values are read and written as docs/format.md §4 says: `c s p` are bytes, `?` any value by
 * Python's truth, 64-bit codes `bigint` (numbers are accepted), complex codes `{re, im}` (numbers are accepted).
 * Every failure carries a `code`; see {@link StructErrorCode}.
 *
 * @example
 * const point = new Struct("<Hff");
 * point.unpack(point.pack(7, 0.5, -1)); // [7, 0.5, -1]
 */
export class Struct {
  /** The text that it was compiled from. */
  readonly format: string;
  /** Bytes of one record. */
  readonly size: number;
  /** Values that `pack` takes and `unpack` gives. */
  readonly valueCount: number;
  readonly #compiled: Compiled;
  #scratch: Uint8Array | undefined;
  #table: ReadTable | undefined;

  /**
   * @throws FormatSyntaxError (`bad_char`, `count_without_code`, `embedded_null`); LayoutError (`size_overflow`) when a
   * record is larger than the ABI's `ssize_t` or 2^53 - 1 bytes.
   */
  constructor(format: string, options: StructOptions = {}) {
    if (typeof format !== "string") throw new TypeError(`"format" expected a string, got ${typeof format}`);
    this.#compiled = compile(format, options.abi ?? "lp64");
    this.format = format;
    this.size = this.#compiled.size;
    this.valueCount = this.#compiled.valueCount;
  }

  /**
   * The bytes of one record; pad bytes are zero.
   *
   * @throws TypeError (`arg_count`, `arg_type`), RangeError (`int_range`, `float_overflow`).
   *
   * @example
   * new Struct("<Hh").pack(7, -1); // Uint8Array.of(7, 0, 255, 255)
   */
  pack(...values: readonly unknown[]): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(values.length === this.valueCount ? this.size : 0);
    writeRecord(this.#compiled, bytes, values);
    return bytes;
  }

  /**
   * Writes a record at `offset` (bytes, from the end when negative); pad bytes become zero. A failure leaves `buffer`
   * as it was.
   *
   * @throws as {@link Struct.pack}, and BoundsError (`buffer_size`, `offset_range`).
   *
   * @example
   * const point = new Struct("<Hh");
   * const bytes = new Uint8Array(6);
   * point.packInto(bytes, 2, 7, -1);
   * bytes; // Uint8Array.of(0, 0, 7, 0, 255, 255)
   */
  packInto(buffer: StructBuffer, offset: number, ...values: readonly unknown[]): void {
    const bytes = bytesOf(buffer);
    let record = this.#scratch;
    if (values.length === this.valueCount) {
      const start = this.#start(bytes.length, offset);
      record ??= this.#scratch = new Uint8Array(this.size);
      record.fill(0);
      writeRecord(this.#compiled, record, values);
      bytes.set(record, start);
    } else {
      writeRecord(this.#compiled, bytes, values);
    }
  }

  /**
   * Reads the one record that `bytes` is. @throws BoundsError (`buffer_size`) when it has another length.
   *
   * @example
   * new Struct("<Hh").unpack(Uint8Array.of(7, 0, 255, 255)); // [7, -1]
   */
  unpack(bytes: StructBuffer): StructValue[] {
    const source = bytes instanceof Uint8Array ? bytes : bytesOf(bytes);
    if (source.length !== this.size) {
      throw bufferSize(`unpack expected a buffer of ${this.size} bytes, got ${source.length}`, 0);
    }
    return readRecord(this.#readTable(), source, 0);
  }

  /**
   * Reads a record at `offset` (bytes, from the end when negative).
   *
   * @throws BoundsError (`buffer_size`, `offset_range`).
   *
   * @example
   * new Struct("<h").unpackFrom(Uint8Array.of(1, 2, 255, 255), 2); // [-1]
   */
  unpackFrom(buffer: StructBuffer, offset = 0): StructValue[] {
    const source = bytesOf(buffer);
    const start = this.#start(source.length, offset);
    return readRecord(this.#readTable(), source, start);
  }

  /**
   * Reads the records of `buffer` one after the other, lazily.
   *
   * @throws LayoutError (`zero_size_iter`), BoundsError (`buffer_size`) when a part of a record is left over.
   *
   * @example
   * [...new Struct("<h").iterUnpack(Uint8Array.of(1, 0, 2, 0))]; // [[1], [2]]
   */
  iterUnpack(buffer: StructBuffer): IterableIterator<StructValue[]> {
    const source = wholeRecords(buffer, this.size, this.format);
    const { size } = this;
    const table = source.length === 0 ? undefined : this.#readTable();
    let at = 0;
    return {
      next(): IteratorResult<StructValue[], undefined> {
        if (table === undefined || at >= source.length) return { value: undefined, done: true };
        const value = readRecord(table, source, at);
        at += size;
        return { value, done: false };
      },
      [Symbol.iterator]() {
        return this;
      },
    };
  }

  /**
   * All records of `buffer`, a typed array per value; see `unpackColumns`. @throws as {@link Struct.iterUnpack}.
   *
   * @example
   * new Struct("<h").unpackColumns(Uint8Array.of(1, 0, 2, 0)); // [Int16Array.of(1, 2)]
   */
  unpackColumns(buffer: StructBuffer, options: TextOptions & { readonly text: TextEncoding }): TextColumns;
  unpackColumns(buffer: StructBuffer, options?: TextOptions): Columns;
  unpackColumns(buffer: StructBuffer, { text }: TextOptions = {}): TextColumns {
    requireEncoding("text", text);
    return readColumns(this.#compiled, wholeRecords(buffer, this.size, this.format), text);
  }

  #readTable(): ReadTable {
    this.#table ??= readTable(this.#compiled.operations);
    return this.#table;
  }

  #start(byteLength: number, offset: number): number {
    if (!Number.isSafeInteger(offset)) throw new TypeError(`"offset" expected an integer, got ${String(offset)}`);
    const { size } = this;
    if (offset < 0 && offset + size > 0) {
      throw bufferSize(`a record of ${size} bytes does not fit at offset ${offset}`, offset);
    }
    if (offset + byteLength < 0) throw offsetRange(offset, byteLength);
    const start = offset < 0 ? offset + byteLength : offset;
    if (byteLength - start < size) {
      throw bufferSize(`a record of ${size} bytes at offset ${start} exceeds a buffer of ${byteLength} bytes`, start);
    }
    return start;
  }
}
