/**
 * Equality by value (docs/format.md §10): shapes must agree, then the values of all items, whatever formats
 * they are stored in. Records and sub-arrays compare as the tuple of their leaves in order, names do not matter; a real
 * number equals a complex one without imaginary part; NaN and NaT equal nothing; bytes never equal numbers; items that
 * cannot be read (unresolved customs, object references) equal nothing.
 */

import type { DType } from "../dtype/dtype.js";
import { type ElementRow, elements } from "../dtype/elements.js";
import { stridebufError } from "../errors.js";
import { requireKnownOptions } from "../options.js";
import { settled, toTypedArray } from "./bulk.js";
import { operandError } from "./checks.js";
import type { AnyView } from "./host.js";
import { elementCount, hasParts, itemsOf, leafCount } from "./items.js";
import type { Items } from "./numbers.js";
import { offsetsOf } from "./offsets.js";
import { slice, sliceIndices } from "./slices.js";
import { currentData } from "./storage.js";

/** A part of an item that has a value of its own. */
interface Leaf {
  readonly offset: number;
  readonly dtype: DType;
  readonly items: Items;
}

/** Leaves of an item that are listed once and for all; of larger items they are made as they are looked at. */
const MAX_LISTED = 4096;

const listed = new WeakMap<DType, readonly Leaf[]>();

/** Whether every leaf can be read. */
function isReadable(dtype: DType): boolean {
  if (!hasParts(dtype)) return dtype.codec !== undefined || (dtype.kind !== "object" && dtype.kind !== "custom");
  return dtype.fields ? dtype.fields.every((field) => isReadable(field.dtype)) : isReadable(dtype.base!);
}

function* walk(dtype: DType, offset: number): Generator<Leaf, void, undefined> {
  if (!hasParts(dtype)) yield { offset, dtype, items: itemsOf(dtype) };
  else if (dtype.fields) for (const field of dtype.fields) yield* walk(field.dtype, offset + field.offset);
  else {
    const { base } = dtype as { base: DType };
    const count = elementCount(dtype);
    for (let i = 0; i < count; i++) yield* walk(base, offset + i * base.itemsize);
  }
}

/** The leaves of an item in order. */
function leavesOf(dtype: DType): Iterable<Leaf> {
  let leaves = listed.get(dtype);
  if (leaves === undefined) {
    if (leafCount(dtype) > MAX_LISTED) return { [Symbol.iterator]: () => walk(dtype, 0) };
    leaves = [...walk(dtype, 0)];
    listed.set(dtype, leaves);
  }
  return leaves;
}

export interface EqualsOptions {
  /**
   * Exactly CPython's memoryview (3.13): formats that the `struct` module cannot read (`T{…}`, `Z`, `u w`, `O`, customs)
   * equal nothing, not even themselves.
   */
  readonly memoryview?: boolean;
}

const STRUCT = /^(@?(\s*\d*[xcbB?hHiIlLqQnNefdspP])*|[=<>!](\s*\d*[xcbB?hHiIlLqQefdsp])*)\s*$/;

export function viewsEqual(a: AnyView, b: AnyView, options: EqualsOptions = {}): boolean {
  requireKnownOptions(options, ["memoryview"]);
  if (typeof b !== "object" || b === null || b.dtype === undefined) throw operandError("other", "a view", b);
  if (options.memoryview && !(STRUCT.test(a.format) && STRUCT.test(b.format))) return false;
  if (!sameShape(a.shape, b.shape)) return false;
  if (!isReadable(a.dtype) || !isReadable(b.dtype)) return false;
  if (a.size === 0) return true;
  if (leafCount(a.dtype) !== leafCount(b.dtype)) return false;
  // Items without bytes hold nothing that could differ, however many they say they are.
  if (a.itemsize === 0 && a.dtype === b.dtype) return true;
  if (a.dtype === b.dtype && isPlainNumber(a.dtype)) return arraysEqual(toTypedArray(a), toTypedArray(b));
  const [x, y] = [settled(a), settled(b)];
  x.live();
  y.live();
  const xData = currentData(x.storage);
  const yData = currentData(y.storage);
  const yOffsets = offsetsOf(y);
  for (const xOffset of offsetsOf(x)) {
    const yOffset = yOffsets.next().value as number;
    const right = leavesOf(b.dtype)[Symbol.iterator]();
    for (const leaf of leavesOf(a.dtype))
      if (!leafEqual(leaf, xData, xOffset, right.next().value!, yData, yOffset)) return false;
  }
  return true;
}

/** memoryview's equiv_shape: axes after the first empty one do not count. */
function sameShape(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) {
    if (a[axis] !== b[axis]) return false;
    if (a[axis] === 0) return true;
  }
  return true;
}

