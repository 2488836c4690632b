/**
 * The inside of `[owner:body;owner:body]` (docs/format.md §7). Owner and body are split at the first `:` or `$` (the
 * separator of the 2025 proofs of concept), which count as the same. Bodies are opaque printable ASCII; nothing in them
 * is ever evaluated.
 */

import { syntaxError } from "./caret.js";
import type { Alias } from "./syntax.js";

const OWNER = /^[A-Za-z0-9_.+-]+$/;

/** Whether `text` may be an owner's name. */
export const isOwner = (text: string): boolean => OWNER.test(text);

/** The aliases between `[` at `open` and `]` at `close`. */
export function readAliases(format: string, open: number, close: number): Alias[] {
  const aliases: Alias[] = [];
  let start = open + 1;
  let split = -1;
  for (let i = start; i <= close; i++) {
    const c = format.charCodeAt(i);
    if (c === 59 /* ; */ || i === close) {
      aliases.push(alias(format, start, split, i));
      start = i + 1;
      split = -1;
    } else if (c === 91 /* [ */) throw syntaxError(format, i, "no [ inside a bracket");
    else if (c < 32 || c > 126) throw syntaxError(format, i, "printable ASCII in a bracket");
    else if (split < 0 && (c === 58 /* : */ || c === 36) /* $ */) split = i;
  }
  return aliases;
}

function alias(format: string, start: number, split: number, end: number): Alias {
  if (split < 0) throw syntaxError(format, start, "owner:type in a bracket");
  const owner = format.slice(start, split);
  if (!OWNER.test(owner)) throw syntaxError(format, start, "an owner of letters, digits and _ . + -");
  const body = format.slice(split + 1, end);
  return { owner, body, text: `${owner}:${body}` };
}

/**
 * The bracket of a custom type, for use in formats: characters that a body may not hold, and spaces (which NumPy
 * strips), are percent-encoded as UTF-8.
 *
 * @throws TypeError when `owner` is not made of letters, digits and `_ . + -`.
 *
 * @example
 * customFormat("mylib", "a;b"); // "[mylib:a%3Bb]"
 */
export function customFormat(owner: string, body: string): string {
  if (!isOwner(owner))
    throw new TypeError(`"owner" expected letters, digits and _ . + -, got ${JSON.stringify(owner)}`);
  return `[${owner}:${body.replace(/[^!-~]|[;[\]]/gu, encodeURIComponent)}]`;
}
