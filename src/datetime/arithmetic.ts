/**
 * Arithmetic on counts with units, as NumPy does it: the result has the finest unit that divides both, NaT spreads, and
 * a result that does not fit in 64 bits is an error.
 */

import { attoseconds, months, toUnit, type Unit, type UnitLike } from "../dtype/time-units.js";
import { floorDivide } from "./calendar.js";
import { convertExactly, gcd, overflowError, type TimeKind } from "./convert.js";
import { NaT } from "./scale.js";

/** A datetime (an instant) or a timedelta (a length of time). */
export interface Time {
  /** A point in time, or a span. */
  readonly kind: TimeKind;
  /** The count; `NaT` where there is none. */
  readonly value: bigint;
  /** The unit, and how many of it one count stands for. */
  readonly unit: Unit;
}

/**
 * An instant.
 *
 * @example
 * datetime(11016n, "D"); // { kind: "datetime", value: 11016n, unit: ["D", 1] }
 */
export const datetime = (value: bigint, unit: UnitLike): Time => ({ kind: "datetime", value, unit: toUnit(unit) });

/**
 * A length of time.
 *
 * @example
 * timedelta(90n, "25s"); // { kind: "timedelta", value: 90n, unit: ["s", 25] }
 */
export const timedelta = (value: bigint, unit: UnitLike): Time => ({ kind: "timedelta", value, unit: toUnit(unit) });

/**
 * The coarsest unit in which both units are whole numbers. Between years or months and the fixed units there is none:
 * for datetimes the fixed unit then stands, which the calendar converts to.
 *
 * @example
 * commonUnit(["h", 1], ["ms", 1], ["datetime", "timedelta"]); // ["ms", 1]
 */
export function commonUnit(a: Unit, b: Unit, kinds: readonly [TimeKind, TimeKind]): Unit {
  if (a[0] === "generic") return b;
  if (b[0] === "generic") return a;
  const aIsCalendar = a[0] in months;
  if (aIsCalendar !== b[0] in months) {
    const calendarKind = aIsCalendar ? kinds[0] : kinds[1];
    if (calendarKind === "timedelta") {
      throw new TypeError(`"unit" expected units with a fixed ratio, got ${a[0]} and ${b[0]}`);
    }
    return [aIsCalendar ? b[0] : a[0], Number(gcd(BigInt(a[1]), BigInt(b[1])))];
  }
  const lengths: Readonly<Record<string, bigint | number>> = aIsCalendar ? months : attoseconds;
  const [aLength, bLength] = [BigInt(lengths[a[0]]!), BigInt(lengths[b[0]]!)];
  const finer = aLength < bLength ? a : b;
  const unit = aLength < bLength ? aLength : bLength;
  const multiple = gcd((aLength / unit) * BigInt(a[1]), (bLength / unit) * BigInt(b[1]));
  return [finer[0], Number(multiple)];
}

function fitted(kind: TimeKind, value: bigint, unit: Unit): Time {
  if (value <= NaT || value >= -NaT) throw overflowError(kind, unit, unit, value);
  return { kind, value, unit };
}

/** Applies `operate` in the common unit, unless one of the operands is NaT. */
function combine(kind: TimeKind, a: Time, b: Time, operate: (a: bigint, b: bigint) => bigint): Time {
  const unit = commonUnit(a.unit, b.unit, [a.kind, b.kind]);
  if (a.value === NaT || b.value === NaT) return { kind, value: NaT, unit };
  const left = convertExactly(a.value, a.unit, unit, a.kind);
  return fitted(kind, operate(left, convertExactly(b.value, b.unit, unit, b.kind)), unit);
}

function expectTimedelta(name: string, time: Time): void {
  if (time.kind !== "timedelta") throw new TypeError(`"${name}" expected a timedelta, got a datetime`);
}

/**
 * datetime + timedelta, timedelta + datetime, or timedelta + timedelta. @throws TypeError, ConversionError
 *
 * @example
 * add(datetime(11016n, "D"), timedelta(36n, "h")); // datetime(264420n, "h")
 */
export function add(a: Time, b: Time): Time {
  if (a.kind === "datetime") expectTimedelta("b", b);
  return combine(a.kind === "datetime" ? "datetime" : b.kind, a, b, (x, y) => x + y);
}

/**
 * datetime - datetime (a timedelta), datetime - timedelta, or timedelta - timedelta. @throws TypeError, ConversionError
 *
 * @example
 * subtract(datetime(11016n, "D"), datetime(11015n, "D")); // timedelta(1n, "D")
 */
export function subtract(a: Time, b: Time): Time {
  if (a.kind === "timedelta") expectTimedelta("b", b);
  return combine(a.kind === b.kind ? "timedelta" : "datetime", a, b, (x, y) => x - y);
}

/**
 * The same length of time backwards; NaT stays NaT.
 *
 * @throws TypeError for a datetime
 *
 * @example
 * negate(timedelta(2n, "h")); // timedelta(-2n, "h")
 */
export function negate(a: Time): Time {
  expectTimedelta("a", a);
  return a.value === NaT ? a : { ...a, value: -a.value };
}

/**
 * A whole number of times a timedelta. @throws TypeError, ConversionError
 *
 * @example
 * multiply(timedelta(2n, "h"), 3); // timedelta(6n, "h")
 */
export function multiply(a: Time, factor: bigint | number): Time {
  expectTimedelta("a", a);
  const times = BigInt(factor);
  return a.value === NaT || times === NaT ? { ...a, value: NaT } : fitted("timedelta", a.value * times, a.unit);
}

/**
 * How often `b` fits in `a`, rounded down; 0, as in NumPy, when either is NaT or `b` is zero. @throws TypeError
 *
 * @example
 * divide(timedelta(1n, "D"), timedelta(7n, "h")); // 3n
 */
export function divide(a: Time, b: Time): bigint {
  expectTimedelta("a", a);
  expectTimedelta("b", b);
  if (a.value === NaT || b.value === NaT || b.value === 0n) return 0n;
  const unit = commonUnit(a.unit, b.unit, ["timedelta", "timedelta"]);
  const [x, y] = [convertExactly(a.value, a.unit, unit, a.kind), convertExactly(b.value, b.unit, unit, b.kind)];
  return y < 0n ? floorDivide(-x, -y) : floorDivide(x, y);
}

/**
 * -1, 0 or 1 as `a` is before, at or after `b`; undefined when either is NaT. @throws TypeError for different kinds.
 *
 * @example
 * compare(datetime(0n, "D"), datetime(1n, "ms")); // -1
 */
export function compare(a: Time, b: Time): -1 | 0 | 1 | undefined {
  if (a.kind !== b.kind) throw new TypeError(`"b" expected a ${a.kind}, got a ${b.kind}`);
  if (a.value === NaT || b.value === NaT) return undefined;
  const unit = commonUnit(a.unit, b.unit, [a.kind, b.kind]);
  const [x, y] = [convertExactly(a.value, a.unit, unit, a.kind), convertExactly(b.value, b.unit, unit, b.kind)];
  return x < y ? -1 : x > y ? 1 : 0;
}
