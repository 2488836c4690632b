/**
 * Finding the first number that a type cannot hold, for `overflow: "error"`. An offender is what the default rule would
 * wrap, saturate or turn into something else altogether: too large, infinite or NaN where the type has no such thing.
 * Lost fractions and lost precision are rounding, not overflow.
 */

import type { ElementName } from "../dtype/elements.js";
import { encodeSmall, smallFloatCodes } from "../dtype/small-float.js";
import { floatLimits, integerRange, rowOf } from "./ranges.js";

/** Which binary64 numbers fit: those strictly between `above` and `below`, and as said. */
export interface FitRule {
  readonly above: number;
  readonly below: number;
  readonly infinity: boolean;
  readonly nan: boolean;
}

/** The rule of a type; undefined when everything fits (bool, float64 and wider). */
export function fitRule(dst: ElementName): FitRule | undefined {
  const { kind, width, small } = rowOf(dst);
  if (dst === "bool" || dst === "float64" || (kind === "float" && width > 8)) return undefined;
  if (kind !== "float") {
    const [lowest, highest] = integerRange(dst);
    return { above: below(Number(lowest)), below: Number(highest + 1n), infinity: false, nan: false };
  }
  const { max, hasInfinity, hasNaN, isSigned } = floatLimits(dst);
  const edge = small ? overflowEdge(dst) : 3.4028235677973366e38;
  return { above: isSigned ? -edge : 0, below: max === Infinity ? Infinity : edge, infinity: hasInfinity, nan: hasNaN };
}

/** Truncation keeps everything down to, but not including, the next lower integer. */
function below(lowest: number): number {
  const next = lowest - 1;
  // Beyond 2^53 there is no such double: the next lower one is as good, nothing lies between.
  return next < lowest ? next : lowest * (1 + Number.EPSILON);
}

/** The smallest binary64 that rounds beyond the largest finite value. */
function overflowEdge(dst: ElementName): number {
  const format = rowOf(dst).small!;
  const { max } = smallFloatCodes(format);
  let fits = floatLimits(dst).max;
  let beyond = fits * 2;
  // Finite formats clamp instead, so the edge is looked for in the same format with a NaN above its largest value.
  const style = format.style === "finite" ? "fnuz" : format.style;
  const scratch = new Float64Array([fits, beyond]);
  const bits = new BigUint64Array(scratch.buffer);
  while (bits[1]! - bits[0]! > 1n) {
    const middle = (bits[0]! + bits[1]!) >> 1n;
    const trial = new Float64Array(BigUint64Array.of(middle).buffer)[0]!;
    if (encodeSmall({ ...format, style }, trial, false) <= max) fits = trial;
    else beyond = trial;
    scratch[0] = fits;
    scratch[1] = beyond;
  }
  return beyond;
}

/** Index of the first of `count` numbers that does not fit, or -1. */
export function firstUnfit(values: Float64Array, count: number, rule: FitRule): number {
  const { above, below, infinity, nan } = rule;
  for (let i = 0; i < count; i++) {
    const x = values[i]!;
    if (x > above && x < below) continue;
    if (Number.isNaN(x) ? nan : infinity && (x === Infinity || x === -Infinity)) continue;
    return i;
  }
  return -1;
}

/** Index of the first 64-bit integer that is not in a type's range once `offset` has been added, or -1. */
export function firstOutside(
  values: BigInt64Array | BigUint64Array,
  count: number,
  dst: ElementName,
  offset: bigint,
): number {
  const [lowest, highest] = integerRange(dst).map((bound) => bound - offset) as [bigint, bigint];
  for (let i = 0; i < count; i++) {
    const x = values[i]!;
    if (x < lowest || x > highest) return i;
  }
  return -1;
}
