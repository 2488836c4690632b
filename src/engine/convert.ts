/** `convert` and converting `copy`: everything around the jobs of assign.ts: overlap, pointers, blocks and new memory. */

import type { Backend } from "../backend/backend.js";
import { canCast } from "../convert/casting.js";
import type { DType } from "../dtype/dtype.js";
import { scalarDType } from "../dtype/make.js";
import { dtype } from "../dtype/read.js";
import { stridebufError } from "../errors.js";
import { argumentError } from "../view/checks.js";
import type { ViewHost } from "../view/host.js";
import { newBuffer } from "../view/storage.js";
import { contiguousStrides } from "../view/strides.js";
import { StridedView } from "../view/view.js";
import { assign, conversionError } from "./assign.js";
import { blockOf, blocksShape, decodeBlocks, encodeBlocks, valuesShape } from "./blocks.js";
import { contiguousLike, copyItems, copySameValues, requireCopyable, requireWritable } from "./copy.js";
import { emptyView } from "./empty.js";
import { type ConvertOptions, type CopyOptions, DEFAULTS, readOptions } from "./options.js";
import { spansMeet } from "./overlap.js";
import { copyPlainly } from "./recipes.js";

export interface ConvertOutput {
  /** How the new items lie: C (the default), F, or K for the source's own order of axes. */
  order?: "C" | "F" | "K";
  /** Where to put the result, instead of new memory; the source broadcasts to it. */
  out?: StridedView;
  /** In the backend's own memory, where kernels reach it without staging. */
  resident?: boolean;
}

/** dst[…] = src[…], converted; as if `src` had been read completely before the first write. `dst` is writable. */
export function copyConverted(backend: Backend, dst: StridedView, src: StridedView, options: ConvertOptions): void {
  if (options === DEFAULTS && copyPlainly(backend, dst, src)) return;
  if (options === DEFAULTS || options.linear === undefined) {
    if (options.casting !== "unsafe" && !canCast(dst.dtype, src.dtype, options.casting))
      throw conversionError(dst.dtype, src.dtype, `casting: "${options.casting}" forbids it`);
    if (copySameValues(backend, dst, src)) return;
  }
  requireCopyable(dst);
  requireCopyable(src);
  const block = blockOf(dst.dtype);
  if (block !== undefined) {
    const element = scalarDType(block.encodeFrom ?? block.element);
    const values = convertView(backend, src, element, options);
    encodeBlocks(backend, dst, values);
    return;
  }
  const from = plainSource(backend, dst, src);
  if (dst.suboffsets === null) {
    assign(backend, dst, from, options);
    return;
  }
  const items = contiguousLike(dst, "C");
  copyItems(backend, items, dst, 1);
  assign(backend, items, from, options);
  copyItems(backend, dst, items, 1);
}

/** The source as strided memory that no write to `dst` can change, its blocks decoded. */
function plainSource(backend: Backend, dst: StridedView, src: StridedView): StridedView {
  if (blockOf(src.dtype) !== undefined) return decodeBlocks(backend, src, fresh(src.host));
  if (src.suboffsets === null && !mayOverlap(dst, src)) return src;
  const copy = contiguousLike(src, "C");
  copyItems(backend, copy, src, 1);
  return copy;
}

const fresh =
  (host: ViewHost) =>
  (shape: readonly number[], type: DType): StridedView => {
    const strides = contiguousStrides(shape, type.itemsize);
    const nbytes = shape.reduce((a, n) => a * n, type.itemsize);
    const layout = { byteOffset: 0, shape: [...shape], strides, suboffsets: null };
    return new StridedView(host, { buffer: newBuffer(nbytes) }, type, layout);
  };

/** Whether the bytes that two views span meet; pointers may lead anywhere. */
const mayOverlap = (a: StridedView, b: StridedView): boolean =>
  a.suboffsets !== null || b.suboffsets !== null || spansMeet(a, b);

/** A new C-contiguous view of `src`'s items, converted. */
function convertView(backend: Backend, src: StridedView, to: DType, options: ConvertOptions): StridedView {
  const decoded = blockOf(src.dtype) === undefined ? src : decodeBlocks(backend, src, fresh(src.host));
  const out = fresh(src.host)(decoded.shape, to);
  copyConverted(backend, out, decoded, options);
  return out;
}

