/** Integers of all widths, and dates. */

import { type Fold, NOTHING } from "./fold.js";
import { FloatCounts } from "./histogram.js";
import { ExactMoments, Moments } from "./moments.js";
import { forEachPiece, type Int32, type Int64, type Kernels, middleOf, type Narrow } from "./piece.js";

const NO_ODD = { nan: 0, inf: 0, negInf: 0 } as const;

const narrowArrays = { int8: Int8Array, uint8: Uint8Array, int16: Int16Array, uint16: Uint16Array } as const;
const int32Arrays = { int32: Int32Array, uint32: Uint32Array } as const;

export type NarrowElement = keyof typeof narrowArrays;
export type Int32Element = keyof typeof int32Arrays;

/** One and two bytes: exactly. */
export function foldNarrow(kernels: Kernels, element: NarrowElement): Fold {
  const Items = narrowArrays[element];
  return foldSmall<Narrow>(kernels, Items, kernels.narrow, new ExactMoments(middleOf(new Items(0))), null);
}

export function foldInt32(kernels: Kernels, element: Int32Element, bins: number | null): Fold {
  return foldSmall<Int32>(kernels, int32Arrays[element], kernels.int32, new Moments(), bins);
}

function foldSmall<T extends Narrow | Int32>(
  kernels: Kernels,
  Items: { new (buffer: ArrayBuffer, byteOffset: number, length: number): T; readonly BYTES_PER_ELEMENT: number },
  run: (piece: T) => ReturnType<Kernels["int32"]>,
  moments: Moments | ExactMoments,
  bins: number | null,
): Fold {
  const few = kernels.few();
  const counts = bins === null ? null : new FloatCounts();
  let [min, max, zeros] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  const middle = middleOf(new Items(new ArrayBuffer(0), 0, 0));
  return {
    add({ buffer, byteOffset, byteLength }) {
      const values = new Items(buffer, byteOffset, byteLength / Items.BYTES_PER_ELEMENT);
      counts?.add(values);
      forEachPiece(values, (piece) => {
        if (few.counting) few.add(piece);
        const folded = run(piece);
        min = Math.min(min, folded.min);
        max = Math.max(max, folded.max);
        zeros += folded.zeros;
        moments.join(piece.length, folded.sum + middle * piece.length, folded.squares);
      });
    },
    result() {
      const odd = { ...NO_ODD, zeros, unique: few.count };
      if (moments.count === 0) return { ...NOTHING, ...odd };
      const [low, high] = [min + middle, max + middle];
      const histogram = counts === null || bins === null ? null : counts.binned(low, high, bins);
      return { min: low, max: high, mean: moments.mean, std: moments.std, ...odd, histogram };
    },
  };
}

/** Eight bytes, and dates, whose NaT is the lowest int64. */
export function foldInt64(kernels: Kernels, isSigned: boolean, hasNaT: boolean, bins: number | null): Fold {
  const Items = isSigned ? BigInt64Array : BigUint64Array;
  const moments = new Moments();
  const few = kernels.few();
  const counts = bins === null ? null : new FloatCounts();
  let [min, max]: [bigint | null, bigint | null] = [null, null];
  let [nan, zeros] = [0, 0];
  return {
    add({ buffer, byteOffset, byteLength }) {
      const values: Int64 = new Items(buffer, byteOffset, byteLength / 8);
      counts?.add(hasNaT ? values.filter((value) => value !== -(2n ** 63n)) : values);
      forEachPiece(values, (piece) => {
        if (few.counting) few.add(piece);
        const folded = kernels.int64(piece, hasNaT);
        nan += folded.absent;
        zeros += folded.zeros;
        const there = piece.length - folded.absent;
        if (there === 0) return;
        if (min === null || folded.min < min) min = folded.min;
        if (max === null || folded.max > max) max = folded.max;
        moments.join(there, folded.sum, folded.squares);
      });
    },
    result() {
      const odd = { ...NO_ODD, nan, zeros, unique: few.count };
      if (min === null || max === null) return { ...NOTHING, ...odd };
      const histogram = counts === null || bins === null ? null : counts.binned(Number(min), Number(max), bins);
      return { min, max, mean: moments.mean, std: moments.std, ...odd, histogram };
    },
  };
}
