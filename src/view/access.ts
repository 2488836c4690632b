/**
 * What `get` and `set` need at hand: made at the first use of a view, because most views are never read item by item.
 * The numbers of the first three axes lie in fields of their own: reading them from the view's frozen arrays takes four
 * times as long (the overhead suite of bench/).
 */

import type { DType } from "../dtype/dtype.js";
import type { ElementName } from "../dtype/elements.js";
import { stridebufError } from "../errors.js";
import type { Layout } from "./geometry.js";
import { itemIndex } from "./indexing.js";
import { itemsOf } from "./items.js";
import type { Items } from "./numbers.js";
import { currentData, dataOf, freshDataOf, liveBuffer, type Storage } from "./storage.js";
import { type Address, addressOf } from "./suboffsets.js";

/**
 * The commonest items get a number, and `get` a branch per number: a call through `items.read` stays fast only while a
 * program reads at most four dtypes (then V8 calls instead of inlining, and boxes every float; the overhead suite of bench/).
 */
const codes: { readonly [element in ElementName]?: number } = {
  float32: 1,
  float64: 2,
  int32: 3,
  uint8: 4,
  int16: 5,
  uint16: 6,
  uint32: 7,
  int8: 8,
};

export function readItem<T>(access: Access<T>, offset: number): T | number {
  const { code, data } = access;
  if (code === 1) return data.getFloat32(offset, true);
  if (code === 2) return data.getFloat64(offset, true);
  if (code === 3) return data.getInt32(offset, true);
  if (code === 4) return data.getUint8(offset);
  if (code === 5) return data.getInt16(offset, true);
  if (code === 6) return data.getUint16(offset, true);
  if (code === 7) return data.getUint32(offset, true);
  if (code === 8) return data.getInt8(offset);
  return access.items.read(data, offset);
}

/** Writes what needs no check; everything else, refusals included, is up to `items.write`. */
export function writeItem<T>(access: Access<T>, offset: number, value: unknown): void {
  const { code, data } = access;
  if (code === 0 || typeof value !== "number") access.items.write(data, offset, value);
  else if (code === 1) data.setFloat32(offset, value, true);
  else if (code === 2) data.setFloat64(offset, value, true);
  else if (code === 3 && (value | 0) === value) data.setInt32(offset, value, true);
  else if (code === 4 && (value & 0xff) === value) data.setUint8(offset, value);
  else access.items.write(data, offset, value);
}

export interface Access<T> {
  /** 0 for items that go through `items`. */
  readonly code: number;
  /** Axes, or -1 when only the general path will do (more than three axes, suboffsets). */
  readonly rank: number;
  /** The same for writing, where read-only views and items of several parts need the general path too. */
  readonly writableRank: number;
  readonly storage: Storage;
  data: DataView;
  readonly items: Items<T>;
  readonly itemsize: number;
  /** Bytes. */
  readonly start: number;
  readonly n0: number;
  readonly s0: number;
  readonly n1: number;
  readonly s1: number;
  readonly n2: number;
  readonly s2: number;
}

export function openAccess<T>(
  view: Layout & { storage: Storage; dtype: DType },
  items: Items<T>,
  readonly: boolean,
): Access<T> {
  const { shape, strides } = view;
  const rank = view.suboffsets === null && shape.length <= 3 ? shape.length : -1;
  const { dtype, storage } = view;
  const canEnd = isEndable(storage);
  const isPlain = !canEnd && dtype.codec === undefined && dtype.lanes === 1 && dtype.byteOrder !== "big";
  return {
    code: (isPlain && dtype.kind in { float: 0, int: 0, uint: 0 } && codes[dtype.element!]) || 0,
    rank,
    writableRank: readonly || !items.atomic ? -1 : rank,
    storage,
    data: currentData(storage),
    items: canEnd ? endableItems(items, storage) : items,
    itemsize: dtype.itemsize,
    start: view.byteOffset,
    n0: shape[0] ?? 0,
    s0: strides[0] ?? 0,
    n1: shape[1] ?? 0,
    s1: strides[1] ?? 0,
    n2: shape[2] ?? 0,
    s2: strides[2] ?? 0,
  };
}

