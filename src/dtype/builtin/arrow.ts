/**
 * `[arrow:TYPE:params]`: Arrow's fixed-width storage types, by the names that pyarrow prints, and the canonical
 * extension types with fixed-width storage (`arrow.uuid`, `arrow.bool8`, `arrow.fixed_shape_tensor` …). What is variable
 * in length is no item of a buffer and is refused.
 */

import type { DType } from "../dtype.js";
import { arrayDType, scalarDType } from "../make.js";
import { voidDType } from "../make-other.js";
import { systemRows } from "../names/systems.js";
import { recordDType } from "../records.js";
import type { DTypeResolver } from "../resolver.js";
import { datetimeDType } from "../time-units.js";
import { decimalType } from "./arrow-decimal.js";

type Order = "little" | "big";
type Make = (params: readonly string[], order: Order) => DType;

const unitOf = (unit: string | undefined): readonly [string, number] => {
  if (unit === undefined || !["s", "ms", "us", "ns"].includes(unit))
    throw new TypeError("expected a unit: s, ms, us, ns");
  return [unit, 1];
};

function bytesOf(text: string | undefined, what: string): number {
  if (text === undefined || !/^\d{1,15}$/.test(text)) throw new TypeError(`expected ${what} as digits`);
  return Number(text);
}

/** The order of months, days and nanoseconds follows from Schema.fbs, IntervalUnit.MONTH_DAY_NANO. */
const monthDayNano: Make = (_, order) =>
  recordDType(
    [
      { name: "months", offset: 0, dtype: scalarDType("int32", order) },
      { name: "days", offset: 4, dtype: scalarDType("int32", order) },
      { name: "nanoseconds", offset: 8, dtype: scalarDType("int64", order) },
    ],
    16,
  );

/** Schema.fbs, IntervalUnit.DAY_TIME. */
const dayTime: Make = (_, order) =>
  recordDType(
    [
      { name: "days", offset: 0, dtype: scalarDType("int32", order) },
      { name: "milliseconds", offset: 4, dtype: scalarDType("int32", order) },
    ],
    8,
  );

const aliases = { halffloat: "float16", float: "float32", double: "float64", bool8: "arrow.bool8" };

const makers: ReadonlyMap<string, Make> = new Map<string, Make>([
  ...systemRows
    .filter((row) => row.arrow !== undefined)
    .map(({ arrow, element }): [string, Make] => [arrow!, (_, order) => scalarDType(element, order)]),
  ["date32", (_, order) => scalarDType("int32", order)],
  ["date64", (_, order) => datetimeDType("datetime", ["ms", 1], order)],
  ["timestamp", ([unit], order) => datetimeDType("datetime", unitOf(unit), order)],
  ["duration", ([unit], order) => datetimeDType("timedelta", unitOf(unit), order)],
  ["time32", (_, order) => scalarDType("int32", order)],
  ["time64", (_, order) => scalarDType("int64", order)],
  ["month_interval", (_, order) => scalarDType("int32", order)],
  ["day_time_interval", dayTime],
  ["month_day_nano_interval", monthDayNano],
  ["fixed_size_binary", ([n]) => voidDType(bytesOf(n, "a length"))],
  ["decimal32", (_, order) => scalarDType("int32", order)],
  ["decimal64", (_, order) => scalarDType("int64", order)],
  ["decimal128", () => voidDType(16)],
  ["decimal256", () => voidDType(32)],
  ["arrow.uuid", () => voidDType(16)],
  ["arrow.opaque", storage],
  ["arrow.timestamp_with_offset", timestampWithOffset],
  [
    "arrow.fixed_shape_tensor",
    ([shape, ...value], order) => {
      const axes = (shape ?? "").split(",").map((n) => bytesOf(n, "a shape"));
      return arrayDType(storage(value, order), axes);
    },
  ],
]);

function storage([name, ...params]: readonly string[], order: Order): DType {
  const known = name !== undefined && Object.hasOwn(aliases, name) ? aliases[name as keyof typeof aliases] : name;
  const make = makers.get(known ?? "");
  if (make === undefined) throw new TypeError(`no fixed-width storage type: ${name ?? ""}`);
  return make(params, order);
}

function timestampWithOffset([unit]: readonly string[], order: Order): DType {
  return recordDType(
    [
      { name: "timestamp", offset: 0, dtype: datetimeDType("datetime", unitOf(unit), order) },
      { name: "offset_minutes", offset: 8, dtype: scalarDType("int16", order) },
    ],
    10,
  );
}

const variable = new Set([
  "binary",
  "large_binary",
  "binary_view",
  "string",
  "utf8",
  "large_string",
  "large_utf8",
  "string_view",
  "list",
  "large_list",
  "map",
  "bool",
  "null",
  "arrow.json",
  "arrow.variable_shape_tensor",
]);

/** Types that are said in full by their name. */
const scalars: ReadonlySet<string> = /* @__PURE__ */ new Set(systemRows.flatMap(({ arrow }) => arrow ?? []));

/** Names of types, without parameters. */
export const arrowTypes: readonly string[] = [...makers.keys(), ...Object.keys(aliases)];

export const arrow: DTypeResolver = (body, { complex, littleEndian }) => {
  if (complex) return undefined;
  const params = body.split(":");
  const name = params[0]!;
  if (variable.has(name)) throw new TypeError(`Arrow's ${name} has no items of a fixed number of bytes`);
  if (!makers.has(name) && !Object.hasOwn(aliases, name)) return undefined;
  if (params.length > 1 && (scalars.has(name) || Object.hasOwn(aliases, name)))
    throw new TypeError(`Arrow's ${name} takes no parameters`);
  return decimalType(params) ?? storage(params, littleEndian ? "little" : "big");
};

/** Arrow's name of a dtype, if it has a storage type of that kind. */
export function arrowName(dtype: DType): string | undefined {
  if (dtype.unit !== undefined) {
    const [unit, count] = dtype.unit;
    if (count !== 1 || !["s", "ms", "us", "ns"].includes(unit)) return undefined;
    return `${dtype.kind === "datetime" ? "timestamp" : "duration"}:${unit}`;
  }
  return dtype.kind === "void" ? `fixed_size_binary:${dtype.itemsize}` : undefined;
}
