/**
 * Suboffset views as plain strided pieces, for whoever moves bytes: the engine needs to know loops, not pointers.
 */

import { stridebufError } from "../errors.js";
import type { Storage } from "./storage.js";
import { proveBounds } from "./strides.js";
import { addressOf, forEachPiece, indirectAxes } from "./suboffsets.js";
import { StridedView } from "./view.js";

/**
 * Cuts two views of one shape, of which at least one has suboffsets, into pairs of plain views (no suboffsets) that
 * together cover them, in C order. Every piece has been proven to lie in its memory.
 *
 * @throws BoundsError when a pointer leads outside its memory; pieces before it have been visited by then, so check
 * with a first pass where half a copy would hurt
 */
export function forEachPiecePair(
  dst: StridedView,
  src: StridedView,
  visit: (dst: StridedView, src: StridedView) => void,
): void {
  if (dst.ndim !== src.ndim || dst.shape.some((n, axis) => n !== src.shape[axis]))
    throw stridebufError("LayoutError", `pieces of [${dst.shape}] and [${src.shape}] do not pair`, { reason: "shape" });
  const outer = Math.max(indirectAxes(dst), indirectAxes(src));
  forEachPiece(dst.storage, dst, dst.itemsize, outer, (at, index) => {
    const from = addressOf(src.storage, src, index);
    const source = piece(src, from.storage, from.byteOffset, outer);
    proveBounds(source.shape, source.strides, source.itemsize, source.byteOffset, 0, source.buffer.byteLength);
    visit(piece(dst, at.storage, at.byteOffset, outer), source);
  });
}

function piece(view: StridedView, storage: Storage, byteOffset: number, outer: number): StridedView {
  const layout = { byteOffset, shape: view.shape.slice(outer), strides: view.strides.slice(outer), suboffsets: null };
  return new StridedView(view.host, storage, view.dtype, layout, view.readonly);
}
