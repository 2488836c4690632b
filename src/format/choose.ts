/**
 * Which of the layout models a format follows (docs/format.md §6). Writers do not say, and the buffer's itemsize is the
 * evidence: a format whose every pad is spelled has the size of the explicit model, one that relies on C rules that of
 * the c model, one from Python's `struct` that of the struct model. Without an itemsize the c model holds, as in NumPy.
 */

import type { Choice, ChooseOptions } from "./choice.js";
import { chooseByItemsize, mismatch } from "./choose-by-itemsize.js";
import { measure, placeImplicit } from "./layout.js";
import type { Syntax } from "./syntax.js";

/** Measures and places the entries. Throws ItemsizeMismatchError, LayoutError (overflow) or UnsupportedFormatError. */
export function chooseLayout(syntax: Syntax, options: ChooseOptions): Choice {
  const { entries, closeOrder, format } = syntax;
  const { dialect, itemsize, unknown } = options;
  const measures = measure(syntax, options);
  const isSettled = dialect !== "auto" || itemsize === undefined;
  if (unknown.length > 0 || dialect === "explicit" || !isSettled) return chooseByItemsize(syntax, options, measures);
  const layout = placeImplicit(entries, closeOrder, dialect !== "struct", measures);
  if (itemsize !== undefined && layout.size !== itemsize) throw mismatch(format, itemsize, [layout.size]);
  return { model: dialect === "struct" ? "struct" : "c", layout, size: layout.size, diagnostics: [] };
}
