/** Values as JSON, from which the items can be made again: the rules stand in docs/printing.md. */

import type { DType } from "../dtype/dtype.js";
import { toArray } from "./bulk.js";
import { charsOf, partOf, timeText, unfilled } from "./columns.js";
import { shortest } from "./digits.js";
import type { AnyView } from "./host.js";
import type { Complex, RecordValue } from "./values.js";

/** What `JSON.parse` gives. */
export type JSONValue = boolean | number | string | null | JSONValue[] | { [name: string]: JSONValue };

/** `toJSON()` of a view. */
export function viewToJSON(view: AnyView): JSONValue {
  const nested = (values: unknown, axes: number): JSONValue =>
    axes === 0 ? jsonValue(values, view.dtype) : (values as unknown[]).map((part) => nested(part, axes - 1));
  return nested(toArray(view), view.ndim);
}

/** One value; what only a user's own dtype knows stays what it is. */
export function jsonValue(value: unknown, dtype: DType): JSONValue {
  const { kind, fields } = dtype;
  if (Array.isArray(value)) return value.map((item) => jsonValue(item, partOf(dtype)));
  if (fields)
    return Object.fromEntries(fields.map(({ name, dtype }) => [name, jsonValue((value as RecordValue)[name], dtype)]));
  if (typeof value === "number") return Number.isFinite(value) ? shortest(value, dtype) : String(value);
  if (typeof value === "bigint") {
    const number = Number(value);
    return timeText(value, dtype) ?? (Number.isSafeInteger(number) ? number : String(value));
  }
  if (typeof value === "string" || value instanceof Uint8Array) {
    const text = typeof value === "string" ? value : charsOf(value);
    return dtype.codec === undefined && kind !== "void" ? unfilled(text) : text;
  }
  if (kind === "complex")
    return [(value as Complex).re, (value as Complex).im].map((part) => jsonValue(part, dtype)) as JSONValue[];
  return value as JSONValue;
}
