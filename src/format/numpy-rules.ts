/**
 * What NumPy's importer refuses of the formats that we read, for `dialect: "numpy"` (docs/format.md §9). Its silent
 * laxities (an unclosed record, a stray brace, `Ze` read as float16) stay errors.
 */

import { unsupportedError } from "./caret.js";
import type { Entry, Syntax } from "./syntax.js";

const MODIFIERS = /^(\([^)]*\))?[@=<>!^]?\d*$/;

/** Throws UnsupportedFormatError at the first entry that NumPy would not read. */
export function checkNumPy(syntax: Syntax): void {
  const { format } = syntax;
  const isLone = syntax.entries.length === 1;
  const walk = (entries: readonly Entry[], depth: number): void => {
    for (const entry of entries) {
      const reason = refusal(entry, isLone && depth === 0);
      if (reason !== null) throw unsupportedError(format, entry.typeIndex, `${reason} (NumPy)`);
      if (!MODIFIERS.test(format.slice(entry.index, entry.typeIndex).replace(/\s+/g, ""))) {
        throw unsupportedError(format, entry.index, "modifiers other than shape, one order character, count (NumPy)");
      }
      if (entry.entries !== null) walk(entry.entries, depth + 1);
    }
  };
  walk(syntax.entries, 0);
}

function refusal(entry: Entry, isLone: boolean): string | null {
  const { kind, code } = entry;
  if (kind === "pointer" || kind === "function") return "pointers";
  if (kind === "custom") return "types in brackets";
  if (kind !== "simple") return null;
  if ("pPu".includes(code)) return `the code ${code}`;
  if (code === "e" && entry.complex) return "complex of e";
  const isPlain = isLone && entry.name === null && entry.shape === null && entry.count < 0;
  return "nN".includes(code) && !isPlain ? `the code ${code} beside others` : null;
}
