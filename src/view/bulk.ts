/**
 * All items of a view at once: raw bytes, hex, typed arrays, nested arrays of values, iteration. Whatever is not
 * already one run of memory is first moved into one by the engine (`copied`), which also follows suboffsets.
 */

import type { DType } from "../dtype/dtype.js";
import { type ElementRow, elements } from "../dtype/elements.js";
import { withByteOrder } from "../dtype/order.js";
import type { TypedArray } from "../dtype/typed-arrays.js";
import { stridebufError } from "../errors.js";
import { requireKnownOptions } from "../options.js";
import { decodeBlocks } from "./blocks.js";
import { argumentError, integer, proveThere } from "./checks.js";
import { requireEncoding, type TextEncoding, textAt } from "./encoding.js";
import type { AnyView } from "./host.js";
import { asksCodec, itemsOf, requireRoom, valueCount } from "./items.js";
import type { Items } from "./numbers.js";
import { offsetsOf } from "./offsets.js";
import { currentData, newBuffer } from "./storage.js";
import { contiguousStrides } from "./strides.js";
import type { NestedArray, Value } from "./values.js";

/** memoryview.tobytes: `"A"` is F order for a view that is F- and not C-contiguous, else C order. */
export function toBytes(view: AnyView, order: unknown): Uint8Array<ArrayBuffer> {
  if (order !== undefined && order !== "C" && order !== "F" && order !== "A")
    throw argumentError("order", '"C", "F" or "A"', order, typeof order !== "string");
  const wanted = order === "A" ? (!view.isContiguous("C") && view.isContiguous("F") ? "F" : "C") : (order ?? "C");
  requireCopyable(view);
  if (view.isContiguous(wanted)) return new Uint8Array(view.live(), first(view), view.nbytes).slice();
  return new Uint8Array(view.copied(wanted).buffer as ArrayBuffer);
}

/** Where the bytes of a contiguous view begin; 0 for empty ones, which may be anywhere. */
const first = (view: AnyView): number => (view.nbytes === 0 ? 0 : view.byteOffset);

export function requireCopyable(view: AnyView): void {
  if (!view.dtype.copyable)
    throw stridebufError(
      "LayoutError",
      `items of ${view.format} hold references: their bytes mean nothing in a copy (cast the view to bytes to copy them all the same)`,
      { reason: "dtype" },
    );
}

const digits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Each byte is a text of its own until they are joined. */
const MAX_HEX_BYTES = 2 ** 26;

/**
 * bytes.hex(sep, bytes_per_sep): groups of `perGroup` bytes counted from the right, or from the left when it is
 * negative.
 */
export function toHex(bytes: Uint8Array, separator: unknown, perGroup: unknown): string {
  if (bytes.length > MAX_HEX_BYTES)
    throw stridebufError(
      "EngineError",
      `no memory for the digits of ${bytes.length} bytes (at most ${MAX_HEX_BYTES})`,
      {
        phase: "memory",
      },
    );
  const texts = Array.from(bytes, (byte) => digits[byte]!);
  if (separator === undefined) return texts.join("");
  if (typeof separator !== "string" || separator.length !== 1)
    throw argumentError("separator", "a string of one character", separator, typeof separator !== "string");
  const group = perGroup === undefined ? 1 : integer("bytesPerSeparator", perGroup);
  if (group === 0) return texts.join("");
  const size = Math.abs(group);
  const groups: string[] = [];
  let from = 0;
  for (let to = group > 0 ? texts.length % size || size : size; from < texts.length; from = to, to += size)
    groups.push(texts.slice(from, to).join(""));
  return groups.join(separator);
}

export interface TypedArrayOptions {
  /** What holds float16: raw bits in a Uint16Array (the default), or a Float16Array where the runtime has it. */
  readonly float16?: "Uint16Array" | "Float16Array";
  /** An array to fill instead of a new one: of the type that would be new, and as long. */
  readonly out?: TypedArray;
}

type ArrayConstructor = { new (buffer: ArrayBufferLike, byteOffset: number, count: number): TypedArray };

const bits: { readonly [itemsize: number]: ArrayConstructor } = {
  1: Uint8Array,
  2: Uint16Array,
  4: Uint32Array,
  8: BigUint64Array,
};

