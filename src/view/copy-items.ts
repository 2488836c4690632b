/**
 * The host of views that no engine has been linked to: a program that takes `view` and none of the engine's functions is spared the
 * engine, and copies item by item.
 */

import { requireCopyable } from "./bulk.js";
import type { ViewHost } from "./host.js";
import { offsetsOf } from "./offsets.js";
import { forEachPiece, indirectAxes } from "./suboffsets.js";

/** A host of its own, which `createEngine` turns into that of the engine. */
export function plainHost(): ViewHost {
  return {
    /** `dst` is fresh memory without suboffsets. */
    copy(dst, src) {
      requireCopyable(src);
      const { itemsize } = src;
      const to = new Uint8Array(dst.storage.buffer);
      const outer = indirectAxes(src);
      const shape = src.shape.slice(outer);
      const targets = { shape, strides: dst.strides.slice(outer), suboffsets: null };
      const sources = { shape, strides: src.strides.slice(outer), suboffsets: null };
      forEachPiece(src.storage, src, itemsize, outer, ({ storage, byteOffset }, index) => {
        const from = new Uint8Array(storage.buffer);
        const start = index.reduce((at, i, axis) => at + i * dst.strides[axis]!, dst.byteOffset);
        const places = offsetsOf({ ...targets, byteOffset: start });
        for (const at of offsetsOf({ ...sources, byteOffset })) {
          const target: number = places.next().value!;
          for (let i = 0; i < itemsize; i++) to[target + i] = from[at + i]!;
        }
      });
    },
  };
}
