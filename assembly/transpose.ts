/**
 * Transposes of planes: dst[column][row] = src[row][column], items adjacent along columns in src and along rows in
 * dst, the other strides any. Planes are cut into tiles of blocks; the last tile of an axis is moved back over its
 * neighbour instead of being cut, so whole blocks cover every plane of at least one block. dst and src must not
 * overlap. Planes thinner than a block go through interleave.ts or item by item.
 */

import { block, blockColumns, blockRows } from "./block-transpose";
import { deinterleave } from "./deinterleave";
import { interleave } from "./interleave";
import { line } from "./line";
import { SCRATCH_BYTES, scratch } from "./scratch";
import { swapContiguous } from "./swap";

/** Rows this many bytes apart (or a multiple) fall on one set of an L1 cache. */
const PAGE: usize = 4096;

/** From here on aliased planes are bound by memory, and the scratch tile only adds work (bench/NOTES.md, thresholds: transpose). */
const LARGE: usize = 8388608;

/** Item by item, columns of src as lines. */
function itemwise(dst: usize, src: usize, rows: usize, columns: usize, dStride: isize, sStride: isize, width: usize, unit: usize): void {
  for (; columns > 0; columns--) {
    line(dst, src, rows, width, sStride, width, unit);
    dst += dStride;
    src += width;
  }
}

/** Items of odd widths and planes thinner than a block: square tiles, so that lines of both sides are used whole while in L1. */
function tiled(dst: usize, src: usize, rows: usize, columns: usize, dStride: isize, sStride: isize, width: usize, unit: usize): void {
  const side = width >= 64 ? <usize>8 : <usize>(512 / width + 1);
  for (let r: usize = 0; r < rows; r += side) {
    const height = min(side, rows - r);
    for (let c: usize = 0; c < columns; c += side) {
      itemwise(dst + c * dStride + r * width, src + r * sStride + c * width, height, min(side, columns - c), dStride, sStride, width, unit);
    }
  }
}

/** Tiles of blocks straight from src to dst. */
function direct<T>(dst: usize, src: usize, rows: usize, columns: usize, dStride: isize, sStride: isize, tileRows: usize, tileColumns: usize): void {
  const lastRow = rows - blockRows<T>();
  const lastColumn = columns - blockColumns<T>();
  for (let top: usize = 0; top < rows; top += tileRows) {
    const bottom = min(top + tileRows, rows);
    for (let left: usize = 0; left < columns; left += tileColumns) {
      const right = min(left + tileColumns, columns);
      for (let c = left; c < right; c += blockColumns<T>()) {
        const column = min(c, lastColumn);
        const to = dst + column * dStride;
        const from = src + column * sizeof<T>();
        for (let r = top; r < bottom; r += blockRows<T>()) {
          const row = min(r, lastRow);
          block<T>(to + row * sizeof<T>(), dStride, from + row * sStride, sStride);
        }
      }
    }
  }
}

/** One run of a scratch row, at least a vector, to dst; the last vector may lie over the one before. */
// @ts-ignore: decorator
@inline
function drain(dst: usize, src: usize, nbytes: usize): void {
  const end = src + nbytes;
  while (src + 64 <= end) {
    const a = v128.load(src);
    const b = v128.load(src, 16);
    const c = v128.load(src, 32);
    const d = v128.load(src, 48);
    v128.store(dst, a);
    v128.store(dst, b, 16);
    v128.store(dst, c, 32);
    v128.store(dst, d, 48);
    src += 64;
    dst += 64;
  }
  while (src + 16 <= end) {
    v128.store(dst, v128.load(src));
    src += 16;
    dst += 16;
  }
  v128.store(dst - 16 + (end - src), v128.load(end - 16));
}

/**
 * By way of a scratch tile: src is read along its rows, dst is written in runs of whole lines. Needed where the plane
 * is large or the strides fall on few cache sets (powers of two).
 */
