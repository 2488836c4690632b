/**
 * Instants as text: the ISO 8601 forms that NumPy reads and writes. Years have any number of digits and a sign, and
 * there is a year 0. Nothing here reads a clock: `now` and `today` are not accepted.
 */

import {
  attoseconds,
  formatUnit,
  months,
  toUnit,
  type Unit,
  type UnitLike,
  type UnitName,
} from "../dtype/time-units.js";
import { stridebufError } from "../errors.js";
import { daysFromMonths, daysInMonth, floorDivide, monthFromDays } from "./calendar.js";
import { overflowError } from "./convert.js";
import { NaT } from "./scale.js";

/** What a text says: an instant and the unit that its last part has. */
export interface ParsedDatetime {
  /** Count of `unit` since 1970; {@link NaT} for `NaT` and empty text. */
  readonly value: bigint;
  /** The coarsest unit that holds all that the text says. */
  readonly unit: Unit;
}

const SECOND = attoseconds.s!;
const DAY = attoseconds.D!;

/** The unit that a number of decimals of a second asks for. */
const decimalUnits: readonly UnitName[] = ["ms", "us", "ns", "ps", "fs", "as"];

class Scanner {
  at = 0;
  constructor(readonly text: string) {}

  fail(expected: string): Error {
    return stridebufError(
      "FormatSyntaxError",
      `${JSON.stringify(this.text)} at index ${this.at}: expected ${expected} in a datetime`,
      { format: this.text, index: this.at, expected },
    );
  }

  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  /** Two digits, checked against the range of what they mean. */
  two(name: string, low: number, high: number, digits = /\d\d/y): number {
    const found = this.take(digits);
    if (found === undefined) throw this.fail(`${name} of two digits`);
    const value = Number(found);
    if (value >= low && value <= high) return value;
    throw new RangeError(`"${name}" expected ${low}..${high}, got ${found} in ${JSON.stringify(this.text)}`);
  }

  get done(): boolean {
    return this.at === this.text.length;
  }
}

interface Instant {
  month: bigint;
  day: number;
  /** Attoseconds since midnight; beyond the day when the text has an offset. */
  time: bigint;
  unit: UnitName;
}

function scan(text: string): Instant {
  const scanner = new Scanner(text);
  scanner.take(/[ \t\n\v\f\r]+/y);
  const sign = scanner.take(/[+-]/y);
  const digits = scanner.take(/\d+/y);
  if (digits === undefined) throw scanner.fail("a year");
  const year = sign === "-" ? -BigInt(digits) : BigInt(digits);
  const instant: Instant = { month: (year - 1970n) * 12n, day: 0, time: 0n, unit: "Y" };
  if (scanner.done) return instant;

  if (scanner.take(/-/y) === undefined) throw scanner.fail("- or the end");
  const month = scanner.two("month", 1, 12);
  instant.month += BigInt(month - 1);
  instant.unit = "M";
  if (scanner.done) return instant;

  if (scanner.take(/-/y) === undefined) throw scanner.fail("- or the end");
  instant.day = scanner.two("day", 1, daysInMonth(year, month)) - 1;
  instant.unit = "D";
  if (scanner.done) return instant;

  if (scanner.take(/[T ]/y) === undefined) throw scanner.fail("T, a space or the end");
  scanTime(scanner, instant);
  scanOffset(scanner, instant);
  scanner.take(/[ \t\n\v\f\r]+/y);
  if (!scanner.done) throw scanner.fail("the end");
  return instant;
}

function scanTime(scanner: Scanner, instant: Instant): void {
  instant.time = BigInt(scanner.two("hour", 0, 23)) * attoseconds.h!;
  instant.unit = "h";
  if (scanner.take(/:/y) === undefined) return;
  instant.time += BigInt(scanner.two("minute", 0, 59)) * attoseconds.m!;
  instant.unit = "m";
  if (scanner.take(/:/y) === undefined) return;
  instant.time += BigInt(scanner.two("second", 0, 59)) * SECOND;
  instant.unit = "s";
  if (scanner.take(/\./y) === undefined) return;
  const decimals = scanner.take(/\d{0,18}/y) ?? "";
  instant.time += BigInt(decimals.padEnd(18, "0"));
  instant.unit = decimalUnits[Math.max(0, Math.ceil(decimals.length / 3) - 1)]!;
}

function scanOffset(scanner: Scanner, instant: Instant): void {
  if (scanner.take(/Z/y) !== undefined) return;
  const sign = scanner.take(/[+-]/y);
  if (sign === undefined) return;
  let minutes = 60 * scanner.two("offset hour", 0, 23, /\d\d?/y);
  if (scanner.take(/:/y) !== undefined || /\d/.test(scanner.text[scanner.at] ?? "")) {
    minutes += scanner.two("offset minute", 0, 59, /\d\d?/y);
  }
  instant.time += BigInt(sign === "-" ? minutes : -minutes) * attoseconds.m!;
}

