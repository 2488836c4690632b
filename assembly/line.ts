/**
 * Strided lines: count items of one width, dst and src each with their own stride in bytes, any sign, any alignment.
 * Items are read before any later item is written, so a line whose two strides are equal may run over overlapping
 * memory in the direction that bears it. Count 0 does nothing. Vector loads never reach beyond the last item.
 */

import { every2, every3, every4Bytes, gather1, gather2, gather4, gather8 } from "./gather";
import { SCRATCH_BYTES, scratch } from "./scratch";
import { swapContiguous } from "./swap";
import { reversed, splat } from "./zip";

/** Every item through a scalar register. */
// @ts-ignore: decorator
@inline
function strided<T>(dst: usize, src: usize, count: usize, dStride: isize, sStride: isize): void {
  for (; count >= 4; count -= 4) {
    const a = load<T>(src);
    const b = load<T>(src + sStride);
    src += sStride << 1;
    const c = load<T>(src);
    const d = load<T>(src + sStride);
    src += sStride << 1;
    store<T>(dst, a);
    store<T>(dst + dStride, b);
    dst += dStride << 1;
    store<T>(dst, c);
    store<T>(dst + dStride, d);
    dst += dStride << 1;
  }
  for (; count > 0; count--) {
    store<T>(dst, load<T>(src));
    dst += dStride;
    src += sStride;
  }
}

/** Contiguous dst, one value. */
// @ts-ignore: decorator
@inline
function fill<T>(dst: usize, src: usize, count: usize): void {
  const value = load<T>(src);
  const end = dst + count * sizeof<T>();
  const all = splat<T>(value);
  const vectors = dst + ((count * sizeof<T>()) & ~63);
  while (dst < vectors) {
    v128.store(dst, all);
    v128.store(dst, all, 16);
    v128.store(dst, all, 32);
    v128.store(dst, all, 48);
    dst += 64;
  }
  while (dst < end) {
    store<T>(dst, value);
    dst += sizeof<T>();
  }
}

/** Contiguous dst, src backwards from `src`. */
// @ts-ignore: decorator
@inline
function reverse<T>(dst: usize, src: usize, count: usize): void {
  const end = dst + count * sizeof<T>();
  const vectors = dst + ((count * sizeof<T>()) & ~63);
  src += sizeof<T>();
  while (dst < vectors) {
    src -= 64;
    const a = v128.load(src, 48);
    const b = v128.load(src, 32);
    const c = v128.load(src, 16);
    const d = v128.load(src);
    v128.store(dst, reversed<T>(a));
    v128.store(dst, reversed<T>(b), 16);
    v128.store(dst, reversed<T>(c), 32);
    v128.store(dst, reversed<T>(d), 48);
    dst += 64;
  }
  while (dst < end) {
    src -= sizeof<T>();
    store<T>(dst, load<T>(src));
    dst += sizeof<T>();
  }
}

function line1(dst: usize, src: usize, count: usize, dStride: isize, sStride: isize): void {
  if (dStride != 1) strided<u8>(dst, src, count, dStride, sStride);
  else if (sStride == -1) reverse<u8>(dst, src, count);
  else if (sStride == 2) every2<u8>(dst, src, count);
  else if (sStride == 3) every3<u8>(dst, src, count);
  else if (sStride == 4) every4Bytes(dst, src, count);
  else if (sStride == 0) memory.fill(dst, load<u8>(src), count);
  else gather1(dst, src, count, sStride);
}

function line2(dst: usize, src: usize, count: usize, dStride: isize, sStride: isize): void {
  if (dStride != 2) strided<u16>(dst, src, count, dStride, sStride);
  else if (sStride == -2) reverse<u16>(dst, src, count);
  else if (sStride == 4) every2<u16>(dst, src, count);
  else if (sStride == 6) every3<u16>(dst, src, count);
  else if (sStride == 0) fill<u16>(dst, src, count);
  else gather2(dst, src, count, sStride);
}

function line4(dst: usize, src: usize, count: usize, dStride: isize, sStride: isize): void {
  if (dStride != 4) strided<u32>(dst, src, count, dStride, sStride);
  else if (sStride == -4) reverse<u32>(dst, src, count);
  else if (sStride == 8) every2<u32>(dst, src, count);
  else if (sStride == 12) every3<u32>(dst, src, count);
  else if (sStride == 0) fill<u32>(dst, src, count);
  else gather4(dst, src, count, sStride);
}

