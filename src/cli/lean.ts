/**
 * Memory of long lists. V8 lets garbage grow to several times what lives, on Node 24 beyond what docs/streaming.md allows; asked to, it
 * collects earlier.
 */

import { setFlagsFromString } from "node:v8";

/** From here on garbage counts for more than the time to collect it. */
export const MANY_TENSORS = 10_000;

export function collectEarly(): void {
  try {
    setFlagsFromString("--optimize-for-size");
  } catch {
    // Other engines have ways of their own.
  }
}
