/**
 * Which kernels, in which order, take elements of one type to another with a single rounding. Types of up to 16 bits are
 * exact in binary32, the hub of everything short; binary64 and the 64-bit integers reach types narrower than binary32
 * through steps that round to odd, which a second rounding cannot tell from the number itself.
 */

import type { ConvertStep } from "../backend/backend.js";
import { f64ToLong, i64ToLong, type LongFormat, longToF64, longToI64 } from "../backend/js/convert/long.js";
import { addWhole } from "../backend/js/convert/wide.js";
import { type ElementName, elements, type SmallFloatName } from "../dtype/elements.js";
import {
  clampF32Step,
  clampF64Step,
  clampI8Step,
  clampI64Step,
  clampU64Step,
  fromF32 as encoders,
  kernel as k,
  mapStep,
  scaleStep,
  toF32,
} from "./kernels.js";
import { floatLimits, integerRange, rowOf } from "./ranges.js";

/**
 * What becomes of numbers that do not fit. `as` is the default, the rule of Rust's `as`: integers wrap, floats saturate in
 * integers, and a narrow float does what its type does. `wrap` also wraps floats into integers; `saturate` also
 * saturates integers and finite floats.
 */
export type Overflow = "as" | "wrap" | "saturate";

/** x * scale + offset, before rounding. */
export interface Linear {
  readonly scale: number;
  readonly offset: number;
}

type Steps = readonly ConvertStep[];

const isSmall = (element: ElementName): element is SmallFloatName => "small" in elements[element];
const isInteger = (element: ElementName): boolean => rowOf(element).kind !== "float";
const isPartial = (element: ElementName): boolean => rowOf(element).bits < 8;

const longFormats: Readonly<Record<string, LongFormat>> = {
  float80x12: { bits: 80, width: 12 },
  float80x16: { bits: 80, width: 16 },
  float128: { bits: 128, width: 16 },
};

const known = new Map<string, Steps>();

/**
 * The steps from contiguous native elements of `src` to those of `dst`; none when the bytes already mean the same, or wrap
 * to it.
 *
 * @param rounds - integers are the nearest ones, ties to even, instead of truncated
 */
export function elementSteps(
  dst: ElementName,
  src: ElementName,
  overflow: Overflow,
  linear?: Linear,
  rounds = false,
): Steps {
  if (linear !== undefined) return compact(src, dst, linearSteps(dst, src, linear, rounds));
  const isRounded = rounds && isRoundable(dst) && !isInteger(src);
  const key = `${src}>${dst}>${overflow}>${isRounded}`;
  let steps = known.get(key);
  if (steps === undefined) {
    const made = isRounded ? roundedSteps(dst, src, overflow) : pipeline(dst, src, overflow);
    steps = dst === src ? [] : compact(src, dst, made);
    known.set(key, steps);
  }
  return steps;
}

function pipeline(dst: ElementName, src: ElementName, overflow: Overflow): Steps {
  if (dst === "bool") return toBool(src);
  if (isInteger(src) && isInteger(dst)) return integers(dst, src, overflow);
  const short = shortToF32(src);
  if (short) return [...short, ...fromF32(dst, overflow)];
  if (src === "int64" || src === "uint64") return fromWide(dst, src, overflow);
  if (src in longFormats) return fromLong(dst, longFormats[src]!, overflow);
  if (dst === "float32" && src === "int32") return [k("i32ToF32")];
  if (dst === "float32" && src === "uint32") return [k("u32ToF32")];
  return [...toF64(src), ...fromF64(dst, overflow)];
}

