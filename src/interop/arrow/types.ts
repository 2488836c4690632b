/**
 * Arrow's types as apache-arrow and flechette describe them: plain properties and the numbers of Schema.fbs, read by
 * shape alone. What a type's items are is said by `[arrow:…]` (dtype/builtin/arrow), so this file only names them.
 */

import type { DType } from "../../dtype/dtype.js";
import { stridebufError } from "../../errors.js";
import { arrayDType, dtypes, fromName, structDType } from "../../shared.js";

/** A type of either library; each has the properties that its `typeId` needs. */
export interface ArrowType {
  /** apache-arrow's and flechette's number of the type. */
  readonly typeId: number;
  /** Bits of a number. */
  readonly bitWidth?: number | null | undefined;
  /** Integers: apache-arrow's and flechette's word. */
  readonly isSigned?: boolean | null | undefined;
  /** Whether an integer has a sign. */
  readonly signed?: boolean | undefined;
  /** Digits of a decimal, or how wide a float is. */
  readonly precision?: number | null | undefined;
  /** Digits of a decimal behind the point. */
  readonly scale?: number | null | undefined;
  /** The unit of a time. */
  readonly unit?: number | null | undefined;
  /** The time zone of a timestamp. */
  readonly timezone?: string | null | undefined;
  /** Bytes per item of fixed-size binary (apache-arrow). */
  readonly byteWidth?: number | null | undefined;
  /** Items per fixed-size list (apache-arrow). */
  readonly listSize?: number | null | undefined;
  /** Bytes or items, of those two (flechette). */
  readonly stride?: number | undefined;
  /** The fields of a struct, the items of a list. */
  readonly children?: readonly ArrowField[] | null | undefined;
  /** Dictionaries: the type of the values, and of the codes. */
  readonly dictionary?: ArrowType | undefined;
  /** What the keys of a dictionary are. */
  readonly indices?: ArrowType | undefined;
}

/** A field by name. */
export interface ArrowField {
  /** The name. */
  readonly name: string;
  /** What it holds. */
  readonly type: ArrowType;
}

/** Type of Schema.fbs, by the numbers that both libraries use. */
export const TypeId = {
  dictionary: -1,
  int: 2,
  float: 3,
  bool: 6,
  decimal: 7,
  date: 8,
  time: 9,
  timestamp: 10,
  interval: 11,
  struct: 13,
  fixedSizeBinary: 15,
  fixedSizeList: 16,
  duration: 18,
} as const;

/** Types whose items have no fixed number of bytes, or lie in several places. */
const variable: Readonly<Record<number, string>> = {
  1: "null",
  4: "binary",
  5: "utf8",
  12: "list",
  14: "union",
  17: "map",
  19: "large_binary",
  20: "large_utf8",
  21: "large_list",
  22: "run_end_encoded",
  23: "binary_view",
  24: "utf8_view",
  25: "list_view",
  26: "large_list_view",
};

const timeUnits = ["s", "ms", "us", "ns"] as const;
const floats = ["float16", "float32", "float64"] as const;
const dates = ["date32", "date64"] as const;
const intervals = ["month_interval", "day_time_interval", "month_day_nano_interval"] as const;

/** Items per list, or bytes per fixed-size binary. */
export const widthOf = (type: ArrowType): number => type.listSize ?? type.byteWidth ?? type.stride ?? Number.NaN;

/** The body of `[arrow:…]` per type id; undefined where a property is missing or out of range. */
const names: Readonly<Record<number, (type: ArrowType) => string | undefined>> = {
  [TypeId.int]: (t) => `${(t.isSigned ?? t.signed) ? "" : "u"}int${t.bitWidth}`,
  [TypeId.float]: (t) => floats[t.precision!],
  [TypeId.decimal]: (t) => `decimal${t.bitWidth ?? 128}:${t.precision}:${t.scale}`,
  [TypeId.date]: (t) => dates[t.unit!],
  [TypeId.time]: (t) => timeUnits[t.unit!] && `time${t.bitWidth}:${timeUnits[t.unit!]}`,
  [TypeId.timestamp]: (t) => timeUnits[t.unit!] && `timestamp:${timeUnits[t.unit!]}`,
  [TypeId.interval]: (t) => intervals[t.unit!],
  [TypeId.fixedSizeBinary]: (t) => `fixed_size_binary:${widthOf(t)}`,
  [TypeId.duration]: (t) => timeUnits[t.unit!] && `duration:${timeUnits[t.unit!]}`,
};

/** Whether the items of a type stand in one buffer, a fixed number of bytes each. */
export const isFlat = (type: ArrowType): boolean => Object.hasOwn(names, type.typeId);

/** What errors call a type. */
export function arrowTypeName(type: ArrowType): string {
  if (type.typeId === TypeId.bool) return "bool";
  if (type.typeId === TypeId.struct) return "struct";
  if (type.typeId === TypeId.fixedSizeList) return `fixed_size_list(${widthOf(type)})`;
  if (type.typeId === TypeId.dictionary)
    return `dictionary of ${type.dictionary ? arrowTypeName(type.dictionary) : "nothing"}`;
  return names[type.typeId]?.(type) ?? variable[type.typeId] ?? `type ${type.typeId}`;
}

/**
 * What one item of an Arrow type is, of apache-arrow, flechette or {@link readCData}: numbers and dates as they lie in
 * memory, booleans as a byte each, a dictionary as its values, a fixed-size list as a sub-array, a struct as a packed
 * record, a decimal as `[arrow:decimal128:38:10]` (which converts to numbers). A timestamp counts from 1970 in UTC;
 * its time zone, which says how to print it, stays with the Arrow type.
 *
 * @throws UnsupportedFormatError for types whose items have no fixed number of bytes (text, lists, unions)
 *
 * @example
 * dtypeOfArrow(table.getChild("time").type).name; // "datetime64[us]"
 */
export function dtypeOfArrow(type: ArrowType): DType {
  if (typeof type?.typeId !== "number")
    throw new TypeError(`"type" expected an Arrow type with a typeId, got ${type === null ? "null" : typeof type}`);
  switch (type.typeId) {
    case TypeId.bool:
      return dtypes.bool;
    case TypeId.dictionary:
      return dtypeOfArrow(type.dictionary!);
    case TypeId.fixedSizeList:
      return arrayDType(dtypeOfArrow(childType(type)), [widthOf(type)]);
    case TypeId.struct: {
      let offset = 0;
      const fields = (type.children ?? []).map(({ name, type: inner }) => {
        const field = { name, offset, dtype: dtypeOfArrow(inner) };
        offset += field.dtype.itemsize;
        return field;
      });
      return structDType(fields);
    }
  }
  const name = names[type.typeId]?.(type);
  if (name === undefined) throw unsupported(type);
  return fromName("arrow", name);
}

/** The type of a list's items. */
export function childType(type: ArrowType): ArrowType {
  const child = type.children?.[0]?.type;
  if (child === undefined) throw new TypeError(`"type" expected a list with one child, got none`);
  return child;
}

function unsupported(type: ArrowType): Error {
  const name = arrowTypeName(type);
  return stridebufError("UnsupportedFormatError", `Arrow's ${name} has no items of a fixed number of bytes`, {
    format: name,
    index: 0,
    feature: name,
  });
}
