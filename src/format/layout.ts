/**
 * Syntax tree → byte offsets (docs/format.md §6), under the three models that writers follow:
 *
 * - explicit: every pad byte is spelled (NumPy's exporter, ctypes, pybind11); consistent when each `@` leaf happens to be
 *   aligned at its absolute offset;
 * - c: `@` members, and records closed in `@`, are aligned, and records and the whole are padded at the end (NumPy's
 *   importer, Cython);
 * - struct: as c without padding at the end (Python's `struct`).
 *
 * All three start from the same measures of the entries. Which model applies is choose.ts's question.
 */

import { stridebufError } from "../errors.js";
import { type AbiProfile, codeTables } from "./abi.js";
import { unsupportedError } from "./caret.js";
import { type Entry, isLengthCode, type OrderState, type Syntax } from "./syntax.js";

/** One entry at its offset. */
export interface Placed {
  readonly entry: Entry;
  /** Bytes from the start of the enclosing record. */
  readonly offset: number;
  /** Elements: the product of shape and count. */
  readonly n: number;
  readonly align: number;
  readonly record: Layout | null;
  /** Bytes of one element. */
  size: number;
}

export interface Layout {
  size: number;
  align: number;
  /** Everything but unnamed pads. */
  readonly placed: Placed[];
}

export interface ExplicitLayout extends Layout {
  /** Each `@` leaf is aligned without help. */
  consistent: boolean;
  /** Each record that C would pad is followed by at least that many pad bytes, so the writer spells padding. */
  evidence: boolean;
  /** No inner record ends short of its alignment. */
  complete: boolean;
}

/** Bytes of one element of each entry, and their alignment, by the entry's id. Records have none: they are laid out. */
export interface Measures {
  readonly size: readonly number[];
  readonly align: readonly number[];
}

export interface MeasureOptions {
  readonly abi: AbiProfile;
  /** The types in brackets that somebody knows; the others measure 0. */
  readonly customs?: ReadonlyMap<Entry, { readonly itemsize: number; readonly alignment: number }>;
  /** Read `u` as four bytes, as ctypes writes `wchar_t` on Linux and macOS. */
  readonly wideText?: boolean;
}

/** The measures of every entry. Throws UnsupportedFormatError for letters that the order state does not have. */
export function measure({ format, entries, entryCount }: Syntax, options: MeasureOptions): Measures {
  const { native, standard } = codeTables(options.abi);
  const { pointer } = options.abi;
  const size = new Array<number>(entryCount).fill(0);
  const align = new Array<number>(entryCount).fill(1);
  // ctypes exports `long double` fields as `<g:name:`, in its native size.
  const isCTypesLongDouble = ({ order, name }: Entry, isRecord: boolean): boolean =>
    isRecord && name !== null && (order === "<" || order === ">");
  const walk = (list: readonly Entry[], isRecord: boolean): void => {
    for (const entry of list) {
      const { id, kind, order, code } = entry;
      if (kind === "struct") walk(entry.entries!, true);
      else if (kind === "pad") size[id] = entry.count;
      else if (kind === "pointer" || kind === "function") {
        size[id] = pointer;
        if (order === "@") align[id] = pointer;
      } else if (kind === "custom") {
        const known = options.customs?.get(entry);
        if (known === undefined) continue;
        size[id] = known.itemsize;
        if (order === "@") align[id] = known.alignment;
      } else {
        const row = (order === "@" || order === "^" ? native : standard).get(code)!;
        const rowSize = code === "g" && isCTypesLongDouble(entry, isRecord) ? native.get(code)!.size : row.size;
        if (rowSize < 0) throw unsupportedError(format, entry.index, `${code} outside native sizes (@ or ^)`);
        const width = code === "u" && options.wideText ? 4 : rowSize;
        size[id] = entry.complex ? 2 * width : width;
        if (order === "@") align[id] = code === "u" ? width : row.align;
        if (isLengthCode(code) && entry.count >= 0) size[id] = times(width, entry.count);
      }
    }
  };
  walk(entries, false);
  return { size, align };
}

/** Elements that an entry stands for. */
export function elementCount(entry: Entry): number {
  let n = 1;
  if (entry.shape !== null) for (const dim of entry.shape) n = times(n, dim);
  if (entry.count >= 0 && !(entry.kind !== "struct" && isLengthCode(entry.code))) n = times(n, entry.count);
  return n;
}

const isFiller = (entry: Entry): boolean => entry.name === null && (entry.kind === "pad" || entry.kind === "align");

