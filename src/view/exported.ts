/** What a view shows of itself through the `ndbuffer` contract (docs/ndbuffer.md). */

import { answers } from "../exchange/acquire.js";
import type { NDBuffer, NDRequest } from "../exchange/ndbuffer.js";
import type { AnyView } from "./host.js";
import { sharedFormat } from "./shared-format.js";

/** @returns null when the view is not what was asked for, its dtype means nothing elsewhere, or its memory is gone */
export function exported(view: AnyView, request: NDRequest | undefined): NDBuffer | null {
  const format = sharedFormat(view.dtype);
  if (format === null || !isAlive(view)) return null;
  const { storage, byteOffset, shape, strides, itemsize, readonly, suboffsets } = view;
  const block: { -readonly [K in keyof NDBuffer]: NDBuffer[K] } = storage.moves
    ? {
        version: 1,
        get buffer() {
          return storage.buffer;
        },
        byteOffset,
        shape,
        strides,
        format,
        itemsize,
        readonly,
      }
    : { version: 1, buffer: storage.buffer, byteOffset, shape, strides, format, itemsize, readonly };
  if (suboffsets !== null) {
    // Nothing in the contract says which of several buffers a pointer means.
    if (storage.tables !== undefined) return null;
    block.suboffsets = suboffsets;
    block.pointerSize = storage.pointerSize ?? 8;
  }
  if (storage.owner !== undefined || storage.allocation !== undefined || storage.isRevocable) block.owner = storage;
  return answers(block, request) ? block : null;
}

function isAlive(view: AnyView): boolean {
  try {
    view.live();
    return true;
  } catch {
    return false;
  }
}
