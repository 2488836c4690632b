/**
 * Format text → syntax tree (docs/format.md §3): PEP 3118 as NumPy reads it, custom types in brackets, and every
 * spelling that a known writer produces (nested shapes, order characters before or after shapes). One pass, linear in
 * the text, with an explicit stack. White space counts only inside names and brackets; a bracket is opaque up to its
 * `]`.
 */

import { readAliases } from "./bracket.js";
import { syntaxError, unsupportedError } from "./caret.js";
import { type Entry, type EntryKind, newEntry, type OrderState, type Syntax } from "./syntax.js";

/** Deeper records are refused, so that nothing that walks a dtype needs its own guard. */
export const MAX_NESTING = 512;
/** More entries than this are refused before memory runs out. */
export const MAX_ENTRIES: number = 1 << 18;
const MAX_AXES = 64;

const complexLetters = lettersOf("efdg");

function lettersOf(letters: string): Uint8Array {
  const set = new Uint8Array(128);
  for (let i = 0; i < letters.length; i++) set[letters.charCodeAt(i)] = 1;
  return set;
}

/** What is remembered while the entries of a record or the target of a pointer are read. */
interface Frame {
  readonly entry: Entry;
  readonly list: Entry[];
  readonly pointer: Entry | null;
}

type Reader = (parser: Parser) => void;

/** What each character that is neither white space nor a digit starts. */
const readers: readonly (Reader | undefined)[] = /* @__PURE__ */ readerTable();

function readerTable(): (Reader | undefined)[] {
  const table: (Reader | undefined)[] = new Array(128).fill(undefined);
  const set = (letters: string, reader: (letter: string) => Reader): void => {
    for (const letter of letters) table[letter.charCodeAt(0)] = reader(letter);
  };
  set("@^=<>", (letter) => (parser) => parser.setOrder(letter as OrderState));
  set("!", () => (parser) => parser.setOrder(">"));
  set("cbB?hHiIlLqQnNefdgspPuwO", (letter) => (parser) => parser.readSimple(letter));
  set("(", () => (parser) => parser.readShape());
  set("T", () => (parser) => parser.openRecord());
  set("}", () => (parser) => parser.closeRecord());
  set("[", () => (parser) => parser.readCustom(false));
  set("Z", () => (parser) => parser.readComplex());
  set("&", () => (parser) => parser.openPointer());
  set("z", () => (parser) => parser.readCTypesString());
  set("X", () => (parser) => parser.readFunction());
  set("x", () => (parser) => parser.readPad());
  set("t", () => (parser) => {
    throw unsupportedError(parser.format, parser.at, "bit fields (t)");
  });
  return table;
}

/**
 * Parses a whole format, which starts in the order state `order`. Throws FormatSyntaxError or UnsupportedFormatError
 * with the index of the offence.
 */
export function parseFormat(format: string, order: OrderState = "@"): Syntax {
  if (format.length < 8 && /^\s*[<>][zZ]\s*$/.test(format)) return ctypesString(format);
  return new Parser(format, order).parse();
}

/** ctypes exports `char*` and `wchar_t*` as `<z` and `<Z`: carried as addresses. */
function ctypesString(format: string): Syntax {
  const order = format.trim()[0] as OrderState;
  const entries = [newEntry(0, "pointer", "P", false, order, null, -1, 0, 0)];
  return { format, entries, entryCount: 1, customs: [], closeOrder: order };
}

class Parser {
  readonly format: string;
  at = 0;
  order: OrderState;
  shape: number[] | null = null;
  count = -1;
  /** Where the modifiers of the entry being read start; -1 between entries. */
  start = -1;
  /** The pointer whose target is being read. */
  pointer: Entry | null = null;
  list: Entry[] = [];
  total = 0;
  /** Open records inside pointer targets: what they hold takes no part in the layout. */
  hidden = 0;
  readonly stack: Frame[] = [];
  readonly customs: Entry[] = [];

