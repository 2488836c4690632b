/**
 * Different values as long as they are few: a table of 256 places at FEW, each a value's 8 bytes of bits, behind them a byte that says
 * whether the place is taken, and behind those how many are. Zeros of both signs are one value, and so are all NaNs.
 */

import { TILE } from "./place";

/** Where one more is one too many: src/cli/folds/few.ts has the same. */
const MOST = 64;
const PLACES = 256;

export const FEW: usize = memory.data(PLACES * 9 + 4, 16);

const TAKEN = FEW + PLACES * 8;
const COUNT = TAKEN + PLACES;

// @ts-ignore: decorator
@inline
function bitsAt<T>(at: usize): u64 {
  if (isFloat<T>()) {
    const value = load<T>(at);
    if (value == 0) return 0;
    if (value != value) return sizeof<T>() == 4 ? 0x7fc0_0000 : 0x7ff8_0000_0000_0000;
  }
  if (sizeof<T>() == 1) return <u64>load<u8>(at);
  if (sizeof<T>() == 2) return <u64>load<u16>(at);
  if (sizeof<T>() == 4) return <u64>load<u32>(at);
  return load<u64>(at);
}

// @ts-ignore: decorator
@inline
function fold<T>(count: i32): i32 {
  let known = load<i32>(COUNT);
  let last: u64 = 0;
  for (let i = 0; i < count && known <= MOST; i++) {
    const bits = bitsAt<T>(TILE + <usize>i * sizeof<T>());
    if (i > 0 && bits == last) continue;
    last = bits;
    let place = sizeof<T>() == 1 ? <usize>bits : <usize>((bits * 0x9e37_79b9_7f4a_7c15) >>> 56);
    while (load<u8>(TAKEN + place) != 0 && load<u64>(FEW + (place << 3)) != bits) place = (place + 1) & (PLACES - 1);
    if (load<u8>(TAKEN + place) != 0) continue;
    store<u8>(TAKEN + place, 1);
    store<u64>(FEW + (place << 3), bits);
    known++;
  }
  store<i32>(COUNT, known);
  return known;
}

export function few8(count: i32): i32 {
  return fold<u8>(count);
}
export function few16(count: i32): i32 {
  return fold<u16>(count);
}
export function few32(count: i32): i32 {
  return fold<u32>(count);
}
export function few64(count: i32): i32 {
  return fold<u64>(count);
}
export function fewF32(count: i32): i32 {
  return fold<f32>(count);
}
export function fewF64(count: i32): i32 {
  return fold<f64>(count);
}