/** `convert` of the public API. */
export function convertTo(
  backend: Backend,
  src: StridedView,
  format: string | DType,
  given: (CopyOptions & ConvertOutput) | undefined,
): StridedView {
  const to = dtype(format);
  const options = readOptions(given);
  const { order = "C", out, resident = false } = given ?? {};
  if (order !== "C" && order !== "F" && order !== "K") {
    throw argumentError("options.order", '"C", "F" or "K"', order, typeof order !== "string");
  }
  const text = typeof format === "string" ? format : undefined;
  if (out !== undefined) {
    requireOut(out, to);
    if (decodesInto(out, src, options)) decodeBlocks(backend, src, () => out);
    else copyConverted(backend, out, src, options);
    return out;
  }
  if (order === "C" && decodesTo(to, src, options)) {
    return decodeBlocks(backend, src, (shape) => emptyView(backend, src.host, shape, to, { resident }, text));
  }
  const source =
    blockOf(src.dtype) === undefined || src.dtype === to ? src : decodeBlocks(backend, src, fresh(src.host));
  const block = source.dtype === to ? undefined : blockOf(to);
  const shape = block === undefined ? source.shape : blocksShape(source.shape, block);
  const result = allocate(backend, source, shape, to, order, resident, text);
  copyConverted(backend, result, source, options);
  return result;
}

/** Whether decoding the blocks of `src` is all there is to do. */
function decodesTo(to: DType, src: StridedView, { casting, linear }: ConvertOptions): boolean {
  const block = blockOf(src.dtype);
  return block !== undefined && to === scalarDType(block.element) && casting === "unsafe" && linear === undefined;
}

/** The same for memory that is there: of the values' own shape, in C order, and not that of the blocks. */
function decodesInto(out: StridedView, src: StridedView, options: ConvertOptions): boolean {
  if (!decodesTo(out.dtype, src, options) || !out.isContiguous("C") || mayOverlap(out, src)) return false;
  return src.dtype.kind !== "array" && valuesShape(src.shape, blockOf(src.dtype)!).join() === out.shape.join();
}

function requireOut(out: unknown, to: DType): asserts out is StridedView {
  if (!(out instanceof StridedView)) throw argumentError("options.out", "a view", out, true);
  if (out.dtype !== to) {
    throw stridebufError("LayoutError", `options.out holds ${out.dtype.format}, not ${to.format}`, { reason: "dtype" });
  }
  requireWritable(out);
}

/** Bytes of a result that need no check for sizes that overflow. */
const SURELY_SMALL = 2 ** 20;

function allocate(
  backend: Backend,
  src: StridedView,
  shape: readonly number[],
  to: DType,
  order: "C" | "F" | "K",
  resident: boolean,
  format: string | undefined,
): StridedView {
  if (order === "C" && !resident && src.size * to.itemsize <= SURELY_SMALL && shape === src.shape) {
    const strides = shape.length === 1 ? [to.itemsize] : contiguousStrides(shape, to.itemsize);
    const layout = { byteOffset: 0, shape, strides, suboffsets: null };
    return new StridedView(src.host, { buffer: new ArrayBuffer(src.size * to.itemsize) }, to, layout, false, format);
  }
  const make = (sizes: readonly number[], how: "C" | "F") =>
    emptyView(backend, src.host, sizes, to, { order: how, resident }, format);
  if (order !== "K" || src.suboffsets !== null || shape !== src.shape) return make(shape, order === "F" ? "F" : "C");
  const magnitude = (axis: number) => Math.abs(src.strides[axis]!);
  const axes = shape.map((_, axis) => axis).sort((a, b) => magnitude(b) - magnitude(a) || a - b);
  if (axes.every((axis, at) => axis === at)) return make(shape, "C");
  if (axes.every((axis, at) => axis === shape.length - 1 - at)) return make(shape, "F");
  if (resident) return make(shape, "C");
  const back = shape.map((_, axis) => axes.indexOf(axis));
  return make(
    axes.map((axis) => shape[axis]!),
    "C",
  ).transpose(back);
}
