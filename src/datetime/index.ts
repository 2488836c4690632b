/**
 * Datetimes and timedeltas as the buffer protocol's dtypes hold them, 64-bit counts of a unit since 1970 with -2^63 as
 * "not a time": text, units, arithmetic, and JavaScript's `Date`. `stridebuf/datetime`. Exact at every size; what does
 * not fit is an error and never wraps.
 */

import type { UnitLike } from "../dtype/time-units.js";
import { convertUnit } from "./convert.js";
import { NaT } from "./scale.js";

export {
  formatTimeDType,
  formatUnit,
  parseTimeDType,
  parseUnit,
  type TimeDType,
  type Unit,
  type UnitLike,
  type UnitName,
} from "../dtype/time-units.js";
export {
  add,
  commonUnit,
  compare,
  datetime,
  divide,
  multiply,
  negate,
  subtract,
  type Time,
  timedelta,
} from "./arithmetic.js";
export { convertUnit, convertUnits, type TimeKind } from "./convert.js";
export { NaT } from "./scale.js";
export { formatDatetime, type ParsedDatetime, parseDatetime } from "./text.js";

/** Milliseconds from 1970 to either end of what a Date can hold. */
const DATE_LIMIT = 8_640_000_000_000_000n;

/**
 * The Date of an instant, finer parts cut off; an invalid Date for NaT.
 *
 * @throws RangeError beyond the years -271821 to 275760 of a Date.
 *
 * @example
 * toDate(11016n, "D").toISOString(); // "2000-02-29T00:00:00.000Z"
 */
export function toDate(value: bigint, unit: UnitLike): Date {
  if (value === NaT) return new Date(Number.NaN);
  const ms = convertUnit(value, unit, "ms");
  if (ms > DATE_LIMIT || ms < -DATE_LIMIT) {
    throw new RangeError(`"value" expected within ${DATE_LIMIT} ms of 1970, got ${ms}`);
  }
  return new Date(Number(ms));
}

/**
 * The count of an instant, rounded down; NaT for an invalid Date. @throws ConversionError when it does not fit.
 *
 * @example
 * fromDate(new Date("2000-02-29T12:00Z"), "D"); // 11016n
 */
export function fromDate(date: Date, unit: UnitLike = "ms"): bigint {
  if (!(date instanceof Date)) throw new TypeError(`"date" expected a Date, got ${typeof date}`);
  const ms = date.getTime();
  return Number.isNaN(ms) ? NaT : convertUnit(BigInt(ms), "ms", unit);
}
