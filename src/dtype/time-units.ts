/**
 * Units of time as NumPy counts them, and the dtypes that count them: a name and a multiple (`["s", 25]` counts spans
 * of 25 seconds), and the text of them in dtype strings (`M8[25s]`, `timedelta64[ns]`). Years and months are calendar
 * units, the others have a fixed length; `generic` has none.
 */

import { stridebufError } from "../errors.js";
import type { ByteOrder, DType } from "./dtype.js";
import { intern } from "./intern.js";
import { customOfCode } from "./make.js";

/** NumPy's codes of the units (`NPY_DATETIMEUNIT`), coarsest first. */
export const datetimeUnits = {
  Y: 0,
  M: 1,
  W: 2,
  D: 4,
  h: 5,
  m: 6,
  s: 7,
  ms: 8,
  us: 9,
  ns: 10,
  ps: 11,
  fs: 12,
  as: 13,
  generic: 14,
} as const;

/** NumPy's codes of units, from years (`Y`) to attoseconds (`as`). */
export type UnitName = keyof typeof datetimeUnits;

/** A unit and how many of it one count stands for, 1 … 2^31 - 1. */
export type Unit = readonly [unit: string, multiple: number];

/** `"ns"`, `"25s"` or `["s", 25]`. */
export type UnitLike = string | Unit;

/** Attoseconds in one of each fixed unit. */
export const attoseconds: Readonly<Record<string, bigint>> = {
  as: 1n,
  fs: 10n ** 3n,
  ps: 10n ** 6n,
  ns: 10n ** 9n,
  us: 10n ** 12n,
  ms: 10n ** 15n,
  s: 10n ** 18n,
  m: 60n * 10n ** 18n,
  h: 3600n * 10n ** 18n,
  D: 86400n * 10n ** 18n,
  W: 7n * 86400n * 10n ** 18n,
};

/** Months in one of each calendar unit. */
export const months: Readonly<Record<string, number>> = { M: 1, Y: 12 };

/** Finer units that a divided unit may become, in the order tried: `D/2` is 12 hours. */
const divisions: Readonly<Record<string, readonly (readonly [UnitName, number])[]>> = {
  Y: [
    ["M", 12],
    ["W", 52],
    ["D", 365],
  ],
  M: [
    ["W", 4],
    ["D", 30],
    ["h", 720],
  ],
  W: [
    ["D", 7],
    ["h", 168],
    ["m", 10080],
  ],
  D: [
    ["h", 24],
    ["m", 1440],
    ["s", 86400],
  ],
  h: [
    ["m", 60],
    ["s", 3600],
    ["ms", 3600000],
  ],
  m: [
    ["s", 60],
    ["ms", 60000],
    ["us", 60000000],
  ],
  s: thousandths("ms", "us", "ns"),
  ms: thousandths("us", "ns", "ps"),
  us: thousandths("ns", "ps", "fs"),
  ns: thousandths("ps", "fs", "as"),
  ps: thousandths("fs", "as"),
  fs: thousandths("as"),
};

function thousandths(...units: UnitName[]): [UnitName, number][] {
  return units.map((unit, i) => [unit, 1000 ** (i + 1)]);
}

const MAX_MULTIPLE = 2 ** 31 - 1;

const isUnitName = (text: string): text is UnitName => Object.hasOwn(datetimeUnits, text);

function syntaxError(text: string, index: number, expected: string): Error {
  return stridebufError(
    "FormatSyntaxError",
    `${JSON.stringify(text)} at index ${index}: expected ${expected} in a unit of time`,
    { format: text, index, expected },
  );
}

/**
 * Reads the text between the brackets of a NumPy dtype: `ns`, `25s`, `D/2` (12 hours), `generic`.
 *
 * @throws FormatSyntaxError
 *
 * @example
 * parseUnit("D/2"); // ["h", 12]
 */
export function parseUnit(text: string): Unit {
  const match = /^(\d*)([A-Za-zμµ]+)(?:\/(\d+))?$/.exec(text);
  if (match === null) throw syntaxError(text, 0, "[multiple]unit[/divisor]");
  const [, digits = "", spelled = "", divisor] = match;
  const name = spelled === "μs" || spelled === "µs" ? "us" : spelled;
  if (!isUnitName(name)) throw syntaxError(text, digits.length, "Y M W D h m s ms us ns ps fs as or generic");
  const multiple = digits === "" ? 1 : Number(digits);
  if (multiple < 1 || multiple > MAX_MULTIPLE) throw syntaxError(text, 0, `a multiple of 1..${MAX_MULTIPLE}`);
  if (divisor === undefined) {
    if (name === "generic" && digits !== "") throw syntaxError(text, 0, "generic without a multiple");
    return [name, multiple];
  }
  for (const [finer, count] of divisions[name] ?? []) {
    const whole = (count / Number(divisor)) * multiple;
    if (Number(divisor) > 0 && count % Number(divisor) === 0 && whole <= MAX_MULTIPLE) return [finer, whole];
  }
  throw syntaxError(text, text.length - divisor.length, "a divisor that gives a whole number of a finer unit");
}

