/**
 * Items of several values (packed integers, quantised blocks) to and from plain arrays. The values of an item lie next to
 * each other, so `[…, n]` items of `count` values are `[…, n × count]` values; a single item is `[count]`.
 */

import type { ConvertStep } from "../backend/backend.js";
import type { BlockCodec, DType } from "../dtype/dtype.js";
import { scalarDType } from "../dtype/make.js";
import { stridebufError } from "../errors.js";
import { contiguousStrides } from "../view/strides.js";
import type { Part } from "./part.js";
import { conversionError } from "./plan-values.js";
import type { Planner } from "./planner.js";

/** How the items of a dtype are blocks, through sub-arrays of them; undefined when they are not. */
export function blockOf(dtype: DType): BlockCodec | undefined {
  return dtype.kind === "array" ? blockOf(dtype.base!) : dtype.codec?.block;
}

/** The shape of the values of `shape` items. */
export function valuesShape(shape: readonly number[], { count }: BlockCodec): number[] {
  const last = shape.length === 0 ? 1 : shape[shape.length - 1]!;
  const merged = last * count;
  if (!Number.isSafeInteger(merged)) {
    throw stridebufError("LayoutError", `shape [${shape}] × ${count} is too large`, { reason: "overflow" });
  }
  return [...shape.slice(0, -1), merged];
}

/** The shape of the blocks that values of `shape` fill. @throws LayoutError (`shape`) when they do not fill the last one */
export function blocksShape(shape: readonly number[], { count }: BlockCodec): number[] {
  const last = shape[shape.length - 1];
  if (last !== undefined && last % count === 0) return [...shape.slice(0, -1), last / count];
  const message = `the last axis of [${shape}] is no multiple of the ${count} values of an item`;
  throw stridebufError("LayoutError", message, { reason: "shape" });
}

/** Refuses to make items that can only be read. */
export function requireEncoder(to: DType, from: DType): void {
  if (blockOf(to)?.encode === undefined)
    throw conversionError(to, from, `blocks of ${to.name} can be decoded but not made`);
}

/** Whether `values` can take the values of `blocks` straight from the decoder: of its type, side by side for each block. */
export function isDecoded({ dtype, shape, strides }: Part, blocks: Part): boolean {
  const block = blockOf(blocks.dtype)!;
  if (dtype !== scalarDType(block.element) || strides[shape.length - 1] !== dtype.itemsize) return false;
  return shape.join() === valuesShape(blocks.shape, block).join();
}

/** Values as items of one block each: the last axis counts blocks. */
function grouped(values: Part, shape: readonly number[], { count }: BlockCodec): Part {
  const strides = values.strides.slice();
  if (shape.length === 0) strides.pop();
  else strides[shape.length - 1] = count * values.dtype.itemsize;
  return { ...values, shape, strides };
}

/** `values` = `blocks`, decoded; the values of each block lie side by side. */
export function planDecoding(planner: Planner, values: Part, blocks: Part): void {
  const block = blockOf(blocks.dtype)!;
  const { itemsize } = blocks.dtype;
  const dstWidth = block.count * values.dtype.itemsize;
  const step: ConvertStep = {
    srcWidth: itemsize,
    dstWidth,
    js: (dst, dstOffset, src, srcOffset, count) => block.decode(dst, dstOffset, src, srcOffset, count),
    ...(block.kernel === undefined ? {} : { kernel: block.kernel }),
  };
  const conversion = { srcWidth: itemsize, dstWidth, srcSwap: false, dstSwap: false, steps: [step] };
  planner.transform(grouped(values, blocks.shape, block), blocks, conversion);
}

/** The values of blocks in memory of their own. */
export function decoded(planner: Planner, blocks: Part): Part {
  const block = blockOf(blocks.dtype)!;
  const shape = valuesShape(blocks.shape, block);
  const values = planner.temporary(scalarDType(block.element), shape, `values of ${blocks.dtype.format}`);
  planDecoding(planner, values, blocks);
  return values;
}

/** `blocks` = `values`, encoded; these have the dtype that the codec encodes from, side by side. */
export function planEncoding(planner: Planner, blocks: Part, values: Part): void {
  const block = blockOf(blocks.dtype)!;
  const wanted = valuesShape(blocks.shape, block);
  if (wanted.join() !== values.shape.join()) {
    const message = `[${blocks.shape}] items of ${blocks.dtype.name} hold values of shape [${wanted}], got [${values.shape}]`;
    throw stridebufError("LayoutError", message, { reason: "shape" });
  }
  const srcWidth = block.count * values.dtype.itemsize;
  const dstWidth = blocks.dtype.itemsize;
  const step: ConvertStep = {
    srcWidth,
    dstWidth,
    js: (dst, dstOffset, src, srcOffset, count) => block.encode!(dst, dstOffset, src, srcOffset, count),
  };
  const conversion = { srcWidth, dstWidth, srcSwap: false, dstSwap: false, steps: [step] };
  planner.transform(blocks, grouped(values, blocks.shape, block), conversion);
}

/** Whether values lie as {@link planEncoding} wants them. */
export const isContiguousPart = ({ shape, strides, dtype }: Part): boolean =>
  strides.join() === contiguousStrides(shape, dtype.itemsize).join();
