/**
 * Plans that are a call or two of the platform over whole arrays: where the same two views come again, all that is left of them is these
 * calls. After large data little of what is known about a copy is in a cache, so that looking it up costs microseconds (bench/NOTES.md,
 * what stands before a platform's call).
 */

import { type KeptArray, StridedView } from "../view/view.js";

/** What is done with the arrays of the two sides. */
export interface Direct {
  readonly to: KeptArray;
  /** Undefined where items are changed in place. */
  readonly from: KeptArray | undefined;
  /** Whether others may be faster: then the calls are made while the platform has won the last race. */
  readonly isRaced: boolean;
  /** What is called on the array that was written. */
  readonly after: ((this: Uint8Array) => void) | undefined;
}

/** Makes the calls; false, and nothing is done, where memory has been detached or has shrunk. */
export function runDirect({ to, from, after }: Direct, dst: StridedView, src: StridedView): boolean {
  const target = StridedView.arrayOf(dst, to);
  if (target.length !== to.length) return false;
  if (from !== undefined) {
    const source = StridedView.arrayOf(src, from);
    if (source.length !== from.length) return false;
    target.set(source);
  }
  after?.call(target as Uint8Array);
  return true;
}
