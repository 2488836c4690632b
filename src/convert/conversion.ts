/**
 * From two dtypes whose items are single numbers to the conversion between them: steps and byte orders. Times are 64-bit
 * integers with a NaT; user dtypes take part through their codec, by way of its hub.
 */

import type { Conversion, ConvertStep, TileConverter } from "../backend/backend.js";
import { pairToBool, times } from "../backend/js/convert/lanes.js";
import { countsBy, nanToNaT, natToNaN } from "../backend/js/convert/times.js";
import { isConvertible, type TimeKind, unitConverter, unitRatio } from "../datetime/convert.js";
import { byPair } from "../dtype/cache.js";
import type { DType } from "../dtype/dtype.js";
import type { ElementName } from "../dtype/elements.js";
import { scalarDType } from "../dtype/make.js";
import { withByteOrder } from "../dtype/order.js";
import { stridebufError } from "../errors.js";
import { decodeStep, encodeStep } from "./codecs.js";
import { kernel, timesStep } from "./kernels.js";
import { elementSteps, type Linear, type Overflow } from "./pairs.js";
import { floatLimits, rowOf } from "./ranges.js";

type Steps = readonly ConvertStep[];

const NUMBERS: readonly string[] = ["bool", "int", "uint", "float", "pointer", "datetime", "timedelta", "custom"];
const isTime = (dtype: DType): boolean => dtype.kind === "datetime" || dtype.kind === "timedelta";

/** Whether an item is one number, so that `conversionOf` knows it. */
export function isNumber(dtype: DType): boolean {
  if (dtype.lanes !== 1 || !dtype.copyable || !NUMBERS.includes(dtype.kind)) return false;
  if (dtype.element !== undefined) return true;
  return dtype.codec !== undefined && dtype.codec.hub !== "value" && dtype.codec.block === undefined;
}

/** The element that decides what a number may be: the dtype's own, or a user type's hub. */
export const rangeElement = (dtype: DType): ElementName =>
  dtype.element ?? (dtype.codec!.hub as "float64" | "int64" | "uint64");

const known = byPair((dst, src) => makeConversion(dst, src, "as"));

/**
 * How items of `src` become items of `dst`; both are numbers.
 *
 * @returns a conversion without steps when the bytes, up to their order, are the same already; undefined when a user's
 * codec does not go that way, or a time has no such unit
 */
export function conversionOf(
  dst: DType,
  src: DType,
  overflow: Overflow,
  linear?: Linear,
  rounds = false,
): Conversion | undefined {
  if (overflow === "as" && linear === undefined && !rounds) return known(dst, src);
  return makeConversion(dst, src, overflow, linear, rounds);
}

function makeConversion(
  dst: DType,
  src: DType,
  overflow: Overflow,
  linear?: Linear,
  rounds = false,
): Conversion | undefined {
  const steps = stepsFor(dst, src, overflow, linear, rounds);
  if (steps === undefined) return undefined;
  return {
    srcWidth: src.itemsize,
    dstWidth: dst.itemsize,
    srcSwap: isSwapped(src),
    dstSwap: isSwapped(dst),
    steps,
  };
}

/**
 * Whether stored items are reversed, whole, on their way to native order.
 *
 * @throws ByteOrderUnsupportedError for a user's dtype whose items are several units, which no one reversal turns
 */
function isSwapped(dtype: DType): boolean {
  if (dtype.byteOrder !== "big" || dtype.itemsize === 1) return false;
  if (dtype.width === dtype.itemsize) return true;
  const message = `items of ${dtype.name} are ${dtype.itemsize} bytes in units of ${dtype.width}: big-endian ones cannot be converted`;
  throw stridebufError("ByteOrderUnsupportedError", message, { dtype: dtype.name });
}

