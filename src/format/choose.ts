/**
 * Which of the layout models a format follows. Writers do not say, and the buffer's itemsize is the evidence: a format
 * whose every pad is spelled has the size of the explicit model, one that relies on C rules that of the c model, one
 * from Python's `struct` that of the struct model. Without an itemsize the c model holds, as in NumPy.
 */

import { stridebufError } from "../errors.js";
import type { AbiProfile } from "./abi.js";
import { unsupportedError } from "./caret.js";
import {
  type ExplicitLayout,
  elementCount,
  type Layout,
  measure,
  placeExplicit,
  placeImplicit,
  widen,
} from "./layout.js";
import type { Entry, Syntax } from "./syntax.js";

/** `auto` decides by the itemsize; the others apply one reader's rules: NumPy's, Python's `struct`, or no implicit padding. */
export type Dialect = "auto" | "numpy" | "struct" | "explicit";

export type Model = "explicit" | "c" | "struct" | "opaque";

export interface Choice {
  readonly model: Model;
  /** Absent for the opaque model: the item is `size` bytes of which only the amount is known. */
  readonly layout: Layout | null;
  readonly size: number;
  /** Findings that a person may want to know, none of them an error. */
  readonly diagnostics: readonly string[];
}

export interface ChooseOptions {
  readonly abi: AbiProfile;
  readonly dialect: Dialect;
  readonly itemsize: number | undefined;
  /** Custom entries that nobody could resolve, so that their size must follow from the itemsize. */
  readonly unknown: readonly Entry[];
}

/** Measures and places the entries. Throws ItemsizeMismatchError, LayoutError (overflow) or UnsupportedFormatError. */
export function chooseLayout(syntax: Syntax, options: ChooseOptions): Choice {
  const { entries, closeOrder, format } = syntax;
  const { abi, dialect, itemsize, unknown } = options;
  measure(format, entries, { abi });
  if (unknown.length > 0) return solveUnknown(syntax, options);
  if (dialect === "explicit") return explicitly(syntax, itemsize);
  if (dialect !== "auto" || itemsize === undefined) {
    const layout = placeImplicit(entries, closeOrder, dialect !== "struct");
    if (itemsize !== undefined && layout.size !== itemsize) throw mismatch(format, itemsize, [layout.size]);
    return found(dialect === "struct" ? "struct" : "c", layout);
  }
  const sizes = new Set<number>();
  const choice = byItemsize(syntax, itemsize, sizes) ?? withWideText(syntax, abi, itemsize);
  if (choice !== null) return choice;
  if (!isRecord(entries) && entries[0]!.kind === "simple") {
    const note = `${format} has ${[...sizes].join(" or ")} bytes but items have ${itemsize}: taken as opaque bytes`;
    return { model: "opaque", layout: null, size: itemsize, diagnostics: [note] };
  }
  const explicit = placeExplicit(entries, 0);
  if (isRecord(entries) && explicit.consistent && explicit.size < itemsize) {
    return closed(explicit, itemsize, [`${itemsize - explicit.size} bytes at the end are named by no code`]);
  }
  throw mismatch(format, itemsize, [...sizes]);
}

function byItemsize(syntax: Syntax, itemsize: number, sizes: Set<number>): Choice | null {
  const { entries, closeOrder } = syntax;
  const explicit = placeExplicit(entries, 0);
  const c = placeImplicit(entries, closeOrder, true);
  sizes.add(explicit.size).add(c.size);
  if (explicit.consistent) {
    // Where C rules add nothing either, the text says all there is to say: no inner record has lost its padding.
    if (explicit.size === itemsize && c.size === itemsize && explicit.complete) return found("explicit", c);
    const tail = itemsize - explicit.size;
    const padded = isRecord(entries) && explicit.evidence && tail > 0 && tail < explicit.align;
    if (tail === 0 || padded) return closed(explicit, itemsize, []);
  }
  if (c.size === itemsize) return found("c", c);
  const struct = placeImplicit(entries, closeOrder, false);
  sizes.add(struct.size);
  return struct.size === itemsize ? found("struct", struct) : null;
}

function withWideText(syntax: Syntax, abi: AbiProfile, itemsize: number): Choice | null {
  if (!hasNarrowText(syntax.entries)) return null;
  measure(syntax.format, syntax.entries, { abi, wideText: true });
  const choice = byItemsize(syntax, itemsize, new Set());
  if (choice === null) measure(syntax.format, syntax.entries, { abi });
  return choice;
}

function hasNarrowText(entries: readonly Entry[]): boolean {
  return entries.some((entry) => (entry.entries === null ? entry.code === "u" : hasNarrowText(entry.entries)));
}

/** Anything but one type without a name, which is a buffer of bare items: those have no padding. */
function isRecord(entries: readonly Entry[]): boolean {
  return entries.length !== 1 || entries[0]!.kind === "struct" || entries[0]!.name !== null;
}

function found(model: Model, layout: Layout): Choice {
  return { model, layout, size: layout.size, diagnostics: [] };
}

/** An explicit layout of a known size: what is left at the ends of records is theirs. */
function closed(layout: ExplicitLayout, itemsize: number, diagnostics: readonly string[]): Choice {
  const only = layout.placed[0];
  const whole = layout.placed.length === 1 && only!.record !== null && only!.entry.name === null && only!.offset === 0;
  if (whole && itemsize % only!.n === 0) {
    only!.size = itemsize / only!.n;
    widen(only!.record!, only!.size, only!.align);
    layout.size = itemsize;
  } else {
    widen(layout, itemsize, 1);
  }
  return { model: "explicit", layout, size: itemsize, diagnostics };
}

function explicitly(syntax: Syntax, itemsize: number | undefined): Choice {
  const layout = placeExplicit(syntax.entries, 0);
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
function solveUnknown(syntax: Syntax, options: ChooseOptions): Choice {
  const { entries, format } = syntax;
  const { itemsize, unknown } = options;
  const first = unknown[0]!;
  if (itemsize === undefined)
    throw unsupportedError(format, first.index, `[${first.code}], unknown here, without an itemsize`);
  if (unknown.length > 1) {
    const note = `${unknown.length} unknown types: their places in the record cannot be told`;
    return { model: "opaque", layout: null, size: itemsize, diagnostics: [note] };
  }
  first.size = 0;
  const rest = placeExplicit(entries, 0).size;
  const n = multiplicity(entries, first);
  const size = n === 0 ? 0 : (itemsize - rest) / n;
  if (!Number.isInteger(size) || size < 0 || rest + size * n !== itemsize) throw mismatch(format, itemsize, [rest]);
  first.size = size;
  const layout = placeExplicit(entries, 0);
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

function mismatch(format: string, itemsize: number, sizes: readonly number[]): Error {
  return stridebufError(
    "ItemsizeMismatchError",
    `items have ${itemsize} bytes, but the format describes ${sizes.join(" or ")}: ${format.slice(0, 80)}`,
    { format, itemsize, sizes },
  );
}
