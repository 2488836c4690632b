/**
 * Transposes of small blocks held in registers: each reads whole vectors of rows of src (row stride sStride) and
 * writes whole vectors of rows of dst (row stride dStride). dst and src must not overlap.
 */

import { zipHigh, zipLow } from "./zip";

/** 16 rows of 16 bytes, in two halves of eight rows: the results of the first half wait in registers. */
// @ts-ignore: decorator
@inline
function block1(dst: usize, dStride: isize, src: usize, sStride: isize): void {
  const sStride2 = sStride << 1;
  let r0 = v128.load(src);
  let r1 = v128.load(src + sStride);
  src += sStride2;
  let r2 = v128.load(src);
  let r3 = v128.load(src + sStride);
  src += sStride2;
  let a0 = zipLow<u8>(r0, r1);
  let a1 = zipHigh<u8>(r0, r1);
  let a2 = zipLow<u8>(r2, r3);
  let a3 = zipHigh<u8>(r2, r3);
  const b0 = zipLow<u16>(a0, a2);
  const b1 = zipHigh<u16>(a0, a2);
  const b2 = zipLow<u16>(a1, a3);
  const b3 = zipHigh<u16>(a1, a3);
  r0 = v128.load(src);
  r1 = v128.load(src + sStride);
  src += sStride2;
  r2 = v128.load(src);
  r3 = v128.load(src + sStride);
  src += sStride2;
  a0 = zipLow<u8>(r0, r1);
  a1 = zipHigh<u8>(r0, r1);
  a2 = zipLow<u8>(r2, r3);
  a3 = zipHigh<u8>(r2, r3);
  const b4 = zipLow<u16>(a0, a2);
  const b5 = zipHigh<u16>(a0, a2);
  const b6 = zipLow<u16>(a1, a3);
  const b7 = zipHigh<u16>(a1, a3);
  const c0 = zipLow<u32>(b0, b4);
  const c1 = zipHigh<u32>(b0, b4);
  const c2 = zipLow<u32>(b1, b5);
  const c3 = zipHigh<u32>(b1, b5);
  const c4 = zipLow<u32>(b2, b6);
  const c5 = zipHigh<u32>(b2, b6);
  const c6 = zipLow<u32>(b3, b7);
  const c7 = zipHigh<u32>(b3, b7);
  r0 = v128.load(src);
  r1 = v128.load(src + sStride);
  src += sStride2;
  r2 = v128.load(src);
  r3 = v128.load(src + sStride);
  src += sStride2;
  a0 = zipLow<u8>(r0, r1);
  a1 = zipHigh<u8>(r0, r1);
  a2 = zipLow<u8>(r2, r3);
  a3 = zipHigh<u8>(r2, r3);
  const d0 = zipLow<u16>(a0, a2);
  const d1 = zipHigh<u16>(a0, a2);
  const d2 = zipLow<u16>(a1, a3);
  const d3 = zipHigh<u16>(a1, a3);
  r0 = v128.load(src);
  r1 = v128.load(src + sStride);
  src += sStride2;
  r2 = v128.load(src);
  r3 = v128.load(src + sStride);
  a0 = zipLow<u8>(r0, r1);
  a1 = zipHigh<u8>(r0, r1);
  a2 = zipLow<u8>(r2, r3);
  a3 = zipHigh<u8>(r2, r3);
  const d4 = zipLow<u16>(a0, a2);
  const d5 = zipHigh<u16>(a0, a2);
  const d6 = zipLow<u16>(a1, a3);
  const d7 = zipHigh<u16>(a1, a3);
  const dStride2 = dStride << 1;
  store2(dst, dStride, c0, zipLow<u32>(d0, d4));
  dst += dStride2;
  store2(dst, dStride, c1, zipHigh<u32>(d0, d4));
  dst += dStride2;
  store2(dst, dStride, c2, zipLow<u32>(d1, d5));
  dst += dStride2;
  store2(dst, dStride, c3, zipHigh<u32>(d1, d5));
  dst += dStride2;
  store2(dst, dStride, c4, zipLow<u32>(d2, d6));
  dst += dStride2;
  store2(dst, dStride, c5, zipHigh<u32>(d2, d6));
  dst += dStride2;
  store2(dst, dStride, c6, zipLow<u32>(d3, d7));
  dst += dStride2;
  store2(dst, dStride, c7, zipHigh<u32>(d3, d7));
}

