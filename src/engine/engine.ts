/** The engine over one backend: copies, byte order, new memory. Two engines can live side by side. */

import type { Backend } from "../backend/backend.js";
import type { DType } from "../dtype/dtype.js";
import { orderOf } from "../view/checks.js";
import type { ViewHost } from "../view/host.js";
import type { StridedView } from "../view/view.js";
import { packedContiguity } from "./contiguity.js";
import { type ConvertOutput, convertTo, copyConverted } from "./convert.js";
import { byteswapItems, contiguousLike, copyItems, requireCopyable, requireWritable } from "./copy.js";
import { type EmptyOptions, emptyView } from "./empty.js";
import { describePlan, type PlanDescription } from "./explain.js";
import { type CopyOptions, readOptions } from "./options.js";
import { type TypedArray, wrap } from "./wrap.js";

export type { CopyOptions } from "./options.js";

export interface Engine {
  readonly backend: Backend;
  readonly host: ViewHost;
  copy(dst: StridedView | TypedArray, src: StridedView | TypedArray, options?: CopyOptions): void;
  convert(src: StridedView | TypedArray, format: string | DType, options?: CopyOptions & ConvertOutput): StridedView;
  contiguous(src: StridedView, order?: "C" | "F"): StridedView;
  byteswap(target: StridedView | TypedArray): void;
  explainPlan(dst: StridedView | TypedArray, src: StridedView | TypedArray, options?: CopyOptions): PlanDescription;
  empty(shape: readonly number[], dtype: DType, options?: EmptyOptions, format?: string): StridedView;
  /** Whether each view is C-contiguous. */
  areContiguous(views: readonly StridedView[]): boolean[];
  /** The same for layouts packed by `packLayouts`: 1 or 0 for each. */
  arePackedContiguous(packed: Float64Array, count: number): Uint8Array;
}

export function createEngine(backend: Backend): Engine {
  const host: ViewHost = {
    copy(dst, src) {
      requireCopyable(src);
      copyItems(backend, dst, src, 1);
    },
  };
  return {
    backend,
    host,

    copy(dst, src, options) {
      const to = wrap(host, "dst", dst);
      const from = wrap(host, "src", src);
      requireWritable(to);
      copyConverted(backend, to, from, readOptions(options));
    },

    convert: (src, format, options) => convertTo(backend, wrap(host, "src", src), format, options),

    contiguous(source, order) {
      const src = wrap(host, "src", source);
      const wanted = orderOf("order", order);
      if (src.isContiguous(wanted)) return src;
      requireCopyable(src);
      const copy = contiguousLike(src, wanted);
      copyItems(backend, copy, src, 1);
      return copy;
    },

    byteswap: (target) => byteswapItems(backend, wrap(host, "target", target)),

    explainPlan: (dst, src) => describePlan(backend, wrap(host, "dst", dst), wrap(host, "src", src)),

    empty: (shape, dtype, options, format) => emptyView(backend, host, shape, dtype, options, format),

    areContiguous: (views) => views.map((view) => view.isContiguous()),

    arePackedContiguous: (packed, count) => packedContiguity(backend, packed, count),
  };
}
