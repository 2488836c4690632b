/**
 * Counts in one unit to counts in another: rounded down, exact at every size, NaT kept, and an error where the answer
 * does not fit in 64 bits. Datetimes between years or months and the fixed units follow the calendar; timedeltas there
 * use the average lengths (400 years are 146097 days), as NumPy does.
 */

import { attoseconds, formatUnit, months, toUnit, type Unit, type UnitLike } from "../dtype/time-units.js";
import { stridebufError } from "../errors.js";
import { daysFromMonths, firstDayOf, floorDivide, monthFromDays, monthOf } from "./calendar.js";
import { type Bounds, firstBeyond, mapCounts, NaT, type Ratio, scaleAll, scaling } from "./scale.js";

/** A point in time (`datetime64`), or a span (`timedelta64`). */
export type TimeKind = "datetime" | "timedelta";

const MAX = 2n ** 63n - 1n;
const DAY = attoseconds.D!;
/** Attoseconds in a twelfth of the average year of 365.2425 days. */
const AVERAGE_MONTH = (146097n * DAY) / 4800n;

const nameOf = (kind: TimeKind, unit: Unit): string => `${kind}64[${formatUnit(unit)}]`;

export function overflowError(kind: TimeKind, from: Unit, to: Unit, value: bigint): Error {
  const names = { from: nameOf(kind, from), to: nameOf(kind, to) };
  return stridebufError("ConversionError", `${value} ${names.from} does not fit in ${names.to}`, names);
}

/** `from` = `to` × multiplier / divisor in lowest terms, or undefined when a calendar stands between them. */
export function unitRatio(from: Unit, to: Unit, kind: TimeKind): Ratio | undefined {
  if (from[0] === "generic" || to[0] === "generic") {
    // A count without a unit becomes a count of any unit; the other way there is nothing to convert to.
    if (from[0] === to[0] || from[0] === "generic") return { multiplier: 1n, divisor: 1n };
    throw new TypeError(`"to" expected a unit with a length, got generic`);
  }
  const isCalendar = (unit: Unit): boolean => unit[0] in months;
  if (isCalendar(from) !== isCalendar(to) && kind === "datetime") return undefined;
  const length = ([name, multiple]: Unit): bigint =>
    BigInt(multiple) * (attoseconds[name] ?? BigInt(months[name]!) * AVERAGE_MONTH);
  const [multiplier, divisor] = [length(from), length(to)];
  const common = gcd(multiplier, divisor);
  return { multiplier: multiplier / common, divisor: divisor / common };
}

export function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}

/** The exact answer, of any size; `value` is not NaT. */
function exact(value: bigint, from: Unit, to: Unit, ratio: Ratio | undefined): bigint {
  if (ratio !== undefined) return floorDivide(value * ratio.multiplier, ratio.divisor);
  const fromMonths = months[from[0]];
  if (fromMonths !== undefined) {
    const days = daysFromMonths(value * BigInt(from[1] * fromMonths));
    return floorDivide(days * DAY, attoseconds[to[0]]! * BigInt(to[1]));
  }
  const { month } = monthFromDays(floorDivide(value * BigInt(from[1]) * attoseconds[from[0]]!, DAY));
  return floorDivide(month, BigInt(to[1] * months[to[0]]!));
}

/** One count in another unit, exact, of any size and unchecked; `value` is not NaT. */
export const convertExactly = (value: bigint, from: Unit, to: Unit, kind: TimeKind): bigint =>
  exact(value, from, to, unitRatio(from, to, kind));

function checked(value: bigint, from: Unit, to: Unit, kind: TimeKind, ratio: Ratio | undefined): bigint {
  if (value === NaT) return NaT;
  const out = exact(value, from, to, ratio);
  if (out > MAX || out <= NaT) throw overflowError(kind, from, to, value);
  return out;
}

/**
 * One count in another unit.
 *
 * @throws ConversionError when the answer does not fit in 64 bits; TypeError when `to` is generic and `from` is not.
 * @example
 * convertUnit(1_500n, "ms", "s"); // 1n
 */
export function convertUnit(value: bigint, from: UnitLike, to: UnitLike, kind: TimeKind = "datetime"): bigint {
  const [source, target] = [toUnit(from), toUnit(to)];
  return checked(value, source, target, kind, unitRatio(source, target, kind));
}

/** Whether counts of `from` can be told in `to`: anything but a unit with a length in none. */
export const isConvertible = (to: Unit, from: Unit): boolean => to[0] !== "generic" || from[0] === "generic";

type Counts = (dst: BigInt64Array, src: BigInt64Array) => void;

