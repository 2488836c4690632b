/**
 * stridebuf: typed, strided memory. Formats of the buffer protocol (PEP 3118) with custom dtypes, zero-copy views, and copies and
 * conversions in bulk. Importing this module compiles the engine, synchronously; where WebAssembly is refused the same API
 * runs on plain TypeScript, and `backend` says which and why.
 */

import { type Api, createApi } from "./api.js";
import { createJsBackend } from "./backend/js/backend.js";
import { loadWasm } from "./backend/wasm/load.js";
import { plainHost } from "./view/copy-items.js";
import { createView } from "./view/create.js";

export * from "./shared.js";

function load() {
  const loaded = loadWasm();
  return "move" in loaded ? loaded : createJsBackend(loaded.reason);
}

// A program that takes only `view` is spared the engine: bundlers drop what is marked as pure and not used.
const host = /* @__PURE__ */ plainHost();
const api = /* @__PURE__ */ createApi(/* @__PURE__ */ load(), host);
const of = <Name extends keyof Api>(name: Name): Api[Name] => api[name];

/**
 * A view of memory that belongs to someone else, without copying. The items of a literal format have the type that it
 * says: `view(b, { format: "T{<i:x:<d:y:}" }).get(0)` is a `{ x: number; y: number }`.
 *
 * @throws BoundsError when an item would lie outside the source; LayoutError when shape, strides and suboffsets do not
 * go together; TypeError and RangeError for arguments of the wrong type or range; the errors of `dtype()`
 *
 * @example
 * const bytes = new Uint8Array(40);
 * view(bytes, { format: "<f", shape: [2, 3], strides: [4, 8], byteOffset: 16 }).get(1, 2); // 0
 * view(bytes, { format: "T{<i:id:<f:x:}" }).get(0); // { id: 0, x: 0 }
 */
export const view: Api["view"] = /* @__PURE__ */ createView(host);

/**
 * Nested arrays as a view over new memory, C order, one axis per level of arrays. Without a format numbers are float64,
 * bigints int64 (uint64 from 2^63 on), booleans bool, text as long as the longest, complex numbers complex128, and typed
 * arrays keep their type. Records are objects by field name.
 *
 * @throws LayoutError (`shape`) for lists of unequal lengths; TypeError, RangeError naming the place of a value that its
 * dtype cannot hold, and where values of several kinds need a format
 *
 * @example
 * array([[1, 2], [3, 4]], "<f").shape; // [2, 2]
 */
export const array: Api["array"] = /* @__PURE__ */ of("array");

/**
 * A view over new, zeroed memory. With `resident: true` the memory is the backend's own, where kernels reach it without
 * staging; with `pool` it is a block of an `outputPool`. Both are given back by `dispose()`, `using` or when the last view is
 * collected; once `buffer` or `toTypedArray()` has handed out the memory itself, only by the first two.
 *
 * @throws RangeError for a shape that is none; EngineError{phase: "memory"} when there is not enough memory
 *
 * @example
 * const grid = empty([2, 3], "<f");
 * grid.nbytes; // 24
 */
export const empty: Api["empty"] = /* @__PURE__ */ of("empty");

/**
 * dst[...] = src: broadcasts, converts where the dtypes differ, and gives the result as if `src` had been read
 * completely before the first write, whatever overlaps. `src` may be a single value: a number, bigint, boolean or complex
 * number is converted like an item of a view, anything else is one item of `dst`'s dtype.
 *
 * @throws LayoutError when shapes do not broadcast, `dst` is read-only or overlaps itself; ConversionError when `casting`
 * or `overflow` forbids it; TypeError and RangeError for options that are unknown or out of range. `dst` is untouched then
 *
 * @example
 * const rgb = array([[1, 2, 3], [4, 5, 6]], "B"); // two pixels
 * const planes = empty([3, 2], "f");
 * copy(planes, rgb.transpose(), { scale: view(Float64Array.of(2, 4, 8)).reshape([3, 1]), offset: -1 });
 * planes.toArray(); // [[1, 7], [7, 19], [23, 47]]
 * copy(planes.slice(0), 0.5);
 * planes.get(0, 1); // 0.5
 */
export const copy: Api["copy"] = /* @__PURE__ */ of("copy");

