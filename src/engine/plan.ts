/**
 * From two views and options to a plan: everything that can be refused is refused here, before any memory is touched. What
 * is left to fail when a plan runs is a number that does not fit under `overflow: "error"`, and memory that is gone.
 */

import type { Backend } from "../backend/backend.js";
import { canCast } from "../convert/casting.js";
import { scalarDType } from "../dtype/make.js";
import { stridebufError } from "../errors.js";
import { indirectAxes } from "../view/pointers.js";
import type { StridedView } from "../view/view.js";
import { blockOf, valuesShape } from "./block-shapes.js";
import { normalise } from "./loop.js";
import type { Steps } from "./operations.js";
import type { ConvertOptions } from "./options.js";
import { overlapsItself } from "./overlap.js";
import { broadcastPart, broadcastStrides, type Part } from "./part.js";
import { decoded, isContiguousPart, planDecoding, planEncoding, requireEncoder } from "./plan-blocks.js";
import { conversionError, planSame, planSwaps, planValues, requireCopyable } from "./plan-values.js";
import { Planner } from "./planner.js";
import { relationOf } from "./relation.js";
import { spansMeet } from "./spans.js";

/** Refuses to write where writing is not allowed. */
export function requireWritable(target: StridedView): void {
  if (target.readonly) throw stridebufError("LayoutError", "the destination is read-only", { reason: "readonly" });
}

/** Refuses destinations of which two items share a byte. */
function requireDistinct(dst: StridedView): void {
  const { shape, strides, itemsize } = dst;
  if (itemsize === 0 || dst.size === 0) return;
  const axes = indirectAxes(dst);
  // Nearly all views are nested: every axis steps over all that the axes after it touch.
  let span = itemsize;
  let axis = shape.length - 1;
  for (; axis >= axes; axis--) {
    if (shape[axis] === 1) continue;
    const stride = Math.abs(strides[axis]!);
    if (stride < span) break;
    span += stride * (shape[axis]! - 1);
  }
  if (axis < axes) return;
  const items = { byteOffset: 0, strides: strides.slice(axes) };
  const nest = normalise(shape.slice(axes), items, items);
  if (overlapsItself(nest.sizes, nest.dst, itemsize))
    throw stridebufError("LayoutError", "items of the destination overlap each other", { reason: "overlap" });
}

const isScaled = ({ linear, factors }: ConvertOptions): boolean => linear !== undefined || factors !== undefined;

const requireBroadcast = (dst: StridedView, shape: readonly number[]): void =>
  void broadcastStrides(dst.shape, shape, shape);

/**
 * The plan of dst[…] = src[…].
 *
 * @throws LayoutError (`readonly`, `shape`, `overlap`, `dtype`), ConversionError, BoundsError (pointers)
 */
export function planAssignment(backend: Backend, dst: StridedView, src: StridedView, options: ConvertOptions): Steps {
  requireWritable(dst);
  const { casting, where } = options;
  if (!canCast(dst.dtype, src.dtype, casting))
    throw conversionError(dst.dtype, src.dtype, `casting: "${casting}" forbids it`);
  requireCopyable(dst.dtype);
  requireCopyable(src.dtype);
  const planner = new Planner(backend);
  if (where !== undefined) planner.mask = maskOver(planner, dst, where);
  if (!isScaled(options) && relationOf(dst.dtype, src.dtype).kind !== "values") planBytes(planner, dst, src);
  else if (blockOf(dst.dtype) !== undefined) planIntoBlocks(planner, dst, src, options);
  else planConverted(planner, dst, src, options);
  return planner.finish(dst, src);
}

/** The mask with the shape of `dst`, in memory that no write to `dst` changes. */
function maskOver(planner: Planner, dst: StridedView, where: StridedView): Part {
  const mask = where.suboffsets === null ? planner.part("where", where) : planner.gather("where", where);
  const isSafe = where.suboffsets !== null || (dst.suboffsets === null && !spansMeet(dst, where));
  const safe = isSafe ? mask : planner.copyOf(mask, "the mask may share bytes with the destination");
  return broadcastPart(safe, dst.shape);
}

/** The plan of a copy of bytes between items of one size, reversed in units of `swapUnit`. */
export function planMove(backend: Backend, dst: StridedView, src: StridedView, swapUnit: number): Steps {
  const planner = new Planner(backend);
  requireDistinct(dst);
  planner.move(planner.part("dst", dst), planner.part("src", src), swapUnit);
  return planner.finish(dst, src);
}