function line8(dst: usize, src: usize, count: usize, dStride: isize, sStride: isize): void {
  if (dStride != 8) strided<u64>(dst, src, count, dStride, sStride);
  else if (sStride == -8) reverse<u64>(dst, src, count);
  else if (sStride == 16) every2<u64>(dst, src, count);
  else if (sStride == 0) fill<u64>(dst, src, count);
  else gather8(dst, src, count, sStride);
}

function line16(dst: usize, src: usize, count: usize, dStride: isize, sStride: isize): void {
  for (; count > 0; count--) {
    v128.store(dst, v128.load(src));
    dst += dStride;
    src += sStride;
  }
}

/** One item of any width, read whole before it is written: two overlapping loads cover every width up to 32 bytes. */
// @ts-ignore: decorator
@inline
function item(dst: usize, src: usize, width: usize): void {
  if (width > 32) {
    memory.copy(dst, src, width);
  } else if (width >= 16) {
    const a = v128.load(src);
    const b = v128.load(src + width - 16);
    v128.store(dst, a);
    v128.store(dst + width - 16, b);
  } else if (width >= 8) {
    const a = load<u64>(src);
    const b = load<u64>(src + width - 8);
    store<u64>(dst, a);
    store<u64>(dst + width - 8, b);
  } else if (width >= 4) {
    const a = load<u32>(src);
    const b = load<u32>(src + width - 4);
    store<u32>(dst, a);
    store<u32>(dst + width - 4, b);
  } else if (width >= 2) {
    const a = load<u16>(src);
    const b = load<u8>(src + width - 1);
    store<u16>(dst, a);
    store<u8>(dst + width - 1, b);
  } else store<u8>(dst, load<u8>(src));
}

function lineAny(dst: usize, src: usize, count: usize, dStride: isize, sStride: isize, width: usize): void {
  if (sStride == 0 && dStride == width) {
    repeat(dst, src, count, width);
    return;
  }
  if (width == 12) {
    for (; count > 0; count--) {
      const a = load<u64>(src);
      const b = load<u32>(src, 8);
      store<u64>(dst, a);
      store<u32>(dst, b, 8);
      dst += dStride;
      src += sStride;
    }
    return;
  }
  for (; count > 0; count--) {
    item(dst, src, width);
    dst += dStride;
    src += sStride;
  }
}

/** Contiguous dst filled with one item: what is written already is copied onwards in ever longer runs. */
function repeat(dst: usize, src: usize, count: usize, width: usize): void {
  const total = count * width;
  if (total == 0) return;
  item(dst, src, width);
  let done = width;
  while (done < total) {
    const run = min(min(done, total - done), <usize>32768 / width * width + width);
    memory.copy(dst + done, dst, run);
    done += run;
  }
}

function plainLine(dst: usize, src: usize, count: usize, dStride: isize, sStride: isize, width: usize): void {
  if (width == 4) line4(dst, src, count, dStride, sStride);
  else if (width == 1) line1(dst, src, count, dStride, sStride);
  else if (width == 2) line2(dst, src, count, dStride, sStride);
  else if (width == 8) line8(dst, src, count, dStride, sStride);
  else if (width == 16) line16(dst, src, count, dStride, sStride);
  else lineAny(dst, src, count, dStride, sStride, width);
}

/** Items reversed in units, not contiguous on both sides: short ones by way of a scratch tile, where the reversal runs on whole vectors. */
function swapLine(dst: usize, src: usize, count: usize, dStride: isize, sStride: isize, width: usize, unit: usize): void {
  if (width >= 64) {
    for (; count > 0; count--) {
      swapContiguous(dst, src, width, unit);
      dst += dStride;
      src += sStride;
    }
    return;
  }
  const most = SCRATCH_BYTES / width;
  while (count > 0) {
    const n = min(count, most);
    const nbytes = n * width;
    let from = src;
    if (sStride != width) {
      from = scratch();
      plainLine(from, src, n, width, sStride, width);
    }
    if (dStride == width) swapContiguous(dst, from, nbytes, unit);
    else {
      swapContiguous(scratch(), from, nbytes, unit);
      plainLine(dst, scratch(), n, dStride, width, width);
    }
    dst += n * dStride;
    src += n * sStride;
    count -= n;
  }
}

/** count items of width bytes, reversed in units of `unit` bytes when that is over 1. */
export function line(dst: usize, src: usize, count: usize, dStride: isize, sStride: isize, width: usize, unit: usize): void {
  if (count == 0) return;
  if (dStride == width && sStride == width) {
    if (unit > 1) swapContiguous(dst, src, count * width, unit);
    else memory.copy(dst, src, count * width);
  } else if (unit > 1) swapLine(dst, src, count, dStride, sStride, width, unit);
  else plainLine(dst, src, count, dStride, sStride, width);
}
