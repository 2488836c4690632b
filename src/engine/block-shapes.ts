/**
 * Shapes of items of several values: the values of an item lie next to each other, so `[…, n]` items of `count` values are
 * `[…, n × count]` values; a single item is `[count]`.
 */

import type { BlockCodec, DType } from "../dtype/dtype.js";
import { stridebufError } from "../errors.js";
import type { StridedView } from "../view/view.js";

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

/** The shape of `src` converted to `to`: blocks and values counted as what they become. */
export function resultShape(src: StridedView, to: DType): readonly number[] {
  if (src.dtype === to) return src.shape;
  const [from, block] = [blockOf(src.dtype), blockOf(to)];
  const shape = from === undefined ? src.shape : valuesShape(src.expandItems().shape, from);
  return block === undefined ? shape : blocksShape(shape, block);
}
