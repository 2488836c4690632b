/** The options of `copy` and `convert`, read once. */

import { CASTINGS, type Casting } from "../convert/casting.js";
import type { Linear, Overflow } from "../convert/pairs.js";
import { stridebufError } from "../errors.js";
import { requireKnownOptions } from "../options.js";
import { argumentError, show } from "../view/checks.js";
import type { StridedView } from "../view/view.js";
import type { Operand } from "./wrap.js";

/** What `copy` and `convert` do to items on the way. */
export interface CopyOptions {
  /** Which conversions are allowed at all: NumPy's levels. `"unsafe"`, anything, when not given. */
  casting?: Casting;
  /**
   * What becomes of numbers that do not fit. When not given, the rule of Rust's `as`: integers wrap, floats saturate in
   * integers, and NaN becomes 0; a narrow float does what its type does.
   */
  overflow?: "wrap" | "saturate" | "error";
  /**
   * Every number becomes x * scale + offset, in binary64, before it is rounded; results saturate. Arrays and views broadcast to
   * the shape of the destination: `[3, 1, 1]` is one number per channel of `[3, height, width]`.
   */
  scale?: Factor;
  /** Added after `scale`: a number, or numbers that broadcast; default 0. */
  offset?: Factor;
  /**
   * How numbers with a fraction become integers: `"truncate"`, towards zero, when not given, or `"nearest-even"`, to the
   * nearest, ties to even (IEEE 754-2019 §4.3.1, NumPy's `rint`). With `overflow: "error"` the rounded number has to fit.
   */
  rounding?: "truncate" | "nearest-even";
  /**
   * Which items are written: those where this mask of `?`, `B` or `b` items is not zero. It broadcasts to the shape of the
   * destination; all others, and what `overflow: "error"` would say of their sources, stay as they are.
   */
  where?: Operand;
}

/** One number, or numbers that broadcast. */
export type Factor = number | readonly number[] | Operand;

/** Numbers in C order that broadcast to the destination. */
export interface FactorArray {
  readonly values: Float64Array;
  readonly shape: readonly number[];
}

/** Options with their defaults; `as` is the default rule. */
export interface ConvertOptions {
  readonly casting: Casting;
  readonly overflow: Overflow | "error";
  readonly linear: Linear | undefined;
  /** Instead of `linear`: a scale and an offset of which at least one is an array. */
  readonly factors: readonly [scale: FactorArray, offset: FactorArray] | undefined;
  readonly rounds: boolean;
  readonly where: StridedView | undefined;
}

export const DEFAULTS: ConvertOptions = {
  casting: "unsafe",
  overflow: "as",
  linear: undefined,
  factors: undefined,
  rounds: false,
  where: undefined,
};

/** How arrays among the options are read: by the engine, which this file does not know. */
export interface OptionReaders {
  view(name: string, value: unknown): StridedView;
  numbers(view: StridedView): Float64Array;
}

export const COPY_OPTIONS: readonly string[] = ["casting", "overflow", "scale", "offset", "rounding", "where"];
const OVERFLOWS: readonly unknown[] = ["wrap", "saturate", "error"];
const ROUNDINGS: readonly unknown[] = ["truncate", "nearest-even"];

function requireOneOf(name: string, value: unknown, known: readonly unknown[]): void {
  if (value !== undefined && !known.includes(value))
    throw argumentError(`options.${name}`, `one of ${known.map(show).join(", ")}`, value, typeof value !== "string");
}

/**
 * @param known - names of options, with those that the caller reads itself
 * @throws TypeError, RangeError for options that are not known, and values that are none of these; LayoutError (`dtype`)
 * for a mask of other items
 */
export function readOptions(
  options: CopyOptions | undefined,
  readers: OptionReaders,
  known: readonly string[] = COPY_OPTIONS,
): ConvertOptions {
  if (options === undefined) return DEFAULTS;
  requireKnownOptions(options, known);
  const { casting = "unsafe", overflow, scale = 1, offset = 0, rounding, where } = options;
  const isUnset = overflow === undefined && rounding === undefined && where === undefined;
  if (casting === "unsafe" && scale === 1 && offset === 0 && isUnset) return DEFAULTS;
  requireOneOf("casting", casting, CASTINGS);
  requireOneOf("overflow", overflow, OVERFLOWS);
  requireOneOf("rounding", rounding, ROUNDINGS);
  const factors = [factorOf("scale", scale, readers), factorOf("offset", offset, readers)] as const;
  const [a, b] = [factors[0].values[0]!, factors[1].values[0]!];
  const isScalar = factors.every(({ values, shape }) => values.length === 1 && shape.length === 0);
  return {
    casting,
    overflow: overflow ?? "as",
    linear: isScalar && (a !== 1 || b !== 0) ? { scale: a, offset: b } : undefined,
    factors: isScalar ? undefined : factors,
    rounds: rounding === "nearest-even",
    where: where === undefined ? undefined : readMask(readers.view("options.where", where)),
  };
}

function factorOf(name: string, value: unknown, readers: OptionReaders): FactorArray {
  const factor = readFactor(name, value, readers);
  const wrong = factor.values.findIndex((x) => !Number.isFinite(x));
  if (wrong < 0) return factor;
  const isNumber = typeof value === "number";
  throw argumentError(`options.${name}`, isNumber ? "a finite number" : "finite numbers", factor.values[wrong]);
}

function readFactor(name: string, value: unknown, readers: OptionReaders): FactorArray {
  if (typeof value === "number") return { values: Float64Array.of(value), shape: [] };
  if (Array.isArray(value)) {
    if (value.every((x) => typeof x === "number")) return { values: Float64Array.from(value), shape: [value.length] };
  } else if (typeof value === "object" && value !== null) {
    const view = readers.view(`options.${name}`, value);
    return { values: readers.numbers(view), shape: view.shape };
  }
  throw argumentError(`options.${name}`, "a finite number, an array of numbers or a view", value, true);
}

function readMask(mask: StridedView): StridedView {
  const { element, lanes } = mask.dtype;
  if (lanes === 1 && (element === "bool" || element === "uint8" || element === "int8")) return mask;
  const message = `"options.where" expected items of ?, B or b, got ${mask.format}`;
  throw stridebufError("LayoutError", message, { reason: "dtype" });
}
