/** Integers of four bytes: the sum exactly, the squared distances from their mean in doubles. `turn` flips the sign bit. */

import { put, TILE } from "./place";

// @ts-ignore: decorator
@inline
function upper(v: v128): v128 {
  return v128.shuffle<i32>(v, v, 2, 3, 2, 3);
}

export function int32(count: i32, turn: i32): void {
  const turned = i32x4.splat(turn);
  const end = TILE + (count << 2);
  const body = TILE + ((count & ~3) << 2);
  let low = i32x4.splat(i32.MAX_VALUE);
  let high = i32x4.splat(i32.MIN_VALUE);
  let none = i32x4.splat(0);
  let sums = i64x2.splat(0);
  let at = TILE;
  for (; at < body; at += 16) {
    const raw = v128.load(at);
    const v = v128.xor(raw, turned);
    low = i32x4.min_s(low, v);
    high = i32x4.max_s(high, v);
    none = i32x4.sub(none, i32x4.eq(raw, i32x4.splat(0)));
    sums = i64x2.add(sums, i64x2.add(i64x2.extend_low_i32x4_s(v), i64x2.extend_high_i32x4_s(v)));
  }
  let least = min(
    min(i32x4.extract_lane(low, 0), i32x4.extract_lane(low, 1)),
    min(i32x4.extract_lane(low, 2), i32x4.extract_lane(low, 3)),
  );
  let most = max(
    max(i32x4.extract_lane(high, 0), i32x4.extract_lane(high, 1)),
    max(i32x4.extract_lane(high, 2), i32x4.extract_lane(high, 3)),
  );
  let zeros =
    i32x4.extract_lane(none, 0) + i32x4.extract_lane(none, 1) + i32x4.extract_lane(none, 2) + i32x4.extract_lane(none, 3);
  let sum = i64x2.extract_lane(sums, 0) + i64x2.extract_lane(sums, 1);
  for (; at < end; at += 4) {
    const raw = load<i32>(at);
    const value = raw ^ turn;
    least = min(least, value);
    most = max(most, value);
    zeros += <i32>(raw == 0);
    sum += <i64>value;
  }
  const mean = <f64>sum / <f64>count;
  const means = f64x2.splat(mean);
  let ef = f64x2.splat(0);
  let gh = f64x2.splat(0);
  for (at = TILE; at < body; at += 16) {
    const v = v128.xor(v128.load(at), turned);
    const a = f64x2.sub(f64x2.convert_low_i32x4_s(v), means);
    const b = f64x2.sub(f64x2.convert_low_i32x4_s(upper(v)), means);
    ef = f64x2.add(ef, f64x2.mul(a, a));
    gh = f64x2.add(gh, f64x2.mul(b, b));
  }
  let e = f64x2.extract_lane(ef, 0);
  for (; at < end; at += 4) {
    const distance = <f64>(load<i32>(at) ^ turn) - mean;
    e += distance * distance;
  }
  put<f64>(0, <f64>least);
  put<f64>(1, <f64>most);
  put<f64>(2, <f64>sum);
  put<f64>(3, e + f64x2.extract_lane(ef, 1) + (f64x2.extract_lane(gh, 0) + f64x2.extract_lane(gh, 1)));
  put<f64>(4, <f64>zeros);
}
