/** Byte strings as text: NULs at the end only fill up, as in NumPy's `S` type. */

import { stridebufError } from "../errors.js";
import { argumentError } from "./checks.js";

/** How byte strings are read as text; ASCII is a part of both. */
export type TextEncoding = "utf-8" | "latin1";

/** @throws TypeError, RangeError for anything but an encoding or undefined */
export function requireEncoding(name: string, value: unknown): asserts value is TextEncoding | undefined {
  if (value === undefined || value === "utf-8" || value === "latin1") return;
  throw argumentError(name, '"utf-8" or "latin1"', value, typeof value !== "string");
}

/**
 * The text of `length` bytes from `start` on, without the NULs at the end.
 *
 * @throws ConversionError for bytes that are no UTF-8
 */
export function textAt(bytes: Uint8Array, start: number, length: number, encoding: TextEncoding): string {
  let end = start + length;
  while (end > start && bytes[end - 1] === 0) end--;
  let text = "";
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte >= 0x80 && encoding === "utf-8") return decodeUtf8(bytes.slice(start, end));
    text += String.fromCharCode(byte);
  }
  return text;
}

/**
 * The text of a code point.
 *
 * @throws ConversionError for numbers that are none
 */
export function characterOf(code: number, format: string): string {
  if (code <= 0x10ffff) return String.fromCodePoint(code);
  throw stridebufError("ConversionError", `0x${code.toString(16)} is no Unicode code point`, {
    from: format,
    to: "string",
  });
}

/** A copy is decoded, since TextDecoder refuses shared memory. */
function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const shown = Array.from(bytes.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw stridebufError(
      "ConversionError",
      `no UTF-8 text: ${shown}${bytes.length > 16 ? " …" : ""}; read it as "latin1", or as bytes`,
      { from: `${bytes.length}s`, to: "string" },
      cause,
    );
  }
}
