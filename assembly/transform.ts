/**
 * Conversion along a loop nest: gather (reversing bytes) → converters → (reversing bytes) scatter over tiles that stay in
 * L1. A stage that would change nothing is left out; contiguous native data goes straight through one converter.
 */

import { axisAt, dstStride, items, srcStride } from "./layout";
import { line } from "./line";
import { tileA, tileB } from "./scratch";
import { swapContiguous } from "./swap";
import { plane } from "./transpose";

/**
 * What happens to elements, written by the host: bytes per stored element of src and of dst, the units in which their
 * bytes are reversed (1: none), elements per tile, number of converters (1 to 10), then their places in the table, and how
 * many of a converter's own elements are one.
 */
export const CONVERSION: usize = memory.data(104, 16);

// @ts-ignore: decorator
@inline
function srcWidth(): usize {
  return load<u32>(CONVERSION);
}

// @ts-ignore: decorator
@inline
function dstWidth(): usize {
  return load<u32>(CONVERSION, 4);
}

// @ts-ignore: decorator
@inline
function srcUnit(): usize {
  return load<u32>(CONVERSION, 8);
}

// @ts-ignore: decorator
@inline
function dstUnit(): usize {
  return load<u32>(CONVERSION, 12);
}

// @ts-ignore: decorator
@inline
function tileItems(): usize {
  return load<u32>(CONVERSION, 16);
}

// @ts-ignore: decorator
@inline
function steps(): u32 {
  return load<u32>(CONVERSION, 20);
}

/** The converter `step` over `count` elements. */
// @ts-ignore: decorator
@inline
function convertTile(step: u32, dst: usize, src: usize, count: usize): void {
  const at = CONVERSION + (step << 2);
  call_indirect<void>(load<u32>(at, 24), dst, src, count * load<u32>(at, 64));
}

/** The converters in sequence over contiguous native elements; what lies between them alternates between the tiles. */
function chain(dst: usize, src: usize, count: usize): void {
  const last = steps() - 1;
  let into = src == tileB() ? tileA() : tileB();
  for (let step: u32 = 0; step < last; step++) {
    convertTile(step, into, src, count);
    src = into;
    into = into == tileB() ? tileA() : tileB();
  }
  convertTile(last, dst, src, count);
}

/** The tile that the last converter may write while it reads the one before. */
// @ts-ignore: decorator
@inline
function lastTile(from: usize): usize {
  const start = from == tileB() ? tileA() : tileB();
  const other = start == tileB() ? tileA() : tileB();
  return (steps() & 1) == 1 ? start : other;
}

/** One line of elements. */
function convertLine(dst: usize, src: usize, count: usize, dStride: isize, sStride: isize): void {
  const straightFrom = sStride == <isize>srcWidth() && srcUnit() <= 1;
  const straightTo = dStride == <isize>dstWidth() && dstUnit() <= 1;
  const most = straightFrom && straightTo && steps() == 1 ? count : tileItems();
  while (count > 0) {
    const n = min(count, most);
    let from = src;
    if (!straightFrom) {
      from = tileA();
      line(from, src, n, srcWidth(), sStride, srcWidth(), srcUnit());
    }
    if (straightTo) chain(dst, from, n);
    else {
      const to = lastTile(straightFrom ? 0 : tileA());
      chain(to, from, n);
      line(dst, to, n, dStride, dstWidth(), dstWidth(), dstUnit());
    }
    dst += n * dStride;
    src += n * sStride;
    count -= n;
  }
}

/** A few short lines at once, or a piece of a transpose: `columns` lines of `rows` elements, dense in the tiles. */
function convertBox(dst: usize, src: usize, columns: usize, dColumn: isize, sColumn: isize, rows: usize, dRow: isize, sRow: isize): void {
  const from = tileA();
  const run = rows * srcWidth();
  if (sColumn == <isize>srcWidth() && columns > 1) plane(from, src, rows, columns, run, sRow, srcWidth(), srcUnit());
  else
    for (let c: usize = 0; c < columns; c++) line(from + c * run, src + c * sColumn, rows, srcWidth(), sRow, srcWidth(), srcUnit());
  const to = lastTile(from);
  chain(to, from, columns * rows);
  const width = dstWidth();
  const out = rows * width;
  if (dRow == <isize>width) {
    if (dstUnit() > 1) swapContiguous(to, to, columns * out, dstUnit());
    for (let c: usize = 0; c < columns; c++) memory.copy(dst + c * dColumn, to + c * out, out);
  } else
    for (let c: usize = 0; c < columns; c++) line(dst + c * dColumn, to + c * out, rows, dRow, width, width, dstUnit());
}

/** The two inner axes in boxes of at most one tile. */
function convertBoxes(dst: usize, src: usize, columns: usize, dColumn: isize, sColumn: isize, rows: usize, dRow: isize, sRow: isize, high: usize): void {
  const wide = max<usize>(1, tileItems() / high);
  for (let c: usize = 0; c < columns; c += wide) {
    for (let r: usize = 0; r < rows; r += high) {
      convertBox(dst + c * dColumn + r * dRow, src + c * sColumn + r * sRow, min(wide, columns - c), dColumn, sColumn, min(high, rows - r), dRow, sRow);
    }
  }
}

function walk(axis: i32, ndim: i32, dst: usize, src: usize): void {
  const row = axisAt(axis);
  const count = items(row);
  const dStride = dstStride(row);
  const sStride = srcStride(row);
  if (axis == ndim - 1) {
    convertLine(dst, src, count, dStride, sStride);
    return;
  }
  if (axis == ndim - 2) {
    const last = axisAt(ndim - 1);
    const rows = items(last);
    const step = srcStride(last);
    const crossed = sStride == <i32>srcWidth() && step != <i32>srcWidth();
    if (crossed || rows < <u32>tileItems() >> 2) {
      const high = crossed ? min<usize>(rows, max<usize>(16, 256 / dstWidth())) : rows;
      convertBoxes(dst, src, count, dStride, sStride, rows, dstStride(last), step, high);
      return;
    }
  }
  for (let i = count; i > 0; i--) {
    walk(axis + 1, ndim, dst, src);
    dst += dStride;
    src += sStride;
  }
}

/**
 * dst[i…] = convert(src[i…]) over the nest in the descriptor, counted in elements, with the conversion in CONVERSION. Any
 * strides and alignment; dst and src must not overlap.
 */
export function transform(dst: usize, src: usize, ndim: i32): void {
  if (ndim == 0) convertLine(dst, src, 1, dstWidth(), srcWidth());
  else walk(0, ndim, dst, src);
}