/** The steps between native items of two dtypes that are numbers; undefined when a user's codec does not go that way. */
export function stepsFor(
  dst: DType,
  src: DType,
  overflow: Overflow,
  linear?: Linear,
  rounds = false,
): Steps | undefined {
  if (src === dst && linear === undefined) return [];
  const decode = src.element === undefined ? oneStep(decodeStep(src)?.step) : [];
  const encode = dst.element === undefined ? oneStep(encodeStep(dst)?.step) : [];
  if (decode === undefined || encode === undefined) return undefined;
  if (src.unit && dst.unit) return linear === undefined ? unitSteps(dst, src) : undefined;
  const from = rangeElement(src);
  const to = rangeElement(dst);
  if (isTime(src) && rowOf(to).kind === "float") return [...decode, ...timeToFloat(to, overflow, linear), ...encode];
  if (isTime(dst) && rowOf(from).kind === "float")
    return [...decode, ...floatToTime(from, overflow, linear, rounds), ...encode];
  return [...decode, ...elementSteps(to, from, overflow, linear, rounds), ...encode];
}

const oneStep = (step: ConvertStep | undefined): Steps | undefined => step && [step];

/** NaT becomes NaN; other counts are rounded once. */
function timeToFloat(dst: ElementName, overflow: Overflow, linear?: Linear): Steps {
  const isScaled = linear !== undefined;
  const toFloat64 = isScaled || floatLimits(dst).precision >= 53 ? kernel("i64ToF64") : kernel("i64ToF64Odd");
  return [eightBytes(natToNaN(toFloat64.js)), ...elementSteps(dst, "float64", overflow, linear)];
}

/** NaN becomes NaT. */
function floatToTime(src: ElementName, overflow: Overflow, linear?: Linear, rounds = false): Steps {
  const truncate = overflow === "wrap" && linear === undefined ? kernel("f64ToI64Wrap") : kernel("f64ToI64");
  const toFloat64 = elementSteps("float64", src, "as", linear);
  return [...toFloat64, ...(rounds ? [kernel("roundF64")] : []), eightBytes(nanToNaT(truncate.js))];
}

const eightBytes = (js: TileConverter): ConvertStep => ({ srcWidth: 8, dstWidth: 8, js });

/** Counts of one unit to those of another; undefined where the other has no length, or the kinds differ. */
function unitSteps(dst: DType, src: DType): Steps | undefined {
  if (dst.kind !== src.kind || !isConvertible(dst.unit!, src.unit!)) return undefined;
  const kind = dst.kind as TimeKind;
  const js = countsBy(unitConverter(src.unit!, dst.unit!, kind));
  const ratio = unitRatio(src.unit!, dst.unit!, kind);
  const factor = ratio && ratio.multiplier * ratio.divisor;
  if (ratio === undefined || factor! >= 2n ** 63n) return [eightBytes(js)];
  if (ratio.divisor === 1n) return [timesStep("multiplyTimes", factor!, js)];
  return [ratio.multiplier === 1n ? timesStep("divideTimes", factor!, js) : eightBytes(js)];
}

/** A step over items of `count` elements each. */
export const overLanes = ({ line: _, ...step }: ConvertStep, count: number): ConvertStep => ({
  ...step,
  srcWidth: count * step.srcWidth,
  dstWidth: count * step.dstWidth,
  lanes: count * (step.lanes ?? 1),
  js: times(step.js, count),
});

/** Complex numbers to truth values: whether either part, scaled, is not zero. */
export function complexToBool(dst: DType, src: DType, part: DType, linear: Linear): Conversion | undefined {
  const native = part.byteOrder === "big" ? withByteOrder(part, "little") : part;
  const steps = stepsFor(scalarDType("float64"), native, "as");
  if (steps === undefined) return undefined;
  const pairs = steps.map((step) => overLanes(step, 2));
  // An item that is reversed whole has its parts in the other order.
  const srcSwap = isSwapped(part);
  const js = pairToBool(linear.scale, linear.offset, srcSwap);
  const last: ConvertStep = { srcWidth: 16, dstWidth: 1, js };
  return { srcWidth: src.itemsize, dstWidth: dst.itemsize, srcSwap, dstSwap: false, steps: [...pairs, last] };
}