/** The explicit model, `base` bytes into the item. */
export function placeExplicit(entries: readonly Entry[], base: number, measures: Measures): ExplicitLayout {
  const layout: ExplicitLayout = { size: 0, align: 1, placed: [], consistent: true, evidence: true, complete: true };
  let offset = base;
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i]!;
    const n = elementCount(entry);
    let size = measures.size[entry.id]!;
    let align = measures.align[entry.id]!;
    let record: ExplicitLayout | null = null;
    if (entry.kind === "struct") {
      record = placeExplicit(entry.entries!, offset, measures);
      ({ size, align } = record);
      layout.consistent &&= record.consistent;
      layout.evidence &&= record.evidence;
      layout.complete &&= record.complete && size % align === 0;
      if (i + 1 < entries.length) {
        layout.evidence &&= fillerAfter(entries, i, measures) >= times(roundUp(size, align) - size, n);
      }
    } else {
      if (entry.order !== "@" || entry.kind === "pad") align = 1;
      layout.consistent &&= offset % align === 0;
    }
    layout.align = Math.max(layout.align, align);
    if (!isFiller(entry)) layout.placed.push({ entry, offset: offset - base, n, align, record, size });
    offset = plus(offset, times(size, n));
  }
  layout.size = offset - base;
  return layout;
}

function fillerAfter(entries: readonly Entry[], i: number, measures: Measures): number {
  let nbytes = 0;
  for (let k = i + 1; k < entries.length && isFiller(entries[k]!) && entries[k]!.shape === null; k++) {
    nbytes += measures.size[entries[k]!.id]!;
  }
  return nbytes;
}

/** The c model, or with `trailing` false the struct model. `closeOrder` is the order state where the entries end. */
export function placeImplicit(
  entries: readonly Entry[],
  closeOrder: OrderState,
  trailing: boolean,
  measures: Measures,
): Layout {
  const layout: Layout = { size: 0, align: 1, placed: [] };
  let offset = 0;
  for (const entry of entries) {
    let size = measures.size[entry.id]!;
    let align = measures.align[entry.id]!;
    let record: Layout | null = null;
    if (entry.kind === "struct") {
      record = placeImplicit(entry.entries!, entry.closeOrder, trailing, measures);
      ({ size, align } = record);
    }
    const n = elementCount(entry);
    if (entry.closeOrder === "@" && entry.kind !== "pad") {
      offset = roundUp(offset, align);
      layout.align = Math.max(layout.align, align);
    }
    if (!isFiller(entry)) layout.placed.push({ entry, offset, n, align, record, size });
    offset = plus(offset, times(size, n));
  }
  layout.size = trailing && closeOrder === "@" && entries.length > 0 ? roundUp(offset, layout.align) : offset;
  return layout;
}

/**
 * Grows the elements of records inside an explicit layout to their alignment, as far as the gap to the next field shows
 * room: NumPy's exporter drops the trailing padding of inner records.
 */
export function widen(layout: Layout, total: number, outerAlign: number): void {
  const { placed } = layout;
  for (let i = 0; i < placed.length; i++) {
    const item = placed[i]!;
    if (item.record === null) continue;
    const next = placed[i + 1];
    const room = (next === undefined ? total : next.offset) - item.offset;
    const nextAlign = next === undefined ? Math.max(outerAlign, layout.align) : next.align;
    const { align } = item.record;
    const { n } = item;
    let size = paddedSize(item.record);
    if (size * n > room) size = roundUp(item.size, align);
    // A record that does not start aligned was not padded by C rules.
    if (n === 0 || size * n > room || item.offset % align !== 0) {
      widen(item.record, item.size, align);
      continue;
    }
    widen(item.record, size + align * spareUnits(room - n * size, n * align, nextAlign), align);
    // Only repeated records need more than their fields and alignment: the pads behind one that stands alone stay outside.
    if (n === 1) item.record.size = Math.max(size, roundUp(endOf(item.record), align));
    item.size = item.record.size;
  }
  layout.size = total;
}

/** Bytes of a record when it, and the records that end where it ends, are padded to their alignment. */
function paddedSize(record: Layout): number {
  const last = record.placed.at(-1);
  if (last?.record == null) return roundUp(record.size, record.align);
  return roundUp(Math.max(record.size, last.offset + last.n * paddedSize(last.record)), record.align);
}

function endOf(record: Layout): number {
  const last = record.placed.at(-1);
  return last === undefined ? 0 : last.offset + last.n * last.size;
}

/**
 * By how many alignments of `unit` bytes (that of all elements of a record together) the record is larger than it
 * seems, when `spare` bytes follow: padding for the next field explains less than `nextAlign` of them.
 */
function spareUnits(spare: number, unit: number, nextAlign: number): number {
  if (spare < nextAlign) return 0;
  return Math.min(Math.floor((spare - nextAlign) / unit) + 1, Math.floor(spare / unit));
}

/** The next multiple of `align`, which is positive. */
export const roundUp = (offset: number, align: number): number => Math.ceil(offset / align) * align;

function times(a: number, b: number): number {
  return checked(a * b);
}

function plus(a: number, b: number): number {
  return checked(a + b);
}

function checked(nbytes: number): number {
  if (nbytes <= Number.MAX_SAFE_INTEGER) return nbytes;
  throw stridebufError("LayoutError", "the format describes an item of more than 2^53 bytes", { reason: "overflow" });
}
