/**
 * A strict reader of the Python literals that `.npy` headers consist of: None, booleans, decimal integers, strings,
 * tuples, lists and dicts with string keys (the safe subset of `ast.literal_eval`, Python Language Reference §6.2).
 * Nothing is evaluated. Expressions, comments, joined strings, bytes, floats, hexadecimal numbers, repeated keys and
 * anything after the literal are refused; nesting is limited, and the caller limits the length of the text.
 */

/** A tuple, kept apart from a list because `shape` must be the one and `descr` the other. */
export class PythonTuple<T = PythonLiteral> extends Array<T> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

/** Integers beyond 2^53 - 1 are bigints. */
export type PythonLiteral =
  | null
  | boolean
  | number
  | bigint
  | string
  | PythonLiteral[]
  | PythonTuple
  | Map<string, PythonLiteral>;

/** Reports a fault at a position (UTF-16 units from the start of the text); it must throw. */
export type Fail = (index: number, message: string) => never;

const MAX_DEPTH = 32;
const WORDS: readonly (readonly [string, null | boolean])[] = [
  ["True", true],
  ["False", false],
  ["None", null],
];
const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

const isSpace = (c: string | undefined): boolean => c === " " || c === "\n" || c === "\t" || c === "\r" || c === "\f";
const isDigit = (c: string | undefined): boolean => c !== undefined && c >= "0" && c <= "9";
const isNameChar = (c: string | undefined): boolean => c !== undefined && /[\w\u0080-\uffff]/.test(c);

class Reader {
  private at = 0;
  constructor(
    private readonly text: string,
    private readonly fail: Fail,
  ) {}

  whole(): PythonLiteral {
    const value = this.value(0);
    this.skipSpace();
    if (this.at < this.text.length) this.unexpected("the end of the header");
    return value;
  }

  private value(depth: number): PythonLiteral {
    if (depth > MAX_DEPTH) this.fail(this.at, `nested deeper than ${MAX_DEPTH}`);
    this.skipSpace();
    const c = this.text[this.at];
    if (c === "'" || c === '"') return this.string();
    // Python 2 wrote unicode field names with this prefix.
    if (c === "u" && (this.text[this.at + 1] === "'" || this.text[this.at + 1] === '"')) {
      this.at++;
      return this.string();
    }
    if (c === "(") return this.parenthesised(depth);
    if (c === "[") {
      this.at++;
      return this.items("]", [], depth).items;
    }
    if (c === "{") return this.dict(depth);
    if (c === "-" || isDigit(c)) return this.integer();
    for (const [word, value] of WORDS) {
      if (this.text.startsWith(word, this.at) && !isNameChar(this.text[this.at + word.length])) {
        this.at += word.length;
        return value;
      }
    }
    return this.unexpected("a literal value");
  }

  /** `(x)` is x, `(x,)` and `()` are tuples. */
  private parenthesised(depth: number): PythonLiteral {
    this.at++;
    const { items, commas } = this.items(")", new PythonTuple(), depth);
    return items.length === 1 && commas === 0 ? items[0]! : items;
  }

  private items<T extends PythonLiteral[]>(close: string, items: T, depth: number): { items: T; commas: number } {
    let commas = 0;
    for (;;) {
      this.skipSpace();
      if (this.text[this.at] === close) {
        this.at++;
        return { items, commas };
      }
      if (items.length > commas) this.unexpected(`"," or "${close}"`);
      items.push(this.value(depth + 1));
      this.skipSpace();
      if (this.text[this.at] === ",") {
        this.at++;
        commas++;
      }
    }
  }

