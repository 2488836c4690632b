/**
 * The public functions over one backend. Nothing here or below depends on which one: the package's main entry makes an
 * API over Wasm, `stridebuf/js` one over plain TypeScript, and both can live side by side.
 */

import type { Backend } from "./backend/backend.js";
import type { DType } from "./dtype/dtype.js";
import { dtype } from "./dtype/read.js";
import type { ConvertOutput } from "./engine/convert.js";
import type { EmptyOptions, ResidentView } from "./engine/empty.js";
import {
  type ContiguousOutput,
  type CopyOptions,
  createEngine,
  type Engine,
  type FillOptions,
} from "./engine/engine.js";
import type { PlanDescription } from "./engine/explain.js";
import type { Plan } from "./engine/operations.js";
import type { Operand } from "./engine/wrap.js";
import type { ItemOf } from "./format/infer.js";
import { createArray } from "./view/array.js";
import { createView, type ViewFunction } from "./view/create.js";
import { createFromDescription, type ViewDescription } from "./view/describe.js";
import type { Value } from "./view/values.js";
import type { StridedView } from "./view/view.js";

export interface Api {
  /** Which backend runs, and why it is not the first choice. */
  readonly backend: { readonly name: "wasm" | "js"; readonly reason?: string };
  readonly view: ViewFunction;
  /**
   * A view over new, zeroed memory. With `resident: true` the memory is the backend's own, where kernels reach it without
   * staging, and is given back by `dispose()`, `using` or when the last view of it is collected; once `buffer` or `toTypedArray()`
   * has handed out the memory itself, only by the first two.
   *
   * @throws RangeError for a shape that is none; EngineError{phase: "memory"} when there is not enough memory
   */
  empty(
    shape: readonly number[],
    format: string | DType,
    options: EmptyOptions & { readonly resident: true },
  ): ResidentView;
  empty<const Format extends string>(
    shape: readonly number[],
    format: Format,
    options?: EmptyOptions,
  ): StridedView<ItemOf<Format, Value>>;
  empty(shape: readonly number[], format: string | DType, options?: EmptyOptions): StridedView;
  /**
   * dst[...] = src: broadcasts, converts where the dtypes differ, and gives the result as if `src` had been read
   * completely before the first write, whatever overlaps. `src` may be a single value: a number, bigint, boolean or complex
   * number is converted like an item of a view, anything else is one item of `dst`'s dtype.
   *
   * @throws LayoutError when shapes do not broadcast, `dst` is read-only or overlaps itself; ConversionError when `casting`
   * or `overflow` forbids it; TypeError and RangeError for options that are unknown or out of range. `dst` is untouched then
   *
   * @example
   * copy(planar.slice(0), interleaved.slice(null, 0))
   * @example
   * copy(chw, hwc.transpose([2, 0, 1]), { scale: view(Float64Array.of(2, 4, 8)).reshape([3, 1, 1]), offset: -1 })
   */
  copy(dst: Operand, src: Operand | Value, options?: CopyOptions): void;
  /**
   * Every item becomes `value`, which is what `view.set` takes; with `where`, every item that the mask chooses.
   *
   * @throws TypeError, RangeError for a value that an item cannot hold; LayoutError when the view is read-only, overlaps itself
   * or the mask does not broadcast. The view is untouched then
   *
   * @example
   * fill(empty([2, 3], "f"), 1.5, { where: view(new Uint8Array([1, 0, 1])) })
   */
  fill(view: Operand, value: Value, options?: FillOptions): void;
  /**
   * A new view with every item converted, in C order unless `order` says F or K (the source's own); or `options.out`, filled.
   * The rule for numbers that do not fit is that of Rust's `as`, unless `overflow` says otherwise.
   *
   * @throws ConversionError when there is no conversion, or `casting` or `overflow: "error"` forbids it (`index` is the first
   * offender), `out` being untouched; LayoutError when `out` has another dtype or is read-only, or shapes do not broadcast
   *
   * @example
   * convert(weights, dtypes.bfloat16, { out }) // any layout and byte order in, one rounding
   */
  convert(src: Operand, format: string | DType, options?: CopyOptions & ConvertOutput): StridedView;
  /**
   * `src` when it is contiguous in `order` (C unless it says F), else a contiguous copy; or `options.out`, filled.
   *
   * @throws LayoutError when `out` has another dtype or shape, is not contiguous in `order` or read-only; it is untouched then
   *
   * @example
   * contiguous(empty([2, 3], "f").transpose()).isContiguous() // true
   */
  contiguous(src: StridedView, order?: "C" | "F", options?: ContiguousOutput): StridedView;
  /** Reverses the bytes of every element in place; touches only the view's own items. */
  byteswap(target: Operand): void;
  /**
   * How `copy(dst, src, options)` is done: a list of operations that holds no memory. Everything that the copy would refuse
   * is refused here, but for numbers that do not fit under `overflow: "error"`, which only a run can find.
   *
   * @throws what `copy` throws
   *
   * @example
   * planAssignment(bytes, floats, { overflow: "error" }).operations.map(({ op }) => op) // ["check", "transform"]
   */
  planAssignment(dst: Operand, src: Operand, options?: CopyOptions): Plan;
  /**
   * A plan, or that of `copy(dst, src, options)`, as data to read: what is run, by whom, over which loop, in which order,
   * and why.
   *
   * @throws what `copy` throws
   *
   * @example
   * explainPlan(empty([64, 64], "f"), empty([64, 64], "f").transpose()).kind // "transpose"
   */
  explainPlan(plan: Plan): PlanDescription;
  explainPlan(dst: Operand, src: Operand, options?: CopyOptions): PlanDescription;
  /**
   * Nested arrays as a view over new memory, C order, one axis per level of arrays. Without a format numbers are float64,
   * bigints int64 (uint64 from 2^63 on), booleans bool, text as long as the longest, complex numbers complex128, and typed
   * arrays keep their type. Records are objects by field name.
   *
   * @throws LayoutError (`shape`) for lists of unequal lengths; TypeError, RangeError naming the place of a value that its
   * dtype cannot hold, and where values of several kinds need a format
   *
   * @example
   * array([[1, 2], [3, 4]], "<f").shape // [2, 2]
   */
  array(nested: unknown, format?: string | DType): StridedView;
  /**
   * The view that `describe` described.
   *
   * @throws TypeError for what is no description; whatever `view` throws
   *
   * @example
   * fromDescription(structuredClone(describe(array([1, 2, 3])))).toArray() // [1, 2, 3]
   */
  fromDescription(description: ViewDescription): StridedView;
  /** For each view whether it is C-contiguous, in one call for all. */
  areContiguous(views: readonly StridedView[]): boolean[];
  /** @internal */
  readonly engine: Engine;
}

/** The public API over `backend`. */
export function createApi(backend: Backend): Api {
  const engine = createEngine(backend);
  const { copy, fill, convert, contiguous, byteswap, planAssignment, explainPlan, areContiguous } = engine;
  const name = { name: backend.name, ...(backend.reason === undefined ? {} : { reason: backend.reason }) };
  const view = createView(engine.host);
  return {
    backend: Object.freeze(name),
    view,
    array: createArray(view),
    fromDescription: createFromDescription(view),
    empty: ((shape: readonly number[], format: string | DType, options?: EmptyOptions) =>
      engine.empty(shape, dtype(format), options, typeof format === "string" ? format : undefined)) as Api["empty"],
    copy,
    fill,
    convert,
    contiguous,
    byteswap,
    planAssignment,
    explainPlan,
    areContiguous,
    engine,
  };
}
