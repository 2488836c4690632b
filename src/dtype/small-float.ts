/**
 * One small-float format, one number at a time: the scalar reference that tables are built from, that single elements
 * are read and written with, and that kernels are tested against. Rounding is to nearest even, once, straight from
 * binary64 (docs/format.md §13; IEEE 754-2019 §4.3.1). E8M0 has no even neighbour and rounds ties up.
 */

import type { SmallFloat } from "./elements.js";

const scratch = new Float64Array(1);
const words = new Uint32Array(scratch.buffer);

/** Adding and subtracting 2^52 rounds any number in 0..2^51 to an integer, ties to even. */
const ROUNDER = 2 ** 52;

/** The codes that stand for something special; all without the sign bit, except fnuz's NaN, which is the sign bit. */
export interface SmallFloatCodes {
  /** The sign bit; 0 for unsigned formats. */
  readonly sign: number;
  /** The largest finite value. */
  readonly max: number;
  /** Infinity, or -1 when the format has none. */
  readonly infinity: number;
  /** The quiet NaN, or -1 when the format has none. */
  readonly nan: number;
}

/** The special codes of a format. */
export function smallFloatCodes(row: SmallFloat): SmallFloatCodes {
  const { exponentBits, mantissaBits, style } = row;
  const all = 2 ** (exponentBits + mantissaBits) - 1;
  if (style === "e8m0") return { sign: 0, max: all - 1, infinity: -1, nan: all };
  const sign = all + 1;
  if (style === "fn") return { sign, max: all - 1, infinity: -1, nan: all };
  if (style === "fnuz") return { sign, max: all, infinity: -1, nan: sign };
  if (style === "finite") return { sign, max: all, infinity: -1, nan: -1 };
  const infinity = all + 1 - 2 ** mantissaBits;
  return { sign, max: infinity - 1, infinity, nan: infinity + 2 ** (mantissaBits - 1) };
}

/**
 * The value of a code, exactly; bits above the format's width are ignored.
 *
 * @returns a number; NaN for every NaN code.
 */
export function decodeSmall(row: SmallFloat, code: number): number {
  const { exponentBits, mantissaBits, bias, style } = row;
  const field = 2 ** mantissaBits;
  if (style === "e8m0") {
    const exponent = code & (2 ** exponentBits - 1);
    return exponent === 2 ** exponentBits - 1 ? Number.NaN : 2 ** (exponent - bias);
  }
  const sign = 2 ** (exponentBits + mantissaBits);
  const negative = (code & sign) !== 0;
  const magnitude = code & (sign - 1);
  if (style === "fnuz" && negative && magnitude === 0) return Number.NaN;
  if (style === "fn" && magnitude === sign - 1) return Number.NaN;
  if (style === "ieee" && magnitude >= sign - field) {
    return magnitude > sign - field ? Number.NaN : negative ? -Infinity : Infinity;
  }
  const exponent = Math.floor(magnitude / field);
  const fraction = magnitude % field;
  const value =
    exponent === 0
      ? fraction * 2 ** (1 - bias - mantissaBits)
      : (field + fraction) * 2 ** (exponent - bias - mantissaBits);
  return negative ? -value : value;
}

/**
 * The code nearest to `x`, ties to even. Beyond the largest finite value: infinity where the format has one, NaN in
 * `fn`, `fnuz` and `e8m0`, the largest value in `finite`; with `saturate`, finite numbers give the largest finite value
 * and infinities stay what they are otherwise. NaN into a `finite` format gives the zero of the opposite sign, as
 * ml_dtypes does. `e8m0` has neither zero nor sign: zero and negative numbers give NaN.
 */
export function encodeSmall(row: SmallFloat, x: number, saturate: boolean): number {
  const { mantissaBits, bias, style } = row;
  const { sign, max, infinity, nan } = smallFloatCodes(row);
  scratch[0] = x;
  const high = words[1]!;
  if (style === "e8m0") return encodeExponent(bias, max, nan, high, x, saturate);
  const negative = high >>> 31 !== 0 ? sign : 0;
  if (Number.isNaN(x)) {
    if (nan === sign) return nan;
    return nan < 0 ? sign - negative : nan + negative;
  }
  const overflow = infinity >= 0 ? infinity : nan >= 0 ? nan : max;
  const signed = (code: number) => (style === "fnuz" && (code === 0 || code === nan) ? code : code + negative);
  if (x === Infinity || x === -Infinity) return signed(overflow);
  const exponent = Math.max(((high >>> 20) & 0x7ff) - 1023 + bias, 1);
  const units = Math.abs(x) * 2 ** (mantissaBits + bias - exponent);
  const code = (exponent - 1) * 2 ** mantissaBits + (units + ROUNDER - ROUNDER);
  return signed(code <= max ? code : saturate ? max : overflow);
}

function encodeExponent(bias: number, max: number, nan: number, high: number, x: number, saturate: boolean): number {
  if (!(x > 0) || x === Infinity) return nan;
  // Subnormal doubles lie far below the smallest power here, so their exponent field of 0 is low enough.
  const code = ((high >>> 20) & 0x7ff) - 1023 + bias + ((high >>> 19) & 1);
  return code < 0 ? 0 : code <= max ? code : saturate ? max : nan;
}

const halfFloat = new Float32Array(1);
const halfBits = new Uint32Array(halfFloat.buffer);

/** The value of a binary16 code; exact. */
export function fromHalf(code: number): number {
  const magnitude = code & 0x7fff;
  if (magnitude >= 0x7c00) return magnitude > 0x7c00 ? Number.NaN : code & 0x8000 ? -Infinity : Infinity;
  // Read as binary32 the exponent is 112 too small; the product is exact, for subnormal codes too.
  halfBits[0] = ((code & 0x8000) << 16) | (magnitude << 13);
  return halfFloat[0]! * 2 ** 112;
}

// Adding 2^52 leaves no fraction bits, so the addition itself rounds to nearest, ties to even.
const roundEven = (x: number): number => x + 2 ** 52 - 2 ** 52;

/** The binary16 code nearest to `x`, ties to even, rounded once. A finite `x` that overflows gives Infinity's code. */
export function toHalf(x: number): number {
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(x);
  if (Number.isNaN(x)) return 0x7e00;
  if (magnitude >= 65520) return sign | 0x7c00;
  if (magnitude < 2 ** -14) return sign | roundEven(magnitude * 2 ** 24);
  halfFloat[0] = magnitude;
  // The exponent of the nearest binary32 is at most one too large, when it rounded up to a power of two.
  let exponent = (halfBits[0]! >>> 23) - 127;
  if (magnitude < 2 ** exponent) exponent--;
  return sign | (((exponent + 14) << 10) + roundEven(magnitude * 2 ** (10 - exponent)));
}