/** The typed array that holds the elements of the view's dtype, and how many there are per item. */
function arrayType(
  view: AnyView,
  options: TypedArrayOptions,
): { array: ArrayConstructor; width: number; lanes: number } {
  const { dtype } = view;
  const block = dtype.codec?.block;
  const element = block?.element ?? dtype.element;
  const row: ElementRow | undefined = element === undefined ? undefined : elements[element];
  const globals = globalThis as unknown as Record<string, ArrayConstructor | undefined>;
  if (row !== undefined && dtype.kind !== "text" && row.width <= 8) {
    const name = element === "float16" ? (options.float16 ?? "Uint16Array") : row.array;
    const array = globals[name];
    if (array === undefined)
      throw stridebufError("UnsupportedFormatError", `this runtime has no ${name}`, {
        format: view.format,
        index: 0,
        feature: name,
      });
    return { array, width: row.width, lanes: block?.count ?? dtype.lanes };
  }
  // A user's number type: its raw bits.
  if (dtype.codec !== undefined && dtype.codec.hub !== "value" && bits[dtype.itemsize] !== undefined)
    return { array: bits[dtype.itemsize]!, width: dtype.itemsize, lanes: 1 };
  if (dtype.kind === "bytes" && dtype.itemsize === 1) return { array: Uint8Array, width: 1, lanes: 1 };
  const instead =
    dtype.kind === "struct"
      ? "field(name) for one of its fields, or toBytes()"
      : "toBytes() for its bytes, or convert()";
  throw stridebufError("LayoutError", `no typed array holds items of ${view.format}; use ${instead}`, {
    reason: "dtype",
  });
}

/**
 * The items in C order and native byte order; over the view's own memory when that is how they already lie. Blocks are decoded,
 * as the engine decodes them.
 */
export function toTypedArray(view: AnyView, options: TypedArrayOptions = {}): TypedArray {
  requireKnownOptions(options, ["float16", "out"]);
  const { float16 } = options;
  if (float16 !== undefined && float16 !== "Uint16Array" && float16 !== "Float16Array")
    throw argumentError("float16", '"Uint16Array" or "Float16Array"', float16, typeof float16 !== "string");
  const expanded = view.expandItems();
  const { array, width, lanes } = arrayType(expanded, options);
  requireCopyable(expanded);
  const count = expanded.size * lanes;
  const { out } = options;
  if (out !== undefined) requireOut(out, array, count);
  const block = expanded.dtype.codec?.block;
  if (block !== undefined) return decodeBlocks(out ?? new array(newBuffer(count * width), 0, count), expanded, block);
  if (out !== undefined) return filled(out, expanded);
  const isNative = width === 1 || expanded.dtype.byteOrder !== "big";
  const start = first(expanded);
  if (isNative && expanded.isContiguous("C") && start % width === 0) {
    expanded.storage.keep?.();
    return new array(expanded.live(), start, count);
  }
  const buffer = expanded.copied("C").buffer;
  if (!isNative) reverseElements(buffer, width);
  return new array(buffer, 0, count);
}

/** @throws TypeError, RangeError when `out` is of another type or length */
function requireOut(out: TypedArray, array: ArrayConstructor, count: number): void {
  const { name } = array as unknown as { name: string };
  if (Object.prototype.toString.call(out) !== `[object ${name}]`) throw argumentError("out", `a ${name}`, out, true);
  proveThere(out);
  if (out.length !== count) throw argumentError("out", `${count} elements`, out.length);
}

function filled(out: TypedArray, view: AnyView): TypedArray {
  const { buffer, byteOffset } = out;
  const strides = contiguousStrides(view.shape, view.itemsize);
  const layout = { byteOffset, shape: [...view.shape], strides, suboffsets: null };
  view.host.copy(view.other({ buffer }, withByteOrder(view.dtype, "little"), layout), view);
  return out;
}