  constructor(format: string, order: OrderState) {
    this.format = format;
    this.order = order;
  }

  parse(): Syntax {
    const { format, stack } = this;
    const entries = this.list;
    while (this.at < format.length) this.token(format.charCodeAt(this.at));
    if (this.start >= 0) throw syntaxError(format, format.length, "a type after the modifiers");
    if (stack.length > 0) throw syntaxError(format, format.length, "} to close the record");
    return { format, entries, entryCount: this.total, customs: this.customs, closeOrder: this.order };
  }

  token(c: number): void {
    if (c === 32 || (c >= 9 && c <= 13)) this.at++;
    else if (c >= 48 && c <= 57) this.readCount();
    else {
      const read = c < 128 ? readers[c] : undefined;
      if (read === undefined) throw syntaxError(this.format, this.at, "a type code");
      read(this);
    }
  }

  begin(): void {
    if (this.start < 0) this.start = this.at;
  }

  setOrder(order: OrderState): void {
    this.begin();
    this.order = order;
    this.at++;
  }

  readShape(): void {
    const { format } = this;
    if (this.count >= 0) throw syntaxError(format, this.at, "a type (a shape stands before the count)");
    this.begin();
    this.at++;
    this.shape ??= [];
    for (;;) {
      this.skipWhite();
      this.shape.push(this.readInt("a dimension"));
      if (this.shape.length > MAX_AXES) throw unsupportedError(format, this.at, `more than ${MAX_AXES} dimensions`);
      this.skipWhite();
      const c = format.charCodeAt(this.at++);
      if (c === 41 /* ) */) return;
      if (c !== 44 /* , */) throw syntaxError(format, Math.min(this.at - 1, format.length), ", or ) in a shape");
    }
  }

  readCount(): void {
    if (this.count >= 0) throw syntaxError(this.format, this.at, "a type (there is a count already)");
    this.begin();
    this.count = this.readInt("a count");
  }

  readInt(what: string): number {
    const { format } = this;
    const start = this.at;
    let value = 0;
    for (;;) {
      const c = format.charCodeAt(this.at);
      if (!(c >= 48 && c <= 57)) break;
      value = value * 10 + (c - 48);
      if (value > Number.MAX_SAFE_INTEGER) throw syntaxError(format, start, `${what} below 2^53`);
      this.at++;
    }
    if (this.at === start) throw syntaxError(format, start, what);
    return value;
  }

  skipWhite(): void {
    for (;;) {
      const c = this.format.charCodeAt(this.at);
      if (c !== 32 && !(c >= 9 && c <= 13)) return;
      this.at++;
    }
  }

  /** An entry of the type that starts here, with the modifiers read so far, which are used up. */
  entry(kind: EntryKind, code: string, complex: boolean): Entry {
    const index = this.start < 0 ? this.at : this.start;
    const entry = newEntry(this.total, kind, code, complex, this.order, this.shape, this.count, index, this.at);
    this.shape = null;
    this.count = -1;
    this.start = -1;
    if (++this.total > MAX_ENTRIES) throw unsupportedError(this.format, index, `more than ${MAX_ENTRIES} entries`);
    return entry;
  }

  /** Ends a type that takes `length` characters from here, reads its name and files it. */
  finish(type: Entry, length: number): void {
    this.at += length;
    const entry = this.pointer ?? type;
    this.pointer = null;
    entry.name = this.readName();
    this.list.push(entry);
  }

  readName(): string | null {
    const { format } = this;
    this.skipWhite();
    if (format.charCodeAt(this.at) !== 58 /* : */) return null;
    const end = format.indexOf(":", this.at + 1);
    if (end < 0) throw syntaxError(format, this.at, "a second : to end the name");
    const name = format.slice(this.at + 1, end);
    if (name.includes("\0")) throw syntaxError(format, this.at + 1, "a name without NUL");
    this.at = end + 1;
    return name;
  }

  readSimple(letter: string): void {
    this.finish(this.entry("simple", letter, false), 1);
  }

