/**
 * Thin planes become interleaved: two, three or four rows are written as one dense run of groups. dst and src must not
 * overlap; any alignment.
 */

import { zipHigh, zipLow } from "./zip";

// @ts-ignore: decorator
@inline
function interleave2<T>(dst: usize, src: usize, columns: usize, sStride: isize): void {
  let b = src + sStride;
  const end = src + columns * sizeof<T>();
  const vectors = src + ((columns * sizeof<T>()) & ~15);
  while (src < vectors) {
    const x = v128.load(src);
    const y = v128.load(b);
    v128.store(dst, zipLow<T>(x, y));
    v128.store(dst, zipHigh<T>(x, y), 16);
    src += 16;
    b += 16;
    dst += 32;
  }
  while (src < end) {
    store<T>(dst, load<T>(src));
    store<T>(dst, load<T>(b), sizeof<T>());
    src += sizeof<T>();
    b += sizeof<T>();
    dst += 2 * sizeof<T>();
  }
}

/** Three vectors of one channel each become the three vectors of a run of triples. */
// @ts-ignore: decorator
@inline
function storeTriples<T>(dst: usize, a: v128, b: v128, c: v128): void {
  if (sizeof<T>() == 4) {
    const ab = v128.shuffle<u32>(a, b, 0, 4, 1, 5);
    const bc = v128.shuffle<u32>(b, c, 2, 6, 3, 7);
    const ca = v128.shuffle<u32>(c, a, 0, 5, 2, 7);
    v128.store(dst, v128.shuffle<u32>(ab, ca, 0, 1, 4, 5));
    const middle = v128.shuffle<u32>(b, c, 1, 5, 2, 6);
    v128.store(dst, v128.shuffle<u32>(middle, a, 0, 1, 6, 2), 16);
    v128.store(dst, v128.shuffle<u32>(ca, bc, 2, 3, 6, 7), 32);
  } else if (sizeof<T>() == 2) {
    v128.store(dst, v128.or(v128.or(
      i8x16.swizzle(a, i8x16(0, 1, -1, -1, -1, -1, 2, 3, -1, -1, -1, -1, 4, 5, -1, -1)),
      i8x16.swizzle(b, i8x16(-1, -1, 0, 1, -1, -1, -1, -1, 2, 3, -1, -1, -1, -1, 4, 5))),
      i8x16.swizzle(c, i8x16(-1, -1, -1, -1, 0, 1, -1, -1, -1, -1, 2, 3, -1, -1, -1, -1))));
    v128.store(dst, v128.or(v128.or(
      i8x16.swizzle(a, i8x16(-1, -1, 6, 7, -1, -1, -1, -1, 8, 9, -1, -1, -1, -1, 10, 11)),
      i8x16.swizzle(b, i8x16(-1, -1, -1, -1, 6, 7, -1, -1, -1, -1, 8, 9, -1, -1, -1, -1))),
      i8x16.swizzle(c, i8x16(4, 5, -1, -1, -1, -1, 6, 7, -1, -1, -1, -1, 8, 9, -1, -1))), 16);
    v128.store(dst, v128.or(v128.or(
      i8x16.swizzle(a, i8x16(-1, -1, -1, -1, 12, 13, -1, -1, -1, -1, 14, 15, -1, -1, -1, -1)),
      i8x16.swizzle(b, i8x16(10, 11, -1, -1, -1, -1, 12, 13, -1, -1, -1, -1, 14, 15, -1, -1))),
      i8x16.swizzle(c, i8x16(-1, -1, 10, 11, -1, -1, -1, -1, 12, 13, -1, -1, -1, -1, 14, 15))), 32);
  } else {
    v128.store(dst, v128.or(v128.or(
      i8x16.swizzle(a, i8x16(0, -1, -1, 1, -1, -1, 2, -1, -1, 3, -1, -1, 4, -1, -1, 5)),
      i8x16.swizzle(b, i8x16(-1, 0, -1, -1, 1, -1, -1, 2, -1, -1, 3, -1, -1, 4, -1, -1))),
      i8x16.swizzle(c, i8x16(-1, -1, 0, -1, -1, 1, -1, -1, 2, -1, -1, 3, -1, -1, 4, -1))));
    v128.store(dst, v128.or(v128.or(
      i8x16.swizzle(a, i8x16(-1, -1, 6, -1, -1, 7, -1, -1, 8, -1, -1, 9, -1, -1, 10, -1)),
      i8x16.swizzle(b, i8x16(5, -1, -1, 6, -1, -1, 7, -1, -1, 8, -1, -1, 9, -1, -1, 10))),
      i8x16.swizzle(c, i8x16(-1, 5, -1, -1, 6, -1, -1, 7, -1, -1, 8, -1, -1, 9, -1, -1))), 16);
    v128.store(dst, v128.or(v128.or(
      i8x16.swizzle(a, i8x16(-1, 11, -1, -1, 12, -1, -1, 13, -1, -1, 14, -1, -1, 15, -1, -1)),
      i8x16.swizzle(b, i8x16(-1, -1, 11, -1, -1, 12, -1, -1, 13, -1, -1, 14, -1, -1, 15, -1))),
      i8x16.swizzle(c, i8x16(10, -1, -1, 11, -1, -1, 12, -1, -1, 13, -1, -1, 14, -1, -1, 15))), 32);
  }
}

