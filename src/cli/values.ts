/** Items as text, one by one: in cells of tables, in CSV, in JSON. */

import { NaT } from "../datetime/scale.js";
import { formatDatetime } from "../datetime/text.js";
import type { DType } from "../dtype/dtype.js";
import type { Unit } from "../dtype/time-units.js";
import { shortest } from "../view/digits.js";
import type { Complex, RecordValue, Value } from "../view/values.js";

/** A field of a record that is no record itself. */
export interface Leaf {
  /** Names from the outside in. */
  readonly path: readonly string[];
  readonly dtype: DType;
}

/** The fields of a record, those of records inside it under dotted names; of any other dtype, itself. */
export function leavesOf(dtype: DType, path: readonly string[] = []): Leaf[] {
  if (dtype.fields === undefined) return [{ path, dtype }];
  return dtype.fields.flatMap((field) => leavesOf(field.dtype, [...path, field.name]));
}

/** The value of a leaf in a record. */
export const leafValue = (item: Value, { path }: Leaf): Value =>
  path.reduce((value, name) => Object.getOwnPropertyDescriptor(value as RecordValue, name)!.value as Value, item);

/** Bytes as the text they spell, without the NULs at the end; `\x..` for what is no printable ASCII. */
const bytesAsText = (bytes: Uint8Array): string => {
  const end = bytes.findLastIndex((byte) => byte !== 0) + 1;
  return Array.from(bytes.subarray(0, end), (byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `\\x${byte.toString(16).padStart(2, "0")}`,
  ).join("");
};

function dateText(value: bigint, unit: DType["unit"]): string {
  try {
    return formatDatetime(value, unit as Unit);
  } catch {
    // A generic unit has no calendar.
    return value === NaT ? "NaT" : String(value);
  }
}

const durationText = (value: bigint, unit: DType["unit"]): string => {
  if (value === NaT) return "NaT";
  const [name, count] = unit ?? ["generic", 1];
  return name === "generic" ? String(value) : `${value} ${count === 1 ? "" : count}${name}`;
};

const numberText = (value: number, dtype: DType): string =>
  Object.is(value, -0) ? "-0" : Number.isFinite(value) ? String(shortest(value, dtype)) : nonFinite(value);

const nonFinite = (value: number): string => (Number.isNaN(value) ? "nan" : value < 0 ? "-inf" : "inf");

/** One value, shortest text that is read back as the same item; nothing is quoted. */
export function valueText(value: Value, dtype: DType): string {
  if (dtype.kind === "datetime") return dateText(value as bigint, dtype.unit);
  if (dtype.kind === "timedelta") return durationText(value as bigint, dtype.unit);
  if (typeof value === "number") return numberText(value, dtype);
  if (typeof value === "string") return value.replace(/\0+$/, "");
  if (value instanceof Uint8Array) return bytesAsText(value);
  if (Array.isArray(value)) return `[${value.map((item) => valueText(item, dtype.base ?? dtype)).join(" ")}]`;
  if (dtype.kind === "complex") {
    const { re, im } = value as Complex;
    const text = numberText(im, dtype);
    return `${numberText(re, dtype)}${/^[-]/.test(text) ? "" : "+"}${text}j`;
  }
  if (typeof value === "object" && value !== null) {
    const fields = dtype.fields ?? [];
    return `(${fields.map((field) => valueText(leafValue(value, { path: [field.name], dtype }), field.dtype)).join(", ")})`;
  }
  return String(value);
}

/** A value for JSON: dates as text, text and bytes as text, floats with the digits that their type holds. */
export function jsonValue(value: Value, dtype: DType): unknown {
  if (dtype.kind === "datetime" || dtype.kind === "timedelta" || dtype.kind === "complex")
    return valueText(value, dtype);
  if (typeof value === "number") return Number.isFinite(value) ? shortest(value, dtype) : nonFinite(value);
  if (typeof value === "string" || value instanceof Uint8Array) return valueText(value, dtype);
  if (Array.isArray(value)) return value.map((item) => jsonValue(item, dtype.base ?? dtype));
  if (dtype.fields !== undefined) {
    const entries = dtype.fields.map(({ name, dtype: of }) => [
      name,
      jsonValue(leafValue(value, { path: [name], dtype }), of),
    ]);
    return Object.fromEntries(entries);
  }
  if (typeof value === "bigint" && BigInt(Number(value)) === value) return Number(value);
  return value;
}

/** A statistic in the terms of its type: dates as dates, spreads of dates as durations, seven digits of a float. */
export function statisticText(value: number | bigint | string | null, dtype: DType, isSpread = false): string {
  if (value === null) return "-";
  if (typeof value === "string") return value;
  const isDate = dtype.kind === "datetime" || dtype.kind === "timedelta";
  if (isDate && (isSpread || dtype.kind === "timedelta"))
    return durationText(BigInt(Math.round(Number(value))), dtype.unit);
  if (isDate) return dateText(typeof value === "bigint" ? value : BigInt(Math.round(value)), dtype.unit);
  if (typeof value === "bigint" || (Number.isInteger(value) && Math.abs(value) < 1e15)) return String(value);
  const seven = value.toPrecision(7);
  return Math.abs(value) < 1e15 ? String(Number(seven)) : seven.replace(/\.?0*e/, "e");
}
