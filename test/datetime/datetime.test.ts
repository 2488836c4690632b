import { describe, expect, test } from "vitest";
import { daysFromMonths, daysInMonth, monthFromDays } from "../../src/datetime/calendar.js";
import {
  add,
  compare,
  convertUnit,
  convertUnits,
  datetime,
  divide,
  formatDatetime,
  fromDate,
  multiply,
  NaT,
  negate,
  parseDatetime,
  parseUnit,
  subtract,
  timedelta,
  toDate,
} from "../../src/datetime/index.js";
import { isStridebufError } from "../../src/errors.js";

const names = ["Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns", "ps", "fs", "as"];

test("every day of 800 years is where Date says it is", () => {
  const wrong: number[] = [];
  for (let day = -146097 - 10957; day < 146097; day++) {
    const date = new Date(day * 86400000);
    const { month, day: ofMonth } = monthFromDays(BigInt(day));
    const months = (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
    if (Number(month) !== months || ofMonth !== date.getUTCDate() - 1) wrong.push(day);
    if (ofMonth === 0 && Number(daysFromMonths(month)) !== day) wrong.push(day);
    if (ofMonth >= daysInMonth(BigInt(date.getUTCFullYear()), date.getUTCMonth() + 1)) wrong.push(day);
  }
  expect(wrong.slice(0, 5)).toEqual([]);
});

describe("text", () => {
  test("what is printed is read back, in every unit and at every size", () => {
    const wrong: string[] = [];
    let seed = 1n;
    for (let i = 0; i < 4000; i++) {
      seed = (seed * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n;
      const unit = names[i % names.length]!;
      const value = BigInt.asIntN(64, seed) >> BigInt((i * 7) % 60);
      if (value === NaT) continue;
      const back = parseDatetime(formatDatetime(value, unit), unit);
      if (back.value !== value) wrong.push(`${value} ${unit}: ${formatDatetime(value, unit)}`);
    }
    expect(wrong.slice(0, 5)).toEqual([]);
  });

  test("white space and offsets", () => {
    expect(parseDatetime("\t2000-01-01T00:00 ").value).toBe(15778080n);
    expect(parseDatetime("2000-01-01T00:00+0130").value).toBe(15778080n - 90n);
    expect(parseDatetime("2000-01-01T00+1:5", "m").value).toBe(15778080n - 65n);
    expect(parseDatetime("2000-01-01T00-01:00", "M").value).toBe(360n);
    expect(parseDatetime("2000-01-01T00+01:00", "M").value).toBe(359n);
  });

  test.each([
    ["-", 1],
    ["--5", 1],
    ["2000-", 5],
    ["2000-01-", 8],
    ["now", 0],
    ["2000-01-01T00:00:00+", 20],
    ["2000-01-01T00:00+01:", 20],
    ["2000-01-01T00:00ZZ", 17],
    ["NaT ", 0],
  ])("%s fails at %i", (text, index) => {
    try {
      parseDatetime(text);
      expect.unreachable();
    } catch (e) {
      expect(isStridebufError(e, "FormatSyntaxError") && e.index).toBe(index);
    }
  });

  test("weeks are printed only where they begin", () => {
    expect(formatDatetime(1n, "W")).toBe("1970-01-08");
    expect(formatDatetime(7n * 24n + 5n, "h", "W")).toBe("1970-01-08");
    expect(() => formatDatetime(1n, "D", "W")).toThrow("not the first day of a week");
  });
});

describe("conversion in bulk", () => {
  const edges = [0n, 1n, -1n, 2n ** 31n, 2n ** 32n - 1n, -(2n ** 32n), 2n ** 53n, 2n ** 63n - 1n, 1n - 2n ** 63n, NaT];

  test("agrees with one at a time, for every pair of units with edge values", () => {
    const wrong: string[] = [];
    for (const kind of ["datetime", "timedelta"] as const) {
      for (const from of [...names, "25s", "7D", "12M", "2147483647s"]) {
        for (const to of [...names, "1000us", "1461D", "2147483647s"]) {
          const fits = edges
            .flatMap((edge) => [edge, edge / 1000n, edge / 10n ** 9n, edge / 10n ** 16n])
            .filter((value) => {
              try {
                convertUnit(value, from, to, kind);
                return true;
              } catch {
                return false;
              }
            });
          const values = BigInt64Array.from(fits);
          convertUnits(values, values, from, to, kind);
          if (values.join() !== fits.map((value) => convertUnit(value, from, to, kind)).join()) {
            wrong.push(`${kind} ${from} ${to}: ${fits} gives ${values}`);
          }
        }
      }
    }
    expect(wrong.slice(0, 5)).toEqual([]);
  });

  test.each([
    ["D", "ns", 106752n],
    ["Y", "ns", 293n],
    ["3s", "2ns", 2n ** 62n],
  ])("an overflow from %s to %s names its place and changes nothing", (from, to, beyond) => {
    const dst = BigInt64Array.of(7n, 7n, 7n);
    try {
      convertUnits(dst, BigInt64Array.of(NaT, 0n, beyond), from, to);
      expect.unreachable();
    } catch (e) {
      expect(isStridebufError(e, "ConversionError") && e.index).toEqual([2]);
    }
    expect(dst).toEqual(BigInt64Array.of(7n, 7n, 7n));
    expect(() => convertUnits(dst, new BigInt64Array(2), from, to)).toThrow(RangeError);
  });

  test("a view into a larger array converts alone", () => {
    const whole = BigInt64Array.of(5n, 1n, -1n, 5n);
    convertUnits(whole.subarray(1, 3), whole.subarray(1, 3), "s", "ns");
    expect(whole).toEqual(BigInt64Array.of(5n, 10n ** 9n, -(10n ** 9n), 5n));
  });
});

describe("arithmetic", () => {
  test("the result has the coarsest unit that divides both", () => {
    expect(add(timedelta(1n, "25s"), timedelta(1n, "10us")).unit).toEqual(["us", 10]);
    expect(add(timedelta(1n, "6s"), timedelta(1n, "m"))).toEqual(timedelta(11n, "6s"));
    expect(add(datetime(1n, "Y"), timedelta(2n, "M"))).toEqual(datetime(14n, "M"));
    expect(add(datetime(30n, "Y"), timedelta(59n, "D"))).toEqual(datetime(11016n, "D"));
    expect(subtract(datetime(2n, "M"), datetime(0n, "D"))).toEqual(timedelta(59n, "D"));
    expect(() => add(datetime(0n, "D"), timedelta(1n, "M"))).toThrow(TypeError);
    expect(() => add(datetime(0n, "D"), datetime(1n, "D"))).toThrow(TypeError);
    expect(() => subtract(timedelta(0n, "D"), datetime(1n, "D"))).toThrow(TypeError);
    expect(() => negate(datetime(0n, "D"))).toThrow(TypeError);
  });

  test("only the result has to fit in 64 bits", () => {
    expect(divide(timedelta(2n ** 62n, "D"), timedelta(2n ** 62n, "ns"))).toBe(86400n * 10n ** 9n);
    expect(divide(timedelta(-7n, "s"), timedelta(-2n, "s"))).toBe(3n);
    expect(divide(timedelta(7n, "s"), timedelta(-2n, "s"))).toBe(-4n);
    expect(compare(datetime(2n ** 62n, "Y"), datetime(0n, "as"))).toBe(1);
    expect(() => multiply(timedelta(2n ** 62n, "s"), 2)).toThrow("does not fit");
    expect(() => add(timedelta(2n ** 62n, "s"), timedelta(2n ** 62n, "s"))).toThrow("does not fit");
    expect(() => add(timedelta(-(2n ** 62n), "s"), timedelta(-(2n ** 62n), "s"))).toThrow("does not fit");
  });

  test("NaT is before, at and after nothing", () => {
    expect(compare(datetime(NaT, "s"), datetime(NaT, "s"))).toBeUndefined();
    expect(negate(timedelta(NaT, "s")).value).toBe(NaT);
  });
});

test("Date", () => {
  const date = new Date("1969-12-31T23:59:59.999Z");
  expect(fromDate(date)).toBe(-1n);
  expect(fromDate(date, "D")).toBe(-1n);
  expect(toDate(-1n, "ns").getTime()).toBe(-1);
  expect(toDate(30n, "Y").toISOString()).toBe("2000-01-01T00:00:00.000Z");
  expect(fromDate(new Date(Number.NaN))).toBe(NaT);
  expect(toDate(NaT, "s").getTime()).toBeNaN();
  expect(toDate(8_640_000_000_000n, "s").getTime()).toBe(8.64e15);
  expect(() => toDate(8_640_000_000_001n, "s")).toThrow(RangeError);
});

test("units", () => {
  expect(parseUnit("2D/4")).toEqual(["h", 12]);
  for (const text of ["", "D/0", "generic/2", "3generic", "constructor", "s/7", "0s", "Ms", "2147483647W/2"]) {
    expect(() => parseUnit(text), text).toThrow("in a unit of time");
  }
  expect(() => convertUnit(1n, ["s", 0], "s")).toThrow(TypeError);
  expect(() => convertUnit(1n, "s", "generic")).toThrow(TypeError);
  expect(convertUnit(5n, "generic", "s")).toBe(5n);
});
