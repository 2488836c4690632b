/** Counts of one unit of time to those of another. "Not a time", -2^63, stays as it is. See cast.ts for the contract of all convert kernels. */

/** One int64 over 0: the factor of multiplyTimes, the divisor of divideTimes. */
export const TIME_FACTOR: usize = memory.data(8, 16);

/** int64 times TIME_FACTOR; the host has proven that no product leaves 64 bits. */
export function multiplyTimes(dst: usize, src: usize, count: usize): void {
  const factor = load<i64>(TIME_FACTOR);
  const stop = src + (count << 3);
  while (src < stop) {
    const x = load<i64>(src);
    store<i64>(dst, x == i64.MIN_VALUE ? x : x * factor);
    src += 8;
    dst += 8;
  }
}

/** int64 divided by TIME_FACTOR, rounded down. */
export function divideTimes(dst: usize, src: usize, count: usize): void {
  const divisor = load<i64>(TIME_FACTOR);
  const stop = src + (count << 3);
  while (src < stop) {
    const x = load<i64>(src);
    const quotient = x / divisor;
    const floor = quotient - i64(quotient * divisor > x);
    store<i64>(dst, x == i64.MIN_VALUE ? x : floor);
    src += 8;
    dst += 8;
  }
}
