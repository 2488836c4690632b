/**
 * Items of several values (packed integers, quantised blocks) to and from plain arrays. The values of an item lie next to
 * each other, so `[…, n]` items of `count` values are `[…, n × count]` values; a single item is `[count]`.
 */

import type { Backend, ConvertStep } from "../backend/backend.js";
import type { BlockCodec, DType } from "../dtype/dtype.js";
import { elements } from "../dtype/elements.js";
import { scalarDType } from "../dtype/make.js";
import { stridebufError } from "../errors.js";
import { contiguousStrides } from "../view/strides.js";
import { StridedView } from "../view/view.js";
import { contiguousLike, copyItems, sideOf } from "./copy.js";
import { normalise, type Side } from "./normalise.js";

/** How the items of a dtype are blocks, through sub-arrays of them; undefined when they are not. */
export function blockOf(dtype: DType): BlockCodec | undefined {
  return dtype.kind === "array" ? blockOf(dtype.base!) : dtype.codec?.block;
}

/** The dtype of the values of a block type. */
export const valuesDType = (block: BlockCodec): DType => scalarDType(block.element);

/** The shape of the values of `shape` items. */
export function valuesShape(shape: readonly number[], { count }: BlockCodec): number[] {
  const last = shape.length === 0 ? 1 : shape[shape.length - 1]!;
  const merged = last * count;
  if (!Number.isSafeInteger(merged)) {
    throw stridebufError("LayoutError", `shape [${shape}] × ${count} is too large`, { reason: "overflow" });
  }
  return [...shape.slice(0, -1), merged];
}

/** Axes of sub-arrays become axes of the view. */
export function withoutSubarrays(view: StridedView): StridedView {
  const { dtype } = view;
  if (dtype.kind !== "array") return view;
  const base = dtype.base!;
  const layout = {
    byteOffset: view.byteOffset,
    shape: [...view.shape, ...dtype.shape!],
    strides: [...view.strides, ...contiguousStrides(dtype.shape!, base.itemsize, "C")],
    suboffsets: view.suboffsets === null ? null : [...view.suboffsets, ...dtype.shape!.map(() => -1)],
  };
  return withoutSubarrays(new StridedView(view.host, view.storage, base, layout, view.readonly));
}

/** Runs one step over items: `dst` and `src` have `shape`, and do not overlap. */
function transform(backend: Backend, shape: readonly number[], dst: Side, src: Side, step: ConvertStep): void {
  if (shape.includes(0)) return;
  const nest = normalise(shape, dst, src);
  const { srcWidth, dstWidth } = step;
  backend.transform(
    { buffer: dst.buffer, byteOffset: nest.dstOffset },
    { buffer: src.buffer, byteOffset: nest.srcOffset },
    { sizes: nest.sizes, dstStrides: nest.dst, srcStrides: nest.src },
    { srcWidth, dstWidth, srcSwap: false, dstSwap: false, steps: [step] },
  );
}

/** One side of a block conversion that is the plain values: contiguous, an item at a time. */
function itemsSide(values: StridedView, shape: readonly number[], width: number): Side {
  const { buffer, byteOffset } = sideOf(values);
  return { buffer, byteOffset, strides: contiguousStrides(shape, width, "C") };
}

/**
 * The values of a view of blocks, in `make`'s new C-contiguous view of their dtype and shape.
 *
 * @param make - gives memory that does not overlap the blocks
 */
export function decodeBlocks(
  backend: Backend,
  blocks: StridedView,
  make: (shape: readonly number[], dtype: DType) => StridedView,
): StridedView {
  const flat = withoutSubarrays(blocks);
  const block = flat.dtype.codec!.block!;
  const values = make(valuesShape(flat.shape, block), valuesDType(block));
  const src = flat.suboffsets === null ? flat : plainCopy(backend, flat);
  const dstWidth = block.count * elements[block.element].width;
  const step: ConvertStep = {
    srcWidth: flat.itemsize,
    dstWidth,
    js: (dst, dstOffset, from, srcOffset, count) => block.decode(dst, dstOffset, from, srcOffset, count),
    ...(block.kernel === undefined ? {} : { kernel: block.kernel }),
  };
  transform(backend, flat.shape, itemsSide(values, flat.shape, dstWidth), sideOf(src), step);
  return values;
}

function plainCopy(backend: Backend, view: StridedView): StridedView {
  const copy = contiguousLike(view, "C");
  copyItems(backend, copy, view, 1);
  return copy;
}

/**
 * Writes blocks from their values.
 *
 * @param values - C-contiguous, of the dtype that the block's codec encodes from, elsewhere in memory
 * @throws LayoutError (`shape`) when the values do not fill the blocks; ConversionError when the type only decodes
 */
export function encodeBlocks(backend: Backend, blocks: StridedView, values: StridedView): void {
  const flat = withoutSubarrays(blocks);
  const block = flat.dtype.codec!.block!;
  const { encode } = block;
  if (encode === undefined) throw cannotEncode(flat.dtype, values.dtype);
  const wanted = valuesShape(flat.shape, block);
  if (wanted.join() !== values.shape.join()) {
    throw stridebufError(
      "LayoutError",
      `[${flat.shape}] items of ${flat.dtype.name} hold values of shape [${wanted}], got [${values.shape}]`,
      {
        reason: "shape",
      },
    );
  }
  const srcWidth = block.count * values.itemsize;
  const step: ConvertStep = {
    srcWidth,
    dstWidth: flat.itemsize,
    js: (dst, dstOffset, from, srcOffset, count) => encode.call(block, dst, dstOffset, from, srcOffset, count),
  };
  const target = flat.suboffsets === null ? flat : contiguousLike(flat, "C");
  transform(backend, flat.shape, sideOf(target), itemsSide(values, flat.shape, srcWidth), step);
  if (target !== flat) copyItems(backend, flat, target, 1);
}

export function cannotEncode(to: DType, from: DType): Error {
  const names = { from: from.format, to: to.format };
  return stridebufError("ConversionError", `blocks of ${to.name} can be decoded but not made`, names);
}

/** The shape of the blocks that values of `shape` fill. @throws LayoutError (`shape`) when they do not fill the last one */
export function blocksShape(shape: readonly number[], block: BlockCodec): number[] {
  const last = shape[shape.length - 1];
  if (last === undefined || last % block.count !== 0) {
    throw stridebufError(
      "LayoutError",
      `the last axis of [${shape}] is no multiple of the ${block.count} values of an item`,
      {
        reason: "shape",
      },
    );
  }
  return [...shape.slice(0, -1), last / block.count];
}