/** Reverses the bytes of every element of a fresh buffer. */
function reverseElements(buffer: ArrayBufferLike, width: number): void {
  if (width === 2) {
    const a = new Uint16Array(buffer);
    for (let i = 0; i < a.length; i++) a[i] = (a[i]! << 8) | (a[i]! >> 8);
    return;
  }
  const a = new Uint32Array(buffer);
  for (let i = 0; i < a.length; i++) {
    const halves = ((a[i]! & 0x00ff00ff) << 8) | ((a[i]! >>> 8) & 0x00ff00ff);
    a[i] = (halves << 16) | (halves >>> 16);
  }
  if (width === 8)
    for (let i = 0; i < a.length; i += 2) {
      const low = a[i]!;
      a[i] = a[i + 1]!;
      a[i + 1] = low;
    }
}

export interface ToArrayOptions {
  /** Drops trailing NULs of byte strings and text, as NumPy does; without it they are kept, as `struct` does. */
  readonly trim?: boolean;
  /**
   * Reads byte strings, all that would be a Uint8Array, as text in this encoding, without trailing NULs. Spaces that fill up
   * (FITS, Fortran) stay: `trimEnd()` drops them.
   */
  readonly text?: TextEncoding;
}

/** The items with no pointers to follow, where nothing that codecs do while they are read gets at them. */
export const settled = (view: AnyView): AnyView =>
  view.suboffsets === null && !asksCodec(view.dtype) ? view : view.copied("C");

/** memoryview.tolist for every dtype: nested arrays, or the bare value of a view without axes. */
export function toArray(view: AnyView, options: ToArrayOptions = {}): NestedArray {
  requireKnownOptions(options, ["trim", "text"]);
  requireRoom(view.size * valueCount(view.dtype));
  const plain = settled(view);
  plain.live();
  const data = currentData(plain.storage);
  const items = readingItems(view.dtype, options);
  return nested(plain, data, items, plain.byteOffset, 0);
}

function nested(view: AnyView, data: DataView, items: Items<Value>, offset: number, axis: number): NestedArray {
  if (axis === view.shape.length) return items.read(data, offset);
  const out: NestedArray[] = [];
  const count = view.shape[axis]!;
  const stride = view.strides[axis]!;
  if (axis === view.shape.length - 1) for (let i = 0; i < count; i++) out.push(items.read(data, offset + i * stride));
  else for (let i = 0; i < count; i++) out.push(nested(view, data, items, offset + i * stride, axis + 1));
  return out;
}

/** The items as the options want them read. @throws TypeError, RangeError for an encoding that is none */
function readingItems(dtype: DType, { trim, text }: ToArrayOptions): Items<Value> {
  requireEncoding("text", text);
  const items = itemsOf(dtype);
  if (!trim && text === undefined) return items;
  const bytes = text === undefined ? trimmedBytes : (value: Uint8Array) => textAt(value, 0, value.length, text);
  return { ...items, read: (d, o) => finished(items.read(d, o), bytes) };
}

/** A value whose strings have no NULs at the end, and whose byte strings are what `bytes` makes of them. */
function finished(value: Value, bytes: (value: Uint8Array) => Value): Value {
  if (typeof value === "string") return trimmedText(value);
  if (value instanceof Uint8Array) return bytes(value);
  if (Array.isArray(value)) return value.map((item) => finished(item, bytes));
  if (typeof value !== "object") return value;
  // Defining, not assigning: a field may be called `__proto__`.
  for (const [name, { value: field }] of Object.entries(Object.getOwnPropertyDescriptors(value)))
    Object.defineProperty(value, name, { value: finished(field as Value, bytes) });
  return value;
}

/** By a loop: a pattern would try every run of NULs inside. */
function trimmedText(value: string): string {
  let end = value.length;
  while (end > 0 && value.charCodeAt(end - 1) === 0) end--;
  return value.slice(0, end);
}

function trimmedBytes(value: Uint8Array): Uint8Array {
  let end = value.length;
  while (end > 0 && value[end - 1] === 0) end--;
  return value.subarray(0, end);
}

/** All values in C order. */
export function* valuesOf(view: AnyView): Generator<Value, void, undefined> {
  const plain = view.suboffsets === null ? view : view.copied("C");
  const items = itemsOf(view.dtype);
  for (const offset of offsetsOf(plain)) {
    plain.live();
    yield items.read(currentData(plain.storage), offset);
  }
}
