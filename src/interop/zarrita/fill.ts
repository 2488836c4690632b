/**
 * Fill values as array metadata spells them, as the bytes of one item: Zarr v3's core types and extensions, and what
 * zarr-python writes for v2 (base64 for byte strings and records).
 */

import { type DType, empty, type StridedView } from "../../index.js";

const NAT = -(2n ** 63n);

/**
 * The bytes of an item that holds a fill value; zeros for null.
 *
 * @throws TypeError, RangeError for a value that the dtype cannot hold
 */
export function fillBytes(dtype: DType, value: unknown): Uint8Array {
  const item = empty([], dtype);
  write(item, value);
  return item.toBytes();
}

function write(item: StridedView, value: unknown): void {
  const { kind, fields } = item.dtype;
  if (value === null || value === undefined) return;
  if (kind === "float" && typeof value === "string" && value.startsWith("0x")) writeBits(item, value);
  else if (kind === "complex" && Array.isArray(value)) {
    write(item.field("re"), value[0]);
    write(item.field("im"), value[1]);
  } else if (fields && typeof value === "object") {
    for (const { name } of fields) write(item.field(name), (value as Record<string, unknown>)[name]);
  } else if (kind === "bytes" || kind === "void" || kind === "struct" || kind === "array") writeBytes(item, value);
  else item.set(scalar(kind, value) as never);
}

const bytesOf = ({ buffer, byteOffset, nbytes }: StridedView): Uint8Array => new Uint8Array(buffer, byteOffset, nbytes);

/** The bits of a float as a hexadecimal number. */
function writeBits(item: StridedView, hex: string): void {
  const bytes = bytesOf(item);
  let bits = BigInt(hex);
  const isLittle = item.dtype.byteOrder !== "big";
  for (let i = 0; i < bytes.length; i++, bits >>= 8n)
    bytes[isLittle ? i : bytes.length - 1 - i] = Number(BigInt.asUintN(8, bits));
}

/** Base64, or a list of bytes; a plain number stands for zeros in old stores. */
function writeBytes(item: StridedView, value: unknown): void {
  if (typeof value === "number" && value === 0) return;
  const isText = typeof value === "string";
  if (!isText && !Array.isArray(value))
    throw new TypeError(`"fill_value" expected base64 or bytes, got ${typeof value}`);
  const bytes = isText ? Uint8Array.from(atob(value), (c) => c.charCodeAt(0)) : Uint8Array.from(value as number[]);
  const target = bytesOf(item);
  if (bytes.length > target.length)
    throw new RangeError(`"fill_value" expected ${target.length} bytes, got ${bytes.length}`);
  target.set(bytes);
}

/** The value that `set` takes. */
function scalar(kind: DType["kind"], value: unknown): unknown {
  switch (kind) {
    case "datetime":
    case "timedelta":
      return value === "NaT" ? NAT : BigInt(value as number | string);
    case "int":
    case "uint":
      return typeof value === "string" ? BigInt(value) : value;
    case "float":
    case "complex":
      return typeof value === "string" ? numberIn(value) : value;
    case "text":
      return value === 0 ? "" : value;
  }
  return value;
}

/** Digits, or one of the words that JSON has for what is no number. */
function numberIn(text: string): number {
  const value = Number(text);
  if (text !== "NaN" && (Number.isNaN(value) || text.trim() === ""))
    throw new TypeError(`"fill_value" expected a number, got ${JSON.stringify(text)}`);
  return value;
}
