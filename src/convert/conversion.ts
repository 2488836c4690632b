/**
 * From two dtypes whose items are single numbers to the conversion between them: steps and byte orders. Times are 64-bit
 * integers with a NaT; user dtypes take part through their codec, by way of its hub.
 */

import type { Conversion, ConvertStep, TileConverter } from "../backend/backend.js";
import type { DType, ItemCodec } from "../dtype/dtype.js";
import type { ElementName } from "../dtype/elements.js";
import { kernels } from "./kernels.js";
import { elementSteps, type Linear, type Overflow } from "./pairs.js";
import { floatLimits, rowOf } from "./ranges.js";

type Steps = readonly ConvertStep[];
type HubArray = Float64Array | BigInt64Array | BigUint64Array;
type Hub = "float64" | "int64" | "uint64";

const NUMBERS: readonly string[] = ["bool", "int", "uint", "float", "pointer", "datetime", "timedelta", "custom"];
const hubArrays: Readonly<Record<Hub, new (buffer: ArrayBufferLike, byteOffset: number, length: number) => HubArray>> =
  {
    float64: Float64Array,
    int64: BigInt64Array,
    uint64: BigUint64Array,
  };

const isTime = (dtype: DType): boolean => dtype.kind === "datetime" || dtype.kind === "timedelta";

/** Whether an item is one number, so that `conversionOf` knows it. */
export function isNumber(dtype: DType): boolean {
  if (dtype.lanes !== 1 || !dtype.copyable || !NUMBERS.includes(dtype.kind)) return false;
  return dtype.element !== undefined || (dtype.codec !== undefined && dtype.codec.block === undefined);
}

/** The element that decides a dtype's range: its own, or a user type's hub. */
export const rangeElement = (dtype: DType): ElementName => dtype.element ?? hubOf(dtype.codec!);

const known = new WeakMap<DType, WeakMap<DType, Conversion>>();

/**
 * How items of `src` become items of `dst`; both are numbers.
 *
 * @returns a conversion without steps when the bytes, up to their order, are the same already
 */
export function conversionOf(dst: DType, src: DType, overflow: Overflow, linear?: Linear): Conversion {
  if (overflow !== "as" || linear !== undefined) return makeConversion(dst, src, overflow, linear);
  let row = known.get(dst);
  if (row === undefined) {
    row = new WeakMap();
    known.set(dst, row);
  }
  let conversion = row.get(src);
  if (conversion === undefined) {
    conversion = makeConversion(dst, src, overflow);
    row.set(src, conversion);
  }
  return conversion;
}

function makeConversion(dst: DType, src: DType, overflow: Overflow, linear?: Linear): Conversion {
  return {
    srcWidth: src.itemsize,
    dstWidth: dst.itemsize,
    srcSwap: src.byteOrder === "big" && src.itemsize > 1,
    dstSwap: dst.byteOrder === "big" && dst.itemsize > 1,
    steps: stepsFor(dst, src, overflow, linear),
  };
}

/** The steps between native items of two dtypes that are numbers. */
export function stepsFor(dst: DType, src: DType, overflow: Overflow, linear?: Linear): Steps {
  if (src === dst && linear === undefined) return [];
  const decode = src.element === undefined ? [decodeStep(src)] : [];
  const encode = dst.element === undefined ? [encodeStep(dst)] : [];
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

const hubOf = (codec: ItemCodec): Hub => (codec.hub === "value" ? "float64" : codec.hub);

/** Items of a user dtype to its hub, a tile at a time, or item by item through `read`. */
export function decodeStep(dtype: DType): ConvertStep {
  const { itemsize } = dtype;
  const codec = dtype.codec!;
  const Hub = hubArrays[hubOf(codec)];
  const isFloat = hubOf(codec) === "float64";
  const js: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
    const out: HubArray = new Hub(dst, dstOffset, count);
    if (codec.decodeTile) codec.decodeTile(out, new Uint8Array(src, srcOffset, count * itemsize), count);
    else {
      const items = new DataView(src, srcOffset, count * itemsize);
      for (let i = 0; i < count; i++) {
        const value = codec.read!(items, i * itemsize, true);
        out[i] = isFloat ? Number(value) : BigInt(value as bigint);
      }
    }
  };
  return { srcWidth: itemsize, dstWidth: 8, js };
}

/** Numbers of a user dtype's hub to its items. */
export function encodeStep(dtype: DType): ConvertStep {
  const { itemsize } = dtype;
  const codec = dtype.codec!;
  const Hub = hubArrays[hubOf(codec)];
  const js: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
    const input: HubArray = new Hub(src, srcOffset, count);
    if (codec.encodeTile) codec.encodeTile(new Uint8Array(dst, dstOffset, count * itemsize), input, count);
    else {
      const items = new DataView(dst, dstOffset, count * itemsize);
      for (let i = 0; i < count; i++) codec.write!(items, i * itemsize, input[i], true);
    }
  };
  return { srcWidth: 8, dstWidth: itemsize, js };
}
