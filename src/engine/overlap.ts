/**
 * Whether the two sides of a copy share bytes, and what that means for the order of the copy. The result of a copy is
 * always as if the source had been read completely before the first write; a whole temporary copy is made only when
 * no order of the loop gives that.
 */

import type { Overlap } from "../backend/backend.js";

/** Nodes the exact search may visit before it gives up and says "may overlap". */
const SEARCH_LIMIT = 4000;

const gcd = (a: number, b: number): number => {
  let x = a;
  let y = b;
  while (y !== 0) [x, y] = [y, x % y];
  return x;
};

/**
 * Whether some sum of strides[t]·i[t] with 0 <= i[t] < counts[t] lies in [low, high]. Strides are positive and fall.
 * Exact unless the search grows beyond its limit; then true.
 */
function reaches(strides: readonly number[], counts: readonly number[], low: number, high: number): boolean {
  const terms = strides.length;
  const reach: number[] = new Array(terms + 1).fill(0);
  const grid: number[] = new Array(terms + 1).fill(0);
  for (let t = terms - 1; t >= 0; t--) {
    reach[t] = reach[t + 1]! + strides[t]! * (counts[t]! - 1);
    grid[t] = gcd(grid[t + 1]!, strides[t]!);
  }
  let visits = 0;
  const search = (t: number, lowest: number, highest: number): boolean => {
    if (highest < 0 || lowest > reach[t]!) return false;
    if (lowest <= 0 || highest >= reach[t]!) return true;
    if (Math.floor(highest / grid[t]!) * grid[t]! < lowest) return false;
    const stride = strides[t]!;
    const from = Math.max(0, Math.ceil((lowest - reach[t + 1]!) / stride));
    const to = Math.min(counts[t]! - 1, Math.floor(highest / stride));
    for (let i = from; i <= to; i++) {
      if (++visits > SEARCH_LIMIT || search(t + 1, lowest - i * stride, highest - i * stride)) return true;
    }
    return false;
  };
  return search(0, low, high);
}

/** Sorts terms by falling stride, in place. */
function sortTerms(strides: number[], counts: number[]): void {
  for (let i = 1; i < strides.length; i++)
    for (let j = i; j > 0 && strides[j - 1]! < strides[j]!; j--) {
      [strides[j - 1], strides[j]] = [strides[j]!, strides[j - 1]!];
      [counts[j - 1], counts[j]] = [counts[j]!, counts[j - 1]!];
    }
}

/** Whether each axis steps over everything that the axes after it touch. */
function isNested(sizes: readonly number[], strides: readonly number[], width: number): boolean {
  let span = width;
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    if (strides[axis]! < span) return false;
    span += strides[axis]! * (sizes[axis]! - 1);
  }
  return true;
}

/** Whether two different items of one side share bytes. `strides` are >= 0 and fall; sizes are over 1. */
export function overlapsItself(sizes: readonly number[], strides: readonly number[], width: number): boolean {
  return !isNested(sizes, strides, width) && searchItself(sizes, strides, width);
}

/**
 * Two items differ in a first axis k, where the difference of their indices is 1 to n-1; in later axes it is anything
 * from -(n-1) to n-1, which a shift turns into 0 to 2(n-1).
 */
function searchItself(sizes: readonly number[], strides: readonly number[], width: number): boolean {
  if (strides.includes(0)) return true;
  for (let k = 0; k < sizes.length; k++) {
    const counts = [sizes[k]! - 1];
    const terms = [strides[k]!];
    let shift = strides[k]!;
    for (let axis = k + 1; axis < sizes.length; axis++) {
      counts.push(2 * sizes[axis]! - 1);
      terms.push(strides[axis]!);
      shift -= strides[axis]! * (sizes[axis]! - 1);
    }
    sortTerms(terms, counts);
    if (reaches(terms, counts, 1 - width - shift, width - 1 - shift)) return true;
  }
  return false;
}

/** How the sides of a normalised nest in one memory overlap; destination strides are positive and fall. */
export function overlapOf(
  sizes: readonly number[],
  dstStrides: readonly number[],
  srcStrides: readonly number[],
  dstOffset: number,
  srcOffset: number,
  width: number,
): Overlap {
  let dstEnd = dstOffset + width;
  let srcStart = srcOffset;
  let srcEnd = srcOffset + width;
  let equal = true;
  for (let axis = 0; axis < sizes.length; axis++) {
    const n = sizes[axis]! - 1;
    const s = srcStrides[axis]!;
    dstEnd += n * dstStrides[axis]!;
    if (s < 0) srcStart += n * s;
    else srcEnd += n * s;
    if (s !== dstStrides[axis]) equal = false;
  }
  if (dstEnd <= srcStart || srcEnd <= dstOffset) return "disjoint";
  if (equal && dstOffset === srcOffset) return "same";
  if (!shares(sizes, dstStrides, srcStrides, dstOffset, srcOffset, width)) return "disjoint";
  // Equal strides and nested axes: items lie in memory in the order of the loop, so the copy is one big memmove.
  if (equal && isNested(sizes, dstStrides, width)) return dstOffset < srcOffset ? "forward" : "backward";
  return "temporary";
}

/**
 * Whether some item of `dst` shares a byte with some item of `src`: dstOffset + Σ d·i and srcOffset + Σ s·j differ by
 * less than the width. As one sum with only positive terms, -s·j is written s·(n-1-j) - s·(n-1).
 */
function shares(
  sizes: readonly number[],
  dstStrides: readonly number[],
  srcStrides: readonly number[],
  dstOffset: number,
  srcOffset: number,
  width: number,
): boolean {
  const strides: number[] = [];
  const counts: number[] = [];
  let target = srcOffset - dstOffset;
  for (let axis = 0; axis < sizes.length; axis++) {
    const n = sizes[axis]!;
    const s = srcStrides[axis]!;
    strides.push(dstStrides[axis]!);
    counts.push(n);
    if (s === 0) continue;
    strides.push(Math.abs(s));
    counts.push(n);
    if (s > 0) target += s * (n - 1);
  }
  sortTerms(strides, counts);
  return reaches(strides, counts, target - width + 1, target + width - 1);
}
