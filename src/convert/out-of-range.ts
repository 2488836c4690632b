/**
 * Which numbers a type cannot hold, for `overflow: "error"`: what the default rule would wrap, saturate or turn into
 * something else altogether. Too large, infinite or NaN where the type has no such thing; lost fractions and lost
 * precision are rounding, not overflow.
 */

import type { Conversion } from "../backend/backend.js";
import { type FitRule, firstOutside, firstUnfit } from "../backend/js/check.js";
import { fittingCounts, type TimeKind } from "../datetime/convert.js";
import { firstBeyond } from "../datetime/scale.js";
import type { DType } from "../dtype/dtype.js";
import type { ElementName } from "../dtype/elements.js";
import { scalarDType } from "../dtype/make.js";
import { withByteOrder } from "../dtype/order.js";
import { encodeSmall, smallFloatCodes } from "../dtype/small-float.js";
import { conversionOf, rangeElement } from "./conversion.js";
import { kernel } from "./kernels.js";
import type { Linear } from "./pairs.js";
import { floatLimits, integerRange, rowOf } from "./ranges.js";

/** How numbers are looked at: brought to a type that holds them all, eight bytes each, a chunk at a time. */
export interface RangeCheck {
  /** The type that the numbers are brought to before they are looked at. */
  readonly hub: DType;
  /** How they are brought to it. */
  readonly conversion: Conversion;
  /** Index of the first that does not fit of the numbers from `first` to before `count` in `chunk`, or -1. */
  find(chunk: ArrayBuffer, first: number, count: number): number;
}

/**
 * The check that numbers of `values` fit.
 *
 * @param limit - the element type that they must fit, or the largest integer allowed
 * @returns undefined when everything fits
 */
export function rangeCheck(
  values: DType,
  limit: ElementName | number,
  linear?: Linear,
  rounds = false,
): RangeCheck | undefined {
  const isCount = typeof limit === "number";
  const rule = isCount ? { above: -1, below: limit + 1, infinity: false, nan: false } : fitRule(limit);
  if (rule === undefined) return undefined;
  const from = rangeElement(values);
  const isWide = rowOf(from).kind !== "float" && rowOf(from).width === 8;
  const isWhole = linear === undefined || (linear.scale === 1 && Number.isInteger(linear.offset));
  // Whole 64-bit integers are compared as such; everything else is exact, or scaled, in binary64.
  if (isWide && !isCount && isWhole && rowOf(limit).kind !== "float") {
    const offset = BigInt(linear?.offset ?? 0);
    const [lowest, highest] = integerRange(limit);
    return wholeCheck(values, from, lowest - offset, highest - offset);
  }
  const hub = scalarDType("float64");
  const conversion = conversionOf(hub, values, "as", linear);
  if (conversion === undefined) return undefined;
  const isRounded = rounds && !isCount && rowOf(limit).kind !== "float";
  const steps = isRounded ? [...conversion.steps, kernel("roundF64")] : conversion.steps;
  const find = (chunk: ArrayBuffer, first: number, count: number) =>
    firstUnfit(new Float64Array(chunk), first, count, rule);
  return { hub, conversion: { ...conversion, steps }, find };
}

function wholeCheck(values: DType, from: ElementName, lowest: bigint, highest: bigint): RangeCheck | undefined {
  const hub = scalarDType(from);
  const conversion = conversionOf(hub, values, "as");
  const Whole = from === "uint64" ? BigUint64Array : BigInt64Array;
  const find = (chunk: ArrayBuffer, first: number, count: number) =>
    firstOutside(new Whole(chunk), first, count, lowest, highest);
  return conversion && { hub, conversion, find };
}

/** The check that counts of one unit of time fit 64 bits in another; undefined when all do. */
export function unitCheck(dst: DType, src: DType): RangeCheck | undefined {
  const bounds = fittingCounts(src.unit!, dst.unit!, dst.kind as TimeKind);
  if (bounds === undefined) return undefined;
  const hub = withByteOrder(src, "little");
  const conversion = conversionOf(hub, src, "as");
  const find = (chunk: ArrayBuffer, first: number, count: number) => {
    const found = firstBeyond(new BigInt64Array(chunk, 8 * first, count - first), bounds);
    return found < 0 ? found : first + found;
  };
  return conversion && { hub, conversion, find };
}

/** The rule of a type; undefined when everything fits (bool, float64 and wider). */
function fitRule(dst: ElementName): FitRule | undefined {
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
