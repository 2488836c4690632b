/**
 * The functions of the main entry that move items. They share one engine, made when the first of them is called; whoever imports
 * one of them, and nobody else, gets the engine, which then also copies for the views that are there.
 */

import { type Api, describeBackend } from "./api.js";
import { createWasmBackend } from "./backend/wasm/backend.js";
import type { DType } from "./dtype/dtype.js";
import { dtype } from "./dtype/read.js";
import type { ConvertOutput } from "./engine/convert.js";
import type { EmptyOptions } from "./engine/empty.js";
import * as engines from "./engine/engine.js";
import { planExplainer } from "./engine/plan-explainer.js";
import type { Operand } from "./engine/wrap.js";
import { host } from "./host.js";
import { printView } from "./view/print-items.js";
import type { StridedView } from "./view/view.js";

let made: engines.Engine | undefined;

function engine(): engines.Engine {
  made ??= engines.createEngine(createWasmBackend(), host);
  return made;
}

// Views of programs that have the engine are copied by it. The first copy makes it, and it takes this place.
host.copy = (dst, src) => {
  engine();
  host.copy(dst, src);
};

host.print = printView;

// workerd compiles while modules are loaded, and refuses to later. Its sockets are asked for first, since Node loads its navigator when it is asked.
if (
  "WebSocketPair" in globalThis &&
  (globalThis as { navigator?: { userAgent?: string } }).navigator?.userAgent === "Cloudflare-Workers"
)
  void engine().backend.name;

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
export const empty = ((shape: readonly number[], format: string | DType, options?: EmptyOptions) =>
  engines.empty(
    engine(),
    shape,
    dtype(format),
    options,
    typeof format === "string" ? format : undefined,
  )) as Api["empty"];

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
export const copy: Api["copy"] = (dst, src, options) => engines.copy(engine(), dst, src, options);

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
export const fill: Api["fill"] = (view, value, options) => engines.fill(engine(), view, value, options);

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
export const convert = ((src: Operand, format: string | DType, options?: engines.CopyOptions & ConvertOutput) =>
  engines.convert(engine(), src, format, options)) as Api["convert"];

/**
 * `src` when it is contiguous in `order` (C unless it says F), else a contiguous copy; or `options.out`, filled.
 *
 * @throws LayoutError when `out` has another dtype or shape, is not contiguous in `order` or read-only; it is untouched then
 *
 * @example
 * contiguous(empty([2, 3], "f").transpose()).isContiguous(); // true
 */
export const contiguous = ((src: StridedView, order?: "C" | "F", options?: engines.ContiguousOutput) =>
  engines.contiguous(engine(), src, order, options)) as Api["contiguous"];

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
export const byteswap: Api["byteswap"] = (target) => engines.byteswap(engine(), target);

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
export const planAssignment: Api["planAssignment"] = (dst, src, options) =>
  engines.planAssignment(engine(), dst, src, options);

/**
 * A plan, or that of `copy(dst, src, options)`, as data to read: what is run, by whom, over which loop, in which order,
 * and why.
 *
 * @throws what `copy` throws
 *
 * @example
 * explainPlan(empty([64, 64], "f"), empty([64, 64], "f").transpose()).kind; // "transpose"
 */
export const explainPlan: Api["explainPlan"] = /* @__PURE__ */ planExplainer(planAssignment);

/**
 * Which backend runs: `"wasm"`, or `"js"` with the `reason` why it is not the first choice. Asking compiles the module, if nothing has yet.
 *
 * @example
 * backend.name; // "wasm"
 */
export const backend: Api["backend"] = /* @__PURE__ */ describeBackend(() => engine().backend);
