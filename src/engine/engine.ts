/** The engine over one backend: copies, byte order, new memory. Two engines can live side by side. */

import type { Backend } from "../backend/backend.js";
import type { DType } from "../dtype/dtype.js";
import type { TypedArray } from "../view/bulk.js";
import { orderOf } from "../view/checks.js";
import type { ViewHost } from "../view/host.js";
import type { StridedView } from "../view/view.js";
import { packedContiguity } from "./contiguity.js";
import { type ConvertOutput, convertTo } from "./convert.js";
import { type EmptyOptions, emptyView } from "./empty.js";
import { explain, type PlanDescription } from "./explain.js";
import type { Plan } from "./operations.js";
import { type CopyOptions, DEFAULTS, readOptions } from "./options.js";
import { planAssignment } from "./plan.js";
import { assign, swapInPlace } from "./plan-cache.js";
import { wrap } from "./wrap.js";

export type { CopyOptions } from "./options.js";

export interface Engine {
  readonly backend: Backend;
  readonly host: ViewHost;
  copy(dst: StridedView | TypedArray, src: StridedView | TypedArray, options?: CopyOptions): void;
  convert(src: StridedView | TypedArray, format: string | DType, options?: CopyOptions & ConvertOutput): StridedView;
  contiguous(src: StridedView, order?: "C" | "F"): StridedView;
  byteswap(target: StridedView | TypedArray): void;
  planAssignment(dst: StridedView | TypedArray, src: StridedView | TypedArray, options?: CopyOptions): Plan;
  explainPlan(plan: Plan): PlanDescription;
  explainPlan(dst: StridedView | TypedArray, src: StridedView | TypedArray, options?: CopyOptions): PlanDescription;
  empty(shape: readonly number[], dtype: DType, options?: EmptyOptions, format?: string): StridedView;
  /** Whether each view is C-contiguous. */
  areContiguous(views: readonly StridedView[]): boolean[];
  /** The same for layouts packed by `packLayouts`: 1 or 0 for each. */
  arePackedContiguous(packed: Float64Array, count: number): Uint8Array;
}

export function createEngine(backend: Backend): Engine {
  const host: ViewHost = { copy: (dst, src) => assign(backend, dst, src, DEFAULTS) };
  const plan = (dst: StridedView | TypedArray, src: StridedView | TypedArray, options?: CopyOptions): Plan =>
    planAssignment(backend, wrap(host, "dst", dst), wrap(host, "src", src), readOptions(options));
  return {
    backend,
    host,

    copy: (dst, src, options) => assign(backend, wrap(host, "dst", dst), wrap(host, "src", src), readOptions(options)),

    convert: (src, format, options) => convertTo(backend, wrap(host, "src", src), format, options),

    contiguous(source, order) {
      const src = wrap(host, "src", source);
      const wanted = orderOf("order", order);
      if (src.isContiguous(wanted)) return src;
      const copy = emptyView(backend, host, src.shape, src.dtype, { order: wanted }, src.format);
      assign(backend, copy, src, DEFAULTS);
      return copy;
    },

    byteswap: (target) => swapInPlace(backend, wrap(host, "target", target)),

    planAssignment: plan,

    explainPlan: (first: Plan | StridedView | TypedArray, src?: StridedView | TypedArray, options?: CopyOptions) =>
      explain(src === undefined ? (first as Plan) : plan(first as StridedView | TypedArray, src, options)),

    empty: (shape, dtype, options, format) => emptyView(backend, host, shape, dtype, options, format),

    areContiguous: (views) => views.map((view) => view.isContiguous()),

    arePackedContiguous: (packed, count) => packedContiguity(backend, packed, count),
  };
}
