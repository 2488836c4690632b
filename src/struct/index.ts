/**
 * Python's `struct` module, as of CPython 3.15: `stridebuf/struct`. Formats, padding, values and failures are
 * CPython's; what JavaScript cannot tell apart differs: a number without a fraction is an integer to the integer
 * codes (Python refuses `1.0`), and sizes above 2^53 - 1 bytes are refused.
 *
 * Functions take a format or a compiled {@link Struct}; the last hundred formats stay compiled. Options choose the ABI of
 * native formats; to pack under another ABI, compile a `Struct` with it.
 */

import { type Abi, abis } from "../format/abi.js";
import type { CheckedFormat } from "../format/infer.js";
import { requireKnownOptions } from "../options.js";
import { requireEncoding, type TextEncoding } from "../view/encoding.js";
import type { Columns, TextColumns } from "./columns.js";
import { profileOf } from "./parse.js";
import type { StructValue } from "./read.js";
import { hasNames, type NamedColumns, readRecordColumns } from "./record-columns.js";
import type { UnpackedColumns } from "./record-types.js";
import { Struct, type StructBuffer, type StructOptions, type TextOptions } from "./struct.js";

export type { Abi } from "../format/abi.js";
export type { Column, Columns, TextColumns } from "./columns.js";
export type { StructErrorCode } from "./errors.js";
export type { ComplexValue, StructValue } from "./read.js";
export type { NamedColumns } from "./record-columns.js";
export { Struct, type StructBuffer, type StructOptions, type TextOptions } from "./struct.js";

const CACHED_FORMATS = 100;
const caches = new Map<Abi, Map<string, Struct>>();
const lp64 = new Map<string, Struct>();
caches.set("lp64", lp64);

function structOf(format: string | Struct, options: StructOptions | undefined): Struct {
  if (format instanceof Struct) return format;
  if (typeof format !== "string") return new Struct(format, options);
  const cache = options?.abi === undefined ? lp64 : cacheOf(options.abi);
  let found = cache.get(format);
  if (found === undefined) {
    found = new Struct(format, options);
    if (cache.size >= CACHED_FORMATS) cache.clear();
    cache.set(format, found);
  }
  return found;
}

function cacheOf(abi: Abi): Map<string, Struct> {
  const cache = caches.get(abi) ?? new Map<string, Struct>();
  if (Object.hasOwn(abis, abi)) caches.set(abi, cache);
  return cache;
}

/**
 * Bytes of a record of `format`: padding between members, none at the end. @throws as the constructor of {@link Struct}.
 *
 * @example
 * calcsize("Bd"); // 16
 * calcsize("<Bd"); // 9
 */
export const calcsize = (format: string | Struct, options?: StructOptions): number => structOf(format, options).size;

/**
 * See {@link Struct.pack}.
 *
 * @example
 * pack(">HI", 1, 2); // Uint8Array.of(0, 1, 0, 0, 0, 2)
 */
export const pack = (format: string | Struct, ...values: readonly unknown[]): Uint8Array<ArrayBuffer> =>
  structOf(format, undefined).pack(...values);

/**
 * See {@link Struct.packInto}.
 *
 * @example
 * const bytes = new Uint8Array(4);
 * packInto(">H", bytes, 2, 0x0102);
 * bytes; // Uint8Array.of(0, 0, 1, 2)
 */
export const packInto = (
  format: string | Struct,
  buffer: StructBuffer,
  offset: number,
  ...values: readonly unknown[]
): void => structOf(format, undefined).packInto(buffer, offset, ...values);

/**
 * See {@link Struct.unpack}.
 *
 * @example
 * unpack(">HI", Uint8Array.of(0, 1, 0, 0, 0, 2)); // [1, 2]
 */
export const unpack = (format: string | Struct, bytes: StructBuffer, options?: StructOptions): StructValue[] =>
  structOf(format, options).unpack(bytes);

/**
 * See {@link Struct.unpackFrom}.
 *
 * @example
 * unpackFrom(">H", Uint8Array.of(9, 9, 1, 2), 2); // [0x0102]
 */
export const unpackFrom = (
  format: string | Struct,
  buffer: StructBuffer,
  offset = 0,
  options?: StructOptions,
): StructValue[] => structOf(format, options).unpackFrom(buffer, offset);

/**
 * See {@link Struct.iterUnpack}.
 *
 * @example
 * [...iterUnpack("<Bh", Uint8Array.of(1, 2, 0, 3, 4, 0))]; // [[1, 2], [3, 4]]
 */
export const iterUnpack = (
  format: string | Struct,
  buffer: StructBuffer,
  options?: StructOptions,
): IterableIterator<StructValue[]> => structOf(format, options).iterUnpack(buffer);

/**
 * Reads all records of `bytes` into one typed array per value, in the order of `unpack`: integers and floats into the
 * array of their width, `e` into Float32Array, `?` into Uint8Array of 0 and 1, complex codes into interleaved parts,
 * `c` and `s` into Uint8Array of their length per record, and `p` the same with its length byte. With `text` these three
 * are arrays of strings, without the NULs that fill them up.
 *
 * A format with names (`"T{<i:id:<d:x:}"`, laid out as by `dtype()`) gives an object of columns by name; the elements of a sub-array lie
 * side by side, a record inside is an object of its own, and `u` and `w` are arrays of strings.
 *
 * @throws LayoutError (`zero_size_iter`), BoundsError (`buffer_size`) when a part of a record is left over;
 * ConversionError for bytes that are no text in the encoding; UnsupportedFormatError for fields that only
 * `view(bytes, { format }).columns()` reads: types in brackets, arrays of records, `g`, `O`
 *
 * @example
 * unpackColumns("<Bh", Uint8Array.of(1, 2, 0, 3, 4, 0)); // [Uint8Array.of(1, 3), Int16Array.of(2, 4)]
 * unpackColumns("T{<B:id:<2s:tag:}", Uint8Array.of(7, 65, 0, 8, 66, 67), { text: "utf-8" }).tag; // ["A", "BC"]
 */
export function unpackColumns<const Format extends string, const Text extends TextEncoding | undefined = undefined>(
  format: CheckedFormat<Format>,
  bytes: StructBuffer,
  options?: StructOptions & { readonly text?: Text },
): UnpackedColumns<Format, Text>;
export function unpackColumns(
  format: Struct,
  bytes: StructBuffer,
  options: TextOptions & { readonly text: TextEncoding },
): TextColumns;
export function unpackColumns(format: Struct, bytes: StructBuffer, options?: TextOptions): Columns;
export function unpackColumns(
  format: string | Struct,
  bytes: StructBuffer,
  options?: StructOptions & TextOptions,
): TextColumns | NamedColumns {
  requireKnownOptions(options, ["abi", "text"]);
  const { abi = "lp64", text } = options ?? {};
  requireEncoding("text", text);
  return typeof format === "string" && hasNames(format)
    ? readRecordColumns(format, bytes, profileOf(abi), text)
    : structOf(format, { abi }).unpackColumns(bytes, { text });
}