/** Numbers whose typed array compares as their values do. */
function isPlainNumber(dtype: DType): boolean {
  if (dtype.element === undefined || dtype.codec !== undefined) return false;
  const row: ElementRow = elements[dtype.element];
  return (
    (dtype.kind === "int" || dtype.kind === "uint" || dtype.kind === "float") &&
    row.bits >= 8 &&
    !row.small &&
    row.width <= 8
  );
}

function arraysEqual(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function leafEqual(a: Leaf, aData: DataView, aOffset: number, b: Leaf, bData: DataView, bOffset: number): boolean {
  if (a.dtype.kind === "text" || b.dtype.kind === "text")
    return a.dtype.kind === b.dtype.kind && arraysEqual(codePoints(a, aData, aOffset), codePoints(b, bData, bOffset));
  const x = a.items.read(aData, aOffset + a.offset);
  const y = b.items.read(bData, bOffset + b.offset);
  if (isTime(a.dtype) || isTime(b.dtype))
    return a.dtype.kind === b.dtype.kind && String(a.dtype.unit) === String(b.dtype.unit) && x === y && x !== NAT;
  if (!valuesEqual(x, y)) return false;
  return a.dtype !== b.dtype || a.dtype.width <= 8 || x === 0 || sameSignificand(a, aData, aOffset, bData, bOffset);
}

/** The code points of a text, whatever they are: text that no string can hold is compared too. */
function codePoints({ dtype, offset, items }: Leaf, data: DataView, at: number): number[] {
  if (dtype.width === 2) return Array.from(items.read(data, at + offset) as string, (c) => c.codePointAt(0)!);
  const isLittle = dtype.byteOrder !== "big";
  const count = dtype.itemsize / 4;
  return Array.from({ length: count }, (_, i) => data.getUint32(at + offset + 4 * i, isLittle));
}

const NAT = -(2n ** 63n);
const isTime = (dtype: DType): boolean => dtype.kind === "datetime" || dtype.kind === "timedelta";

/** Two long doubles with one nearest binary64: their own ten or sixteen bytes decide. */
function sameSignificand(leaf: Leaf, aData: DataView, aOffset: number, bData: DataView, bOffset: number): boolean {
  const isX87 = leaf.dtype.element !== "float128";
  for (let part = 0; part < leaf.dtype.lanes; part++)
    for (let i = 0; i < (isX87 ? 10 : 16); i++) {
      const at = leaf.offset + part * leaf.dtype.width + i;
      if (aData.getUint8(aOffset + at) !== bData.getUint8(bOffset + at)) return false;
    }
  return true;
}

/** Python's `==` on the values of items. */
export function valuesEqual(a: unknown, b: unknown): boolean {
  if (isNumber(a) && isNumber(b)) {
    // Loose equality is exact between number, bigint and boolean, whatever their magnitude.
    // biome-ignore lint/suspicious/noDoubleEquals: 1n == 1 == true is the rule wanted
    return a == b;
  }
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) {
    if (isComplex(a) && isNumber(b)) return a.im === 0 && valuesEqual(a.re, b);
    if (isComplex(b) && isNumber(a)) return b.im === 0 && valuesEqual(a, b.re);
    return a === b;
  }
  if (a instanceof Uint8Array || b instanceof Uint8Array)
    return a instanceof Uint8Array && b instanceof Uint8Array && arraysEqual(a, b);
  const keys = Object.keys(a);
  const own = (of: object, key: string): unknown => Object.getOwnPropertyDescriptor(of, key)?.value;
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && valuesEqual(own(a, key), own(b, key)))
  );
}

const isNumber = (value: unknown): boolean =>
  typeof value === "number" || typeof value === "bigint" || typeof value === "boolean";
const isComplex = (value: unknown): value is { re: number; im: number } =>
  typeof value === "object" && value !== null && Object.keys(value).length === 2 && "re" in value && "im" in value;

/** The first item of `start..stop` (bounds as in a slice) that equals `value`, or -1. */
export function indexOf(view: AnyView, value: unknown, start?: number, stop?: number): number {
  requireOneAxis(view, "index");
  const range = sliceIndices(slice(start, stop), view.shape[0]!);
  for (let i = range.start; i < range.stop; i++) if (valuesEqual(view.get(i), value)) return i;
  return -1;
}

export function countOf(view: AnyView, value: unknown): number {
  requireOneAxis(view, "count");
  let n = 0;
  for (let i = 0; i < view.shape[0]!; i++) if (valuesEqual(view.get(i), value)) n++;
  return n;
}

function requireOneAxis(view: AnyView, what: string): void {
  if (view.ndim === 1) return;
  throw stridebufError("LayoutError", `${what} needs a view with one axis, this one has ${view.ndim}`, {
    reason: "rank",
  });
}
