/** The options of `copy` and `convert`, read once. */

import { CASTINGS, type Casting } from "../convert/casting.js";
import type { Linear, Overflow } from "../convert/pairs.js";
import { argumentError } from "../view/checks.js";

export interface CopyOptions {
  /** Which conversions are allowed at all: NumPy's levels. `"unsafe"`, anything, when not given. */
  casting?: Casting;
  /**
   * What becomes of numbers that do not fit. When not given, the rule of Rust's `as`: integers wrap, floats saturate in
   * integers, and NaN becomes 0; a narrow float does what its type does.
   */
  overflow?: "wrap" | "saturate" | "error";
  /** Every number becomes x * scale + offset before it is rounded; results saturate. */
  scale?: number;
  offset?: number;
}

/** Options with their defaults; `as` is the default rule. */
export interface ConvertOptions {
  readonly casting: Casting;
  readonly overflow: Overflow | "error";
  readonly linear: Linear | undefined;
}

export const DEFAULTS: ConvertOptions = { casting: "unsafe", overflow: "as", linear: undefined };

const OVERFLOWS: readonly unknown[] = ["wrap", "saturate", "error"];

/** @throws TypeError, RangeError for values that are none of these */
export function readOptions(options: CopyOptions | undefined): ConvertOptions {
  if (options === undefined) return DEFAULTS;
  if (options === null || typeof options !== "object") throw argumentError("options", "an object", options, true);
  const { casting = "unsafe", overflow, scale = 1, offset = 0 } = options;
  if (casting === "unsafe" && overflow === undefined && scale === 1 && offset === 0) return DEFAULTS;
  if (!CASTINGS.includes(casting)) {
    throw argumentError("options.casting", CASTINGS.join(", "), casting, typeof casting !== "string");
  }
  if (overflow !== undefined && !OVERFLOWS.includes(overflow)) {
    throw argumentError("options.overflow", OVERFLOWS.join(", "), overflow, typeof overflow !== "string");
  }
  for (const [name, value] of [
    ["options.scale", scale],
    ["options.offset", offset],
  ] as const) {
    if (!Number.isFinite(value)) throw argumentError(name, "a finite number", value, typeof value !== "number");
  }
  const linear = scale === 1 && offset === 0 ? undefined : { scale, offset };
  return { casting, overflow: overflow ?? "as", linear };
}
