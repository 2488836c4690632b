/**
 * Interleaved items become thin planes: one dense run of groups of two, three or four is written as rows. dst and src must
 * not overlap; any alignment.
 */

import { evens, odds } from "./zip";

// @ts-ignore: decorator
@inline
function deinterleave2<T>(dst: usize, src: usize, rows: usize, dStride: isize): void {
  let b = dst + dStride;
  const end = dst + rows * sizeof<T>();
  const vectors = dst + ((rows * sizeof<T>()) & ~15);
  while (dst < vectors) {
    const x = v128.load(src);
    const y = v128.load(src, 16);
    v128.store(dst, evens<T>(x, y));
    v128.store(b, odds<T>(x, y));
    src += 32;
    dst += 16;
    b += 16;
  }
  while (dst < end) {
    store<T>(dst, load<T>(src));
    store<T>(b, load<T>(src, sizeof<T>()));
    src += 2 * sizeof<T>();
    dst += sizeof<T>();
    b += sizeof<T>();
  }
}

/** One channel of three vectors of triples. */
// @ts-ignore: decorator
@inline
function pick(x: v128, y: v128, z: v128, fromX: v128, fromY: v128, fromZ: v128): v128 {
  return v128.or(v128.or(i8x16.swizzle(x, fromX), i8x16.swizzle(y, fromY)), i8x16.swizzle(z, fromZ));
}

// @ts-ignore: decorator
@inline
function deinterleave3<T>(dst: usize, src: usize, rows: usize, dStride: isize): void {
  let b = dst + dStride;
  let c = b + dStride;
  const end = dst + rows * sizeof<T>();
  const vectors = dst + ((rows * sizeof<T>()) & ~15);
  while (dst < vectors) {
    const x = v128.load(src);
    const y = v128.load(src, 16);
    const z = v128.load(src, 32);
    if (sizeof<T>() == 4) {
      v128.store(dst, v128.shuffle<u32>(v128.shuffle<u32>(x, y, 0, 3, 6, 7), z, 0, 1, 2, 5));
      v128.store(b, v128.shuffle<u32>(v128.shuffle<u32>(x, y, 1, 4, 7, 7), z, 0, 1, 2, 6));
      v128.store(c, v128.shuffle<u32>(v128.shuffle<u32>(x, y, 2, 5, 5, 5), z, 0, 1, 4, 7));
    } else if (sizeof<T>() == 2) {
      v128.store(dst, pick(x, y, z,
        i8x16(0, 1, 6, 7, 12, 13, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1),
        i8x16(-1, -1, -1, -1, -1, -1, 2, 3, 8, 9, 14, 15, -1, -1, -1, -1),
        i8x16(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 4, 5, 10, 11)));
      v128.store(b, pick(x, y, z,
        i8x16(2, 3, 8, 9, 14, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1),
        i8x16(-1, -1, -1, -1, -1, -1, 4, 5, 10, 11, -1, -1, -1, -1, -1, -1),
        i8x16(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 1, 6, 7, 12, 13)));
      v128.store(c, pick(x, y, z,
        i8x16(4, 5, 10, 11, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1),
        i8x16(-1, -1, -1, -1, 0, 1, 6, 7, 12, 13, -1, -1, -1, -1, -1, -1),
        i8x16(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 2, 3, 8, 9, 14, 15)));
    } else {
      v128.store(dst, pick(x, y, z,
        i8x16(0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1),
        i8x16(-1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14, -1, -1, -1, -1, -1),
        i8x16(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1, 4, 7, 10, 13)));
      v128.store(b, pick(x, y, z,
        i8x16(1, 4, 7, 10, 13, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1),
        i8x16(-1, -1, -1, -1, -1, 0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1),
        i8x16(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14)));
      v128.store(c, pick(x, y, z,
        i8x16(2, 5, 8, 11, 14, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1),
        i8x16(-1, -1, -1, -1, -1, 1, 4, 7, 10, 13, -1, -1, -1, -1, -1, -1),
        i8x16(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 3, 6, 9, 12, 15)));
    }
    src += 48;
    dst += 16;
    b += 16;
    c += 16;
  }
  while (dst < end) {
    store<T>(dst, load<T>(src));
    store<T>(b, load<T>(src, sizeof<T>()));
    store<T>(c, load<T>(src, 2 * sizeof<T>()));
    src += 3 * sizeof<T>();
    dst += sizeof<T>();
    b += sizeof<T>();
    c += sizeof<T>();
  }
}

// @ts-ignore: decorator
@inline
function deinterleave4<T>(dst: usize, src: usize, rows: usize, dStride: isize): void {
  let b = dst + dStride;
  let c = b + dStride;
  let d = c + dStride;
  const end = dst + rows * sizeof<T>();
  const vectors = dst + ((rows * sizeof<T>()) & ~15);
  while (dst < vectors) {
    const x = v128.load(src);
    const y = v128.load(src, 16);
    const z = v128.load(src, 32);
    const w = v128.load(src, 48);
    const ac0 = evens<T>(x, y);
    const ac1 = evens<T>(z, w);
    const bd0 = odds<T>(x, y);
    const bd1 = odds<T>(z, w);
    v128.store(dst, evens<T>(ac0, ac1));
    v128.store(b, evens<T>(bd0, bd1));
    v128.store(c, odds<T>(ac0, ac1));
    v128.store(d, odds<T>(bd0, bd1));
    src += 64;
    dst += 16;
    b += 16;
    c += 16;
    d += 16;
  }
  while (dst < end) {
    store<T>(dst, load<T>(src));
    store<T>(b, load<T>(src, sizeof<T>()));
    store<T>(c, load<T>(src, 2 * sizeof<T>()));
    store<T>(d, load<T>(src, 3 * sizeof<T>()));
    src += 4 * sizeof<T>();
    dst += sizeof<T>();
    b += sizeof<T>();
    c += sizeof<T>();
    d += sizeof<T>();
  }
}

// @ts-ignore: decorator
@inline
function deinterleaveAs<T>(dst: usize, src: usize, rows: usize, columns: usize, dStride: isize): void {
  if (columns == 2) deinterleave2<T>(dst, src, rows, dStride);
  else if (columns == 3) deinterleave3<T>(dst, src, rows, dStride);
  else deinterleave4<T>(dst, src, rows, dStride);
}

function deinterleaveBytes(dst: usize, src: usize, rows: usize, columns: usize, dStride: isize): void {
  deinterleaveAs<u8>(dst, src, rows, columns, dStride);
}

function deinterleavePairs(dst: usize, src: usize, rows: usize, columns: usize, dStride: isize): void {
  deinterleaveAs<u16>(dst, src, rows, columns, dStride);
}

function deinterleaveWords(dst: usize, src: usize, rows: usize, columns: usize, dStride: isize): void {
  deinterleaveAs<u32>(dst, src, rows, columns, dStride);
}

/**
 * Column c of src, dense rows of 2, 3 or 4 items, becomes the run at dst + c·dStride.
 * @returns false when there is no kernel for the width; nothing has been written then
 */
export function deinterleave(dst: usize, src: usize, rows: usize, columns: usize, dStride: isize, width: usize): bool {
  if (columns < 2) return false;
  if (width == 4) deinterleaveWords(dst, src, rows, columns, dStride);
  else if (width == 1) deinterleaveBytes(dst, src, rows, columns, dStride);
  else if (width == 2) deinterleavePairs(dst, src, rows, columns, dStride);
  else return false;
  return true;
}