/** A unit from any of its spellings. @throws FormatSyntaxError, or TypeError for a pair that is not a unit. */
export function toUnit(unit: UnitLike): Unit {
  if (typeof unit === "string") return parseUnit(unit);
  const [name, multiple] = (Array.isArray(unit) ? unit : []) as unknown as Unit;
  if (!isUnitName(name) || !Number.isInteger(multiple) || multiple < 1 || multiple > MAX_MULTIPLE) {
    throw new TypeError(`"unit" expected [name, multiple 1..${MAX_MULTIPLE}], got ${JSON.stringify(unit)}`);
  }
  return unit;
}

/**
 * The text that {@link parseUnit} reads.
 *
 * @example
 * formatUnit(["s", 25]); // "25s"
 */
export const formatUnit = ([name, multiple]: Unit): string => (multiple === 1 ? name : `${multiple}${name}`);

/** The bracket behind a dtype's name: `[ns]`, and nothing for counts without a unit. */
export const bracketOfUnit = (unit: Unit): string => (unit[0] === "generic" ? "" : `[${formatUnit(unit)}]`);

/** What a datetime64 or timedelta64 is, parsed. */
export interface TimeDType {
  /** A point in time, or a span. */
  readonly kind: "datetime" | "timedelta";
  /** The unit, and how many of it one count stands for. */
  readonly unit: Unit;
  /** The order of the bytes of the count. */
  readonly byteOrder: "little" | "big";
}

/**
 * Reads NumPy's name of a datetime or timedelta dtype: `<M8[ns]`, `m8`, `datetime64[25s]`.
 *
 * @throws FormatSyntaxError
 *
 * @example
 * parseTimeDType(">M8[ms]"); // { kind: "datetime", unit: ["ms", 1], byteOrder: "big" }
 */
export function parseTimeDType(text: string): TimeDType {
  const match = /^([<>=|]?)(M8|m8|datetime64|timedelta64)(?:\[(.*)\])?$/.exec(text);
  if (match === null) throw syntaxError(text, 0, "M8[unit], m8[unit], datetime64[unit] or timedelta64[unit]");
  const [, order, name, unit] = match;
  return {
    kind: name === "M8" || name === "datetime64" ? "datetime" : "timedelta",
    unit: unit === undefined ? ["generic", 1] : parseUnit(unit),
    byteOrder: order === ">" ? "big" : "little",
  };
}

/**
 * NumPy's `dtype.str`: `<M8[ns]`.
 *
 * @example
 * formatTimeDType({ kind: "datetime", unit: ["ms", 1], byteOrder: "big" }); // ">M8[ms]"
 */
export function formatTimeDType({ kind, unit, byteOrder }: TimeDType): string {
  const letter = kind === "datetime" ? "M8" : "m8";
  return `${byteOrder === "big" ? ">" : "<"}${letter}${bracketOfUnit(unit)}`;
}

/** int64 counts of `unit[1]` × `unit[0]`; NaT is -2^63. */
export function datetimeDType(kind: "datetime" | "timedelta", unit: Unit, byteOrder: ByteOrder = "little"): DType {
  const [name, count] = unit;
  if (!isUnitName(name)) throw new TypeError(`"unit[0]" expected a unit of datetime64, got ${String(name)}`);
  if (!Number.isInteger(count) || count < 1 || count > MAX_MULTIPLE) {
    throw new RangeError(`"unit[1]" expected integer 1..${MAX_MULTIPLE}, got ${count}`);
  }
  const code = datetimeUnits[name];
  const order = byteOrder === "big" ? "big" : "little";
  const cls = kind === "datetime" ? "DateTime64DType" : "TimeDelta64DType";
  const text = `[numpy:numpy.dtypes:${cls}:${code.toString(16)}:${count.toString(16)}]`;
  return intern(`${kind} ${code} ${count} ${order}`, false, () => ({
    kind,
    name: `${kind}64${bracketOfUnit(unit)}`,
    itemsize: 8,
    alignment: 8,
    byteOrder: order,
    code: text,
    element: "int64",
    width: 8,
    unit: Object.freeze([name, count] as const),
    custom: customOfCode(text),
  }));
}