/** Whether the memory can be given back behind the view's back. */
const isEndable = (storage: Storage): boolean => storage.isRevocable === true || storage.allocation !== undefined;

/** Such memory is asked for each time. */
const endableItems = <T>(items: Items<T>, storage: Storage): Items<T> => ({
  read: (_, offset) => items.read(dataOf(storage), offset),
  write: (_, offset, value) => items.write(dataOf(storage), offset, value),
  atomic: items.atomic,
});

/** The bytes that an index moves along an axis. */
export function displacement(index: number, axis: number, count: number, stride: number): number {
  // The type first: no bit operator takes a bigint.
  const item =
    typeof index === "number" && (index | 0) === index && index >= 0 && index < count
      ? index
      : itemIndex(index, axis, count);
  return item * stride;
}

/**
 * After a failed access: a fresh DataView when the memory still has the item (it moves when it grows), else what is
 * wrong with the memory, else the error itself.
 */
export function recover(error: unknown, access: Access<unknown>, offset: number): DataView {
  const { storage } = access;
  const stale = isEndable(storage) ? storage.data : access.data;
  const buffer = liveBuffer(storage, offset + access.itemsize);
  if (stale?.buffer === buffer) throw error;
  access.data = freshDataOf(storage);
  return access.data;
}

/** What the general path needs to know of a view. */
type Subject = Layout & { readonly storage: Storage; readonly dtype: DType; readonly readonly: boolean };

/** The TypeError of an index with too many or too few axes. */
function indexError(ndim: number, index: readonly unknown[], isSet: boolean): Error {
  const way = Array.isArray(index[0])
    ? "they are arguments of their own: ...index"
    : index.length < ndim
      ? "slice() gives sub-views"
      : "newaxis in slice() adds axes";
  const expected = `${ndim} integer${ndim === 1 ? "" : "s"}${isSet ? " in front of the value" : ""}`;
  return new TypeError(`"index" expected ${expected}, got ${index.length}; ${way}`);
}

/** The address of an item by any number of indices, through suboffsets; proven to be in its memory. */
function addressAt(view: Subject, index: readonly unknown[], isSet: boolean): Address {
  const { shape, dtype } = view;
  if (index.length !== shape.length) throw indexError(shape.length, index, isSet);
  const items = index.map((i, axis) => itemIndex(i as number, axis, shape[axis]!));
  const at = addressOf(view.storage, view, items);
  liveBuffer(at.storage, at.byteOffset + dtype.itemsize);
  return at;
}

/** `get` for any view and any number of indices. */
export function getAt(view: Subject, index: ArrayLike<unknown>): unknown {
  const { storage, byteOffset } = addressAt(view, Array.from(index), false);
  return itemsOf(view.dtype).read(currentData(storage), byteOffset);
}

/** `set` for any view; the value stands behind the indices. */
export function setAt(view: Subject, args: ArrayLike<unknown>): void {
  if (view.readonly) throw stridebufError("LayoutError", "the view is read-only", { reason: "readonly" });
  const index = Array.from(args);
  const value = index.pop();
  const { storage, byteOffset } = addressAt(view, index, true);
  const items = itemsOf(view.dtype);
  if (items.atomic) {
    items.write(currentData(storage), byteOffset, value);
    return;
  }
  // A record is written to a copy of its old bytes first: when one field is refused, none has changed.
  const record = new Uint8Array(storage.buffer, byteOffset, view.dtype.itemsize).slice();
  items.write(new DataView(record.buffer), 0, value);
  // Getters of the value may have given the memory back, or made it smaller.
  const buffer = liveBuffer(storage, byteOffset + record.length);
  new Uint8Array(buffer, byteOffset, record.length).set(record);
}
