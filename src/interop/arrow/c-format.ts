/** The format strings of Arrow's C data interface (CDataInterface.rst, "Data type description"). */

import { stridebufError } from "../../errors.js";
import { type DType, fromName, toName } from "../../shared.js";
import { type ArrowType, dtypeOfArrow, TypeId } from "./types.js";

const int = (bitWidth: number, isSigned: boolean): ArrowType => ({ typeId: TypeId.int, bitWidth, isSigned });
const float = (precision: number): ArrowType => ({ typeId: TypeId.float, precision });

/** Formats that are one type each; those of variable length by their type ids in Schema.fbs. */
const plain: Readonly<Record<string, ArrowType>> = {
  n: { typeId: 1 },
  b: { typeId: TypeId.bool },
  c: int(8, true),
  C: int(8, false),
  s: int(16, true),
  S: int(16, false),
  i: int(32, true),
  I: int(32, false),
  l: int(64, true),
  L: int(64, false),
  e: float(0),
  f: float(1),
  g: float(2),
  z: { typeId: 4 },
  Z: { typeId: 19 },
  vz: { typeId: 23 },
  u: { typeId: 5 },
  U: { typeId: 20 },
  vu: { typeId: 24 },
  tdD: { typeId: TypeId.date, unit: 0 },
  tdm: { typeId: TypeId.date, unit: 1 },
  tiM: { typeId: TypeId.interval, unit: 0 },
  tiD: { typeId: TypeId.interval, unit: 1 },
  tin: { typeId: TypeId.interval, unit: 2 },
  "+l": { typeId: 12 },
  "+L": { typeId: 21 },
  "+vl": { typeId: 25 },
  "+vL": { typeId: 26 },
  "+s": { typeId: TypeId.struct },
  "+m": { typeId: 17 },
  "+r": { typeId: 22 },
};

const units = "smun";

/** Formats with parameters. */
const patterns: readonly (readonly [RegExp, (match: readonly string[]) => ArrowType])[] = [
  [/^w:(\d{1,10})$/, ([, n]) => ({ typeId: TypeId.fixedSizeBinary, byteWidth: Number(n) })],
  [/^\+w:(\d{1,10})$/, ([, n]) => ({ typeId: TypeId.fixedSizeList, listSize: Number(n) })],
  [
    /^d:(\d{1,3}),(-?\d{1,3})(?:,(32|64|128|256))?$/,
    ([, precision, scale, bits = "128"]) => ({
      typeId: TypeId.decimal,
      precision: Number(precision),
      scale: Number(scale),
      bitWidth: Number(bits),
    }),
  ],
  [
    /^tt([smun])$/,
    ([, u]) => ({ typeId: TypeId.time, unit: units.indexOf(u!), bitWidth: "sm".includes(u!) ? 32 : 64 }),
  ],
  [
    /^ts([smun]):(.*)$/s,
    ([, u, zone]) => ({ typeId: TypeId.timestamp, unit: units.indexOf(u!), timezone: zone || null }),
  ],
  [/^tD([smun])$/, ([, u]) => ({ typeId: TypeId.duration, unit: units.indexOf(u!) })],
  [/^\+u[ds]:[\d,]*$/, () => ({ typeId: 14 })],
];

/**
 * The type that a format string names, without its children.
 *
 * @throws FormatSyntaxError for text that names none
 */
export function typeOfCFormat(format: string): ArrowType {
  if (typeof format !== "string") throw new TypeError(`"format" expected a string, got ${typeof format}`);
  if (Object.hasOwn(plain, format)) return plain[format]!;
  for (const [pattern, make] of patterns) {
    const match = pattern.exec(format);
    if (match !== null) return make(match);
  }
  const expected = "a format of Arrow's C data interface";
  throw stridebufError("FormatSyntaxError", `${JSON.stringify(format.slice(0, 40))} is not ${expected}`, {
    format,
    index: 0,
    expected,
  });
}

/**
 * What one item of a C data format is.
 *
 * @throws FormatSyntaxError for text that is no such format; UnsupportedFormatError for types whose items have no fixed
 * number of bytes, and for lists and structs, whose children the text does not name
 *
 * @example
 * dtypeOfCFormat("tsu:Europe/Zurich").name; // "datetime64[us]"
 */
export function dtypeOfCFormat(format: string): DType {
  const type = typeOfCFormat(format);
  if (type.typeId === TypeId.fixedSizeList || type.typeId === TypeId.struct)
    throw stridebufError("UnsupportedFormatError", `${format} says nothing about its children: readCData reads them`, {
      format,
      index: 0,
      feature: "nested types",
    });
  return dtypeOfArrow(type);
}

/** What Arrow's names of types are called here. */
const letters: Readonly<Record<string, string>> = {
  int8: "c",
  uint8: "C",
  int16: "s",
  uint16: "S",
  int32: "i",
  uint32: "I",
  int64: "l",
  uint64: "L",
  float16: "e",
  halffloat: "e",
  float32: "f",
  float: "f",
  float64: "g",
  double: "g",
  date32: "tdD",
  date64: "tdm",
  month_interval: "tiM",
};

/** Records that Arrow has as types of their own. */
const intervals = [
  ["day_time_interval", "tiD"],
  ["month_day_nano_interval", "tin"],
] as const;

/**
 * The C data format of items of a dtype, or undefined for those that Arrow has no type for (big-endian ones too).
 * `?` is not a bool there, which is one bit: it is undefined.
 *
 * @example
 * cFormatOf(dtype("M8[us]")); // "tsu:"
 */
export function cFormatOf(type: DType): string | undefined {
  if (type.byteOrder === "big" || type.kind === "bool") return undefined;
  if (type.kind === "struct") return intervals.find(([name]) => fromName("arrow", name) === type)?.[1];
  const own = type.custom?.owner === "arrow" ? type.custom.body : toName("arrow", type);
  if (own === undefined) return undefined;
  const [name, ...params] = own.split(":");
  if (Object.hasOwn(letters, name!)) return letters[name!];
  const unit = params[0]?.[0];
  const decimal = /^decimal(\d+)$/.exec(name!)?.[1];
  if (decimal !== undefined)
    return params.length === 2 ? `d:${params}${decimal === "128" ? "" : `,${decimal}`}` : undefined;
  switch (name) {
    case "timestamp":
      return `ts${unit}:${params.slice(1).join(":")}`;
    case "duration":
      return `tD${unit}`;
    case "time32":
    case "time64":
      return `tt${unit}`;
    case "fixed_size_binary":
      return `w:${params[0]}`;
  }
  return undefined;
}
