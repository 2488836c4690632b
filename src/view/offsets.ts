/** Walking the items of a plain layout. */

import type { Layout } from "./geometry.js";

/** The byte offsets of all items of a layout without suboffsets, in C order. */
export function* offsetsOf(layout: Layout): Generator<number, void, undefined> {
  const { shape, strides } = layout;
  if (shape.includes(0)) return;
  const index: number[] = new Array(shape.length).fill(0);
  let offset = layout.byteOffset;
  for (;;) {
    yield offset;
    let axis = shape.length - 1;
    for (; axis >= 0; axis--) {
      offset += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      offset -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}