/** The plan of reversing the bytes of every element of every item, in place; the view is both operands. */
export function planByteswap(backend: Backend, target: StridedView): Steps {
  requireWritable(target);
  requireCopyable(target.dtype);
  requireDistinct(target);
  const planner = new Planner(backend);
  const plain = target.suboffsets === null;
  const items = plain ? planner.part("dst", target) : planner.gather("dst", target);
  planSwaps(planner, items, () => true);
  if (!plain) planner.scatter(target, items);
  return planner.finish(target, target);
}

/** Between items of one layout. */
function planBytes(planner: Planner, dst: StridedView, src: StridedView): void {
  requireDistinct(dst);
  if (planner.mask !== undefined) {
    const from = safeSource(planner, dst, src);
    intoItems(planner, dst, (items) => planSame(planner, items, from));
    return;
  }
  if (dst.suboffsets === null) {
    planSame(planner, planner.part("dst", dst), partOfSource(planner, src));
    return;
  }
  // Pointers may lead anywhere, so the source is read before the first piece is written.
  const items =
    src.suboffsets === null
      ? planner.copyOf(planner.part("src", src), "pointers may lead to the source")
      : planner.gather("src", src);
  const relation = relationOf(dst.dtype, src.dtype);
  if (relation.kind !== "mixed") planner.scatter(dst, items, relation.kind === "swap" ? relation.unit : 1);
  else {
    const swapped = planner.temporary(dst.dtype, src.shape, "fields of both byte orders");
    planSame(planner, swapped, items);
    planner.scatter(dst, swapped);
  }
}

const partOfSource = (planner: Planner, src: StridedView): Part =>
  src.suboffsets === null ? planner.part("src", src) : planner.gather("src", src);

/** The source as plain items that no write to `dst` changes before they are read. */
function safeSource(planner: Planner, dst: StridedView, src: StridedView): Part {
  const part = partOfSource(planner, src);
  if (dst.suboffsets !== null || src.suboffsets !== null || !spansMeet(dst, src)) return part;
  planner.overlap = "temporary";
  return planner.copyOf(part, "source and destination overlap, and values change their width");
}

/**
 * Where items of `dst` are made: there, or in temporaries from which those that a mask chooses are moved there, and from
 * which every piece behind pointers takes its own.
 */
function intoItems(planner: Planner, dst: StridedView, make: (items: Part) => void): void {
  // Padding and what else is not written comes back as it was.
  const items = dst.suboffsets === null ? planner.part("dst", dst) : planner.gather("dst", dst);
  if (planner.mask === undefined) make(items);
  else {
    const made = planner.copyOf(items, "a result of which a mask chooses items");
    make(made);
    planner.moveWhere(items, made);
  }
  if (dst.suboffsets !== null) planner.scatter(dst, items);
}

function planConverted(planner: Planner, dst: StridedView, given: StridedView, options: ConvertOptions): void {
  const block = blockOf(given.dtype);
  const src = block === undefined ? given : given.expandItems();
  requireBroadcast(dst, block === undefined ? src.shape : valuesShape(src.shape, block));
  requireDistinct(dst);
  const from = safeSource(planner, dst, src);
  if (block !== undefined) planner.reasons.push(`items of ${src.dtype.format} are decoded`);
  planner.reasons.push(`values of ${src.dtype.format} become ${dst.dtype.format}`);
  intoItems(planner, dst, (items) => {
    if (block === undefined) planValues(planner, items, from, options);
    else if (!planDecoding(planner, items, from, options)) planValues(planner, items, decoded(planner, from), options);
  });
}

/** Values brought to the type that blocks are made from, side by side, then encoded. */
function planIntoBlocks(planner: Planner, given: StridedView, src: StridedView, options: ConvertOptions): void {
  requireEncoder(given.dtype, src.dtype);
  requireDistinct(given);
  const dst = given.expandItems();
  const block = blockOf(dst.dtype)!;
  const element = scalarDType(block.encodeFrom ?? block.element);
  const source = blockOf(src.dtype) === undefined ? src : src.expandItems();
  const from = safeSource(planner, dst, source);
  planner.reasons.push(`values are brought together to items of ${dst.dtype.format}`);
  let values = blockOf(source.dtype) === undefined ? from : decoded(planner, from);
  if (values.dtype !== element || isScaled(options) || !isContiguousPart(values)) {
    const brought = planner.temporary(element, values.shape, `values that ${dst.dtype.format} is made from`);
    // A mask chooses among blocks, not among their values.
    const { mask } = planner;
    planner.mask = undefined;
    planValues(planner, brought, values, options);
    planner.mask = mask;
    values = brought;
  }
  intoItems(planner, dst, (items) => planEncoding(planner, items, values));
}
