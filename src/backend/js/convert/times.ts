/** TypeScript twins for times: 64-bit counts with -2^63 as "not a time", which is NaN among floats. */

import type { TileConverter } from "../../backend.js";

const NAT = -(2n ** 63n);

/** Counts to float64 as `toFloat64` does it, NaT to NaN. */
export function natToNaN(toFloat64: TileConverter): TileConverter {
  return (dst, dstOffset, src, srcOffset, count) => {
    toFloat64(dst, dstOffset, src, srcOffset, count);
    const values = new Float64Array(dst, dstOffset, count);
    const counts = new Int32Array(src, srcOffset, 2 * count);
    for (let i = 0; i < count; i++) {
      if (counts[2 * i + 1] === -0x80000000 && counts[2 * i] === 0) values[i] = Number.NaN;
    }
  };
}

/** float64 to counts as `truncate` does it, NaN to NaT. */
export function nanToNaT(truncate: TileConverter): TileConverter {
  return (dst, dstOffset, src, srcOffset, count) => {
    truncate(dst, dstOffset, src, srcOffset, count);
    const values = new Float64Array(src, srcOffset, count);
    const counts = new BigInt64Array(dst, dstOffset, count);
    for (let i = 0; i < count; i++) if (Number.isNaN(values[i])) counts[i] = NAT;
  };
}

/** Counts to counts, by a function over whole arrays. */
export function countsBy(convert: (dst: BigInt64Array, src: BigInt64Array) => void): TileConverter {
  return (dst, dstOffset, src, srcOffset, count) =>
    convert(new BigInt64Array(dst, dstOffset, count), new BigInt64Array(src, srcOffset, count));
}