  private dict(depth: number): Map<string, PythonLiteral> {
    this.at++;
    const map = new Map<string, PythonLiteral>();
    for (let first = true; ; first = false) {
      this.skipSpace();
      if (!first && this.text[this.at] === ",") {
        this.at++;
        this.skipSpace();
      } else if (!first && this.text[this.at] !== "}") this.unexpected('"," or "}"');
      if (this.text[this.at] === "}") {
        this.at++;
        return map;
      }
      const keyAt = this.at;
      const key = this.value(depth + 1);
      if (typeof key !== "string") this.fail(keyAt, "dictionary keys must be strings");
      if (map.has(key)) this.fail(keyAt, `key ${JSON.stringify(key)} is repeated`);
      this.skipSpace();
      if (this.text[this.at] !== ":") this.unexpected('":"');
      this.at++;
      map.set(key, this.value(depth + 1));
    }
  }

  private integer(): number | bigint {
    const start = this.at;
    if (this.text[this.at] === "-") this.at++;
    const digits = this.at;
    while (isDigit(this.text[this.at])) this.at++;
    const end = this.at;
    if (end === digits) this.unexpected("a digit");
    if (end - digits > 1 && this.text[digits] === "0") this.fail(digits, "leading zeros are not allowed in an integer");
    if (end - digits > 40) this.fail(digits, "integer of more than 40 digits");
    // Python 2 wrote long integers with this suffix.
    if (this.text[this.at] === "L") this.at++;
    if (isNameChar(this.text[this.at]) || this.text[this.at] === ".") this.unexpected("a decimal integer");
    const text = this.text.slice(start, end);
    const value = Number(text);
    return Number.isSafeInteger(value) ? value : BigInt(text);
  }

  private string(): string {
    const start = this.at;
    const quote = this.text[this.at++]!;
    let out = "";
    for (;;) {
      const c = this.text[this.at];
      if (c === undefined || c === "\n" || c === "\r") this.fail(start, "string is not closed");
      this.at++;
      if (c === quote) return out;
      out += c === "\\" ? this.escape() : c;
    }
  }

  private escape(): string {
    const at = this.at - 1;
    const letter = this.text[this.at++] ?? "";
    const plain = ESCAPES[letter];
    if (plain !== undefined) return plain;
    const count = HEX_DIGITS[letter];
    if (count === undefined) this.fail(at, "unknown escape in a string");
    const hex = this.text.slice(this.at, this.at + count);
    if (hex.length < count || !/^[0-9a-fA-F]+$/.test(hex)) this.fail(at, `\\${letter} needs ${count} hex digits`);
    const code = Number.parseInt(hex, 16);
    if (code > 0x10ffff) this.fail(at, "escape is beyond the last code point");
    this.at += count;
    return String.fromCodePoint(code);
  }

  private skipSpace(): void {
    while (isSpace(this.text[this.at])) this.at++;
  }

  private unexpected(expected: string): never {
    const c = this.text[this.at];
    return this.fail(this.at, `expected ${expected}, got ${c === undefined ? "the end" : JSON.stringify(c)}`);
  }
}

/**
 * Reads one literal that makes up the whole of `text`.
 *
 * @param text the header's text; the caller has limited its length
 * @param fail called at the first fault with its position; it must throw
 */
export function parsePythonLiteral(text: string, fail: Fail): PythonLiteral {
  return new Reader(text, fail).whole();
}

/** Text of a string as Python's `repr` prints it: single quotes unless only they occur inside; unprintables escaped. */
export function pythonRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = quote;
  for (const c of text) {
    const code = c.codePointAt(0)!;
    if (c === quote || c === "\\") out += `\\${c}`;
    else if (c === "\n") out += "\\n";
    else if (c === "\r") out += "\\r";
    else if (c === "\t") out += "\\t";
    else if (c === " " || !/[\p{C}\p{Z}]/u.test(c)) out += c;
    else if (code < 0x100) out += `\\x${code.toString(16).padStart(2, "0")}`;
    else if (code < 0x10000) out += `\\u${code.toString(16).padStart(4, "0")}`;
    else out += `\\U${code.toString(16).padStart(8, "0")}`;
  }
  return out + quote;
}
