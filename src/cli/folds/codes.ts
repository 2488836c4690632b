/** Items of one and two bytes, counted by their bits, which makes everything exact, histograms too. */

import type { DType } from "../../dtype/dtype.js";
import { convert, dtypes, view } from "../../index.js";
import { Few } from "./few.js";
import { type Fold, NOTHING, type Statistics } from "./fold.js";
import { binned } from "./histogram.js";
import { Sum } from "./moments.js";

/** How often each pattern of bits comes, and what the patterns mean at the end. */
export function foldCodes(dtype: DType, bins: number | null): Fold {
  const codes = 1 << (8 * dtype.itemsize);
  // Two tables, so that runs of one value do not wait for their own last store.
  const counts = [new Float64Array(codes), new Float64Array(codes)] as const;
  const add = (values: Uint8Array | Uint16Array): void => {
    const [even, odd] = counts;
    const pairs = values.length & ~1;
    for (let i = 0; i < pairs; i += 2) {
      even[values[i]!]!++;
      odd[values[i + 1]!]!++;
    }
    if (pairs < values.length) even[values[pairs]!]!++;
  };
  return {
    add: (tile) => add(codes === 256 ? tile : new Uint16Array(tile.buffer, tile.byteOffset, tile.byteLength / 2)),
    result() {
      const patterns = codes === 256 ? new Uint8Array(256) : new Uint16Array(65536);
      for (let i = 0; i < codes; i++) patterns[i] = i;
      const meant = view(patterns.buffer, { format: dtype, shape: [codes] });
      const values = convert(meant, dtypes.float64).toTypedArray() as Float64Array;
      return ofCounted(values, (i) => counts[0][i]! + counts[1][i]!, bins);
    },
  };
}

function ofCounted(values: Float64Array, countOf: (i: number) => number, bins: number | null): Statistics {
  let [nan, inf, negInf, zeros, count] = [0, 0, 0, 0, 0];
  const sum = new Sum();
  const finite: [number, number][] = [];
  const few = new Few<number>();
  for (const [i, value] of values.entries()) {
    const times = countOf(i);
    if (times === 0) continue;
    few.add(value);
    if (Number.isNaN(value)) nan += times;
    else if (value === Number.POSITIVE_INFINITY) inf += times;
    else if (value === Number.NEGATIVE_INFINITY) negInf += times;
    else {
      if (value === 0) zeros += times;
      count += times;
      sum.add(value * times);
      finite.push([value, times]);
    }
  }
  const odd = { nan, inf: inf + negInf, negInf, zeros, unique: few.count };
  if (count === 0) return { ...NOTHING, ...odd };
  const mean = sum.value / count;
  const squares = new Sum();
  for (const [value, times] of finite) squares.add((value - mean) ** 2 * times);
  const min = finite.reduce((least, [value]) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const max = finite.reduce((most, [value]) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const histogram = bins === null ? null : binned(finite, min, max, bins);
  return { min, max, mean, std: Math.sqrt(squares.value / count), ...odd, histogram };
}
