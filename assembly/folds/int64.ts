/** Integers of eight bytes: two sums of doubles in turn. With `hasNaT` the lowest value is no value and is left out. */

import { put, TILE } from "./place";

// @ts-ignore: decorator
@inline
function fold<T>(count: i32, hasNaT: bool): void {
  const NaT = hasNaT ? i64.MIN_VALUE : 0;
  let least: T = isSigned<T>() ? <T>i64.MAX_VALUE : <T>u64.MAX_VALUE;
  let most: T = isSigned<T>() ? <T>i64.MIN_VALUE : <T>0;
  let zeros: i32 = 0;
  let absent: i32 = 0;
  let a: f64 = 0;
  let b: f64 = 0;
  for (let i = 0; i < count; i++) {
    const value = load<T>(TILE + (<usize>i << 3));
    if (hasNaT && <i64>value == NaT) {
      absent++;
      continue;
    }
    least = min(least, value);
    most = max(most, value);
    zeros += <i32>(value == 0);
    if (i & 1) b += <f64>value;
    else a += <f64>value;
  }
  const sum = a + b;
  const mean = sum / <f64>(count - absent);
  a = 0;
  b = 0;
  for (let i = 0; i < count; i++) {
    const value = load<T>(TILE + (<usize>i << 3));
    if (hasNaT && <i64>value == NaT) continue;
    const distance = <f64>value - mean;
    if (i & 1) b += distance * distance;
    else a += distance * distance;
  }
  put<T>(0, least);
  put<T>(1, most);
  put<f64>(2, sum);
  put<f64>(3, a + b);
  put<f64>(4, <f64>zeros);
  put<f64>(5, <f64>absent);
}

export function int64(count: i32, hasNaT: bool): void {
  fold<i64>(count, hasNaT);
}

export function uint64(count: i32): void {
  fold<u64>(count, false);
}