/** Converts many counts that all fit (see {@link fittingCounts}); the arrays have one length and may be the same. */
export function unitConverter(from: Unit, to: Unit, kind: TimeKind): Counts {
  const ratio = unitRatio(from, to, kind);
  const factors = ratio && scaling(ratio);
  if (ratio === undefined) return from[0] in months ? fromCalendar(from, to) : toCalendar(from, to);
  return (dst, src) => {
    if (factors === undefined) exactly(dst, src, from, to, ratio);
    else {
      if (dst !== src) dst.set(src);
      scaleAll(dst, factors);
    }
  };
}

function exactly(dst: BigInt64Array, src: BigInt64Array, from: Unit, to: Unit, ratio: Ratio | undefined): void {
  for (let i = 0; i < src.length; i++) dst[i] = src[i] === NaT ? NaT : exact(src[i]!, from, to, ratio);
}

const DAYS: Unit = ["D", 1];
/** Counts of days or months that plain numbers hold exactly, whatever is done to them here. */
const PLAIN: Bounds = [-(2n ** 48n), 2n ** 48n];

/** By way of days. */
function toCalendar(from: Unit, to: Unit): Counts {
  const toDays = unitConverter(from, DAYS, "datetime");
  const fits = fittingCounts(from, DAYS, "datetime");
  const step = months[to[0]]! * to[1];
  return (dst, src) => {
    const isPlain = fits === undefined || firstBeyond(src, fits) < 0;
    const days = new BigInt64Array(src.length);
    if (isPlain) toDays(days, src);
    if (!isPlain || firstBeyond(days, PLAIN) >= 0) exactly(dst, src, from, to, undefined);
    else mapCounts(dst, days, (day) => Math.floor(monthOf(day) / step));
  };
}

function fromCalendar(from: Unit, to: Unit): Counts {
  const fromDays = unitConverter(DAYS, to, "datetime");
  const step = months[from[0]]! * from[1];
  const most = BigInt(Math.floor(2 ** 44 / step));
  return (dst, src) => {
    if (firstBeyond(src, [-most, most]) >= 0) exactly(dst, src, from, to, undefined);
    else {
      mapCounts(dst, src, (count) => firstDayOf(count * step));
      fromDays(dst, dst);
    }
  };
}

/** The counts of `from` that fit 64 bits in `to`; undefined when all do. */
export function fittingCounts(from: Unit, to: Unit, kind: TimeKind): Bounds | undefined {
  const ratio = unitRatio(from, to, kind);
  if (ratio !== undefined) {
    const { multiplier, divisor } = ratio;
    if (multiplier <= divisor) return undefined;
    return [-((MAX * divisor) / multiplier), ((MAX + 1n) * divisor - 1n) / multiplier];
  }
  const fits = (value: bigint): boolean => {
    const out = exact(value, from, to, undefined);
    return out <= MAX && out > NaT;
  };
  if (fits(MAX) && fits(-MAX)) return undefined;
  // Conversions keep the order of counts, and 0 fits.
  const farthest = (sign: bigint): bigint => {
    let [inside, outside] = [0n, MAX + 1n];
    while (outside - inside > 1n) {
      const middle = (inside + outside) / 2n;
      if (fits(sign * middle)) inside = middle;
      else outside = middle;
    }
    return sign * inside;
  };
  return [farthest(-1n), farthest(1n)];
}

/**
 * Many counts: `dst[i]` is `src[i]` in the other unit. The arrays have one length and may be the same array, but must
 * not overlap otherwise. On failure `dst` is as it was.
 *
 * @throws ConversionError with the first `index` whose answer does not fit; RangeError when the lengths differ.
 *
 * @example
 * const counts = BigInt64Array.of(1_500n, 60_000n);
 * convertUnits(counts, counts, "ms", "s");
 * counts; // BigInt64Array.of(1n, 60n)
 */
export function convertUnits(
  dst: BigInt64Array,
  src: BigInt64Array,
  from: UnitLike,
  to: UnitLike,
  kind: TimeKind = "datetime",
): void {
  if (dst.length !== src.length) throw new RangeError(`"dst" expected length ${src.length}, got ${dst.length}`);
  const [source, target] = [toUnit(from), toUnit(to)];
  const ratio = unitRatio(source, target, kind);
  const bounds = fittingCounts(source, target, kind);
  if (bounds !== undefined) {
    const beyond = firstBeyond(src, bounds);
    if (beyond >= 0) at(beyond, () => checked(src[beyond]!, source, target, kind, ratio));
  }
  unitConverter(source, target, kind)(dst, src);
}

function at(index: number, run: () => bigint): bigint {
  try {
    return run();
  } catch (error) {
    throw Object.assign(error as Error, { index: [index] });
  }
}
