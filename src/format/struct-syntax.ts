/**
 * Python's `struct` format language → the same syntax tree: an order character only in front, no shapes, records or
 * names, a count before a code as that many values, a zero count as alignment. `F` and `D` (3.14 to 3.20) and `Zf`,
 * `Zd` (3.15) are complex.
 */

import { syntaxError, unsupportedError } from "./caret.js";
import { MAX_ENTRIES } from "./parse.js";
import { type Entry, type EntryKind, isLengthCode, newEntry, type OrderState, type Syntax } from "./syntax.js";

const ORDERS = new Map<string, OrderState>([
  ["@", "@"],
  ["=", "="],
  ["<", "<"],
  [">", ">"],
  ["!", ">"],
]);
const TOKEN = /[ \t\n\v\f\r]*(?:(\d*)(Z[fd]|[xcbB?hHiIlLqQnNefdspPFD])|$)/y;
const COMPLEX = new Map([
  ["F", "f"],
  ["D", "d"],
  ["Zf", "f"],
  ["Zd", "d"],
]);

/**
 * @param order - the state that holds when the format has no order character of its own.
 * @param pooled - whether repeated values stay one entry with a count, instead of one entry each.
 */
export function parseStruct(format: string, order: OrderState = "@", pooled = false): Syntax {
  const own = ORDERS.get(format[0] ?? "");
  const state = own ?? order;
  const native = state === "@" || state === "^";
  const entries: Entry[] = [];
  let at = own === undefined ? 0 : 1;
  while (at < format.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(format);
    if (match === null) throw syntaxError(format, offence(format, at), "a code of Python's struct");
    const [token, digits, code] = match;
    if (code === undefined) break;
    const index = at + token.length - code.length - digits!.length;
    if (!native && "nNP".includes(code)) throw unsupportedError(format, index, `${code} outside native sizes`);
    add(format, entries, code, digits === "" ? -1 : Number(digits), state, index, pooled);
    at += token.length;
  }
  return { format, entries, entryCount: entries.length, customs: [], closeOrder: state };
}

function add(
  format: string,
  entries: Entry[],
  code: string,
  count: number,
  state: OrderState,
  index: number,
  pooled: boolean,
): void {
  const part = COMPLEX.get(code);
  const letter = part ?? code;
  const complex = part !== undefined;
  const entry = (kind: EntryKind, n: number) =>
    newEntry(entries.length, kind, letter, complex, state, null, n, index, index);
  if (count > Number.MAX_SAFE_INTEGER) throw syntaxError(format, index, "a count below 2^53");
  if (code === "x") entries.push(entry("pad", count < 0 ? 1 : count));
  else if (isLengthCode(code)) entries.push(entry("simple", count));
  else if (count === 0) entries.push(entry("align", 0));
  else if (pooled) entries.push(entry("simple", count));
  else {
    for (let i = Math.max(count, 1); i > 0; i--) {
      if (entries.length >= MAX_ENTRIES) throw unsupportedError(format, index, `more than ${MAX_ENTRIES} values`);
      entries.push(entry("simple", -1));
    }
  }
}

function offence(format: string, at: number): number {
  const rest = /[^ \t\n\v\f\r]/.exec(format.slice(at));
  const start = at + (rest?.index ?? 0);
  return start + /^\d*/.exec(format.slice(start))![0].length;
}