function packed<T>(dst: usize, src: usize, rows: usize, columns: usize, dStride: isize, sStride: isize, unit: usize, tileRows: usize, tileColumns: usize): void {
  const height = min(tileRows, rows);
  const wide = min(tileColumns, columns);
  const run = height * sizeof<T>();
  const pitch = (run + 15) & ~15;
  const lastRow = height - blockRows<T>();
  const lastColumn = wide - blockColumns<T>();
  for (let r: usize = 0; r < rows; r += height) {
    const top = min(r, rows - height);
    for (let c: usize = 0; c < columns; c += wide) {
      const left = min(c, columns - wide);
      const from = src + top * sStride + left * sizeof<T>();
      for (let y: usize = 0; y < height; y += blockRows<T>()) {
        const row = min(y, lastRow);
        const line = from + row * sStride;
        const to = scratch() + row * sizeof<T>();
        for (let x: usize = 0; x < wide; x += blockColumns<T>()) {
          const column = min(x, lastColumn);
          block<T>(to + column * pitch, pitch, line + column * sizeof<T>(), sStride);
        }
      }
      if (unit > 1) swapContiguous(scratch(), scratch(), wide * pitch, unit);
      let to = dst + left * dStride + top * sizeof<T>();
      const end = scratch() + wide * pitch;
      for (let at = scratch(); at < end; at += pitch) {
        drain(to, at, run);
        to += dStride;
      }
    }
  }
}

/**
 * Which way, and how large the tiles are, by what the strides do to the caches (all sizes: bench/NOTES.md, thresholds: transpose). A
 * tile of the direct way reads a vector from each of its rows at a time: when those fall on one cache set, only a few
 * rows may be open at once; else long runs in dst win.
 */
// @ts-ignore: decorator
@inline
function blocked<T>(dst: usize, src: usize, rows: usize, columns: usize, dStride: isize, sStride: isize, unit: usize): void {
  const width = sizeof<T>();
  if (rows < blockRows<T>() || columns < blockColumns<T>()) {
    tiled(dst, src, rows, columns, dStride, sStride, width, unit);
    return;
  }
  // The largest power of two that divides the distance of rows, at most a page.
  const grid = <usize>sStride & (0 - <usize>sStride);
  const aliased = grid >= (width < 4 ? PAGE / 2 : PAGE) || (width == 1 && (<usize>dStride & (PAGE - 1)) == 0);
  const large = rows * columns * width >= LARGE;
  // Rows of dst that fall on sets of their own: then as many rows of src may be open as a set has ways.
  const narrow = aliased && !large && width >= 4 && (<usize>dStride & (0 - <usize>dStride)) < 1024;
  if (unit > 1 || (aliased && !large && !narrow)) {
    const high: usize = width == 16 ? 32 : 64;
    packed<T>(dst, src, rows, columns, dStride, sStride, unit, high, SCRATCH_BYTES / (high * width));
    return;
  }
  let high: usize = width == 1 ? 32 : 128;
  let wide: usize = width == 8 ? 32 : 64;
  if (narrow) {
    high = 8;
  } else if (aliased) {
    high = width < 4 ? 256 : width == 4 ? 128 : 8;
    wide = width > 4 ? 32 : 128;
  } else if (grid >= 256) {
    high = width < 4 ? 32 : min(high, (PAGE / grid) << 3);
    wide = width == 4 ? 32 : 64;
  }
  direct<T>(dst, src, rows, columns, dStride, sStride, high, wide);
}

/**
 * dst[c·dStride + r·width] = src[r·sStride + c·width] for rows × columns items, reversed in units of `unit` when that
 * is over 1. Any alignment.
 */
export function plane(dst: usize, src: usize, rows: usize, columns: usize, dStride: isize, sStride: isize, width: usize, unit: usize): void {
  if (unit <= 1 && rows <= 4 && dStride == rows * width && interleave(dst, src, rows, columns, sStride, width)) return;
  if (unit <= 1 && columns <= 4 && sStride == columns * width && deinterleave(dst, src, rows, columns, dStride, width)) return;
  if (width == 4) blocked<u32>(dst, src, rows, columns, dStride, sStride, unit);
  else if (width == 1) blocked<u8>(dst, src, rows, columns, dStride, sStride, unit);
  else if (width == 2) blocked<u16>(dst, src, rows, columns, dStride, sStride, unit);
  else if (width == 8) blocked<u64>(dst, src, rows, columns, dStride, sStride, unit);
  else if (width == 16) blocked<v128>(dst, src, rows, columns, dStride, sStride, unit);
  else tiled(dst, src, rows, columns, dStride, sStride, width, unit);
}