/** A one-byte source is a table, unless one kernel does it, or two that are faster than lookups of 8 bytes. */
function compact(src: ElementName, dst: ElementName, steps: Steps): Steps {
  const { width } = rowOf(dst);
  if (rowOf(src).width !== 1 || width > 8 || steps.length === 0) return steps;
  const isPlain = steps.every((step) => step.kernel !== undefined && step.params === undefined);
  if (isPlain && (steps.length === 1 || (steps.length === 2 && width === 8))) return steps;
  const table = runTwins(
    steps,
    Uint8Array.from({ length: 256 }, (_, code) => code),
  );
  const Entries = width === 1 ? Uint8Array : width === 2 ? Uint16Array : width === 4 ? Uint32Array : BigUint64Array;
  return [mapStep(new Entries(table))];
}

/** The result of the steps' TypeScript twins. */
export function runTwins(steps: Steps, input: Uint8Array): ArrayBuffer {
  let data = input.slice().buffer;
  for (const step of steps) {
    const count = data.byteLength / step.srcWidth;
    const out = new ArrayBuffer(count * step.dstWidth);
    step.js(out, 0, data, 0, count);
    data = out;
  }
  return data;
}

/** Types whose every value is a binary32. */
function shortToF32(src: ElementName): Steps | undefined {
  if (isSmall(src)) return [toF32(src)];
  if (src === "float32") return [];
  if (src === "int8") return [k("i8ToF32")];
  if (src === "uint8") return [k("u8ToF32")];
  if (src === "int16") return [k("i16ToF32")];
  if (src === "uint16") return [k("u16ToF32")];
  if (src === "bool" || isPartial(src)) return [...partialToI8(src), k("i8ToF32")];
  return undefined;
}

/** bool and integers of fewer than 8 bits as int8: the upper bits of a byte are ignored, any non-zero bool is 1. */
function partialToI8(src: ElementName): Steps {
  const { kind, bits } = rowOf(src);
  const value = (code: number): number => {
    if (kind === "bool") return code === 0 ? 0 : 1;
    const low = code & (2 ** bits - 1);
    return kind === "int" && low >= 2 ** (bits - 1) ? low - 2 ** bits : low;
  };
  return [mapStep(Uint8Array.from({ length: 256 }, (_, code) => value(code)))];
}

/** To binary64: exactly, but for 64-bit integers and long doubles, which round to nearest. */
function toF64(src: ElementName): Steps {
  const short = shortToF32(src);
  if (short) return [...short, k("f32ToF64")];
  if (src === "int32") return [k("i32ToF64")];
  if (src === "uint32") return [k("u32ToF64")];
  if (src === "int64") return [k("i64ToF64")];
  if (src === "uint64") return [k("u64ToF64")];
  if (src in longFormats) return [longStep(longFormats[src]!, "even")];
  return [];
}

const longStep = (format: LongFormat, rounding: "even" | "odd"): ConvertStep => ({
  srcWidth: format.width,
  dstWidth: 8,
  js: longToF64(format, rounding),
});

const longEncoder = (format: LongFormat): ConvertStep => ({
  srcWidth: 8,
  dstWidth: format.width,
  js: f64ToLong(format),
});

function fromF32(dst: ElementName, overflow: Overflow): Steps {
  if (dst === "float32") return [];
  if (dst === "float64") return [k("f32ToF64")];
  if (isSmall(dst)) {
    return overflow === "saturate" ? [clampF32Step(floatLimits(dst).max), encoders(dst)] : [encoders(dst)];
  }
  if (dst in longFormats) return [k("f32ToF64"), longEncoder(longFormats[dst]!)];
  if (dst === "bool") return [k("f32ToBool")];
  const { width } = rowOf(dst);
  if (overflow === "wrap" || width === 8) return [k("f32ToF64"), ...fromF64(dst, overflow)];
  if (isPartial(dst)) return [k("f32ToI8"), limitPartial(dst)];
  return [k(f32Integers[dst as keyof typeof f32Integers])];
}

const f32Integers = {
  int8: "f32ToI8",
  uint8: "f32ToU8",
  int16: "f32ToI16",
  uint16: "f32ToU16",
  int32: "f32ToI32",
  uint32: "f32ToU32",
} as const;

