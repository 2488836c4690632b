/**
 * Minimum, maximum, mean and counts of NaN and Inf of a tensor in a file, computed by the engine in chunks: values are
 * converted to float64 (64-bit integers stay as they are) and folded as they come.
 */

import type { DType } from "../dtype/dtype.js";
import { copy, dtypes, view } from "../index.js";
import type { RandomSink, RandomSource } from "../io/random-access.js";
import { convertTensor } from "../io/stream-convert.js";
import type { FileTensor } from "../io/tensor-file.js";

export interface Statistics {
  /** Of the values that are neither NaN nor infinite; null when there is none. */
  readonly min: number | bigint | null;
  readonly max: number | bigint | null;
  readonly mean: number | null;
  readonly nan: number;
  readonly inf: number;
}

const NUMBERS: readonly DType["kind"][] = ["bool", "int", "uint", "float"];

/** A sum that does not lose small chunks beside large ones (Neumaier). */
class Sum {
  #sum = 0;
  #lost = 0;
  add(value: number): void {
    const sum = this.#sum + value;
    this.#lost += Math.abs(this.#sum) >= Math.abs(value) ? this.#sum - sum + value : value - sum + this.#sum;
    this.#sum = sum;
  }
  get value(): number {
    return this.#sum + this.#lost;
  }
}

interface Fold {
  add(chunk: Uint8Array): void;
  result(): Statistics;
}

function foldFloats(): Fold {
  const sum = new Sum();
  let [min, max, nan, inf, finite] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, 0];
  return {
    add(chunk) {
      const values = new Float64Array(chunk.buffer, chunk.byteOffset, chunk.byteLength / 8);
      let part = 0;
      let [low, high, odd] = [min, max, 0];
      for (let i = 0; i < values.length; i++) {
        const value = values[i]!;
        if (value - value !== 0) {
          odd++;
          if (Number.isNaN(value)) nan++;
          continue;
        }
        part += value;
        if (value < low) low = value;
        if (value > high) high = value;
      }
      [min, max] = [low, high];
      finite += values.length - odd;
      inf += odd;
      sum.add(part);
    },
    result: () =>
      finite === 0
        ? { min: null, max: null, mean: null, nan, inf: inf - nan }
        : { min, max, mean: sum.value / finite, nan, inf: inf - nan },
  };
}

/** 64-bit integers as pairs of 32-bit words: no bigint per value. */
function foldWideIntegers(signed: boolean): Fold {
  const sum = new Sum();
  let count = 0;
  let [minHigh, minLow, maxHigh, maxLow] = [0, 0, 0, 0];
  return {
    add(chunk) {
      const low = new Uint32Array(chunk.buffer, chunk.byteOffset, chunk.byteLength / 4);
      const high = signed ? new Int32Array(low.buffer, low.byteOffset, low.length) : low;
      let part = 0;
      for (let i = 0; i < low.length; i += 2) {
        const [l, h] = [low[i]!, high[i + 1]!];
        part += h * 0x1_0000_0000 + l;
        const first = count === 0 && i === 0;
        if (first || h < minHigh || (h === minHigh && l < minLow)) [minHigh, minLow] = [h, l];
        if (first || h > maxHigh || (h === maxHigh && l > maxLow)) [maxHigh, maxLow] = [h, l];
      }
      count += low.length / 2;
      sum.add(part);
    },
    result() {
      if (count === 0) return { min: null, max: null, mean: null, nan: 0, inf: 0 };
      const wide = (h: number, l: number) => (BigInt(h) << 32n) + BigInt(l);
      return { min: wide(minHigh, minLow), max: wide(maxHigh, maxLow), mean: sum.value / count, nan: 0, inf: 0 };
    },
  };
}

/**
 * The statistics of a tensor, or null for types that have none (complex, text, records, …).
 *
 * @param onProgress called with the bytes read since the last call
 */
export async function statisticsOf(
  source: RandomSource,
  tensor: FileTensor,
  onProgress: (bytes: number) => void | Promise<void>,
): Promise<Statistics | null> {
  const { dtype, shape, name } = tensor;
  if (!NUMBERS.includes(dtype.kind)) {
    await onProgress(tensor.nbytes);
    return null;
  }
  const wide = dtype.element === "int64" || dtype.element === "uint64";
  const to = wide ? dtypes[dtype.element as "int64" | "uint64"] : dtypes.float64;
  const fold = wide ? foldWideIntegers(dtype.element === "int64") : foldFloats();
  const sink: RandomSink = { write: (chunk) => fold.add(chunk) };
  const dst = { dtype: to, order: tensor.order, byteOffset: 0 };
  await convertTensor({ view, copy }, sink, source, { name, shape, src: tensor, dst, values: {}, onProgress });
  return fold.result();
}
