/**
 * Placed entries → dtypes. Letters become dtypes by table.
 */

import type { AbiProfile } from "../format/abi.js";
import { codeTables } from "../format/abi.js";
import { nameFields } from "../format/field-names.js";
import type { Layout, Placed } from "../format/layout.js";
import { type Entry, elementOrder } from "../format/syntax.js";
import type { ByteOrder, DType, DTypeField } from "./dtype.js";
import { arrayDType, scalarDType } from "./make.js";
import {
  bytesDType,
  charDType,
  complexDType,
  objectDType,
  pascalDType,
  pointerDType,
  textDType,
  voidDType,
} from "./make-other.js";
import { recordDType } from "./records.js";

/** Gives the dtype of a custom entry of `size` bytes. */
export type CustomDTypes = (entry: Entry, size: number) => DType;

/** The dtype of a laid-out format: the bare item when there is one unnamed entry that fills it, otherwise a record. */
export function buildDType(format: string, layout: Layout, abi: AbiProfile, customs: CustomDTypes): DType {
  const item = (placed: Placed): DType => {
    const { entry } = placed;
    const base =
      placed.record === null ? leafDType(entry, placed.size, abi, customs) : record(placed.record, placed.size);
    const shape = shapeOf(entry);
    return shape === null ? base : arrayDType(base, shape);
  };
  const record = (inner: Layout, size: number): DType => {
    const { placed } = inner;
    const names = nameFields(format, placed);
    const fields: DTypeField[] = [];
    for (let i = 0; i < placed.length; i++) {
      const part = placed[i]!;
      fields.push({ name: names[i]!, offset: part.offset, dtype: item(part) });
    }
    return recordDType(fields, size);
  };
  const only = layout.placed[0];
  if (only !== undefined && layout.placed.length === 1 && only.entry.name === null && only.offset === 0) {
    if (only.size * only.n === layout.size) return item(only);
  }
  return record(layout, layout.size);
}

/** Axes of the sub-array, shape outermost and count innermost; null for a single element. A count of 1 is none. */
function shapeOf(entry: Entry): readonly number[] | null {
  const { shape, count, kind, code } = entry;
  const counted = count >= 0 && count !== 1 && !(kind === "pad" || (kind === "simple" && lengthLeaves.has(code)));
  if (!counted) return shape;
  return shape === null ? [count] : [...shape, count];
}

function leafDType(entry: Entry, size: number, abi: AbiProfile, customs: CustomDTypes): DType {
  const { code, order } = entry;
  switch (entry.kind) {
    case "custom":
      return customs(entry, size);
    case "pad":
      return voidDType(size);
    case "pointer":
    case "function":
      return pointerDType(abi.pointer, elementOrder(entry.order, abi.littleEndian));
  }
  // A union of ctypes (choose.ts).
  if (code === "B" && size > 1) return voidDType(size);
  const lengthLeaf = lengthLeaves.get(code);
  if (lengthLeaf !== undefined) return lengthLeaf(entry, size, elementOrder(entry.order, abi.littleEndian));
  const cache = lettersOf(abi)[entry.complex ? 1 : 0]![ORDERS.indexOf(order)]!;
  const letter = code.charCodeAt(0);
  let dtype = cache[letter];
  if (dtype === undefined) {
    dtype = letterDType(entry, abi);
    cache[letter] = dtype;
  }
  return dtype;
}

type LengthLeaf = (entry: Entry, size: number, order: ByteOrder) => DType;

const lengthLeaves: ReadonlyMap<string, LengthLeaf> = new Map<string, LengthLeaf>([
  ["s", (_, size) => bytesDType(size)],
  ["p", (_, size) => pascalDType(size)],
  ["w", (_, size, order) => textDType(size / 4, 4, order)],
  [
    "u",
    (entry, size, order) => {
      const n = entry.count < 0 ? 1 : entry.count;
      return textDType(n, size === 4 * n && n > 0 ? 4 : 2, order);
    },
  ],
]);

const ORDERS = "@^=<>";
type LetterCache = (DType | undefined)[][][];
const letterCaches = new Map<AbiProfile, LetterCache>();

/** The dtypes of letters by [complex][order state][character code]. */
function lettersOf(abi: AbiProfile): LetterCache {
  let cache = letterCaches.get(abi);
  if (cache === undefined) {
    cache = [0, 1].map(() => [...ORDERS].map(() => new Array(128).fill(undefined)));
    letterCaches.set(abi, cache);
  }
  return cache;
}

function letterDType(entry: Entry, abi: AbiProfile): DType {
  const { code, order } = entry;
  if (code === "c") return charDType();
  if (code === "O") return objectDType(abi.pointer);
  if (code === "P") return pointerDType(abi.pointer, elementOrder(entry.order, abi.littleEndian));
  const tables = codeTables(abi);
  const element = (order === "@" || order === "^" ? tables.native : tables.standard).get(code)!.element!;
  const make = entry.complex ? complexDType : scalarDType;
  return make(element, elementOrder(entry.order, abi.littleEndian));
}
