/**
 * The proleptic Gregorian calendar, with a year 0, over counts of any size. It repeats after 400 years, so a count is
 * split into whole cycles and a remainder that plain numbers hold.
 */

/** Days in 400 years. */
const CYCLE_DAYS = 146097n;
/** Months in 400 years. */
const CYCLE_MONTHS = 4800n;

/** Quotient rounded towards minus infinity; `divisor` > 0. */
export function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend < 0n && quotient * divisor !== dividend ? quotient - 1n : quotient;
}

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** Days in a month 1..12 of a year. */
export const daysInMonth = (year: bigint, month: number): number =>
  month === 2 && isLeap(Number(year % 400n)) ? 29 : monthLengths[month - 1]!;

let starts: Int32Array | undefined;

/** Days from 2000-01-01 to the first day of each month of the 400 years from 2000; made at first use. */
function monthStarts(): Int32Array {
  if (starts !== undefined) return starts;
  starts = new Int32Array(4801);
  for (let i = 0; i < 4800; i++) {
    const month = i % 12;
    starts[i + 1] = starts[i]! + monthLengths[month]! + (month === 1 && isLeap((i - month) / 12) ? 1 : 0);
  }
  return starts;
}

const MONTHS_TO_2000 = 360n;
const DAYS_TO_2000 = 10957n;

/** Days from 1970-01-01 to the first day of a month counted from January 1970. */
export function daysFromMonths(month: bigint): bigint {
  const since2000 = month - MONTHS_TO_2000;
  const cycles = floorDivide(since2000, CYCLE_MONTHS);
  return DAYS_TO_2000 + cycles * CYCLE_DAYS + BigInt(monthStarts()[Number(since2000 - cycles * CYCLE_MONTHS)]!);
}

/** Both ways in plain numbers, exact for counts below 2^51: what most are. */
export function firstDayOf(month: number): number {
  const since2000 = month - 360;
  const cycles = Math.floor(since2000 / 4800);
  return 10957 + cycles * 146097 + monthStarts()[since2000 - cycles * 4800]!;
}

export function monthOf(day: number): number {
  const since2000 = day - 10957;
  const cycles = Math.floor(since2000 / 146097);
  return 360 + cycles * 4800 + monthIn(since2000 - cycles * 146097);
}

/** Which of the 4800 months of a cycle a day of it is in. */
function monthIn(day: number): number {
  // The average month gets within one of the month, so a month less is never past it.
  let index = Math.max(0, Math.floor(day / 30.436875) - 1);
  const first = monthStarts();
  while (first[index + 1]! <= day) index++;
  return index;
}

export interface MonthAndDay {
  /** Months since January 1970. */
  readonly month: bigint;
  /** Day of the month, from 0. */
  readonly day: number;
}

/** The month that a day counted from 1970-01-01 is in. */
export function monthFromDays(day: bigint): MonthAndDay {
  const since2000 = day - DAYS_TO_2000;
  const cycles = floorDivide(since2000, CYCLE_DAYS);
  const rest = Number(since2000 - cycles * CYCLE_DAYS);
  const index = monthIn(rest);
  return { month: MONTHS_TO_2000 + cycles * CYCLE_MONTHS + BigInt(index), day: rest - monthStarts()[index]! };
}
