/** Whether the memory of two views can have bytes in common at all. */

import { extent } from "../view/strides.js";
import type { StridedView } from "../view/view.js";

/** Whether the bytes that two plain views span meet, items and gaps. */
export function spansMeet(a: StridedView, b: StridedView): boolean {
  if (a.storage.buffer !== b.storage.buffer || a.size === 0 || b.size === 0) return false;
  const [aLow, aHigh] = extent(a.shape, a.strides, a.itemsize);
  const [bLow, bHigh] = extent(b.shape, b.strides, b.itemsize);
  return a.byteOffset + aLow < b.byteOffset + bHigh && b.byteOffset + bLow < a.byteOffset + aHigh;
}
