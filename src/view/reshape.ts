/** The layouts of views with axes joined, split, added or removed: reshape, broadcast, squeeze. */

import { stridebufError } from "../errors.js";
import { axisNumbers, integers } from "./checks.js";
import type { Layout } from "./geometry.js";
import { broadcastStrides, contiguousStrides, itemCount, reshapeStrides } from "./strides.js";

/** The shape of `reshape(shape)`, its one -1 filled in. */
export function reshapedShape(shape: readonly number[], wanted: unknown, itemsize: number): number[] {
  const target = integers("shape", wanted, -1);
  const count = shape.includes(0) ? 0 : itemCount(shape, itemsize);
  const open = target.indexOf(-1);
  if (open !== target.lastIndexOf(-1))
    throw stridebufError("LayoutError", `"shape" [${target}] leaves more than one axis open`, { reason: "shape" });
  if (open >= 0) {
    target[open] = 1;
    const rest = itemCount(target, itemsize);
    if (rest === 0 || count % rest !== 0) throw sizeMismatch(shape, wanted);
    target[open] = count / rest;
  }
  if (itemCount(target, itemsize) !== count) throw sizeMismatch(shape, wanted);
  return target;
}

const itemsIn = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

function sizeMismatch(shape: readonly number[], wanted: unknown): Error {
  return stridebufError(
    "LayoutError",
    `shape [${shape}] cannot become [${wanted}], which is another number of items than ${itemsIn(shape)}`,
    {
      reason: "shape",
    },
  );
}

/**
 * @throws LayoutError (`contiguity`) when the items are not where the new shape would need them: only a copy could be
 * reshaped so
 */
export function reshapeLayout(layout: Layout, target: number[], itemsize: number, order: "C" | "F"): Layout {
  const same = target.length === layout.shape.length && target.every((n, axis) => n === layout.shape[axis]);
  if (same) return { ...layout, shape: target };
  const strides =
    layout.suboffsets === null
      ? reshapeStrides(layout.shape, layout.strides, target, itemsize, order)
      : target.includes(0)
        ? contiguousStrides(target, itemsize, order)
        : undefined;
  if (strides === undefined)
    throw stridebufError(
      "LayoutError",
      `shape [${layout.shape}] with strides [${layout.strides}] cannot be seen as [${target}] in ${order} order; a copy is needed: contiguous(view, "${order}")`,
      { reason: "contiguity" },
    );
  return { byteOffset: layout.byteOffset, shape: target, strides, suboffsets: null };
}

/** The layout repeated over `wanted` without copying: added axes and axes of length 1 get stride 0. */
export function broadcastLayout(layout: Layout, wanted: unknown, itemsize: number): Layout {
  const target = integers("shape", wanted, 0);
  itemCount(target, itemsize);
  const strides = broadcastStrides(layout.shape, layout.strides, target);
  if (!Array.isArray(strides))
    throw stridebufError("LayoutError", `shape [${layout.shape}] does not broadcast to [${target}]`, {
      reason: "shape",
      axis: strides.axis,
    });
  const added = target.length - layout.shape.length;
  const suboffsets = layout.suboffsets && [...new Array<number>(added).fill(-1), ...layout.suboffsets];
  return { byteOffset: layout.byteOffset, shape: target, strides, suboffsets };
}

/** The axes that `squeeze(axes)` removes: all of length 1 when not given. */
export function squeezedAxes(shape: readonly number[], axes: unknown): number[] {
  if (axes === undefined) return shape.map((_, axis) => axis).filter((axis) => shape[axis] === 1);
  const list = axisNumbers("axes", axes, shape.length);
  for (const axis of list)
    if (shape[axis] !== 1)
      throw stridebufError("LayoutError", `axis ${axis} has length ${shape[axis]}; only axes of length 1 can go`, {
        reason: "shape",
        axis,
      });
  return list;
}
