/**
 * From two dtypes whose items are single numbers to the conversion between them: steps and byte orders. Times are 64-bit
 * integers with a NaT; user dtypes take part through their codec, by way of its hub.
 */

import type { Conversion, ConvertStep, TileConverter } from "../backend/backend.js";
import { byPair } from "../dtype/cache.js";
import type { DType } from "../dtype/dtype.js";
import type { ElementName } from "../dtype/elements.js";
import { stridebufError } from "../errors.js";
import { decodeStep, encodeStep } from "./codecs.js";
import { kernels } from "./kernels.js";
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
 * codec does not go that way
 */
export function conversionOf(dst: DType, src: DType, overflow: Overflow, linear?: Linear): Conversion | undefined {
  return overflow === "as" && linear === undefined ? known(dst, src) : makeConversion(dst, src, overflow, linear);
}

function makeConversion(dst: DType, src: DType, overflow: Overflow, linear?: Linear): Conversion | undefined {
  const steps = stepsFor(dst, src, overflow, linear);
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
export function stepsFor(dst: DType, src: DType, overflow: Overflow, linear?: Linear): Steps | undefined {
  if (src === dst && linear === undefined) return [];
  const decode = src.element === undefined ? oneStep(decodeStep(src)?.step) : [];
  const encode = dst.element === undefined ? oneStep(encodeStep(dst)?.step) : [];
  if (decode === undefined || encode === undefined) return undefined;
  const from = rangeElement(src);
  const to = rangeElement(dst);
  if (linear === undefined && isTime(src) !== isTime(dst)) {
    if (isTime(src) && rowOf(to).kind === "float") return [...decode, ...timeToFloat(to, overflow), ...encode];
    if (isTime(dst) && rowOf(from).kind === "float") {
      return [...decode, ...elementSteps("float64", from, "as"), floatToTime(overflow), ...encode];
    }
  }
  return [...decode, ...elementSteps(to, from, overflow, linear), ...encode];
}

const oneStep = (step: ConvertStep | undefined): Steps | undefined => step && [step];

const NAT = -(2n ** 63n);

/** NaT becomes NaN; other counts are rounded once. */
function timeToFloat(dst: ElementName, overflow: Overflow): Steps {
  const toFloat64 = floatLimits(dst).precision >= 53 ? kernels.i64ToF64 : kernels.i64ToF64Odd;
  const js: TileConverter = (out, outOffset, input, inputOffset, count) => {
    toFloat64.js(out, outOffset, input, inputOffset, count);
    const values = new Float64Array(out, outOffset, count);
    const counts = new Int32Array(input, inputOffset, 2 * count);
    for (let i = 0; i < count; i++) {
      if (counts[2 * i + 1] === -0x80000000 && counts[2 * i] === 0) values[i] = Number.NaN;
    }
  };
  return [{ srcWidth: 8, dstWidth: 8, js }, ...elementSteps(dst, "float64", overflow)];
}

/** NaN becomes NaT. */
function floatToTime(overflow: Overflow): ConvertStep {
  const truncate = overflow === "wrap" ? kernels.f64ToI64Wrap : kernels.f64ToI64;
  const js: TileConverter = (out, outOffset, input, inputOffset, count) => {
    truncate.js(out, outOffset, input, inputOffset, count);
    const values = new Float64Array(input, inputOffset, count);
    const counts = new BigInt64Array(out, outOffset, count);
    for (let i = 0; i < count; i++) if (Number.isNaN(values[i])) counts[i] = NAT;
  };
  return { srcWidth: 8, dstWidth: 8, js };
}
