/** float32 and float64. */

import { type Fold, NOTHING } from "./fold.js";
import { FloatCounts } from "./histogram.js";
import { Moments } from "./moments.js";
import { type Floats, forEachPiece, type Kernels } from "./piece.js";

export function foldFloats(kernels: Kernels, width: 4 | 8, bins: number | null): Fold {
  const Items = width === 4 ? Float32Array : Float64Array;
  const moments = new Moments();
  const few = kernels.few();
  const counts = bins === null ? null : new FloatCounts();
  let [min, max, nan, inf, negInf, zeros] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, 0, 0];

  /** False where something is not finite, or the sum is beyond the range of a double. */
  function addFinite(piece: Floats): boolean {
    const folded = kernels.floats(piece);
    if (!Number.isFinite(folded.sum)) return false;
    min = Math.min(min, folded.min);
    max = Math.max(max, folded.max);
    zeros += folded.zeros;
    moments.join(piece.length, folded.sum, folded.squares);
    return true;
  }

  /** Counts what is not finite and gives the rest. */
  function addMixed(piece: Floats): void {
    const rest = piece.filter((value) => {
      if (Number.isFinite(value)) return true;
      if (Number.isNaN(value)) nan++;
      else if (value > 0) inf++;
      else negInf++;
      return false;
    });
    if (rest.length === 0 || (rest.length < piece.length && addFinite(rest))) return;
    for (const value of rest) {
      min = Math.min(min, value);
      max = Math.max(max, value);
      if (value === 0) zeros++;
      moments.join(1, value, 0);
    }
  }

  return {
    add({ buffer, byteOffset, byteLength }) {
      const values: Floats = new Items(buffer, byteOffset, byteLength / width);
      counts?.add(values);
      forEachPiece(values, (piece) => {
        if (few.counting) few.add(piece);
        if (!addFinite(piece)) addMixed(piece);
      });
    },
    result() {
      const odd = { nan, inf: inf + negInf, negInf, zeros, unique: few.count };
      if (moments.count === 0) return { ...NOTHING, ...odd };
      const histogram = counts === null || bins === null ? null : counts.binned(min, max, bins);
      return { min, max, mean: moments.mean, std: moments.std, ...odd, histogram };
    },
  };
}
