/**
 * A strict JSON reader (RFC 8259) for headers of unknown origin, which hands out values as they are met and keeps none:
 * what a header costs is what its reader keeps of it. Unlike `JSON.parse` it lets the caller refuse repeated names,
 * limits nesting, takes names in the order written (`__proto__` and numeric ones are ordinary), and reports positions.
 */

import type { Fail } from "./python-literal.js";

/**
 * A value that holds no others. Integers beyond 2^53 - 1 are bigints; other numbers that are not plain integers read as
 * NaN, because the formats read with this have none.
 */
export type JsonScalar = null | boolean | number | bigint | string;

export interface JsonOptions {
  /** Levels of objects and arrays. */
  maxDepth: number;
  /** Called with the fault's position and kind; it must throw. */
  fail: (index: number, message: string, kind: "syntax" | "duplicate" | "depth") => never;
}

/** What JSON escapes in strings. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is the point
const NOT_PLAIN = /[\\\x00-\x1f]/;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const PLAIN_INTEGER = /^(?:-?[1-9]\d*|0)$/;
const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const BRACKET = 93;
const BRACE = 125;

/** Stands before a value; each of its methods reads one and stands behind it. */
export class JsonReader {
  private at = 0;
  private depth = 0;
  private readonly fail: Fail;
  constructor(
    private readonly text: string,
    private readonly options: JsonOptions,
  ) {
    this.fail = (index, message) => options.fail(index, message, "syntax");
  }

  /** What a sticky pattern finds here, behind which the reader then stands. */
  match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found !== null) this.at = pattern.lastIndex;
    return found;
  }

  /** Whether the value is an object (`{`) or an array (`[`). */
  isAt(c: "{" | "["): boolean {
    this.skipSpace();
    return this.text[this.at] === c;
  }

  /** An object: `read` reads the value of each name. @param isRepeated whether a name has been met before */
  object(isRepeated: (name: string) => boolean, read: (name: string) => void): void {
    this.enter("{");
    if (!this.take("}")) {
      do {
        this.skipSpace();
        const nameAt = this.at;
        if (this.text[this.at] !== '"') this.unexpected("a name in double quotes");
        const name = this.string();
        if (isRepeated(name)) this.options.fail(nameAt, `name ${JSON.stringify(name)} is repeated`, "duplicate");
        this.skipSpace();
        if (!this.take(":")) this.unexpected('":"');
        read(name);
      } while (this.goesOn("}"));
    }
    this.depth--;
  }

  /** An array: `read` reads each item. @returns how many there are */
  array(read: (index: number) => void): number {
    this.enter("[");
    let length = 0;
    if (!this.take("]")) {
      do read(length++);
      while (this.goesOn("]"));
    }
    this.depth--;
    return length;
  }

  /** A value that is neither; undefined, passed over, when it is an object or an array. */
  scalar(): JsonScalar | undefined {
    this.skipSpace();
    switch (this.text[this.at]) {
      case '"':
        return this.string();
      case "t":
        return this.word("true", true);
      case "f":
        return this.word("false", false);
      case "n":
        return this.word("null", null);
      case "{":
      case "[":
        return this.skip();
      default:
        return this.number();
    }
  }

  /** Passes over any value. Names inside it may repeat: nobody reads them. */
  skip(): undefined {
    if (this.isAt("{"))
      this.object(
        () => false,
        () => this.skip(),
      );
    else if (this.isAt("[")) this.array(() => this.skip());
    else this.scalar();
  }

  /** Requires that nothing but space follows. */
  end(): void {
    this.skipSpace();
    if (this.at < this.text.length) this.unexpected("the end of the text");
  }

  private enter(c: "{" | "["): void {
    if (!this.isAt(c)) this.unexpected(JSON.stringify(c));
    if (++this.depth > this.options.maxDepth)
      this.options.fail(this.at, `nested deeper than ${this.options.maxDepth} levels`, "depth");
    this.at++;
    this.skipSpace();
  }

  private goesOn(close: "}" | "]"): boolean {
    this.skipSpace();
    if (this.take(",")) return true;
    return this.take(close) ? false : this.unexpected(`"," or "${close}"`);
  }

  private string(): string {
    const start = this.at;
    const end = this.text.indexOf('"', start + 1);
    const inner = this.text.slice(start + 1, end < 0 ? undefined : end);
    if (end < 0 || NOT_PLAIN.test(inner)) return this.escapedString(start);
    this.at = end + 1;
    return inner;
  }

  /** A string with escapes: its extent is found here, its grammar is JSON.parse's. */
  private escapedString(start: number): string {
    for (let i = start + 1; i < this.text.length; i++) {
      const c = this.text.charCodeAt(i);
      if (c === BACKSLASH) i++;
      else if (c === QUOTE) {
        this.at = i + 1;
        try {
          return JSON.parse(this.text.slice(start, i + 1)) as string;
        } catch {
          return this.fail(start, "string has a control character or a bad escape");
        }
      }
    }
    return this.fail(start, "string is not closed");
  }

  private number(): number | bigint {
    const small = this.smallInteger();
    if (small >= 0) return small;
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.text)?.[0];
    if (match === undefined) return this.unexpected("a JSON value");
    this.at += match.length;
    if (!PLAIN_INTEGER.test(match)) return Number.NaN;
    const value = Number(match);
    return Number.isSafeInteger(value) ? value : BigInt(match);
  }

  /** An integer of up to 15 digits, by far the most common number of a header; -1 (nothing read) when it is not one. */
  private smallInteger(): number {
    let at = this.at;
    let value = 0;
    for (; ; at++) {
      const digit = this.text.charCodeAt(at) - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
    }
    const digits = at - this.at;
    const next = this.text.charCodeAt(at);
    const ends = next === COMMA || next === BRACKET || next === BRACE;
    if (!ends || digits === 0 || digits > 15 || (digits > 1 && this.text.charCodeAt(this.at) === 48)) return -1;
    this.at = at;
    return value;
  }

  private word<T extends boolean | null>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) this.unexpected("a JSON value");
    this.at += word.length;
    return value;
  }

  private take(c: string): boolean {
    if (this.text[this.at] !== c) return false;
    this.at++;
    return true;
  }

  private skipSpace(): void {
    for (; ; this.at++) {
      const c = this.text.charCodeAt(this.at);
      if (c !== 32 && c !== 10 && c !== 13 && c !== 9) return;
    }
  }

  private unexpected(expected: string): never {
    const c = this.text[this.at];
    return this.fail(this.at, `expected ${expected}, got ${c === undefined ? "the end" : JSON.stringify(c)}`);
  }
}