// @ts-ignore: decorator
@inline
function interleave3<T>(dst: usize, src: usize, columns: usize, sStride: isize): void {
  let b = src + sStride;
  let c = b + sStride;
  const end = src + columns * sizeof<T>();
  const vectors = src + ((columns * sizeof<T>()) & ~15);
  while (src < vectors) {
    storeTriples<T>(dst, v128.load(src), v128.load(b), v128.load(c));
    src += 16;
    b += 16;
    c += 16;
    dst += 48;
  }
  while (src < end) {
    store<T>(dst, load<T>(src));
    store<T>(dst, load<T>(b), sizeof<T>());
    store<T>(dst, load<T>(c), 2 * sizeof<T>());
    src += sizeof<T>();
    b += sizeof<T>();
    c += sizeof<T>();
    dst += 3 * sizeof<T>();
  }
}

// @ts-ignore: decorator
@inline
function interleave4<T>(dst: usize, src: usize, columns: usize, sStride: isize): void {
  let b = src + sStride;
  let c = b + sStride;
  let d = c + sStride;
  const end = src + columns * sizeof<T>();
  const vectors = src + ((columns * sizeof<T>()) & ~15);
  while (src < vectors) {
    const ra = v128.load(src);
    const rb = v128.load(b);
    const rc = v128.load(c);
    const rd = v128.load(d);
    const ac0 = zipLow<T>(ra, rc);
    const ac1 = zipHigh<T>(ra, rc);
    const bd0 = zipLow<T>(rb, rd);
    const bd1 = zipHigh<T>(rb, rd);
    v128.store(dst, zipLow<T>(ac0, bd0));
    v128.store(dst, zipHigh<T>(ac0, bd0), 16);
    v128.store(dst, zipLow<T>(ac1, bd1), 32);
    v128.store(dst, zipHigh<T>(ac1, bd1), 48);
    src += 16;
    b += 16;
    c += 16;
    d += 16;
    dst += 64;
  }
  while (src < end) {
    store<T>(dst, load<T>(src));
    store<T>(dst, load<T>(b), sizeof<T>());
    store<T>(dst, load<T>(c), 2 * sizeof<T>());
    store<T>(dst, load<T>(d), 3 * sizeof<T>());
    src += sizeof<T>();
    b += sizeof<T>();
    c += sizeof<T>();
    d += sizeof<T>();
    dst += 4 * sizeof<T>();
  }
}

// @ts-ignore: decorator
@inline
function interleaveAs<T>(dst: usize, src: usize, rows: usize, columns: usize, sStride: isize): void {
  if (rows == 2) interleave2<T>(dst, src, columns, sStride);
  else if (rows == 3) interleave3<T>(dst, src, columns, sStride);
  else interleave4<T>(dst, src, columns, sStride);
}

function interleaveBytes(dst: usize, src: usize, rows: usize, columns: usize, sStride: isize): void {
  interleaveAs<u8>(dst, src, rows, columns, sStride);
}

function interleavePairs(dst: usize, src: usize, rows: usize, columns: usize, sStride: isize): void {
  interleaveAs<u16>(dst, src, rows, columns, sStride);
}

function interleaveWords(dst: usize, src: usize, rows: usize, columns: usize, sStride: isize): void {
  interleaveAs<u32>(dst, src, rows, columns, sStride);
}

/**
 * dst, dense, gets item 0 of every row, then item 1 of every row …; rows: 2, 3 or 4, sStride bytes apart.
 * @returns false when there is no kernel for the width; nothing has been written then
 */
export function interleave(dst: usize, src: usize, rows: usize, columns: usize, sStride: isize, width: usize): bool {
  if (rows < 2) return false;
  if (width == 4) interleaveWords(dst, src, rows, columns, sStride);
  else if (width == 1) interleaveBytes(dst, src, rows, columns, sStride);
  else if (width == 2) interleavePairs(dst, src, rows, columns, sStride);
  else return false;
  return true;
}
