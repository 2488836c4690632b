/** What a plan comes down to, where it is a call or two of the platform: see direct.ts. */

import { hasTrap } from "../backend/copy-bytes.js";
import type { NumberArray } from "../backend/js/arrays.js";
import { itemArrays, swapMethod } from "../backend/platform.js";
import { LARGE_BYTES } from "../backend/thresholds.js";
import { typesOfNative } from "../convert/kernels.js";
import type { KeptArray, StridedView } from "../view/view.js";
import type { Direct } from "./direct.js";
import type { LoopOperation, Steps } from "./operations.js";

/** Memory that stays one object and cannot be taken back. */
const isPlain = ({ storage }: StridedView): boolean =>
  storage.moves === undefined && storage.isRevocable === undefined && storage.allocation === undefined;

/** @param first - bytes from the view's first item to the first of the array */
function side(view: StridedView, Type: NumberArray, first: number, length: number): KeptArray | undefined {
  const byteOffset = view.byteOffset + first;
  return byteOffset % Type.BYTES_PER_ELEMENT === 0 ? { Type, byteOffset, length } : undefined;
}

/** The calls that a plan comes down to, where the platform runs it; null where that is anything else. */
export function directOf({ operations }: Steps, dst: StridedView, src: StridedView): Direct | null {
  if (operations.length !== 1) return null;
  const operation = operations[0] as LoopOperation;
  const { op, executor, rivals, loop, dstOffset, srcOffset } = operation;
  if ((op !== "move" && op !== "transform") || loop.sizes.length > 1) return null;
  if ((executor !== "platform" && !rivals.includes("platform")) || !isPlain(dst) || !isPlain(src)) return null;
  const isRaced = rivals.length > 0;
  const { kind, width, swapUnit, conversion } = operation;
  const count = loop.sizes[0] ?? 1;
  const between = (Src: NumberArray, Dst: NumberArray, first: number, n: number, after?: Direct["after"]) => {
    const to = side(dst, Dst, dstOffset, n);
    const from = side(src, Src, first, n);
    return to !== undefined && from !== undefined ? { to, from, isRaced, after } : null;
  };
  if (conversion !== undefined) {
    const [step, ...others] = conversion.steps;
    const types = typesOfNative(step?.kernel ?? "");
    const isOne = others.length === 0 && !conversion.srcSwap && !conversion.dstSwap;
    if (kind !== "contiguous" || !isOne || types === undefined) return null;
    const nbytes = count * Math.max(conversion.srcWidth, conversion.dstWidth);
    return isRaced && nbytes >= LARGE_BYTES ? null : between(...types, srcOffset, count);
  }
  const nbytes = width * count;
  if (nbytes >= LARGE_BYTES && (swapUnit > 1 || kind === "reverse")) return null;
  if (kind === "contiguous" && loop.sizes.length === 0) {
    const after = swapUnit > 1 ? swapMethod(swapUnit as 2 | 4 | 8) : undefined;
    if (operation.overlap === "same")
      return { to: side(dst, Uint8Array, dstOffset, nbytes)!, from: undefined, isRaced, after };
    return hasTrap(nbytes) ? null : between(Uint8Array, Uint8Array, srcOffset, nbytes, after);
  }
  if (kind !== "reverse" || !(width in itemArrays) || hasTrap(nbytes)) return null;
  // Also of 8 bytes: none of its items is looked at.
  const Type = itemArrays[width as keyof typeof itemArrays] as unknown as NumberArray;
  return between(Type, Type, srcOffset - (count - 1) * width, count, Type.prototype.reverse);
}
