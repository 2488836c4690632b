/**
 * Multiplying and dividing many 64-bit counts by a constant, in place and without a BigInt: a count is a signed high
 * and an unsigned low word, and a word times or modulo a factor of at most 2^21 is exact in a double.
 */

/** "Not a time": the count -2^63 in every unit. */
export const NaT: bigint = -(2n ** 63n);

export interface Ratio {
  readonly multiplier: bigint;
  readonly divisor: bigint;
}

/** What to do with every count, as factors to apply one after the other. */
export interface Scaling {
  readonly multiply: boolean;
  readonly factors: readonly number[];
}

const MAX_FACTOR = 2 ** 21;

/** The scaling that a ratio is; undefined when it both multiplies and divides, or has too large a prime factor. */
export function scaling({ multiplier, divisor }: Ratio): Scaling | undefined {
  if (multiplier !== 1n && divisor !== 1n) return undefined;
  const factors = smallFactors(multiplier * divisor);
  return factors && { multiply: divisor === 1n, factors };
}

function smallFactors(value: bigint): number[] | undefined {
  const factors: number[] = [];
  let product = 1;
  let rest = value;
  for (const prime of [2n, 3n, 5n, 7n]) {
    for (; rest % prime === 0n; rest /= prime) {
      if (product * Number(prime) > MAX_FACTOR) {
        factors.push(product);
        product = 1;
      }
      product *= Number(prime);
    }
  }
  if (rest > MAX_FACTOR) return undefined;
  for (const factor of [product, Number(rest)]) if (factor > 1) factors.push(factor);
  return factors;
}

/** Counts from the least to the greatest, both included. */
export type Bounds = readonly [lowest: bigint, highest: bigint];

/** Index of the first of `values` outside the bounds, NaT aside; -1 when there is none. */
export function firstBeyond(values: BigInt64Array, [lowest, highest]: Bounds): number {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  const [low, high] = [Number(lowest >> 32n), Number(highest >> 32n)];
  for (let i = 0; i < values.length; i++) {
    const word = words[2 * i + 1]!;
    if (word > low && word < high) continue;
    const value = values[i]!;
    if (value !== NaT && (value > highest || value < lowest)) return i;
  }
  return -1;
}

const LOW = 2 ** 32;

/** dst[i] = map(src[i]) for counts that plain numbers hold exactly; NaT stays. */
export function mapCounts(dst: BigInt64Array, src: BigInt64Array, map: (count: number) => number): void {
  const out = new Int32Array(dst.buffer, dst.byteOffset, dst.length * 2);
  const words = new Int32Array(src.buffer, src.byteOffset, src.length * 2);
  for (let i = 0; i < out.length; i += 2) {
    const low = words[i]! >>> 0;
    const high = words[i + 1]!;
    const isTime = high !== -0x80000000 || low !== 0;
    const count = isTime ? map(high * LOW + low) : 0;
    out[i] = count;
    out[i + 1] = isTime ? Math.floor(count / LOW) : high;
  }
}

/** Applies a scaling to every count but NaT; divisions round down, and no product leaves 64 bits. */
export function scaleAll(values: BigInt64Array, { multiply, factors }: Scaling): void {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  const scale = multiply ? multiplyWords : divideWords;
  for (const factor of factors) scale(words, factor);
}

function multiplyWords(words: Int32Array, factor: number): void {
  for (let i = 0; i < words.length; i += 2) {
    const low = words[i]! >>> 0;
    const high = words[i + 1]!;
    if (high === -0x80000000 && low === 0) continue;
    const product = low * factor;
    words[i] = product;
    words[i + 1] = high * factor + Math.floor(product / LOW);
  }
}

function divideWords(words: Int32Array, divisor: number): void {
  for (let i = 0; i < words.length; i += 2) {
    const low = words[i]! >>> 0;
    const high = words[i + 1]!;
    if (high === -0x80000000 && low === 0) continue;
    const quotient = Math.floor(high / divisor);
    words[i + 1] = quotient;
    words[i] = Math.floor(((high - quotient * divisor) * LOW + low) / divisor);
  }
}
