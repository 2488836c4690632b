/** Items of several values (packed integers, quantised blocks) to and from plain arrays; their shapes: block-shapes.ts. */

import type { ConvertStep } from "../backend/backend.js";
import { conversionOf, isNumber, overLanes } from "../convert/conversion.js";
import { isOwnBlock } from "../dtype/builtin/blocks.js";
import type { BlockCodec, DType } from "../dtype/dtype.js";
import { elements } from "../dtype/elements.js";
import { scalarDType } from "../dtype/make.js";
import { withByteOrder } from "../dtype/order.js";
import { stridebufError } from "../errors.js";
import { contiguousStrides } from "../view/strides.js";
import { blockOf, valuesShape } from "./block-shapes.js";
import { type ConvertOptions, DEFAULTS } from "./options.js";
import type { Part } from "./part.js";
import { conversionError } from "./plan-values.js";
import type { Planner } from "./planner.js";

/** Refuses to make items that can only be read. */
export function requireEncoder(to: DType, from: DType): void {
  if (blockOf(to)?.encode === undefined)
    throw conversionError(to, from, `blocks of ${to.name} can be decoded but not made`);
}

/** Values as items of one block each: the last axis counts blocks. */
function grouped(values: Part, shape: readonly number[], { count }: BlockCodec): Part {
  const strides = values.strides.slice();
  if (shape.length === 0) strides.pop();
  else strides[shape.length - 1] = count * values.dtype.itemsize;
  return { ...values, shape, strides };
}

/**
 * `values` = `blocks`, decoded and converted tile by tile; they broadcast. Straight into place where the values of each block
 * lie side by side in native order, else by way of a temporary of the values' own type.
 *
 * @returns false, nothing planned, where numbers have to be checked or are scaled by arrays, and for what is no number
 */
export function planDecoding(planner: Planner, values: Part, blocks: Part, options: ConvertOptions): boolean {
  const { overflow, linear, factors, rounds } = options;
  const block = blockOf(blocks.dtype)!;
  const hub = scalarDType(block.element);
  const { dtype } = values;
  if (factors !== undefined || overflow === "error" || !isNumber(dtype)) return false;
  const native = dtype.byteOrder === "big" ? withByteOrder(dtype, "little") : dtype;
  const conversion = conversionOf(native, hub, overflow, linear, rounds);
  if (conversion === undefined || conversion.steps.some((step) => step.isForeign)) return false;
  const shape = valuesShape(blocks.shape, block);
  const isStraight =
    dtype === native && values.strides[shape.length - 1] === native.itemsize && values.shape.join() === shape.join();
  const target = isStraight ? values : planner.temporary(native, shape, `values of ${blocks.dtype.format}`);
  const steps = [decodeStep(block, blocks.dtype), ...conversion.steps.map((step) => overLanes(step, block.count))];
  planner.transform(grouped(target, blocks.shape, block), blocks, {
    srcWidth: blocks.dtype.itemsize,
    dstWidth: block.count * native.itemsize,
    srcSwap: false,
    dstSwap: false,
    steps,
  });
  if (!isStraight) planner.move(values, target, dtype === native ? 1 : dtype.width);
  return true;
}

/** Items of `dtype` → their values. A kernel of ours knows the sizes of our blocks, not of a user's. */
function decodeStep(block: BlockCodec, dtype: DType): ConvertStep {
  const step = {
    srcWidth: dtype.itemsize,
    dstWidth: block.count * elements[block.element].width,
    js: ((dst, dstOffset, src, srcOffset, count) =>
      block.decode(dst, dstOffset, src, srcOffset, count)) as ConvertStep["js"],
  };
  if (!isOwnBlock(block)) return { ...step, isForeign: true };
  return block.kernel === undefined ? step : { ...step, kernel: block.kernel };
}

/** The values of blocks in memory of their own. */
export function decoded(planner: Planner, blocks: Part): Part {
  const block = blockOf(blocks.dtype)!;
  const shape = valuesShape(blocks.shape, block);
  const values = planner.temporary(scalarDType(block.element), shape, `values of ${blocks.dtype.format}`);
  planDecoding(planner, values, blocks, DEFAULTS);
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
    isForeign: !isOwnBlock(block),
  };
  const conversion = { srcWidth, dstWidth, srcSwap: false, dstSwap: false, steps: [step] };
  planner.transform(blocks, grouped(values, blocks.shape, block), conversion);
}

/** Whether values lie as {@link planEncoding} wants them. */
export const isContiguousPart = ({ shape, strides, dtype }: Part): boolean =>
  strides.join() === contiguousStrides(shape, dtype.itemsize).join();
