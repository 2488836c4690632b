/** Facts about normalised loops that the engine and both backends read. */

import type { Loop } from "./backend.js";

/** The number of items a loop visits. */
export function itemsOf(loop: Loop): number {
  let items = 1;
  for (const n of loop.sizes) items *= n;
  return items;
}

/**
 * Whether the two inner axes are a transpose: items adjacent in `dst` along the last axis and in `src` along the one
 * before it.
 */
export function isPlane(loop: Loop, dstWidth: number, srcWidth: number): boolean {
  const last = loop.sizes.length - 1;
  return (
    last > 0 &&
    loop.dstStrides[last] === dstWidth &&
    loop.srcStrides[last - 1] === srcWidth &&
    loop.srcStrides[last] !== srcWidth &&
    loop.srcStrides[last] !== 0
  );
}

/** The loop with its items cut into `count` parts of `width` bytes. */
export function withAxis(loop: Loop, count: number, width: number): Loop {
  return {
    sizes: [...loop.sizes, count],
    dstStrides: [...loop.dstStrides, width],
    srcStrides: [...loop.srcStrides, width],
  };
}

/** Whether two lists of numbers are equal. */
export function sameList(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
