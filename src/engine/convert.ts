/** `convert`: where the result goes, and what shape it has. */

import type { Backend } from "../backend/backend.js";
import type { DType } from "../dtype/dtype.js";
import { dtype } from "../dtype/read.js";
import { stridebufError } from "../errors.js";
import { argumentError, operandError } from "../view/checks.js";
import { newBuffer } from "../view/storage.js";
import { contiguousStrides } from "../view/strides.js";
import { StridedView } from "../view/view.js";
import { resultShape } from "./block-shapes.js";
import { type MemoryOptions, newView, requireMemory, viewOver } from "./empty.js";
import { COPY_OPTIONS, type CopyOptions, DEFAULTS, type OptionReaders, readOptions } from "./options.js";
import { OwnedView } from "./owned.js";
import { requireWritable } from "./plan.js";
import { assign } from "./plan-cache.js";
import { requirePool } from "./pool.js";

/** Where the result of `convert` goes. */
export interface ConvertOutput extends MemoryOptions {
  /** How the new items lie: C (the default), F, or K for the source's own order of axes. */
  order?: "C" | "F" | "K";
  /** Where to put the result, instead of new memory; the source broadcasts to it. */
  out?: StridedView;
}

const CONVERT_OPTIONS: readonly string[] = [...COPY_OPTIONS, "order", "out", "resident", "pool"];

/** `convert` of the public API. */
export function convertTo(
  backend: Backend,
  readers: OptionReaders,
  src: StridedView,
  format: string | DType,
  given: (CopyOptions & ConvertOutput) | undefined,
): StridedView {
  const to = dtype(format);
  if (given !== undefined && isOnlyOut(given)) {
    const { out } = given;
    requireOut(out, to);
    assign(backend, out, src, DEFAULTS);
    return out;
  }
  const options = readOptions(given, readers, CONVERT_OPTIONS);
  const { order = "C", out } = given ?? {};
  if (order !== "C" && order !== "F" && order !== "K") {
    throw argumentError("options.order", '"C", "F" or "K"', order, typeof order !== "string");
  }
  if (given?.pool !== undefined) {
    if (out !== undefined) throw argumentError("options.pool", "nothing beside options.out", given.pool, true);
    requireMemory(given);
  }
  if (out !== undefined) {
    requireOut(out, to);
    assign(backend, out, src, options);
    return out;
  }
  const text = typeof format === "string" ? format : undefined;
  const zeroed = options.where !== undefined || !isWrittenWhole(to);
  const result = allocate(backend, src, resultShape(src, to), to, order, given ?? {}, zeroed, text);
  try {
    assign(backend, result, src, options, given?.pool === undefined ? undefined : requirePool(given.pool));
  } catch (error) {
    if (result instanceof OwnedView) result.dispose();
    throw error;
  }
  return result;
}

/** Whether an output is all that is asked for, as loops do: reading all options takes as long as converting some hundred items. */
function isOnlyOut(given: ConvertOutput): boolean {
  if (given === null || given.out === undefined) return false;
  for (const name in given) if (name !== "out") return false;
  return true;
}

/** Whether writing an item writes each of its bytes: records have gaps, and a user's codec may leave some out. */
const isWrittenWhole = ({ element, width, lanes, itemsize, codec }: DType): boolean =>
  element !== undefined && codec === undefined && width * lanes === itemsize;

function requireOut(out: unknown, to: DType): asserts out is StridedView {
  if (!(out instanceof StridedView)) throw operandError("options.out", "a view", out);
  if (out.dtype !== to) {
    throw stridebufError("LayoutError", `options.out holds ${out.dtype.name}, not ${to.name}`, { reason: "dtype" });
  }
  requireWritable(out);
}

/** @throws LayoutError for an `out` of another dtype or shape, or not contiguous in `order` */
export function requireContiguousOut(out: unknown, src: StridedView, order: "C" | "F"): asserts out is StridedView {
  requireOut(out, src.dtype);
  if (out.shape.join() !== src.shape.join())
    throw stridebufError("LayoutError", `options.out has the shape [${out.shape}], not [${src.shape}]`, {
      reason: "shape",
    });
  if (!out.isContiguous(order))
    throw stridebufError("LayoutError", `options.out is not contiguous in ${order} order`, { reason: "contiguity" });
}

/** Bytes of a result that need no check for sizes that overflow. */
const SURELY_SMALL = 2 ** 20;

function allocate(
  backend: Backend,
  src: StridedView,
  shape: readonly number[],
  to: DType,
  order: "C" | "F" | "K",
  memory: MemoryOptions,
  zeroed: boolean,
  format: string | undefined,
): StridedView {
  const isPlain = !memory.resident && memory.pool === undefined;
  if (order === "C" && isPlain && src.size * to.itemsize <= SURELY_SMALL && shape === src.shape) {
    const strides = shape.length === 1 ? [to.itemsize] : contiguousStrides(shape, to.itemsize);
    return viewOver(newBuffer(src.size * to.itemsize), src.host, shape, strides, to, format);
  }
  const isKept = order === "K" && src.suboffsets === null && shape === src.shape;
  const strides = isKept
    ? stridesLike(src, to.itemsize)
    : contiguousStrides(shape, to.itemsize, order === "F" ? "F" : "C");
  return newView(backend, src.host, shape, strides, to, memory, zeroed, format);
}

/** Strides without gaps, the axes in the order in which those of `src` lie in memory. */
function stridesLike({ shape, strides }: StridedView, itemsize: number): number[] {
  const magnitude = (axis: number) => Math.abs(strides[axis]!);
  const axes = shape.map((_, axis) => axis).sort((a, b) => magnitude(b) - magnitude(a) || a - b);
  const packed = contiguousStrides(
    axes.map((axis) => shape[axis]!),
    itemsize,
  );
  return shape.map((_, axis) => packed[axes.indexOf(axis)]!);
}