/** The count of `unit`, rounded down, of any size. */
function countOf({ month, day, time }: Instant, [name, multiple]: Unit): bigint {
  const days = daysFromMonths(month) + BigInt(day);
  const monthsPerUnit = months[name];
  if (monthsPerUnit === undefined) return floorDivide(days * DAY + time, attoseconds[name]! * BigInt(multiple));
  // An offset may carry the instant into another month.
  const instantMonth = monthFromDays(days + floorDivide(time, DAY)).month;
  return floorDivide(instantMonth, BigInt(monthsPerUnit * multiple));
}

/**
 * Reads `2000`, `2000-02`, `2000-02-29`, `2000-02-29T12`, `… 12:34:56.789`, with an offset (`Z`, `+01:00`) or without,
 * `NaT` or nothing.
 *
 * @param unit Unit of the count; what is finer is cut off. By default the unit of the last part of the text.
 * @throws FormatSyntaxError when the text is not of this form; RangeError when a part is out of its range;
 * ConversionError when the count does not fit in 64 bits.
 * @example
 * parseDatetime("2000-02-29"); // { value: 11016n, unit: ["D", 1] }
 */
export function parseDatetime(text: string, unit?: UnitLike): ParsedDatetime {
  const wanted = unit === undefined ? undefined : toUnit(unit);
  if (text === "" || /^nat$/i.test(text)) return { value: NaT, unit: wanted ?? ["generic", 1] };
  const instant = scan(text);
  const target: Unit = wanted === undefined || wanted[0] === "generic" ? [instant.unit, 1] : wanted;
  const value = countOf(instant, target);
  if (value >= NaT && value < -NaT) return { value, unit: target };
  // One past the last count is the bit pattern of NaT, and NumPy says so.
  if (value === -NaT) return { value: NaT, unit: target };
  throw overflowError("datetime", [instant.unit, 1], target, value);
}

/** Decimals of a second that each unit is printed with. */
const decimals: Readonly<Record<string, number>> = { s: 0, ms: 3, us: 6, ns: 9, ps: 12, fs: 15, as: 18 };

const padded = (value: bigint | number, length: number): string => String(value).padStart(length, "0");

function yearText(year: bigint): string {
  return year < 0n ? `-${padded(-year, 3)}` : padded(year, 4);
}

/**
 * An instant as ISO 8601 text, with the parts that its unit counts.
 *
 * @param as Print another unit's parts instead, cutting off what is finer.
 * @throws ConversionError when it is printed in weeks and is not the first day of one (weeks start on Thursdays);
 * TypeError for a generic count, which is no instant.
 * @example
 * formatDatetime(11016n, "D"); // "2000-02-29"
 */
export function formatDatetime(value: bigint, unit: UnitLike, as: UnitLike = unit): string {
  const [source, shown] = [toUnit(unit), toUnit(as)];
  if (value === NaT) return "NaT";
  if (source[0] === "generic" || shown[0] === "generic") {
    throw new TypeError(`"unit" expected a unit with a length, got generic`);
  }
  const units = value * BigInt(source[1]);
  const perUnit = months[source[0]];
  const time = perUnit === undefined ? units * attoseconds[source[0]]! : daysFromMonths(units * BigInt(perUnit)) * DAY;
  const days = floorDivide(time, DAY);
  const { month, day } = monthFromDays(days);
  const year = floorDivide(month, 12n);
  const name = shown[0];
  let text = yearText(year + 1970n);
  if (name === "Y") return text;
  text += `-${padded(month - year * 12n + 1n, 2)}`;
  if (name === "M") return text;
  text += `-${padded(day + 1, 2)}`;
  if (name === "W" && days % 7n !== 0n) {
    const names = { from: formatUnit(source), to: formatUnit(shown) };
    throw stridebufError("ConversionError", `${text} is not the first day of a week (a Thursday)`, names);
  }
  return name === "W" || name === "D" ? text : `${text}T${timeText(time - days * DAY, name)}`;
}

function timeText(sinceMidnight: bigint, unit: string): string {
  const seconds = Number(sinceMidnight / SECOND);
  let text = padded(Math.floor(seconds / 3600), 2);
  if (unit === "h") return text;
  text += `:${padded(Math.floor(seconds / 60) % 60, 2)}`;
  if (unit === "m") return text;
  text += `:${padded(seconds % 60, 2)}`;
  const digits = decimals[unit]!;
  return digits === 0 ? text : `${text}.${padded(sinceMidnight % SECOND, 18).slice(0, digits)}`;
}
