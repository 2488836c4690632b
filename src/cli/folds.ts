/**
 * Values → statistics, tile by tile in one pass. Items of one and two bytes are counted by their bits, which makes everything
 * exact; floats are folded tile by tile (Chan's way for the variance); 64-bit integers go as pairs of 32-bit words.
 */

import type { DType } from "../dtype/dtype.js";
import { convert, dtypes, view } from "../index.js";
import type { Value } from "../view/values.js";

export interface Statistics {
  /** Of the values that are neither NaN (NaT) nor infinite; null when there is none. Text goes by code points. */
  readonly min: number | bigint | string | null;
  readonly max: number | bigint | string | null;
  readonly mean: number | null;
  /** Of the whole population, as NumPy's `std`. */
  readonly std: number | null;
  /** NaN, and NaT of dates. */
  readonly nan: number;
  readonly inf: number;
  readonly negInf: number;
  /** Zeros; of text the empty ones. */
  readonly zeros: number;
  /** Different values, where there are at most MAX_UNIQUE; null otherwise. */
  readonly unique: number | null;
  readonly histogram: Histogram | null;
}

/** Counts of finite values in bins of one width. */
export interface Histogram {
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
}

export interface Fold {
  /** Contiguous items in native byte order, aligned. */
  add(tile: Uint8Array<ArrayBuffer>): void;
  result(): Statistics;
}

export const MAX_UNIQUE = 64;

/** Statistics of no values. */
const NOTHING = { min: null, max: null, mean: null, std: null } as const;

/** A sum that does not lose small parts beside large ones (Neumaier). */
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

/** Mean and spread of parts joined (Chan, Golub, LeVeque). */
class Moments {
  count = 0;
  readonly #sum = new Sum();
  #squares = 0;