/** Two rows of dst: low halves of both, high halves of both. */
// @ts-ignore: decorator
@inline
function store2(dst: usize, dStride: isize, a: v128, b: v128): void {
  v128.store(dst, zipLow<u64>(a, b));
  v128.store(dst + dStride, zipHigh<u64>(a, b));
}

/** 8 rows of 8 two-byte items. */
// @ts-ignore: decorator
@inline
function block2(dst: usize, dStride: isize, src: usize, sStride: isize): void {
  const sStride2 = sStride << 1;
  const r0 = v128.load(src);
  const r1 = v128.load(src + sStride);
  src += sStride2;
  const r2 = v128.load(src);
  const r3 = v128.load(src + sStride);
  src += sStride2;
  const r4 = v128.load(src);
  const r5 = v128.load(src + sStride);
  src += sStride2;
  const r6 = v128.load(src);
  const r7 = v128.load(src + sStride);
  const a0 = zipLow<u16>(r0, r1);
  const a1 = zipHigh<u16>(r0, r1);
  const a2 = zipLow<u16>(r2, r3);
  const a3 = zipHigh<u16>(r2, r3);
  const a4 = zipLow<u16>(r4, r5);
  const a5 = zipHigh<u16>(r4, r5);
  const a6 = zipLow<u16>(r6, r7);
  const a7 = zipHigh<u16>(r6, r7);
  const dStride2 = dStride << 1;
  store2(dst, dStride, zipLow<u32>(a0, a2), zipLow<u32>(a4, a6));
  dst += dStride2;
  store2(dst, dStride, zipHigh<u32>(a0, a2), zipHigh<u32>(a4, a6));
  dst += dStride2;
  store2(dst, dStride, zipLow<u32>(a1, a3), zipLow<u32>(a5, a7));
  dst += dStride2;
  store2(dst, dStride, zipHigh<u32>(a1, a3), zipHigh<u32>(a5, a7));
}

/** 4 rows of 4 four-byte items. */
// @ts-ignore: decorator
@inline
function block4(dst: usize, dStride: isize, src: usize, sStride: isize): void {
  const r0 = v128.load(src);
  const r1 = v128.load(src + sStride);
  src += sStride << 1;
  const r2 = v128.load(src);
  const r3 = v128.load(src + sStride);
  store2(dst, dStride, zipLow<u32>(r0, r1), zipLow<u32>(r2, r3));
  dst += dStride << 1;
  store2(dst, dStride, zipHigh<u32>(r0, r1), zipHigh<u32>(r2, r3));
}

/** 4 rows of 2 eight-byte items: each row of dst gets 32 bytes. */
// @ts-ignore: decorator
@inline
function block8(dst: usize, dStride: isize, src: usize, sStride: isize): void {
  const r0 = v128.load(src);
  const r1 = v128.load(src + sStride);
  src += sStride << 1;
  const r2 = v128.load(src);
  const r3 = v128.load(src + sStride);
  v128.store(dst, zipLow<u64>(r0, r1));
  v128.store(dst, zipLow<u64>(r2, r3), 16);
  v128.store(dst + dStride, zipHigh<u64>(r0, r1));
  v128.store(dst + dStride, zipHigh<u64>(r2, r3), 16);
}

/** Rows of src that {@link block} takes for items of T. */
// @ts-ignore: decorator
@inline
export function blockRows<T>(): usize {
  return sizeof<T>() == 8 ? 4 : 16 / sizeof<T>();
}

/** Items of a row of src that {@link block} takes. */
// @ts-ignore: decorator
@inline
export function blockColumns<T>(): usize {
  return 16 / sizeof<T>();
}

// @ts-ignore: decorator
@inline
export function block<T>(dst: usize, dStride: isize, src: usize, sStride: isize): void {
  if (sizeof<T>() == 1) block1(dst, dStride, src, sStride);
  else if (sizeof<T>() == 2) block2(dst, dStride, src, sStride);
  else if (sizeof<T>() == 4) block4(dst, dStride, src, sStride);
  else if (sizeof<T>() == 8) block8(dst, dStride, src, sStride);
  else if (sizeof<T>() == 16) v128.store(dst, v128.load(src));
  else ERROR("no block transpose for this width");
}
