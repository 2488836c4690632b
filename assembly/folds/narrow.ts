/**
 * Integers of one and two bytes, exactly. All are folded as signed ones: `turn` flips the sign bit of unsigned ones, which takes
 * the middle of their range from them. Sums run in 32-bit lanes and are emptied into 64 bits before they can overflow.
 */

import { put, TILE } from "./place";

// @ts-ignore: decorator
@inline
function total(lanes: v128): i64 {
  return (
    <i64>i32x4.extract_lane(lanes, 0) +
    <i64>i32x4.extract_lane(lanes, 1) +
    <i64>i32x4.extract_lane(lanes, 2) +
    <i64>i32x4.extract_lane(lanes, 3)
  );
}

const LANES: usize = memory.data(32, 16);

/** Counts of zeros stand in lanes of 8 bits. */
const STEPS_8 = 255;
/** Sums of pairs are below 2^16. */
const STEPS_16 = 4096;

export function narrow8(count: i32, turn: i32): void {
  const turned = i8x16.splat(<i8>turn);
  const ones = i16x8.splat(1);
  let low = i8x16.splat(127);
  let high = i8x16.splat(-128);
  let sum: i64 = 0;
  let squares: i64 = 0;
  let zeros: i64 = 0;
  let at = TILE;
  let left = count >> 4;
  while (left > 0) {
    let steps = min(left, STEPS_8);
    left -= steps;
    let none = i8x16.splat(0);
    let s = i32x4.splat(0);
    let q = i32x4.splat(0);
    for (; steps > 0; steps--) {
      const raw = v128.load(at);
      at += 16;
      const v = v128.xor(raw, turned);
      low = i8x16.min_s(low, v);
      high = i8x16.max_s(high, v);
      none = i8x16.sub(none, i8x16.eq(raw, i8x16.splat(0)));
      const a = i16x8.extend_low_i8x16_s(v);
      const b = i16x8.extend_high_i8x16_s(v);
      s = i32x4.add(s, i32x4.dot_i16x8_s(i16x8.add(a, b), ones));
      q = i32x4.add(q, i32x4.add(i32x4.dot_i16x8_s(a, a), i32x4.dot_i16x8_s(b, b)));
    }
    sum += total(s);
    squares += total(q);
    zeros += total(i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(none)));
  }
  let least: i32 = 127;
  let most: i32 = -128;
  store<v128>(LANES, low);
  store<v128>(LANES, high, 16);
  for (let i = 0; i < 16; i++) {
    least = min(least, <i32>load<i8>(LANES + i));
    most = max(most, <i32>load<i8>(LANES + i, 16));
  }
  for (const end = TILE + count; at < end; at++) {
    const raw = load<u8>(at);
    const value = <i32><i8>(raw ^ <u8>turn);
    least = min(least, value);
    most = max(most, value);
    sum += value;
    squares += value * value;
    zeros += <i64>(raw == 0);
  }
  putAll(least, most, sum, squares, zeros);
}

export function narrow16(count: i32, turn: i32): void {
  const turned = i16x8.splat(<i16>turn);
  const ones = i16x8.splat(1);
  let low = i16x8.splat(0x7fff);
  let high = i16x8.splat(-0x8000);
  let sum: i64 = 0;
  let squares = i64x2.splat(0);
  let zeros: i64 = 0;
  let at = TILE;
  let left = count >> 3;
  while (left > 0) {
    let steps = min(left, STEPS_16);
    left -= steps;
    let none = i16x8.splat(0);
    let s = i32x4.splat(0);
    for (; steps > 0; steps--) {
      const raw = v128.load(at);
      at += 16;
      const v = v128.xor(raw, turned);
      low = i16x8.min_s(low, v);
      high = i16x8.max_s(high, v);
      none = i16x8.sub(none, i16x8.eq(raw, i16x8.splat(0)));
      s = i32x4.add(s, i32x4.dot_i16x8_s(v, ones));
      // Two squares are at most 2^31, which is right without a sign.
      const q = i32x4.dot_i16x8_s(v, v);
      squares = i64x2.add(squares, i64x2.extend_low_i32x4_u(q));
      squares = i64x2.add(squares, i64x2.extend_high_i32x4_u(q));
    }
    sum += total(s);
    zeros += total(i32x4.extadd_pairwise_i16x8_u(none));
  }
  let least: i32 = 0x7fff;
  let most: i32 = -0x8000;
  store<v128>(LANES, low);
  store<v128>(LANES, high, 16);
  for (let i = 0; i < 8; i++) {
    least = min(least, <i32>load<i16>(LANES + (i << 1)));
    most = max(most, <i32>load<i16>(LANES + (i << 1), 16));
  }
  let rest = i64x2.extract_lane(squares, 0) + i64x2.extract_lane(squares, 1);
  for (const end = TILE + (count << 1); at < end; at += 2) {
    const raw = load<u16>(at);
    const value = <i32><i16>(raw ^ <u16>turn);
    least = min(least, value);
    most = max(most, value);
    sum += value;
    rest += <i64>value * <i64>value;
    zeros += <i64>(raw == 0);
  }
  putAll(least, most, sum, rest, zeros);
}

function putAll(least: i32, most: i32, sum: i64, squares: i64, zeros: i64): void {
  put<f64>(0, <f64>least);
  put<f64>(1, <f64>most);
  put<f64>(2, <f64>sum);
  put<f64>(3, <f64>squares);
  put<f64>(4, <f64>zeros);
}
