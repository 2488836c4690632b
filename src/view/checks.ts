/**
 * Refusals of wrong arguments, in one template: `"shape[1]" expected integer >= 0, got -3`. The good case is tested
 * first; text is built only on failure. Lists are copied before they are checked, so that an argument with getters
 * cannot change between the check and the use.
 */

import { show, stridebufError } from "../errors.js";

export { show } from "../errors.js";

/** The most axes a view may have (PyBUF_MAX_NDIM). */
export const MAX_NDIM = 64;

/** The TypeError or RangeError of an argument that is not what it should be. */
export function argumentError(name: string, expected: string, value: unknown, isType = false): Error {
  const message = `"${name}" expected ${expected}, got ${show(value)}`;
  return isType ? new TypeError(message) : new RangeError(message);
}

/** The TypeError of what is no view and cannot be taken as one, with the way to make one of it. */
export function operandError(name: string, expected: string, value: unknown): Error {
  const error = argumentError(name, expected, value, true);
  if (Array.isArray(value)) error.message += "; array() makes a view of lists";
  else if (ArrayBuffer.isView(value)) error.message += "; view() makes one of it";
  return error;
}

/** The error of a value that is part of another one, which then says where it stands: `value` becomes `value[3].x`. */
export const placeError = (error: unknown, path: string): unknown =>
  error instanceof Error
    ? Object.assign(error, { message: error.message.replace(/^"value/, () => `"${path}`) })
    : error;

const keysOf = /* @__PURE__ */ (() => Object.getPrototypeOf(Uint8Array.prototype).keys)() as () => unknown;

const gone = (cause: unknown): Error =>
  stridebufError("BoundsError", "the memory of the source has been detached, or ends before it", {}, cause);

/**
 * Proves an array or DataView: one whose memory was detached, or has shrunk so that it lies outside, only looks empty.
 *
 * @throws BoundsError
 */
export function proveThere(array: ArrayBufferView): void {
  try {
    // A DataView says so when it is asked for its length, an array when one of its methods is called.
    if (array.byteLength === 0 && Object.prototype.toString.call(array) !== "[object DataView]") keysOf.call(array);
  } catch (cause) {
    throw gone(cause);
  }
}

/** The bytes of a memory or of a part of it, not copied. @throws BoundsError when they are gone */
export function bytesThere(memory: ArrayBufferView | ArrayBufferLike): Uint8Array {
  if (ArrayBuffer.isView(memory)) {
    proveThere(memory);
    return new Uint8Array(memory.buffer, memory.byteOffset, memory.byteLength);
  }
  try {
    return new Uint8Array(memory);
  } catch (cause) {
    throw gone(cause);
  }
}

/** An array or a typed array. @throws BoundsError for one whose memory is gone */
export function listOf(value: unknown): ArrayLike<unknown> | undefined {
  if (Array.isArray(value)) return value;
  if (!ArrayBuffer.isView(value) || value instanceof DataView) return undefined;
  proveThere(value);
  return value as ArrayBufferView & ArrayLike<unknown>;
}

/** The TypeError of a value that should be a list of some length. */
export const listError = (expected: string, value: unknown, list: ArrayLike<unknown> | undefined): Error =>
  new TypeError(`"value" expected ${expected}, got ${list === undefined ? show(value) : `an array of ${list.length}`}`);

/** An integer that JavaScript holds exactly and that is at least `min`. */
export function integer(name: string, value: unknown, min: number = -Number.MAX_SAFE_INTEGER): number {
  if (Number.isSafeInteger(value) && (value as number) >= min) return value as number;
  const expected = min === -Number.MAX_SAFE_INTEGER ? "integer" : `integer >= ${min}`;
  throw argumentError(name, expected, value, typeof value !== "number");
}

/** A list of such integers, copied; -0 becomes 0. */
export function integers(name: string, value: unknown, min?: number): number[] {
  const list = listOf(value);
  if (list === undefined) throw argumentError(name, "an array of integers", value, true);
  const count = list.length;
  if (count > MAX_NDIM)
    throw stridebufError("LayoutError", `"${name}" has ${count} axes; views have at most ${MAX_NDIM}`, {
      reason: "rank",
    });
  const out: number[] = [];
  for (let i = 0; i < count; i++) {
    const item = list[i];
    out.push(
      Number.isSafeInteger(item) && (min === undefined || (item as number) >= min)
        ? (item as number) + 0
        : integer(`${name}[${i}]`, item, min),
    );
  }
  return out;
}

/** An axis number; negative ones count from the end. */
export function axisNumber(name: string, value: unknown, ndim: number): number {
  const axis = integer(name, value);
  if (axis >= -ndim && axis < ndim) return axis < 0 ? axis + ndim : axis;
  throw argumentError(name, ndim === 0 ? "no axis (the view has none)" : `integer in ${-ndim}..${ndim - 1}`, value);
}

/** A list of different axes. */
export function axisNumbers(name: string, value: unknown, ndim: number): number[] {
  const axes = integers(name, value).map((axis, i) => axisNumber(`${name}[${i}]`, axis, ndim));
  axes.forEach((axis, i) => {
    if (axes.indexOf(axis) !== i)
      throw stridebufError("LayoutError", `"${name}" names axis ${axis} twice`, { reason: "rank", axis });
  });
  return axes;
}

/** `"C"` or `"F"`. */
export function orderOf(name: string, value: unknown): "C" | "F" {
  if (value === undefined || value === "C") return "C";
  if (value === "F") return "F";
  throw argumentError(name, '"C" or "F"', value, typeof value !== "string");
}
