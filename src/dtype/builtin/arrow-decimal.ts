/**
 * `[arrow:decimalN:precision:scale]`: two's complement integers of N bits that count units of 10^-scale (Arrow,
 * Columnar.rst and Schema.fbs "Decimal"). Items read as decimal text, which keeps every digit; in bulk they are numbers,
 * the nearest float64 of each.
 */

import type { OwnFacts } from "../aliased.js";
import type { ItemCodec } from "../dtype.js";

/** The most digits that fit each width (Arrow's decimal_type). */
const maxPrecision: Readonly<Record<string, number>> = { 32: 9, 64: 18, 128: 38, 256: 76 };

/** Powers of ten that float64 holds exactly. */
const EXACT_POWERS = 22;

/** @throws TypeError when precision or scale is none; undefined for bodies that are no decimals of a stated precision */
export function decimalType(params: readonly string[]): OwnFacts | undefined {
  const bits = /^decimal(32|64|128|256)$/.exec(params[0]!)?.[1];
  if (bits === undefined || params.length !== 3) return undefined;
  const [precision, scale] = params.slice(1).map((text) => (/^-?\d{1,3}$/.test(text) ? Number(text) : Number.NaN));
  if (!(precision! >= 1 && precision! <= maxPrecision[bits]!))
    throw new TypeError(`expected a precision of 1..${maxPrecision[bits]}`);
  if (Number.isNaN(scale)) throw new TypeError("expected a scale as digits");
  const itemsize = Number(bits) / 8;
  return {
    name: `decimal${bits}(${precision}, ${scale})`,
    kind: "custom",
    itemsize,
    alignment: Math.min(itemsize, 16),
    honoursByteOrder: true,
    codec: decimalCodec(itemsize, precision!, scale!),
  };
}

function decimalCodec(itemsize: number, precision: number, scale: number): ItemCodec {
  const limit = 10n ** BigInt(precision);
  const inRange = (units: bigint, value: unknown): bigint => {
    if (units > -limit && units < limit) return units;
    throw new RangeError(`"value" expected a decimal of ${precision} digits, got ${String(value)}`);
  };
  const power = 10 ** Math.abs(scale);
  const isExact = Math.abs(scale) <= EXACT_POWERS;
  return {
    hub: "float64",
    read: (view, offset, little) => decimalText(readUnits(view, offset, itemsize, little), scale),
    write: (view, offset, value, little) =>
      writeUnits(view, offset, itemsize, inRange(unitsOf(value, scale), value), little),
    decodeTile(numbers, src, count) {
      const dst = numbers as Float64Array;
      const view = new DataView(src.buffer, src.byteOffset, count * itemsize);
      for (let i = 0; i < count; i++) {
        const offset = i * itemsize;
        const small = smallUnits(view, offset, itemsize);
        // One exact integer and one exact power of ten: a single rounding. The longer ones are rounded by the reader of numbers.
        if (small !== undefined && isExact) dst[i] = scale < 0 ? small * power : small / power;
        else dst[i] = Number(`${readUnits(view, offset, itemsize, true)}e${-scale}`);
      }
    },
    encodeTile(dst, src, count) {
      const view = new DataView(dst.buffer, dst.byteOffset, count * itemsize);
      for (let i = 0; i < count; i++)
        writeUnits(view, i * itemsize, itemsize, inRange(unitsOf(src[i], scale), src[i]), true);
    },
  };
}

/** The units as a number, where they have at most 53 bits. */
function smallUnits(view: DataView, offset: number, itemsize: number): number | undefined {
  if (itemsize === 4) return view.getInt32(offset, true);
  const high = view.getInt32(offset + 4, true);
  if (high >= 0x20_0000 || high < -0x20_0000) return undefined;
  for (let at = 8; at < itemsize; at += 4) if (view.getInt32(offset + at, true) !== high >> 31) return undefined;
  return high * 0x1_0000_0000 + view.getUint32(offset, true);
}

function readUnits(view: DataView, offset: number, itemsize: number, little: boolean): bigint {
  if (itemsize === 4) return BigInt(view.getInt32(offset, little));
  const words = itemsize / 8;
  let units = view.getBigInt64(offset + (little ? itemsize - 8 : 0), little);
  for (let i = 1; i < words; i++)
    units = (units << 64n) | view.getBigUint64(offset + 8 * (little ? words - 1 - i : i), little);
  return units;
}

function writeUnits(view: DataView, offset: number, itemsize: number, units: bigint, little: boolean): void {
  if (itemsize === 4) view.setInt32(offset, Number(units), little);
  const words = itemsize / 8;
  for (let i = 0; i < words; i++)
    if (itemsize > 4)
      view.setBigInt64(offset + 8 * (little ? i : words - 1 - i), BigInt.asIntN(64, units >> BigInt(64 * i)), little);
}

/** Digits with their point: `-0.05`. */
function decimalText(units: bigint, scale: number): string {
  if (scale <= 0) return String(units * 10n ** BigInt(-scale));
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, "0");
  return `${units < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/**
 * Units of 10^-scale in a number, rounded to the nearest (halves to even), or in text, which must have no more digits.
 *
 * @throws TypeError, RangeError
 */
function unitsOf(value: unknown, scale: number): bigint {
  if (typeof value !== "number" && typeof value !== "string" && typeof value !== "bigint")
    throw new TypeError(`"value" expected a decimal as text, a number or a bigint, got ${typeof value}`);
  const text = typeof value === "number" ? exactText(value) : String(value);
  const match = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,4}))?$/.exec(text);
  if (match === null || !(match[2] || match[3])) throw new RangeError(`"value" expected a decimal, got ${text}`);
  const [, sign, whole, fraction, exponent = "0"] = match;
  const shift = scale + Number(exponent) - fraction!.length;
  const digits = BigInt(whole! + fraction!);
  let units = shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift);
  if (shift < 0) {
    const unit = 10n ** BigInt(-shift);
    const rest = digits % unit;
    if (rest !== 0n && typeof value === "string")
      throw new RangeError(`"value" expected a decimal of ${scale} places, got ${text}`);
    if (rest * 2n > unit || (rest * 2n === unit && units % 2n === 1n)) units++;
  }
  return sign === "-" ? -units : units;
}

/** All digits of a float64 (it has at most 1074 behind the point), not the shortest that name it. */
function exactText(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`"value" expected a finite number, got ${value}`);
  let [numerator, places] = [value, 0];
  while (!Number.isInteger(numerator)) {
    numerator *= 2;
    places++;
  }
  // n / 2^p = n × 5^p / 10^p
  return `${BigInt(numerator) * 5n ** BigInt(places)}e-${places}`;
}
