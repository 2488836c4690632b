/** The layout models tried one after the other, by the evidence of the buffer's itemsize, and sizes that follow from it. */

import { stridebufError } from "../errors.js";
import { unsupportedError } from "./caret.js";
import type { Choice, ChooseOptions, Model } from "./choice.js";
import {
  type ExplicitLayout,
  elementCount,
  type Layout,
  type Measures,
  measure,
  placeExplicit,
  placeImplicit,
  widen,
} from "./layout.js";
import type { Entry, Syntax } from "./syntax.js";

/** The layout where it takes more than a dialect's rules. */
export function chooseByItemsize(syntax: Syntax, options: ChooseOptions, measures: Measures): Choice {
  const { entries, format } = syntax;
  const { dialect, itemsize, unknown } = options;
  if (unknown.length > 0) return solveUnknown(syntax, options, measures);
  if (dialect === "explicit" || itemsize === undefined) return explicitly(syntax, itemsize, measures);
  const ctypes = byCTypes(syntax, itemsize, measures, options);
  if (ctypes !== null) return ctypes;
  const sizes = new Set<number>();
  const choice = byItemsize(syntax, itemsize, measures, sizes) ?? withWideText(syntax, itemsize, options);
  if (choice !== null) return choice;
  if (!isRecord(entries) && entries[0]!.kind === "simple") {
    const note = `${format} has ${[...sizes].join(" or ")} bytes but items have ${itemsize}: taken as opaque bytes`;
    return { model: "opaque", layout: null, size: itemsize, diagnostics: [note] };
  }
  const explicit = placeExplicit(entries, 0, measures);
  if (isRecord(entries) && explicit.consistent && explicit.size < itemsize) {
    return closed(explicit, itemsize, [`${itemsize - explicit.size} bytes at the end are named by no code`]);
  }
  throw mismatch(format, itemsize, [...sizes]);
}

/** The first model that gives `itemsize`; the sizes of the others are added to `sizes`. */
function byItemsize(syntax: Syntax, itemsize: number, measures: Measures, sizes: Set<number>): Choice | null {
  const { entries, closeOrder } = syntax;
  const explicit = placeExplicit(entries, 0, measures);
  const c = placeImplicit(entries, closeOrder, true, measures);
  sizes.add(explicit.size).add(c.size);
  if (explicit.consistent) {
    // Where C rules add nothing either, the text says all there is to say: no inner record has lost its padding.
    if (explicit.size === itemsize && c.size === itemsize && explicit.complete) return found("explicit", c);
    const tail = itemsize - explicit.size;
    const padded = isRecord(entries) && explicit.evidence && tail > 0 && tail < explicit.align;
    if (tail === 0 || padded) return closed(explicit, itemsize, []);
  }
  if (c.size === itemsize) return found("c", c);
  const struct = placeImplicit(entries, closeOrder, false, measures);
  sizes.add(struct.size);
  return struct.size === itemsize ? found("struct", struct) : null;
}

function withWideText(syntax: Syntax, itemsize: number, options: ChooseOptions): Choice | null {
  if (!hasNarrowText(syntax.entries)) return null;
  return byItemsize(syntax, itemsize, measure(syntax, { ...options, wideText: true }), new Set());
}

/**
 * What ctypes writes in a way of its own, which only the itemsize tells: all padding is spelled, `<u` is its wchar_t of 4 bytes,
 * and a union is a bare `B`, whatever its size. Null for formats that are not like that.
 *
 * @throws ItemsizeMismatchError when several unions share what is missing
 */
function byCTypes(syntax: Syntax, itemsize: number, measures: Measures, options: ChooseOptions): Choice | null {
  const { entries, format } = syntax;
  const leaves = leavesOf(entries);
  if (!isRecord(entries) || !leaves.every((leaf) => isOrdered(leaf, format) || isUnion(leaf, format))) return null;
  if (placeExplicit(entries, 0, measures).size === itemsize) return null;
  const isWide = leaves.some(({ code, kind }) => code === "u" && kind === "simple");
  const wide = isWide ? measure(syntax, { ...options, wideText: true }) : measures;
  const layout = placeExplicit(entries, 0, wide);
  if (layout.size === itemsize) return found("explicit", layout);
  // What follows a union tells its size; the last one may as well be a byte in front of padding.
  const unions = leaves.filter((leaf, i) => isUnion(leaf, format) && i + 1 < leaves.length);
  if (layout.size > itemsize || unions.length === 0) return null;
  const n = multiplicity(entries, unions[0]!);
  const size = 1 + (itemsize - layout.size) / n;
  if (
    unions.length > 1 ||
    leaves.some((leaf) => isUnion(leaf, format) && leaf !== unions[0]) ||
    !Number.isInteger(size)
  )
    throw mismatch(format, itemsize, [layout.size]);
  const solved = wide.size.slice();
  solved[unions[0]!.id] = size;
  const note = `${unions[0]!.name} is taken as a union: its ${size} bytes follow from the itemsize`;
  return { ...found("explicit", placeExplicit(entries, 0, { ...wide, size: solved })), diagnostics: [note] };
}

