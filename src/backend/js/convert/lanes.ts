/** Converters of items that are several elements. */

import type { TileConverter } from "../../backend.js";

/** `js` over `count` elements per item. */
export function times(js: TileConverter, count: number): TileConverter {
  return (dst, dstOffset, src, srcOffset, items) => js(dst, dstOffset, src, srcOffset, count * items);
}

/**
 * Pairs of float64 to one truth value: whether the real or the imaginary part, scaled, is not zero. `isReversed`: the
 * imaginary part comes first.
 */
export function pairToBool(scale: number, offset: number, isReversed: boolean): TileConverter {
  const [first, second] = isReversed ? [0, offset] : [offset, 0];
  return (dst, dstOffset, src, srcOffset, count) => {
    const out = new Uint8Array(dst, dstOffset, count);
    const parts = new Float64Array(src, srcOffset, 2 * count);
    for (let i = 0; i < count; i++)
      out[i] = parts[2 * i]! * scale + first !== 0 || parts[2 * i + 1]! * scale + second !== 0 ? 1 : 0;
  };
}
