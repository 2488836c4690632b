/** Weighted values into bins. */

import type { Histogram } from "./fold.js";

export function binned(
  pairs: Iterable<readonly [value: number, count: number]>,
  low: number,
  high: number,
  bins: number,
): Histogram {
  const counts = new Array<number>(bins).fill(0);
  const scale = high > low ? bins / (high - low) : 0;
  for (const [value, count] of pairs) {
    const bin = Math.floor((value - low) * scale);
    counts[Math.min(bins - 1, Math.max(0, bin))]! += count;
  }
  return { low, high, counts };
}

/**
 * A histogram of numbers whose range is known only at the end: values are counted by the upper 16 bits of their float32,
 * which keep a relative precision of 1/256, and brought into bins afterwards.
 */
export class FloatCounts {
  readonly #counts = new Float64Array(1 << 16);
  readonly #value = new Float32Array(1);
  readonly #bits = new Uint32Array(this.#value.buffer);
  add(values: ArrayLike<number | bigint>): void {
    const [value, bits, counts] = [this.#value, this.#bits, this.#counts];
    for (let i = 0; i < values.length; i++) {
      value[0] = Number(values[i]!);
      counts[bits[0]! >>> 16]!++;
    }
  }
  binned(min: number, max: number, bins: number): Histogram {
    const pairs: [number, number][] = [];
    for (const [code, count] of this.#counts.entries()) {
      if (count === 0) continue;
      this.#bits[0] = ((code << 16) | 0x8000) >>> 0;
      const middle = this.#value[0]!;
      if (!Number.isNaN(middle)) pairs.push([Math.min(max, Math.max(min, middle)), count]);
    }
    return binned(pairs, min, max, bins);
  }
}
