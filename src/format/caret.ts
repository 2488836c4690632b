/** Errors about format text: the message shows the place with a caret, the fields carry the index. */

import { stridebufError } from "../errors.js";

const WINDOW = 32;

/** The text around `index` and a caret under it, long or unprintable text cut and blanked. */
export function caret(format: string, index: number): string {
  const start = Math.max(0, index - WINDOW);
  const head = start > 0 ? "…" : "";
  const tail = index + WINDOW < format.length ? "…" : "";
  const shown = format.slice(start, index + WINDOW).replace(/\p{C}|[\u2028\u2029]/gu, " ");
  return `\n  ${head}${shown}${tail}\n  ${" ".repeat(head.length + index - start)}^`;
}

export function syntaxError(format: string, index: number, expected: string): Error {
  const message = `expected ${expected} at index ${index} of the format${caret(format, index)}`;
  return stridebufError("FormatSyntaxError", message, { format, index, expected });
}

export function unsupportedError(format: string, index: number, feature: string): Error {
  const message = `unsupported in a format: ${feature}, at index ${index}${caret(format, index)}`;
  return stridebufError("UnsupportedFormatError", message, { format, index, feature });
}