/** The elements of all records, pads apart. */
const leavesOf = (entries: readonly Entry[]): Entry[] =>
  entries.flatMap((entry) => (entry.entries ? leavesOf(entry.entries) : entry.kind === "pad" ? [] : [entry]));

/** The modifiers of an entry's own. */
const modifiers = (entry: Entry, format: string): string => format.slice(entry.index, entry.typeIndex);

/** ctypes repeats the order in front of every element; pointers and functions have none. */
const isOrdered = (entry: Entry, format: string): boolean =>
  entry.kind === "pointer" || entry.kind === "function" || /[<>]/.test(modifiers(entry, format));

const isUnion = (entry: Entry, format: string): boolean =>
  entry.kind === "simple" && entry.code === "B" && entry.name !== null && !/[<>=@^!]/.test(modifiers(entry, format));

function hasNarrowText(entries: readonly Entry[]): boolean {
  return entries.some((entry) => (entry.entries === null ? entry.code === "u" : hasNarrowText(entry.entries)));
}

/** Anything but one type without a name, which is a buffer of bare items: those have no padding. */
function isRecord(entries: readonly Entry[]): boolean {
  return entries.length !== 1 || entries[0]!.kind === "struct" || entries[0]!.name !== null;
}

/** An explicit layout of a known size: what is left at the ends of records is theirs. */
function closed(layout: ExplicitLayout, itemsize: number, diagnostics: readonly string[]): Choice {
  const [only] = layout.placed;
  const isBare = layout.placed.length === 1 && only!.entry.name === null && only!.offset === 0;
  if (isBare && only!.record !== null && itemsize % only!.n === 0) {
    // The item is that record, or so many of them: each has its share.
    only!.size = itemsize / only!.n;
    widen(only!.record, only!.size, only!.align);
    layout.size = itemsize;
  } else widen(layout, itemsize, 1);
  return { model: "explicit", layout, size: itemsize, diagnostics };
}

function explicitly(syntax: Syntax, itemsize: number | undefined, measures: Measures): Choice {
  const layout = placeExplicit(syntax.entries, 0, measures);
  if (itemsize !== undefined) {
    if (itemsize < layout.size) throw mismatch(syntax.format, itemsize, [layout.size]);
    layout.size = itemsize;
  }
  return found("explicit", layout);
}

/**
 * The size of a single unknown custom type is what the itemsize leaves for it; only the explicit model can say so. A
 * record with several unknown types is opaque.
 */
function solveUnknown(syntax: Syntax, options: ChooseOptions, measures: Measures): Choice {
  const { entries, format } = syntax;
  const { itemsize, unknown } = options;
  const first = unknown[0]!;
  if (itemsize === undefined)
    throw unsupportedError(format, first.index, `[${first.code}], unknown here, without an itemsize`);
  if (unknown.length > 1) {
    const note = `${unknown.length} unknown types: their offsets in the record cannot be told`;
    return { model: "opaque", layout: null, size: itemsize, diagnostics: [note] };
  }
  const rest = placeExplicit(entries, 0, measures).size;
  const n = multiplicity(entries, first);
  const size = n === 0 ? 0 : (itemsize - rest) / n;
  if (!Number.isInteger(size) || size < 0 || rest + size * n !== itemsize) throw mismatch(format, itemsize, [rest]);
  const solved = measures.size.slice();
  solved[first.id] = size;
  const layout = placeExplicit(entries, 0, { ...measures, size: solved });
  if (!layout.consistent) throw mismatch(format, itemsize, [layout.size]);
  return closed(layout, itemsize, [`[${first.code}] is unknown here; its ${size} bytes follow from the itemsize`]);
}

/** How often an entry occurs in one item. */
function multiplicity(entries: readonly Entry[], target: Entry): number {
  for (const entry of entries) {
    if (entry === target) return elementCount(entry);
    if (entry.entries !== null) {
      const inner = multiplicity(entry.entries, target);
      if (inner >= 0) return inner * elementCount(entry);
    }
  }
  return -1;
}

export function mismatch(format: string, itemsize: number, sizes: readonly number[]): Error {
  return stridebufError(
    "ItemsizeMismatchError",
    `items have ${itemsize} bytes, but the format describes ${sizes.join(" or ")}: ${format.slice(0, 80)}`,
    { format, itemsize, sizes },
  );
}

function found(model: Model, layout: Layout): Choice {
  return { model, layout, size: layout.size, diagnostics: [] };
}
