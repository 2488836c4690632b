/**
 * Formats of Python's `struct` module (3.15): one optional byte-order character, then codes with repeat counts and
 * white space between items. Compiles to a flat table of operations; members are aligned under `@`, and nothing is
 * padded at the end. A format is read completely before any size is trusted.
 */

import { type Abi, type AbiProfile, abis } from "../format/abi.js";
import { maxSizeOf, nativeCodes, standardCodes } from "./codes.js";
import { sizeOverflow, syntaxError } from "./errors.js";
import { Kind } from "./kinds.js";

export interface Operation {
  /** A value of {@link Kind}, one more for big-endian. */
  readonly kind: number;
  /** Bytes from the start of the record. */
  readonly byteOffset: number;
  /** Bytes of one value. */
  readonly width: number;
  /** Consecutive values. */
  readonly count: number;
  readonly code: string;
  /** Under `@` Python stores a binary32 by a C cast: overflow gives infinity instead of an error. */
  readonly native: boolean;
}

export interface Compiled {
  /** Bytes of one record. */
  readonly size: number;
  /** Values of one record. */
  readonly valueCount: number;
  readonly operations: readonly Operation[];
}

const isDigit = (char: string | undefined): boolean => char !== undefined && char >= "0" && char <= "9";
const isSpace = (char: string): boolean => char === " " || (char >= "\t" && char <= "\r");

interface Order {
  readonly native: boolean;
  readonly bigEndian: boolean;
}

function byteOrder(char: string | undefined, machineIsBig: boolean): Order | undefined {
  switch (char) {
    case "@":
      return { native: true, bigEndian: machineIsBig };
    case "=":
      return { native: false, bigEndian: machineIsBig };
    case "<":
      return { native: false, bigEndian: false };
    case ">":
    case "!":
      return { native: false, bigEndian: true };
    default:
      return undefined;
  }
}

/** @throws TypeError for the name of no ABI */
export function profileOf(abi: Abi): AbiProfile {
  if (Object.hasOwn(abis, abi)) return abis[abi];
  throw new TypeError(`"abi" expected one of ${Object.keys(abis).join(", ")}, got ${String(abi)}`);
}

/**
 * Compiles a format.
 *
 * @throws FormatSyntaxError (`bad_char`, `count_without_code`, `embedded_null`), LayoutError (`size_overflow`).
 */
export function compile(format: string, abi: Abi): Compiled {
  const facts = profileOf(abi);
  refuseForeignCharacters(format);
  const order = byteOrder(format[0], !facts.littleEndian);
  const { native, bigEndian } = order ?? { native: true, bigEndian: !facts.littleEndian };
  const codes = native ? nativeCodes(facts) : standardCodes;
  const maxSize = maxSizeOf(facts);
  const operations: Operation[] = [];
  let size = 0;
  let valueCount = 0;
  let at = order ? 1 : 0;
  while (at < format.length) {
    if (isSpace(format[at]!)) {
      at++;
      continue;
    }
    const start = at;
    while (isDigit(format[at])) at++;
    const digits = format.slice(start, at);
    // ssize_t bounds the count itself, before anyone asks what is counted.
    if (digits.length > 9 && BigInt(digits) > (facts.pointer === 8 ? 2n ** 63n - 1n : 2n ** 31n - 1n)) {
      throw sizeOverflow(format, maxSize);
    }
    if (digits !== "" && at === format.length) throw syntaxError("count_without_code", format, at, "a type code");
    const count = digits === "" ? 1 : Number(digits);
    const name = format[at] === "Z" ? format.slice(at, at + 2) : format[at]!;
    const code = codes.get(name);
    if (code === undefined) throw syntaxError("bad_char", format, at, "a struct type code");
    at += name.length;
    if (native && code.alignment > 1) size = Math.ceil(size / code.alignment) * code.alignment;
    if (size > maxSize || count > (maxSize - size) / code.size) throw sizeOverflow(format, maxSize);
    const isText = code.kind === Kind.bytes || code.kind === Kind.pascal;
    if (code.kind >= 0 && (isText || count > 0)) {
      operations.push({
        kind: code.kind >= Kind.int16 && bigEndian ? code.kind + 1 : code.kind,
        byteOffset: size,
        width: isText ? count : code.size,
        count: isText ? 1 : count,
        code: name,
        native,
      });
      valueCount += isText ? 1 : count;
    }
    size += count * code.size;
  }
  return { size, valueCount, operations };
}

function refuseForeignCharacters(format: string): void {
  for (let i = 0; i < format.length; i++) {
    if (format.charCodeAt(i) > 0x7f) throw syntaxError("bad_char", format, i, "an ASCII character");
  }
  const zero = format.indexOf("\0");
  if (zero >= 0) throw syntaxError("embedded_null", format, zero, "no NUL character");
}
