/** Items as text in cells of tables and in CSV. */

import { NaT } from "../datetime/scale.js";
import type { DType } from "../dtype/dtype.js";
import { charsOf, columnOf, partOf, timeText, unfilled } from "../view/columns.js";
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
const bytesAsText = (bytes: Uint8Array): string =>
  unfilled(charsOf(bytes)).replace(/[^ -~]|\\/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);

const dateText = (value: bigint, dtype: DType): string => timeText(value, dtype) ?? String(value);

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
  if (dtype.kind === "datetime") return dateText(value as bigint, dtype);
  if (dtype.kind === "timedelta") return durationText(value as bigint, dtype.unit);
  if (typeof value === "number") return numberText(value, dtype);
  if (typeof value === "string") return unfilled(value);
  if (value instanceof Uint8Array) return bytesAsText(value);
  if (Array.isArray(value)) return `[${value.map((item) => valueText(item, partOf(dtype))).join(" ")}]`;
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

/** A column of a table: reals below each other as arrays print them, anything else by itself; nothing is quoted. */
export const columnText = (values: readonly Value[], dtype: DType): string[] =>
  dtype.kind === "float" || dtype.kind === "complex" || dtype.kind === "array"
    ? columnOf(values, dtype)
    : values.map((value) => valueText(value, dtype));

/** A statistic in the terms of its type: dates as dates, spreads of dates as durations, seven digits of a float. */
export function statisticText(value: number | bigint | string | null, dtype: DType, isSpread = false): string {
  if (value === null) return "-";
  if (typeof value === "string") return value;
  const isDate = dtype.kind === "datetime" || dtype.kind === "timedelta";
  if (isDate && (isSpread || dtype.kind === "timedelta"))
    return durationText(BigInt(Math.round(Number(value))), dtype.unit);
  if (isDate) return dateText(typeof value === "bigint" ? value : BigInt(Math.round(value)), dtype);
  if (typeof value === "bigint" || (Number.isInteger(value) && Math.abs(value) < 1e15)) return String(value);
  const seven = value.toPrecision(7);
  return Math.abs(value) < 1e15 ? String(Number(seven)) : seven.replace(/\.?0*e/, "e");
}
