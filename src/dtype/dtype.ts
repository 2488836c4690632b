/**
 * What one item of memory is. A DType is an immutable, interned value: two dtypes that mean the same are the same
 * object, so `===` compares them. The fields up to `equals` are the public description; those after it are the facts
 * that views and the engine read, so that neither ever looks at format text.
 */

import type { WasmModule } from "../platform.js";
import type { ElementName } from "./elements.js";

/**
 * The families of types. `"void"` is raw bytes, `"bytes"` and `"text"` have a fixed length, `"custom"` is a type that
 * only its owner knows.
 */
export type DTypeKind =
  | "bool"
  | "int"
  | "uint"
  | "float"
  | "complex"
  | "bytes"
  | "text"
  | "void"
  | "pointer"
  | "object"
  | "datetime"
  | "timedelta"
  | "struct"
  | "array"
  | "custom";

/** `"none"` where there is nothing to swap. */
export type ByteOrder = "little" | "big" | "none";

/** One field of a record. */
export interface DTypeField {
  /** The name, which is unique in the record. */
  readonly name: string;
  /** Bytes from the start of the record. */
  readonly offset: number;
  /** What the field holds. */
  readonly dtype: DType;
  /** NumPy's second name of a field, where a `.npy` header gave one. */
  readonly title?: string;
}

/** What a bracket `[owner:body;…]` said. */
export interface CustomInfo {
  /** Who knows the type, as registered with `registerDType`. */
  readonly owner: string;
  /** What the owner calls it. */
  readonly body: string;
  /** Every `owner:body` of the bracket, in the order read. */
  readonly aliases: readonly string[];
  /** Whether somebody knew it; items of unresolved types can be moved, and not read. */
  readonly resolved: boolean;
  /** True when only `struct:` or `buffer:` gave the meaning: bytes are right, the logical type is lost. */
  readonly viaFallback: boolean;
}

/**
 * What one item of memory is: frozen, and interned, so that dtypes that mean the same are the same object. Made by
 * `dtype()`.
 */
export interface DType {
  /** The family that the type belongs to: numbers, text, records, … */
  readonly kind: DTypeKind;
  /** Canonical PEP 3118 text; `dtype(d.format) === d`. */
  readonly format: string;
  /** NumPy's name where there is one (`"float32"`), otherwise the name that its owner gave it, or the format. */
  readonly name: string;
  /** Bytes. */
  readonly itemsize: number;
  /** Bytes. */
  readonly alignment: number;
  /** The order of the bytes of an element; `"none"` where it has one byte or is no number. */
  readonly byteOrder: ByteOrder;
  /** The fields of a record, in the order of the record. */
  readonly fields?: readonly DTypeField[];
  /** Items per axis of a sub-array (`"(2,3)i"`). */
  readonly shape?: readonly number[];
  /** What a sub-array repeats, or the part of a complex number that is not an element type. */
  readonly base?: DType;
  /** Of datetimes and timedeltas: the unit, and how many of it one count stands for (`["s", 25]`). */
  readonly unit?: readonly [string, number];
  /** Who owns the type, where it was written in brackets. */
  readonly custom?: CustomInfo;
  /** Whether the other one, a dtype or its text, means the same; false for text that cannot be read. */
  equals(other: DType | string): boolean;
  /**
   * What `JSON.stringify` writes: the text that `portableFormat` gives, of which `dtype()` makes this dtype again.
   *
   * @throws LayoutError for records that no format can describe
   */
  toJSON(): string;

  /** The number type of one element, when the item is made of numbers (also text: uint16 or uint32 code units). */
  readonly element?: ElementName;
  /** Bytes of one element: the unit of byte swapping. 1 for bytes, void and opaque items. */
  readonly width: number;
  /** Elements per item: 2 for complex, the length for text, 1 otherwise. */
  readonly lanes: number;
  /** False for items that hold references (`O`, pointers are plain numbers and copyable): bytes must not be copied. */
  readonly copyable: boolean;
  /** How a user's dtype turns items into values; absent for built-in element types. */
  readonly codec?: ItemCodec;
}

/**
 * Items of several values each: packed integers, quantised blocks. `convert` decodes them in bulk, and the values of an
 * item become part of the view's last axis: `[…, n]` items are `[…, n × count]` values. An item reads as an array of its values,
 * and is written from one where there is `encode`.
 */
export interface BlockCodec {
  /** Values in one item. */
  readonly count: number;
  /** What they are decoded to. */
  readonly element: ElementName;
  /**
   * Decodes `items` contiguous items to native values. Offsets are bytes; `dstOffset` is a multiple of the element's
   * width.
   */
  decode(dst: ArrayBufferLike, dstOffset: number, src: ArrayBufferLike, srcOffset: number, items: number): void;
  /** What values are brought to before `encode`, where that is not `element`. */
  readonly encodeFrom?: ElementName;
  /** The other way round: `items` contiguous items from their values. */
  encode?(dst: ArrayBufferLike, dstOffset: number, src: ArrayBufferLike, srcOffset: number, items: number): void;
  /** Name of this package's Wasm kernel that decodes the same. */
  readonly kernel?: string;
}

/**
 * Kernels of a user's own module, `(dst: i32, src: i32, count: i32)` over byte addresses: what the tile functions do.
 */
export interface WasmCodec {
  /** Imports `env.memory`, and `env.base` if it keeps data there; nothing else. */
  readonly module: WasmModule;
  /** Names of exported functions. */
  readonly decode?: string;
  /** The other way round. */
  readonly encode?: string;
  /**
   * Bytes, zeroed at the start, that the module may use from the address in the global `env.base` (i32) on. Default 0.
   */
  readonly staticBytes?: number;
}

/** A user dtype's own conversion between raw bytes and values; see `registerDType`. */
export interface ItemCodec {
  /** The hub that tiles are decoded to. */
  readonly hub: "float64" | "int64" | "uint64" | "value";
  /** Reads one item at `offset` (bytes). */
  read?(view: DataView, offset: number, littleEndian: boolean): unknown;
  /** Writes one item at `offset` (bytes); throws a RangeError when the value does not fit. */
  write?(view: DataView, offset: number, value: unknown, littleEndian: boolean): void;
  /** Decodes `count` contiguous native-endian items of `src` into hub values. */
  decodeTile?(dst: Float64Array | BigInt64Array | BigUint64Array, src: Uint8Array, count: number): void;
  /** Encodes `count` hub values into contiguous native-endian items, rounding as the type does. */
  encodeTile?(dst: Uint8Array, src: Float64Array | BigInt64Array | BigUint64Array, count: number): void;
  /** Items that hold several values, decoded together. */
  readonly block?: BlockCodec;
  /** The same in Wasm, instead of or besides the functions: tiles are then decoded and encoded without leaving it. */
  readonly wasm?: WasmCodec;
}