/**
 * Every item becomes `value`, which is what `view.set` takes; with `where`, every item that the mask chooses.
 *
 * @throws TypeError, RangeError for a value that an item cannot hold; LayoutError when the view is read-only, overlaps itself
 * or the mask does not broadcast. The view is untouched then
 *
 * @example
 * const v = empty([2, 3], "f");
 * fill(v, 1.5, { where: view(Uint8Array.of(1, 0, 1)) });
 * v.toArray(); // [[1.5, 0, 1.5], [1.5, 0, 1.5]]
 */
export const fill: Api["fill"] = /* @__PURE__ */ of("fill");

/**
 * A new view with every item converted, in C order unless `order` says F or K (the source's own); or `options.out`, filled.
 * Its memory may be `resident` or come from a `pool`, as that of `empty`. The rule for numbers that do not fit is that of Rust's `as`, unless `overflow` says otherwise.
 *
 * @throws ConversionError when there is no conversion, or `casting` or `overflow: "error"` forbids it (`index` is the first
 * item that is refused), `out` being untouched; LayoutError when `out` has another dtype or is read-only, or shapes do not broadcast
 *
 * @example
 * const weights = array([0.1, -3, 1e9], ">d");
 * convert(weights, "bfloat16").get(0); // 0.10009765625
 * convert(weights, "int8", { overflow: "saturate" }).toArray(); // [0, -3, 127]
 */
export const convert: Api["convert"] = /* @__PURE__ */ of("convert");

/**
 * `src` when it is contiguous in `order` (C unless it says F), else a contiguous copy; or `options.out`, filled.
 *
 * @throws LayoutError when `out` has another dtype or shape, is not contiguous in `order` or read-only; it is untouched then
 *
 * @example
 * contiguous(empty([2, 3], "f").transpose()).isContiguous(); // true
 */
export const contiguous: Api["contiguous"] = /* @__PURE__ */ of("contiguous");

/**
 * Reverses the bytes of every element in place; touches only the view's own items. The dtype stays what it is.
 *
 * @throws LayoutError when the view is read-only or overlaps itself; it is untouched then
 *
 * @example
 * const words = Uint16Array.of(0x0102);
 * byteswap(words);
 * words[0]; // 0x0201
 */
export const byteswap: Api["byteswap"] = /* @__PURE__ */ of("byteswap");

/**
 * How `copy(dst, src, options)` is done: a list of operations that holds no memory. Everything that the copy would refuse
 * is refused here, but for numbers that do not fit under `overflow: "error"`, which only a run can find.
 *
 * @throws what `copy` throws
 *
 * @example
 * const [bytes, floats] = [empty([9], "B"), empty([9], "d")];
 * planAssignment(bytes, floats, { overflow: "error" }).operations.map(({ op }) => op); // ["check", "transform"]
 */
export const planAssignment: Api["planAssignment"] = /* @__PURE__ */ of("planAssignment");

/**
 * A plan, or that of `copy(dst, src, options)`, as data to read: what is run, by whom, over which loop, in which order,
 * and why.
 *
 * @throws what `copy` throws
 *
 * @example
 * explainPlan(empty([64, 64], "f"), empty([64, 64], "f").transpose()).kind; // "transpose"
 */
export const explainPlan: Api["explainPlan"] = /* @__PURE__ */ of("explainPlan");

/**
 * For each view whether it is C-contiguous, in one call for all.
 *
 * @example
 * areContiguous([empty([2, 3], "f"), empty([2, 3], "f").transpose()]); // [true, false]
 */
export const areContiguous: Api["areContiguous"] = /* @__PURE__ */ of("areContiguous");

/**
 * The view that `describe` described.
 *
 * @throws TypeError for what is no description; whatever `view` throws
 *
 * @example
 * fromDescription(structuredClone(describe(array([1, 2, 3])))).toArray(); // [1, 2, 3]
 */
export const fromDescription: Api["fromDescription"] = /* @__PURE__ */ of("fromDescription");

/**
 * Which backend runs: `"wasm"`, or `"js"` with the `reason` why it is not the first choice.
 *
 * @example
 * backend.name; // "wasm"
 */
export const backend: Api["backend"] = /* @__PURE__ */ of("backend");
