/**
 * The host of views that no engine has been linked to: a program that takes `view` and none of the engine's functions is spared the
 * engine, and copies item by item; it prints items as JSON.
 */

import type { DType } from "../dtype/dtype.js";
import { withByteOrder } from "../dtype/order.js";
import { sameType } from "../dtype/value.js";
import { stridebufError } from "../errors.js";
import { requireCopyable } from "./bulk.js";
import type { AnyView, ViewHost } from "./host.js";
import { offsetsOf } from "./offsets.js";
import { indirectAxes } from "./pointers.js";
import { plainItems } from "./print.js";
import { forEachPiece } from "./suboffsets.js";

/** A host of its own, which `createEngine` turns into that of the engine. */
export function plainHost(): ViewHost {
  return { copy: copyItems, print: plainItems };
}

const needsEngine = (what: string): Error =>
  stridebufError("EngineError", `${what} takes the engine, which a program has that imports "copy" of stridebuf`, {
    phase: "run",
  });

/** Bytes that are reversed together on the way from `src` to `dst`; 1 for none. */
function swapUnit(dst: DType, src: DType): number {
  if (sameType(dst, src)) return 1;
  const isSimple = dst.itemsize === src.itemsize && dst.byteOrder !== "none" && src.byteOrder !== "none";
  if (isSimple && withByteOrder(src, dst.byteOrder as "little" | "big") === dst) return dst.width;
  throw needsEngine(`converting ${src.format} to ${dst.format}`);
}

/** Whether items lie apart, judged by each axis stepping over all that the shorter steps touch. */
function isNested({ shape, strides, itemsize }: AnyView): boolean {
  let span = itemsize;
  return shape
    .map((count, axis) => ({ count, step: Math.abs(strides[axis]!) }))
    .filter(({ count }) => count !== 1)
    .sort((a, b) => a.step - b.step)
    .every(({ count, step }) => {
      const isApart = step >= span;
      span += step * (count - 1);
      return isApart;
    });
}

function requireTarget(dst: AnyView): void {
  if (dst.readonly) throw stridebufError("LayoutError", "the destination is read-only", { reason: "readonly" });
  if (dst.suboffsets !== null) throw needsEngine("writing through pointers");
  if (dst.size > 0 && !isNested(dst)) throw needsEngine("writing items that may overlap each other");
}

function copyItems(dst: AnyView, given: AnyView): void {
  requireTarget(dst);
  requireCopyable(given);
  const unit = swapUnit(dst.dtype, given.dtype);
  const to = new Uint8Array(dst.live());
  const src = given.storage.buffer === dst.storage.buffer ? given.copied("C") : given;
  const { itemsize } = src;
  const outer = indirectAxes(src);
  if (outer === 0 && unit === 1 && dst.isContiguous() && src.isContiguous()) {
    if (src.size > 0) to.set(new Uint8Array(src.live(), src.byteOffset, src.nbytes), dst.byteOffset);
    return;
  }
  const shape = src.shape.slice(outer);
  const targets = { shape, strides: dst.strides.slice(outer), suboffsets: null };
  const sources = { shape, strides: src.strides.slice(outer), suboffsets: null };
  forEachPiece(src.storage, src, itemsize, outer, ({ storage, byteOffset }, index) => {
    const from = new Uint8Array(storage.buffer);
    const start = index.reduce((at, i, axis) => at + i * dst.strides[axis]!, dst.byteOffset);
    const places = offsetsOf({ ...targets, byteOffset: start });
    for (const at of offsetsOf({ ...sources, byteOffset })) {
      const target: number = places.next().value!;
      for (let i = 0; i < itemsize; i++) {
        const inUnit = i % unit;
        to[target + i] = from[at + i - inUnit + unit - 1 - inUnit]!;
      }
    }
  });
}
