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
import { type ConvertOutput, convertTo, requireContiguousOut } from "./convert.js";
import { type EmptyOptions, emptyView } from "./empty.js";
import type { Plan } from "./operations.js";
import { type CopyOptions, DEFAULTS, type OptionReaders, readOptions } from "./options.js";
import { planAssignment as planItems, requireWritable } from "./plan.js";
import { assign, swapInPlace } from "./plan-cache.js";
import { optionReaders } from "./readers.js";
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

/** A backend, and the host of the views that it copies and prints for. */
export interface Engine {
  readonly backend: Backend;
  readonly host: ViewHost;
  readonly readers: OptionReaders;
}

/** An engine over `backend`, which from now on copies and prints for the views of `host`. */
export function createEngine(backend: Backend, host: ViewHost = plainHost()): Engine {
  host.copy = (dst, src) => assign(backend, dst as StridedView, src as StridedView, DEFAULTS);
  host.print = printView;
  return { backend, host, readers: optionReaders(backend, host) };
}

// What follows is the public API, but for the engine: functions that stand alone, so that a bundle has only those that it calls.

export function copy(engine: Engine, dst: Operand, src: Operand | Value, options?: CopyOptions): void {
  const { backend, host, readers } = engine;
  const to = wrap(host, "dst", dst);
  const from = itemsOf(host, "src", src) ?? scalarView(host, src as Value, to.dtype);
  assign(backend, to, from, readOptions(options, readers));
}

export function fill({ backend, host, readers }: Engine, view: Operand, value: Value, options?: FillOptions): void {
  requireKnownOptions(options, ["where"]);
  const target = wrap(host, "view", view);
  requireWritable(target);
  assign(backend, target, itemView(host, value, target.dtype), readOptions(options, readers));
}

export function convert(
  { backend, host, readers }: Engine,
  src: Operand,
  format: string | DType,
  options?: CopyOptions & ConvertOutput,
): StridedView {
  return convertTo(backend, readers, wrap(host, "src", src), format, options);
}

export function contiguous(
  { backend, host }: Engine,
  source: StridedView,
  order?: "C" | "F",
  options?: ContiguousOutput,
): StridedView {
  requireKnownOptions(options, ["out"]);
  const src = wrap(host, "src", source);
  const wanted = orderOf("order", order);
  const out = options?.out;
  if (out === undefined && src.isContiguous(wanted)) return src;
  if (out !== undefined) requireContiguousOut(out, src, wanted);
  const copy = out ?? emptyView(backend, host, src.shape, src.dtype, { order: wanted }, src.format);
  assign(backend, copy, src, DEFAULTS);
  return copy;
}

export function byteswap({ backend, host }: Engine, target: Operand): void {
  swapInPlace(backend, wrap(host, "target", target));
}

export function planAssignment(engine: Engine, dst: Operand, src: Operand, options?: CopyOptions): Plan {
  const { backend, host, readers } = engine;
  const steps = planItems(backend, wrap(host, "dst", dst), wrap(host, "src", src), readOptions(options, readers));
  return { backend: backend.name, ...steps };
}

export function empty(
  { backend, host }: Engine,
  shape: readonly number[],
  dtype: DType,
  options?: EmptyOptions,
  format?: string,
): StridedView {
  return emptyView(backend, host, shape, dtype, options, format);
}