/** int8 saturated into an integer of fewer bits. */
function limitPartial(dst: ElementName): ConvertStep {
  const [lowest, highest] = integerRange(dst);
  return clampI8Step(Number(lowest), Number(highest), 2 ** rowOf(dst).bits - 1);
}

/** The low bits of int8. */
const maskPartial = (dst: ElementName): ConvertStep => clampI8Step(-128, 127, 2 ** rowOf(dst).bits - 1);

function fromF64(dst: ElementName, overflow: Overflow): Steps {
  if (dst === "float64") return [];
  if (dst === "float32")
    return overflow === "saturate" ? [clampF64Step(floatLimits(dst).max), k("f64ToF32")] : [k("f64ToF32")];
  if (isSmall(dst)) return [k("f64ToF32Odd"), ...fromF32(dst, overflow)];
  if (dst in longFormats) return [longEncoder(longFormats[dst]!)];
  if (dst === "bool") return [k("f64ToBool")];
  const { kind, width } = rowOf(dst);
  if (overflow === "wrap") return [k("f64ToI64Wrap"), ...truncate(8, dst)];
  if (width === 8) return [kind === "int" ? k("f64ToI64") : k("f64ToU64")];
  if (width === 4) return [kind === "int" ? k("f64ToI32") : k("f64ToU32")];
  return [k("f64ToI32"), ...narrowI32(dst)];
}

/** int32 saturated into 16 bits or fewer. */
function narrowI32(dst: ElementName): Steps {
  if (isPartial(dst)) return [k("i32ToI8Sat"), limitPartial(dst)];
  if (dst === "int8") return [k("i32ToI8Sat")];
  if (dst === "uint8") return [k("i32ToU8Sat")];
  return [dst === "int16" ? k("i32ToI16Sat") : k("i32ToU16Sat")];
}

/** 64-bit integers to floats. */
function fromWide(dst: ElementName, src: "int64" | "uint64", overflow: Overflow): Steps {
  const isSigned = src === "int64";
  if (dst === "float64") return [isSigned ? k("i64ToF64") : k("u64ToF64")];
  if (dst === "float32") return [isSigned ? k("i64ToF32") : k("u64ToF32")];
  const long = longFormats[dst];
  if (long) return [{ srcWidth: 8, dstWidth: long.width, js: i64ToLong(long, isSigned) }];
  return [isSigned ? k("i64ToF64Odd") : k("u64ToF64Odd"), ...fromF64(dst, overflow)];
}

function fromLong(dst: ElementName, format: LongFormat, overflow: Overflow): Steps {
  if (rowOf(dst).width === 8 && isInteger(dst) && overflow !== "wrap")
    return [{ srcWidth: format.width, dstWidth: 8, js: longToI64(format, ...integerRange(dst)) }];
  if (dst === "float64" && overflow !== "saturate") return [longStep(format, "even")];
  if (dst === "float32") return [longStep(format, "odd"), ...fromF64(dst, overflow)];
  return [longStep(format, dst in longFormats ? "even" : "odd"), ...fromF64(dst, overflow)];
}

function toBool(src: ElementName): Steps {
  const { kind, width } = rowOf(src);
  if (src === "float16" || src === "bfloat16") return [k("f16ToBool")];
  const short = width === 1 ? shortToF32(src) : undefined;
  if (short) return [...short, k("f32ToBool")];
  if (src === "float32") return [k("f32ToBool")];
  if (kind === "float") return [...toF64(src), k("f64ToBool")];
  return [width === 2 ? k("i16ToBool") : width === 4 ? k("i32ToBool") : k("i64ToBool")];
}

const covers = (dst: ElementName, src: ElementName): boolean => {
  const [lowest, highest] = integerRange(dst);
  const [low, high] = integerRange(src);
  return low >= lowest && high <= highest;
};

