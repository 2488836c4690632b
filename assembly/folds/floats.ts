/**
 * Floats: four sums side by side, then the squared distances from their mean, in doubles. Where the sum is not finite, the rest
 * says nothing.
 */

import { put, TILE } from "./place";

// @ts-ignore: decorator
@inline
function firstTwo<T>(at: usize): v128 {
  return sizeof<T>() == 8 ? v128.load(at) : f64x2.promote_low_f32x4(v128.load64_zero(at));
}

// @ts-ignore: decorator
@inline
function fold<T>(count: i32): void {
  const two: usize = 2 * sizeof<T>();
  const end = TILE + <usize>count * sizeof<T>();
  const body = TILE + <usize>(count & ~3) * sizeof<T>();
  const first = firstTwo<T>(TILE);
  let low = f64x2.splat(f64x2.extract_lane(first, 0));
  let high = low;
  let ab = f64x2.splat(0);
  let cd = f64x2.splat(0);
  let at = TILE;
  for (; at < body; at += two << 1) {
    const wx = firstTwo<T>(at);
    const yz = firstTwo<T>(at + two);
    ab = f64x2.add(ab, wx);
    cd = f64x2.add(cd, yz);
    low = f64x2.pmin(low, f64x2.pmin(wx, yz));
    high = f64x2.pmax(high, f64x2.pmax(wx, yz));
  }
  let least = min(f64x2.extract_lane(low, 0), f64x2.extract_lane(low, 1));
  let most = max(f64x2.extract_lane(high, 0), f64x2.extract_lane(high, 1));
  let a = f64x2.extract_lane(ab, 0);
  for (; at < end; at += sizeof<T>()) {
    const value = <f64>load<T>(at);
    a += value;
    least = min(least, value);
    most = max(most, value);
  }
  const sum = a + f64x2.extract_lane(ab, 1) + (f64x2.extract_lane(cd, 0) + f64x2.extract_lane(cd, 1));
  put<f64>(2, sum);
  if (sum - sum != 0) return;
  const mean = sum / <f64>count;
  const means = f64x2.splat(mean);
  let ef = f64x2.splat(0);
  let gh = f64x2.splat(0);
  let none = i64x2.splat(0);
  for (at = TILE; at < body; at += two << 1) {
    const wx = firstTwo<T>(at);
    const yz = firstTwo<T>(at + two);
    none = i64x2.sub(none, f64x2.eq(wx, f64x2.splat(0)));
    none = i64x2.sub(none, f64x2.eq(yz, f64x2.splat(0)));
    const p = f64x2.sub(wx, means);
    const q = f64x2.sub(yz, means);
    ef = f64x2.add(ef, f64x2.mul(p, p));
    gh = f64x2.add(gh, f64x2.mul(q, q));
  }
  let e = f64x2.extract_lane(ef, 0);
  let zeros = i64x2.extract_lane(none, 0) + i64x2.extract_lane(none, 1);
  for (; at < end; at += sizeof<T>()) {
    const value = <f64>load<T>(at);
    zeros += <i64>(value == 0);
    e += (value - mean) * (value - mean);
  }
  // Which zero is the least depends on the lanes: it is always the positive one.
  put<f64>(0, least + 0);
  put<f64>(1, most + 0);
  put<f64>(3, e + f64x2.extract_lane(ef, 1) + (f64x2.extract_lane(gh, 0) + f64x2.extract_lane(gh, 1)));
  put<f64>(4, <f64>zeros);
}

export function float32(count: i32): void {
  fold<f32>(count);
}

export function float64(count: i32): void {
  fold<f64>(count);
}