  readPad(): void {
    const pad = this.entry("pad", "x", false);
    if (pad.count < 0) pad.count = 1;
    if (this.pointer !== null) {
      this.finish(pad, 1);
      return;
    }
    this.at++;
    pad.name = this.readName();
    const last = this.list.at(-1);
    if (pad.name === null && pad.shape === null && last?.kind === "pad" && last.name === null && last.shape === null) {
      last.count += pad.count;
      this.total--;
    } else this.list.push(pad);
  }

  readComplex(): void {
    const next = this.format.charCodeAt(this.at + 1);
    if (next === 91 /* [ */) this.readCustom(true);
    else if (next < 128 && complexLetters[next] === 1) {
      this.finish(this.entry("simple", this.format[this.at + 1]!, true), 2);
    } else if (this.isCTypesString()) this.readCTypesString();
    else throw syntaxError(this.format, this.at + 1, "e, f, d, g or [ after Z");
  }

  /** ctypes' `char*` and `wchar_t*`, as targets of pointers and as fields (`<z:name:`): addresses, which are not followed. */
  readCTypesString(): void {
    if (!this.isCTypesString()) throw syntaxError(this.format, this.at, "a type code");
    this.finish(this.entry("pointer", "P", false), 1);
  }

  isCTypesString(): boolean {
    if (this.pointer !== null) return true;
    const { format, at } = this;
    return this.stack.length > 0 && (this.order === "<" || this.order === ">") && format[at + 1] === ":";
  }

  readCustom(complex: boolean): void {
    const { format } = this;
    const open = complex ? this.at + 1 : this.at;
    const close = format.indexOf("]", open);
    if (close < 0) throw syntaxError(format, format.length, "] to close the bracket");
    const aliases = readAliases(format, open, close);
    const entry = this.entry("custom", format.slice(open + 1, close), complex);
    entry.aliases = aliases;
    if (this.pointer === null && this.hidden === 0) this.customs.push(entry);
    this.at = open;
    this.finish(entry, close + 1 - open);
  }

  openRecord(): void {
    const { format, stack } = this;
    const start = this.at++;
    this.skipWhite();
    if (format.charCodeAt(this.at) !== 123) throw syntaxError(format, this.at, "{ after T");
    const brace = this.at;
    this.at = start;
    if (stack.length >= MAX_NESTING) {
      throw unsupportedError(format, this.at, `records nested more than ${MAX_NESTING} deep`);
    }
    const entry = this.entry("struct", "T", false);
    entry.entries = [];
    stack.push({ entry, list: this.list, pointer: this.pointer });
    if (this.pointer !== null) this.hidden++;
    this.pointer = null;
    this.list = entry.entries;
    this.at = brace + 1;
  }

  closeRecord(): void {
    if (this.start >= 0) throw syntaxError(this.format, this.at, "a type after the modifiers");
    const frame = this.stack.pop();
    if (frame === undefined) throw syntaxError(this.format, this.at, "no } outside a record");
    frame.entry.closeOrder = this.order;
    this.list = frame.list;
    this.pointer = frame.pointer;
    if (frame.pointer !== null) this.hidden--;
    this.finish(frame.entry, 1);
  }

  /** `&` ends the modifiers of the pointer itself; those that follow are the target's. */
  openPointer(): void {
    const pointer = this.entry("pointer", "P", false);
    this.pointer ??= pointer;
    this.start = this.at++;
  }

  readFunction(): void {
    const { format } = this;
    if (format.charCodeAt(this.at + 1) !== 123) throw syntaxError(format, this.at + 1, "{ after X");
    let end = this.at + 2;
    for (let depth = 1; depth > 0; end++) {
      const c = format.charCodeAt(end);
      if (Number.isNaN(c)) throw syntaxError(format, format.length, "} to close X{");
      if (c === 123) depth++;
      else if (c === 125) depth--;
    }
    this.finish(this.entry("function", "X", false), end - this.at);
  }
}