function integers(dst: ElementName, src: ElementName, overflow: Overflow): Steps {
  const isNarrow = src === "bool" || isPartial(src);
  const first = isNarrow ? partialToI8(src) : [];
  const from = isNarrow ? "int8" : src;
  if (overflow !== "saturate" || covers(dst, src)) return [...first, ...resize(dst, from)];
  if (from === "uint64") return [clampU64Step(integerRange(dst)[1]), ...truncate(8, dst)];
  if (from === "int64") return [clampWide(dst), ...truncate(8, dst)];
  if (rowOf(dst).width <= 2 && from !== "uint32") return [...first, ...resize("int32", from), ...narrowI32(dst)];
  return [...first, ...resize("int64", from), clampWide(dst), ...truncate(8, dst)];
}

function clampWide(dst: ElementName): ConvertStep {
  const [lowest, highest] = integerRange(dst);
  const most = 2n ** 63n - 1n;
  return clampI64Step(lowest, highest > most ? most : highest);
}

/** Modulo 2^bits: widening by the sign of the source, or dropping upper bytes. */
function resize(dst: ElementName, src: ElementName): Steps {
  const from = rowOf(src);
  const to = rowOf(dst);
  if (to.width <= from.width) return truncate(from.width, dst);
  const sign = from.kind === "int" ? "i" : "u";
  if (from.width === 1) {
    if (to.width === 2) return [k(`${sign}8ToI16`)];
    return to.width === 4 ? [k(`${sign}8ToI32`)] : [k(`${sign}8ToI32`), k(`${sign}32ToI64`)];
  }
  if (from.width === 2) return [to.width === 4 ? k(`${sign}16ToI32`) : k(`${sign}16ToI64`)];
  return [k(`${sign}32ToI64`)];
}

/** The low bytes of integers of `width` bytes. */
function truncate(width: number, dst: ElementName): Steps {
  const to = rowOf(dst).width;
  const mask = isPartial(dst) ? [maskPartial(dst)] : [];
  if (to === width) return mask;
  if (width === 2) return [k("i16ToI8"), ...mask];
  if (width === 4) return [to === 2 ? k("i32ToI16") : k("i32ToI8"), ...mask];
  return [to === 4 ? k("i64ToI32") : to === 2 ? k("i64ToI16") : k("i64ToI8"), ...mask];
}

/** Whether numbers with a fraction can be rounded to this type: a bool asks for zero or not. */
const isRoundable = (dst: ElementName): boolean => isInteger(dst) && dst !== "bool";

/** To the nearest integer, ties to even. */
function roundedSteps(dst: ElementName, src: ElementName, overflow: Overflow): Steps {
  const first = src in longFormats ? [longStep(longFormats[src]!, "odd")] : toF64(src);
  return [...first, k("roundF64"), ...fromF64(dst, overflow)];
}

/** In binary64; a whole offset between integers of which one has 64 bits is added exactly instead. Results saturate. */
function linearSteps(dst: ElementName, src: ElementName, { scale, offset }: Linear, rounds: boolean): Steps {
  const isWide = rowOf(src).width === 8 || rowOf(dst).width === 8;
  if (scale === 1 && Number.isInteger(offset) && isWide && isInteger(src) && isInteger(dst) && dst !== "bool") {
    const first = src === "bool" || isPartial(src) ? partialToI8(src) : [];
    const from = first.length > 0 ? "int8" : src;
    const to = rowOf(dst).kind === "int" ? "int64" : "uint64";
    const js = addWhole(BigInt(offset), from === "uint64", ...integerRange(dst));
    const shifted: ConvertStep = { srcWidth: 8, dstWidth: 8, js };
    return [...first, ...resize("int64", from), shifted, ...resize(dst, to)];
  }
  const rounded = rounds && isRoundable(dst) ? [k("roundF64")] : [];
  return [...toF64(src), scaleStep(scale, offset), ...rounded, ...fromF64(dst, "as")];
}
