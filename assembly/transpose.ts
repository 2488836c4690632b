/**
 * Transposes of planes: dst[column][row] = src[row][column], items adjacent along columns in src and along rows in
 * dst, the other strides any. Planes are cut into tiles of blocks; the last tile of an axis is moved back over its
 * neighbour instead of being cut, so whole blocks cover every plane of at least one block. dst and src must not
 * overlap. Planes thinner than a block go through interleave.ts or item by item.
 */

import { block, blockColumns, blockRows } from "./block-transpose";
import { deinterleave, interleave } from "./interleave";
import { line } from "./line";
import { SCRATCH, SCRATCH_BYTES } from "./scratch";
import { swapContiguous } from "./swap";

/** Planes up to this many bytes are transposed without a scratch tile: both fit L2 (bench/move, transpose). */
const DIRECT_BYTES: usize = 131072;

/** Tile of the direct way, in rows and columns. */
const DIRECT_ROWS: usize = 16;
const DIRECT_COLUMNS: usize = 64;

/** Item by item, columns of src as lines. */
function itemwise(dst: usize, src: usize, rows: usize, columns: usize, dStride: isize, sStride: isize, width: usize, unit: usize): void {
  for (; columns > 0; columns--) {
    line(dst, src, rows, width, sStride, width, unit);
    dst += dStride;
    src += width;
  }
}

/** Items of 16 bytes and of odd widths: square tiles, so that lines of both sides are used whole while in L1. */
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
// @ts-ignore: decorator
@inline
function direct<T>(dst: usize, src: usize, rows: usize, columns: usize, dStride: isize, sStride: isize): void {
  const lastRow = rows - blockRows<T>();
  const lastColumn = columns - blockColumns<T>();
  for (let top: usize = 0; top < rows; top += DIRECT_ROWS) {
    const bottom = min(top + DIRECT_ROWS, rows);
    for (let left: usize = 0; left < columns; left += DIRECT_COLUMNS) {
      const right = min(left + DIRECT_COLUMNS, columns);
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

/** One whole run of a scratch row to dst. */
// @ts-ignore: decorator
@inline
function drain(dst: usize, src: usize, nbytes: usize): void {
  const last = src + nbytes - 16;
  while (src < last) {
    v128.store(dst, v128.load(src));
    src += 16;
    dst += 16;
  }
  v128.store(dst - (src - last), v128.load(last));
}

/**
 * By way of a scratch tile: src is read along its rows, dst is written in runs of whole lines. Needed where the plane
 * is large or the strides fall on few cache sets (powers of two).
 */
// @ts-ignore: decorator
@inline
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
        const to = SCRATCH + row * sizeof<T>();
        for (let x: usize = 0; x < wide; x += blockColumns<T>()) {
          const column = min(x, lastColumn);
          block<T>(to + column * pitch, pitch, line + column * sizeof<T>(), sStride);
        }
      }
      if (unit > 1) swapContiguous(SCRATCH, SCRATCH, wide * pitch, unit);
      let to = dst + left * dStride + top * sizeof<T>();
      const end = SCRATCH + wide * pitch;
      for (let at = SCRATCH; at < end; at += pitch) {
        drain(to, at, run);
        to += dStride;
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function blocked<T>(dst: usize, src: usize, rows: usize, columns: usize, dStride: isize, sStride: isize, unit: usize, tileRows: usize, tileColumns: usize): void {
  if (rows < blockRows<T>() || columns < blockColumns<T>())
    tiled(dst, src, rows, columns, dStride, sStride, sizeof<T>(), unit);
  else if (unit <= 1 && (sizeof<T>() == 8 || rows * columns * sizeof<T>() <= DIRECT_BYTES))
    direct<T>(dst, src, rows, columns, dStride, sStride);
  else packed<T>(dst, src, rows, columns, dStride, sStride, unit, tileRows, tileColumns);
}

function plane1(dst: usize, src: usize, rows: usize, columns: usize, dStride: isize, sStride: isize, unit: usize): void {
  blocked<u8>(dst, src, rows, columns, dStride, sStride, unit, 128, 128);
}

function plane2(dst: usize, src: usize, rows: usize, columns: usize, dStride: isize, sStride: isize, unit: usize): void {
  blocked<u16>(dst, src, rows, columns, dStride, sStride, unit, 64, 128);
}

function plane4(dst: usize, src: usize, rows: usize, columns: usize, dStride: isize, sStride: isize, unit: usize): void {
  blocked<u32>(dst, src, rows, columns, dStride, sStride, unit, 64, 64);
}

function plane8(dst: usize, src: usize, rows: usize, columns: usize, dStride: isize, sStride: isize, unit: usize): void {
  blocked<u64>(dst, src, rows, columns, dStride, sStride, unit, 32, 64);
}

/**
 * dst[c·dStride + r·width] = src[r·sStride + c·width] for rows × columns items, reversed in units of `unit` when that
 * is over 1. Any alignment.
 */
export function plane(dst: usize, src: usize, rows: usize, columns: usize, dStride: isize, sStride: isize, width: usize, unit: usize): void {
  if (unit <= 1 && rows <= 4 && dStride == rows * width && interleave(dst, src, rows, columns, sStride, width)) return;
  if (unit <= 1 && columns <= 4 && sStride == columns * width && deinterleave(dst, src, rows, columns, dStride, width)) return;
  if (width == 4) plane4(dst, src, rows, columns, dStride, sStride, unit);
  else if (width == 1) plane1(dst, src, rows, columns, dStride, sStride, unit);
  else if (width == 2) plane2(dst, src, rows, columns, dStride, sStride, unit);
  else if (width == 8) plane8(dst, src, rows, columns, dStride, sStride, unit);
  else tiled(dst, src, rows, columns, dStride, sStride, width, unit);
}
