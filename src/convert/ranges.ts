/** What each element type can hold, for clamping, for checking before a strict conversion and for casting rules. */

import { type ElementName, type ElementRow, elements } from "../dtype/elements.js";
import { decodeSmall, smallFloatCodes } from "../dtype/small-float.js";

export const rowOf = (element: ElementName): ElementRow => elements[element];

/** Lowest and highest value of an integer type; bool counts as 0..1. */
export function integerRange(element: ElementName): readonly [lowest: bigint, highest: bigint] {
  const { kind, bits } = rowOf(element);
  if (kind === "bool") return [0n, 1n];
  const size = BigInt(bits);
  return kind === "int" ? [-(1n << (size - 1n)), (1n << (size - 1n)) - 1n] : [0n, (1n << size) - 1n];
}

/** What a floating type holds: value = significand of `precision` bits times 2^exponent. */
export interface FloatLimits {
  readonly precision: number;
  /** The largest finite value. */
  readonly max: number;
  /** The smallest positive value. */
  readonly min: number;
  readonly hasInfinity: boolean;
  readonly hasNaN: boolean;
  /** False for e8m0, which has neither zero nor negative numbers. */
  readonly isSigned: boolean;
}

const wide: Readonly<Record<string, FloatLimits>> = {
  float32: limits(24, 3.4028234663852886e38, 2 ** -149),
  float64: limits(53, Number.MAX_VALUE, Number.MIN_VALUE),
  float80x12: limits(64, Infinity, 0),
  float80x16: limits(64, Infinity, 0),
  float128: limits(113, Infinity, 0),
};

function limits(precision: number, max: number, min: number): FloatLimits {
  return { precision, max, min, hasInfinity: true, hasNaN: true, isSigned: true };
}

const small = new Map<ElementName, FloatLimits>();

export function floatLimits(element: ElementName): FloatLimits {
  const known = wide[element] ?? small.get(element);
  if (known) return known;
  const format = rowOf(element).small!;
  const codes = smallFloatCodes(format);
  const made: FloatLimits = {
    precision: format.mantissaBits + 1,
    max: decodeSmall(format, codes.max),
    min: decodeSmall(format, format.style === "e8m0" ? 0 : 1),
    hasInfinity: codes.infinity >= 0,
    hasNaN: codes.nan >= 0,
    isSigned: format.style !== "e8m0",
  };
  small.set(element, made);
  return made;
}
