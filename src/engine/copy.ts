/** Copies between views: what dtypes, broadcasting and pointers mean for bytes; plan.ts and run.ts do the rest. */

import type { Backend } from "../backend/backend.js";
import { stridebufError } from "../errors.js";
import { liveBuffer, newBuffer } from "../view/storage.js";
import { contiguousStrides, extent } from "../view/strides.js";
import { forEachPiece, indirectAxes } from "../view/suboffsets.js";
import { StridedView } from "../view/view.js";
import { broadcastSource, type Side } from "./normalise.js";
import { swapPlainly } from "./recipes.js";
import { leavesOf, relationOf } from "./relation.js";
import { runMove } from "./run.js";

/** Refuses to write where writing is not allowed. */
export function requireWritable(target: StridedView): void {
  if (target.readonly) throw stridebufError("LayoutError", "the destination is read-only", { reason: "readonly" });
}

/** Refuses byte copies of items that hold references. */
export function requireCopyable(view: StridedView): void {
  if (!view.dtype.copyable)
    throw stridebufError(
      "LayoutError",
      `items of ${view.format} hold references; copying their bytes would forge them`,
      {
        reason: "dtype",
      },
    );
}

/** A plain strided view as one side of a copy, its memory proven to be there still. */
export function sideOf(view: StridedView): Side {
  const [, high] = extent(view.shape, view.strides, view.itemsize);
  return {
    buffer: liveBuffer(view.storage, high === 0 ? 0 : view.byteOffset + high),
    byteOffset: view.byteOffset,
    strides: view.strides,
  };
}

/** Copies the bytes of items of the same layout, reversed in units of `swapUnit`; `src` broadcasts. */
export function copyItems(backend: Backend, dst: StridedView, src: StridedView, swapUnit: number): void {
  if (dst.suboffsets !== null || src.suboffsets !== null) {
    copyThroughPointers(backend, dst, src, swapUnit);
    return;
  }
  const strides = broadcastSource(dst.shape, src.shape, src.strides);
  const from = sideOf(src);
  runMove(
    backend,
    dst.shape,
    sideOf(dst),
    strides === src.strides ? from : { ...from, strides },
    dst.itemsize,
    swapUnit,
  );
}

/** Copies between different dtypes of the same layout: the bytes, then every leaf of the other order is turned. */
export function copyMixed(backend: Backend, dst: StridedView, src: StridedView): void {
  copyItems(backend, dst, src, 1);
  const theirs = leavesOf(src.dtype);
  leavesOf(dst.dtype).forEach((leaf, i) => {
    if (leaf.byteOrder !== theirs[i]!.byteOrder) swapLeaf(backend, dst, leaf);
  });
}

/** Reverses the bytes of every element of every item, in place. */
export function byteswapItems(backend: Backend, target: StridedView): void {
  requireWritable(target);
  requireCopyable(target);
  if (swapPlainly(backend, target)) return;
  const leaves = leavesOf(target.dtype);
  const plain = target.suboffsets === null ? target : undefined;
  if (plain !== undefined) for (const leaf of leaves) swapLeaf(backend, plain, leaf);
  else
    forEachPlain(target, (piece) => {
      for (const leaf of leaves) swapLeaf(backend, piece, leaf);
    });
}

function swapLeaf(backend: Backend, view: StridedView, leaf: ReturnType<typeof leavesOf>[number]): void {
  const side = sideOf(view);
  const at: Side = {
    buffer: side.buffer,
    byteOffset: side.byteOffset + leaf.offset,
    strides: leaf.shape.length === 0 ? view.strides : [...view.strides, ...leaf.strides],
  };
  const shape = leaf.shape.length === 0 ? view.shape : [...view.shape, ...leaf.shape];
  runMove(backend, shape, at, at, leaf.unit * leaf.count, leaf.unit);
}

/** The plain pieces of a view with suboffsets, all proven before the first is visited. */
function forEachPlain(
  view: StridedView,
  visit: (piece: StridedView, index: readonly number[]) => void,
  outer = 0,
): void {
  const axes = Math.max(outer, indirectAxes(view));
  const pieces: [StridedView, readonly number[]][] = [];
  forEachPiece(view.storage, view, view.itemsize, axes, (at, index) => {
    const layout = {
      byteOffset: at.byteOffset,
      shape: view.shape.slice(axes),
      strides: view.strides.slice(axes),
      suboffsets: null,
    };
    pieces.push([new StridedView(view.host, at.storage, view.dtype, layout, view.readonly), [...index]]);
  });
  for (const [piece, index] of pieces) visit(piece, index);
}

/**
 * Pointers may lead anywhere, so the source is first gathered into memory of its own; then each piece of the
 * destination takes its part.
 */
function copyThroughPointers(backend: Backend, dst: StridedView, src: StridedView, swapUnit: number): void {
  broadcastSource(dst.shape, src.shape, src.strides);
  const gathered = src.suboffsets === null && dst.suboffsets !== null ? ownCopy(backend, src) : gather(backend, src);
  if (dst.suboffsets === null) {
    copyItems(backend, dst, gathered, swapUnit);
    return;
  }
  const strides = broadcastSource(dst.shape, gathered.shape, gathered.strides);
  forEachPlain(dst, (piece, index) => {
    let byteOffset = 0;
    for (let axis = 0; axis < index.length; axis++) byteOffset += index[axis]! * strides[axis]!;
    const from: Side = { buffer: gathered.buffer, byteOffset, strides: strides.slice(index.length) };
    runMove(backend, piece.shape, sideOf(piece), from, dst.itemsize, swapUnit);
  });
}

function ownCopy(backend: Backend, src: StridedView): StridedView {
  const copy = contiguousLike(src, "C");
  copyItems(backend, copy, src, 1);
  return copy;
}

function gather(backend: Backend, src: StridedView): StridedView {
  const copy = contiguousLike(src, "C");
  const { strides } = copy;
  forEachPlain(src, (piece, index) => {
    let byteOffset = 0;
    for (let axis = 0; axis < index.length; axis++) byteOffset += index[axis]! * strides[axis]!;
    const to: Side = { buffer: copy.buffer, byteOffset, strides: strides.slice(index.length) };
    runMove(backend, piece.shape, to, sideOf(piece), src.itemsize, 1);
  });
  return copy;
}

/** Fresh memory of its own with the items' shape, in an ordinary ArrayBuffer. */
export function contiguousLike(view: StridedView, order: "C" | "F"): StridedView {
  const strides = contiguousStrides(view.shape, view.itemsize, order);
  const layout = { byteOffset: 0, shape: view.shape, strides, suboffsets: null };
  return new StridedView(view.host, { buffer: newBuffer(view.nbytes) }, view.dtype, layout, false, view.format);
}

/** dst[…] = src[…] where no value changes. @returns false when values would have to be converted */
export function copySameValues(backend: Backend, dst: StridedView, src: StridedView): boolean {
  const relation = relationOf(dst.dtype, src.dtype);
  if (relation.kind === "values") return false;
  requireCopyable(dst);
  requireCopyable(src);
  if (relation.kind === "mixed") copyMixed(backend, dst, src);
  else copyItems(backend, dst, src, relation.kind === "swap" ? relation.unit : 1);
  return true;
}
