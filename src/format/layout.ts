/**
 * Syntax tree → byte offsets, under the three models that writers follow:
 *
 * - explicit: every pad byte is spelled (NumPy's exporter, ctypes, pybind11); consistent when each `@` leaf happens to be
 *   aligned at its absolute offset;
 * - c: `@` members, and records closed in `@`, are aligned, and records and the whole are padded at the end (NumPy's
 *   importer, Cython);
 * - struct: as c without padding at the end (Python's `struct`).
 *
 * `measure` must have filled in the sizes first. Which model applies is choose.ts's question.
 */

import { stridebufError } from "../errors.js";
import { type AbiProfile, codeTables } from "./abi.js";
import { unsupportedError } from "./caret.js";
import { type Entry, isLengthCode, type OrderState } from "./syntax.js";

/** One entry at its place. */
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

export interface MeasureOptions {
  readonly abi: AbiProfile;
  /** Read `u` as four bytes, as ctypes writes `wchar_t` on Linux and macOS. */
  readonly wideText?: boolean;
}

/** Fills in `size` and `align` of every leaf but the custom ones, which their resolver has measured. */
export function measure(format: string, entries: readonly Entry[], options: MeasureOptions): void {
  const { native, standard } = codeTables(options.abi);
  const { pointer } = options.abi;
  const walk = (list: readonly Entry[]): void => {
    for (const entry of list) {
      const { kind, order, code } = entry;
      if (kind === "struct") walk(entry.entries!);
      else if (kind === "pad") entry.size = entry.count;
      else if (kind === "pointer" || kind === "function") {
        entry.size = pointer;
        entry.align = order === "@" ? pointer : 1;
      } else if (kind === "simple" || kind === "align") {
        const row = (order === "@" || order === "^" ? native : standard).get(code)!;
        if (row.size < 0) throw unsupportedError(format, entry.index, `${code} outside native sizes (@ or ^)`);
        const width = code === "u" && options.wideText ? 4 : row.size;
        entry.size = entry.complex ? 2 * width : width;
        entry.align = order === "@" ? (code === "u" ? width : row.align) : 1;
        if (isLengthCode(code) && entry.count >= 0) entry.size = times(width, entry.count);
      }
    }
  };
  walk(entries);
}

/** Elements that an entry stands for. */
export function elementCount(entry: Entry): number {
  let n = 1;
  if (entry.shape !== null) for (const dim of entry.shape) n = times(n, dim);
  if (entry.count >= 0 && !(entry.kind !== "struct" && isLengthCode(entry.code))) n = times(n, entry.count);
  return n;
}

const isFiller = (entry: Entry): boolean => entry.name === null && (entry.kind === "pad" || entry.kind === "align");

export function placeExplicit(entries: readonly Entry[], base: number): ExplicitLayout {
  const layout: ExplicitLayout = { size: 0, align: 1, placed: [], consistent: true, evidence: true, complete: true };
  let offset = base;
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i]!;
    const n = elementCount(entry);
    let { size, align } = entry;
    let record: ExplicitLayout | null = null;
    if (entry.kind === "struct") {
      record = placeExplicit(entry.entries!, offset);
      ({ size, align } = record);
      layout.consistent &&= record.consistent;
      layout.evidence &&= record.evidence;
      layout.complete &&= record.complete && size % align === 0;
      if (i + 1 < entries.length) layout.evidence &&= fillerAfter(entries, i) >= times(roundUp(size, align) - size, n);
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

function fillerAfter(entries: readonly Entry[], i: number): number {
  let nbytes = 0;
  for (let k = i + 1; k < entries.length && isFiller(entries[k]!) && entries[k]!.shape === null; k++) {
    nbytes += entries[k]!.size;
  }
  return nbytes;
}

/** The c model, or with `trailing` false the struct model. `closeOrder` is the order state where the entries end. */
export function placeImplicit(entries: readonly Entry[], closeOrder: OrderState, trailing: boolean): Layout {
  const layout: Layout = { size: 0, align: 1, placed: [] };
  let offset = 0;
  for (const entry of entries) {
    let { size, align } = entry;
    let record: Layout | null = null;
    if (entry.kind === "struct") {
      record = placeImplicit(entry.entries!, entry.closeOrder, trailing);
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
    widen(item.record, size + align * spareSteps(room - n * size, n * align, nextAlign), align);
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

/** How many whole steps of `step` bytes leave less than `nextAlign` of `spare` unexplained, as far as they fit. */
function spareSteps(spare: number, step: number, nextAlign: number): number {
  if (spare < nextAlign) return 0;
  return Math.min(Math.floor((spare - nextAlign) / step) + 1, Math.floor(spare / step));
}

/** Valid for powers of two up to 2^30. */
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
