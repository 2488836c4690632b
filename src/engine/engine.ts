/** The engine over one backend: copies, byte order, new memory. Two engines can live side by side. */

import type { Backend } from "../backend/backend.js";
import type { DType } from "../dtype/dtype.js";
import { requireKnownOptions } from "../options.js";
import { orderOf } from "../view/checks.js";
import { plainHost } from "../view/copy-items.js";
import type { ViewHost } from "../view/host.js";
import { printView } from "../view/print-items.js";
import type { Value } from "../view/values.js";
import type { StridedView } from "../view/view.js";
import { type ConvertOutput, convertTo, optionReaders, requireContiguousOut } from "./convert.js";
import { type EmptyOptions, emptyView } from "./empty.js";
import type { Plan } from "./operations.js";
import { type CopyOptions, DEFAULTS, readOptions } from "./options.js";
import { planAssignment, requireWritable } from "./plan.js";
import { assign, swapInPlace } from "./plan-cache.js";
import { itemView, scalarView } from "./scalar.js";
import { itemsOf, type Operand, wrap } from "./wrap.js";

export type { CopyOptions } from "./options.js";

/** Where the result of `contiguous` goes. */
export interface ContiguousOutput {
  /** Where the copy goes, whether or not `src` is contiguous already: the same dtype and shape, contiguous in `order`. */
  out?: StridedView | undefined;
}

/** Which items `fill` writes. */
export interface FillOptions {
  /** Which items are written: those where this mask, which broadcasts, is not zero. */
  where?: Operand;
}

export interface Engine {
  readonly backend: Backend;
  readonly host: ViewHost;
  copy(dst: Operand, src: Operand | Value, options?: CopyOptions): void;
  fill(view: Operand, value: Value, options?: FillOptions): void;
  convert(src: Operand, format: string | DType, options?: CopyOptions & ConvertOutput): StridedView;
  contiguous(src: StridedView, order?: "C" | "F", options?: ContiguousOutput): StridedView;
  byteswap(target: Operand): void;
  planAssignment(dst: Operand, src: Operand, options?: CopyOptions): Plan;
  empty(shape: readonly number[], dtype: DType, options?: EmptyOptions, format?: string): StridedView;
}

/** An engine over `backend`, which from now on copies and prints for the views of `host`. */
export function createEngine(backend: Backend, host: ViewHost = plainHost()): Engine {
  host.copy = (dst, src) => assign(backend, dst as StridedView, src as StridedView, DEFAULTS);
  host.print = printView;
  const readers = optionReaders(backend, host);
  return {
    backend,
    host,

    copy(dst, src, options) {
      const to = wrap(host, "dst", dst);
      const from = itemsOf(host, "src", src) ?? scalarView(backend, host, src as Value, to.dtype);
      assign(backend, to, from, readOptions(options, readers));
    },

    fill(view, value, options) {
      requireKnownOptions(options, ["where"]);
      const target = wrap(host, "view", view);
      requireWritable(target);
      assign(backend, target, itemView(backend, host, value, target.dtype), readOptions(options, readers));
    },

    convert: (src, format, options) => convertTo(backend, wrap(host, "src", src), format, options),

    contiguous(source, order, options) {
      requireKnownOptions(options, ["out"]);
      const src = wrap(host, "src", source);
      const wanted = orderOf("order", order);
      const out = options?.out;
      if (out === undefined && src.isContiguous(wanted)) return src;
      if (out !== undefined) requireContiguousOut(out, src, wanted);
      const copy = out ?? emptyView(backend, host, src.shape, src.dtype, { order: wanted }, src.format);
      assign(backend, copy, src, DEFAULTS);
      return copy;
    },

    byteswap: (target) => swapInPlace(backend, wrap(host, "target", target)),

    planAssignment: (dst, src, options) =>
      planAssignment(backend, wrap(host, "dst", dst), wrap(host, "src", src), readOptions(options, readers)),

    empty: (shape, dtype, options, format) => emptyView(backend, host, shape, dtype, options, format),
  };
}
