/** The failures of Python's `struct` module. */

import { type ErrorFields, stridebufError } from "../errors.js";

/**
 * The `code` of a failure of this module. The error's tag says what kind of mistake it is, the code which rule of Python's `struct`
 * was broken:
 *
 * | code | error |
 * | --- | --- |
 * | `bad_char` `count_without_code` `embedded_null` | FormatSyntaxError |
 * | `size_overflow` | LayoutError, reason `"overflow"` |
 * | `zero_size_iter` | LayoutError, reason `"shape"` |
 * | `buffer_size` `offset_range` | BoundsError |
 * | `arg_count` `arg_type` | TypeError |
 * | `int_range` `float_overflow` | RangeError |
 */
export type StructErrorCode =
  | "bad_char"
  | "count_without_code"
  | "embedded_null"
  | "size_overflow"
  | "zero_size_iter"
  | "buffer_size"
  | "offset_range"
  | "arg_count"
  | "arg_type"
  | "int_range"
  | "float_overflow";

type Coded<E extends Error> = E & { readonly code: StructErrorCode };
type Tagged<T extends keyof ErrorFields> = Coded<Error & ErrorFields[T]>;

const coded = <E extends Error>(error: E, code: StructErrorCode): Coded<E> => Object.assign(error, { code });

export const syntaxError = (
  code: "bad_char" | "count_without_code" | "embedded_null",
  format: string,
  index: number,
  expected: string,
): Tagged<"FormatSyntaxError"> =>
  coded(
    stridebufError(
      "FormatSyntaxError",
      `${JSON.stringify(format)} at index ${index}: expected ${expected}, got ${JSON.stringify(format[index] ?? "end of format")}`,
      { format, index, expected },
    ),
    code,
  );

export const sizeOverflow = (format: string, limit: number): Tagged<"LayoutError"> =>
  coded(
    stridebufError("LayoutError", `${JSON.stringify(format)} is larger than ${limit} bytes`, { reason: "overflow" }),
    "size_overflow",
  );

export const zeroSizeIteration = (format: string): Tagged<"LayoutError"> =>
  coded(
    stridebufError("LayoutError", `cannot iterate over records of 0 bytes (${JSON.stringify(format)})`, {
      reason: "shape",
    }),
    "zero_size_iter",
  );

export const bufferSize = (message: string, byteOffset: number): Tagged<"BoundsError"> =>
  coded(stridebufError("BoundsError", message, { byteOffset }), "buffer_size");

export const offsetRange = (byteOffset: number, byteLength: number): Tagged<"BoundsError"> =>
  coded(
    stridebufError("BoundsError", `offset ${byteOffset} out of range for a buffer of ${byteLength} bytes`, {
      byteOffset,
    }),
    "offset_range",
  );

export const argCount = (expected: number, got: number): Coded<TypeError> =>
  coded(new TypeError(`"values" expected ${expected} items for packing, got ${got}`), "arg_count");

const shown = (value: unknown): string => {
  if (typeof value === "bigint" || typeof value === "number") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  return value === null ? "null" : ArrayBuffer.isView(value) ? `${value.byteLength} bytes` : typeof value;
};

export const argType = (index: number, expected: string, value: unknown): Coded<TypeError> =>
  coded(new TypeError(`"values[${index}]" expected ${expected}, got ${shown(value)}`), "arg_type");

export const intRange = (
  index: number,
  low: bigint | number,
  high: bigint | number,
  value: unknown,
): Coded<RangeError> =>
  coded(new RangeError(`"values[${index}]" expected integer ${low}..${high}, got ${shown(value)}`), "int_range");

export const floatOverflow = (index: number, bits: number, value: unknown): Coded<RangeError> =>
  coded(
    new RangeError(`"values[${index}]" expected a number that fits binary${bits}, got ${shown(value)}`),
    "float_overflow",
  );