  /** @param squares the sum of squared distances from the part's own mean */
  join(count: number, sum: number, squares: number): void {
    if (count === 0) return;
    if (this.count > 0) {
      const distance = sum / count - this.mean;
      this.#squares += squares + (distance * distance * this.count * count) / (this.count + count);
    } else this.#squares = squares;
    this.#sum.add(sum);
    this.count += count;
  }
  get mean(): number {
    return this.#sum.value / this.count;
  }
  get std(): number {
    return Math.sqrt(this.#squares / this.count);
  }
}

/** Different values as long as they are few. */
class Few<T> {
  readonly #seen = new Set<T>();
  #over = false;
  get counting(): boolean {
    return !this.#over;
  }
  add(value: T): void {
    if (this.#over) return;
    this.#seen.add(value);
    if (this.#seen.size > MAX_UNIQUE) this.#over = true;
  }
  get count(): number | null {
    return this.#over ? null : this.#seen.size;
  }
}

/** Weighted values into bins of one width. */
function binned(pairs: Iterable<readonly [value: number, count: number]>, low: number, high: number, bins: number) {
  const counts = new Array<number>(bins).fill(0);
  const scale = high > low ? bins / (high - low) : 0;
  for (const [value, count] of pairs) {
    const bin = Math.floor((value - low) * scale);
    counts[Math.min(bins - 1, Math.max(0, bin))]! += count;
  }
  return { low, high, counts };
}

/** Items of one or two bytes: how often each pattern of bits comes, and what the patterns mean at the end. */
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
  if (count === 0) return { ...NOTHING, ...odd, histogram: null };
  const mean = sum.value / count;
  const squares = new Sum();
  for (const [value, times] of finite) squares.add((value - mean) ** 2 * times);
  const min = finite.reduce((least, [value]) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const max = finite.reduce((most, [value]) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const histogram = bins === null ? null : binned(finite, min, max, bins);
  return { min, max, mean, std: Math.sqrt(squares.value / count), ...odd, histogram };
}

/**
 * A histogram of floats whose range is known only at the end: values are counted by the upper 16 bits of their float32,
 * which keep a relative precision of 1/256, and brought into bins afterwards.
 */
class FloatCounts {
  readonly #counts = new Float64Array(1 << 16);
  readonly #value = new Float32Array(1);
  readonly #bits = new Uint32Array(this.#value.buffer);
  add(values: Float32Array | Float64Array): void {
    const [value, bits, counts] = [this.#value, this.#bits, this.#counts];
    for (let i = 0; i < values.length; i++) {
      value[0] = values[i]!;
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

/** float32 and float64. */
export function foldFloats(width: 4 | 8, bins: number | null): Fold {
  const moments = new Moments();
  const few = new Few<number>();
  const counts = bins === null ? null : new FloatCounts();
  let [min, max, nan, inf, negInf, zeros] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, 0, 0];

  /** Finite values only; four sums, so that additions do not wait for each other. */
  function addFinite(values: Float32Array | Float64Array): boolean {
    const count = values.length;
    const fours = count & ~3;
    let [low, high, a, b, c, d] = [values[0]!, values[0]!, 0, 0, 0, 0];
    for (let i = 0; i < fours; i += 4) {
      const w = values[i]!;
      const x = values[i + 1]!;
      const y = values[i + 2]!;
      const z = values[i + 3]!;
      a += w;
      b += x;
      c += y;
      d += z;
      if (w < low) low = w;
      if (x < low) low = x;
      if (y < low) low = y;
      if (z < low) low = z;
      if (w > high) high = w;
      if (x > high) high = x;
      if (y > high) high = y;
      if (z > high) high = z;
    }
    for (let i = fours; i < count; i++) {
      const value = values[i]!;
      a += value;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    const sum = a + b + (c + d);
    if (sum - sum !== 0) return false;
    const mean = sum / count;
    let [e, f, g, h, none] = [0, 0, 0, 0, 0];
    for (let i = 0; i < fours; i += 4) {
      const w = values[i]!;
      const x = values[i + 1]!;
      const y = values[i + 2]!;
      const z = values[i + 3]!;
      e += (w - mean) * (w - mean);
      f += (x - mean) * (x - mean);
      g += (y - mean) * (y - mean);
      h += (z - mean) * (z - mean);
      if (w === 0) none++;
      if (x === 0) none++;
      if (y === 0) none++;
      if (z === 0) none++;
    }
    for (let i = fours; i < count; i++) {
      e += (values[i]! - mean) * (values[i]! - mean);
      if (values[i] === 0) none++;
    }
    if (low < min) min = low;
    if (high > max) max = high;
    zeros += none;
    moments.join(count, sum, e + f + (g + h));
    return true;
  }

  /** Counts what is not finite and gives the rest; sums of finite values beyond the range of a double stay infinite. */
  function addMixed(values: Float32Array | Float64Array): void {
    const rest = values.filter((value) => {
      if (value - value === 0) return true;
      if (Number.isNaN(value)) nan++;
      else if (value > 0) inf++;
      else negInf++;
      return false;
    });
    if (rest.length === 0) return;
    if (rest.length < values.length) {
      if (!addFinite(rest)) addHuge(rest);
    } else addHuge(rest);
  }

  function addHuge(values: Float32Array | Float64Array): void {
    for (const value of values) {
      if (value < min) min = value;
      if (value > max) max = value;
      if (value === 0) zeros++;
      moments.join(1, value, 0);
    }
  }

  return {
    add(tile) {
      const { buffer, byteOffset, byteLength } = tile;
      const Items = width === 4 ? Float32Array : Float64Array;
      const values = new Items(buffer, byteOffset, byteLength / width);
      if (values.length === 0) return;
      if (few.counting) for (let i = 0; i < values.length && few.counting; i++) few.add(values[i]!);
      counts?.add(values);
      if (!addFinite(values)) addMixed(values);
    },
    result() {
      const odd = { nan, inf: inf + negInf, negInf, zeros, unique: few.count };
      if (moments.count === 0) return { ...NOTHING, ...odd, histogram: null };
      const histogram = counts === null || bins === null ? null : counts.binned(min, max, bins);
      return { min, max, mean: moments.mean, std: moments.std, ...odd, histogram };
    },
  };
}

/** int64, uint64, and dates, whose NaT is the lowest int64: pairs of 32-bit words, no bigint per value. */
export function foldWide(signed: boolean, hasNaT: boolean, bins: number | null): Fold {
  const moments = new Moments();
  const few = new Few<bigint>();
  const counts = bins === null ? null : new FloatCounts();
  let [minHigh, minLow, maxHigh, maxLow, count, nan, zeros] = [0, 0, 0, 0, 0, 0, 0];
  let doubles = new Float64Array(0);
  const wide = (h: number, l: number) => (BigInt(h) << 32n) + BigInt(l);
  return {
    add(tile) {
      const low = new Uint32Array(tile.buffer, tile.byteOffset, tile.byteLength / 4);
      const high = signed ? new Int32Array(low.buffer, low.byteOffset, low.length) : low;
      if (doubles.length < low.length / 2) doubles = new Float64Array(low.length / 2);
      let [sum, there] = [0, 0];
      for (let i = 0; i < low.length; i += 2) {
        const l = low[i]!;
        const h = high[i + 1]!;
        if (hasNaT && l === 0 && h === -0x8000_0000) {
          nan++;
          continue;
        }
        const value = h * 0x1_0000_0000 + l;
        sum += value;
        doubles[there++] = value;
        if (value === 0) zeros++;
        if (few.counting) few.add(wide(h, l));
        const first = count === 0;
        if (first || h < minHigh || (h === minHigh && l < minLow)) [minHigh, minLow] = [h, l];
        if (first || h > maxHigh || (h === maxHigh && l > maxLow)) [maxHigh, maxLow] = [h, l];
        count++;
      }
      const mean = sum / there;
      let squares = 0;
      for (let i = 0; i < there; i++) squares += (doubles[i]! - mean) * (doubles[i]! - mean);
      moments.join(there, sum, squares);
      counts?.add(doubles.subarray(0, there));
    },
    result() {
      const odd = { nan, inf: 0, negInf: 0, zeros, unique: nan > 0 && few.count !== null ? few.count + 1 : few.count };
      if (count === 0) return { ...NOTHING, ...odd, histogram: null };
      const [min, max] = [wide(minHigh, minLow), wide(maxHigh, maxLow)];
      const histogram = counts === null || bins === null ? null : counts.binned(Number(min), Number(max), bins);
      return { min, max, mean: moments.mean, std: moments.std, ...odd, histogram };
    },
  };
}

/** Texts and bytes, compared by code points. */
export function foldText(dtype: DType, textOf: (value: Value) => string): Fold {
  const few = new Few<string>();
  let [min, max, zeros]: [string | null, string | null, number] = [null, null, 0];
  return {
    add(tile) {
      const items = view(tile, { format: dtype, shape: [tile.byteLength / dtype.itemsize] });
      for (let i = 0; i < items.size; i++) {
        const text = textOf(items.get(i) as Value);
        if (text === "") zeros++;
        if (min === null || text < min) min = text;
        if (max === null || text > max) max = text;
        few.add(text);
      }
    },
    result: () => ({
      ...{ min, max, mean: null, std: null, nan: 0, inf: 0, negInf: 0 },
      ...{ zeros, unique: few.count, histogram: null },
    }),
  };
}
