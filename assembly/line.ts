/**
 * Strided lines: count items of one width, dst and src each with their own stride in bytes, any sign, any alignment.
 * Items are read before any later item is written, so a line whose two strides are equal may run over overlapping
 * memory in the direction that bears it. Count 0 does nothing. Vector loads never reach beyond the last item.
 */

import { evens, reversed, splat } from "./zip";
import { SCRATCH, SCRATCH_BYTES } from "./scratch";
import { swapContiguous } from "./swap";

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

/** Contiguous dst, every second item of src. */
// @ts-ignore: decorator
@inline
function every2<T>(dst: usize, src: usize, count: usize): void {
  const end = dst + count * sizeof<T>();
  // The last vector pair would reach beyond the last item: it is left to the tail.
  const vectors = dst + (((count - 1) * sizeof<T>()) & ~31);
  while (dst < vectors) {
    v128.store(dst, evens<T>(v128.load(src), v128.load(src, 16)));
    v128.store(dst, evens<T>(v128.load(src, 32), v128.load(src, 48)), 16);
    src += 64;
    dst += 32;
  }
  while (dst < end) {
    store<T>(dst, load<T>(src));
    src += sizeof<T>() * 2;
    dst += sizeof<T>();
  }
}

/** The items 0, 3, 6 … of three vectors. */
// @ts-ignore: decorator
@inline
function thirds<T>(a: v128, b: v128, c: v128): v128 {
  if (sizeof<T>() == 1) {
    const x = i8x16.swizzle(a, i8x16(0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1));
    const y = i8x16.swizzle(b, i8x16(-1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14, -1, -1, -1, -1, -1));
    const z = i8x16.swizzle(c, i8x16(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1, 4, 7, 10, 13));
    return v128.or(v128.or(x, y), z);
  }
  if (sizeof<T>() == 2) {
    const x = i8x16.swizzle(a, i8x16(0, 1, 6, 7, 12, 13, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1));
    const y = i8x16.swizzle(b, i8x16(-1, -1, -1, -1, -1, -1, 2, 3, 8, 9, 14, 15, -1, -1, -1, -1));
    const z = i8x16.swizzle(c, i8x16(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 4, 5, 10, 11));
    return v128.or(v128.or(x, y), z);
  }
  const pair = v128.shuffle<u32>(a, b, 0, 3, 6, 7);
  return v128.shuffle<u32>(pair, c, 0, 1, 2, 5);
}

/** Contiguous dst, every third item of src. */
// @ts-ignore: decorator
@inline
function every3<T>(dst: usize, src: usize, count: usize): void {
  const end = dst + count * sizeof<T>();
  const vectors = dst + (((count - 1) * sizeof<T>()) & ~31);
  while (dst < vectors) {
    v128.store(dst, thirds<T>(v128.load(src), v128.load(src, 16), v128.load(src, 32)));
    v128.store(dst, thirds<T>(v128.load(src, 48), v128.load(src, 64), v128.load(src, 80)), 16);
    src += 96;
    dst += 32;
  }
  while (dst < end) {
    store<T>(dst, load<T>(src));
    src += sizeof<T>() * 3;
    dst += sizeof<T>();
  }
}

/** Contiguous dst, every fourth byte of src. */
function every4Bytes(dst: usize, src: usize, count: usize): void {
  const end = dst + count;
  const vectors = dst + ((count - 1) & ~15);
  while (dst < vectors) {
    const a = evens<u16>(v128.load(src), v128.load(src, 16));
    const b = evens<u16>(v128.load(src, 32), v128.load(src, 48));
    v128.store(dst, evens<u8>(a, b));
    src += 64;
    dst += 16;
  }
  while (dst < end) {
    store<u8>(dst, load<u8>(src));
    src += 4;
    dst++;
  }
}

/** Contiguous dst, src of any stride: items are loaded into the lanes of one vector. */
function gather4(dst: usize, src: usize, count: usize, stride: isize): void {
  const end = dst + (count << 2);
  const vectors = dst + ((count & ~7) << 2);
  const stride2 = stride << 1;
  const stride3 = stride2 + stride;
  const stride4 = stride << 2;
  while (dst < vectors) {
    let a = v128.load32_zero(src);
    const next = src + stride4;
    let b = v128.load32_zero(next);
    a = v128.load_lane<u32>(src + stride, a, 1);
    b = v128.load_lane<u32>(next + stride, b, 1);
    a = v128.load_lane<u32>(src + stride2, a, 2);
    b = v128.load_lane<u32>(next + stride2, b, 2);
    a = v128.load_lane<u32>(src + stride3, a, 3);
    b = v128.load_lane<u32>(next + stride3, b, 3);
    v128.store(dst, a);
    v128.store(dst, b, 16);
    src = next + stride4;
    dst += 32;
  }
  while (dst < end) {
    store<u32>(dst, load<u32>(src));
    src += stride;
    dst += 4;
  }
}

function gather8(dst: usize, src: usize, count: usize, stride: isize): void {
  const end = dst + (count << 3);
  const vectors = dst + ((count & ~3) << 3);
  const stride2 = stride << 1;
  while (dst < vectors) {
    const a = v128.load_lane<u64>(src + stride, v128.load64_zero(src), 1);
    src += stride2;
    const b = v128.load_lane<u64>(src + stride, v128.load64_zero(src), 1);
    src += stride2;
    v128.store(dst, a);
    v128.store(dst, b, 16);
    dst += 32;
  }
  while (dst < end) {
    store<u64>(dst, load<u64>(src));
    src += stride;
    dst += 8;
  }
}

function gather2(dst: usize, src: usize, count: usize, stride: isize): void {
  const end = dst + (count << 1);
  const vectors = dst + ((count & ~3) << 1);
  const stride2 = stride << 1;
  while (dst < vectors) {
    const a = <u64>load<u16>(src) | ((<u64>load<u16>(src + stride)) << 16);
    src += stride2;
    const b = <u64>load<u16>(src) | ((<u64>load<u16>(src + stride)) << 16);
    src += stride2;
    store<u64>(dst, a | (b << 32));
    dst += 8;
  }
  while (dst < end) {
    store<u16>(dst, load<u16>(src));
    src += stride;
    dst += 2;
  }
}

function gather1(dst: usize, src: usize, count: usize, stride: isize): void {
  const end = dst + count;
  const vectors = dst + (count & ~3);
  const stride2 = stride << 1;
  while (dst < vectors) {
    const a = <u32>load<u8>(src) | ((<u32>load<u8>(src + stride)) << 8);
    src += stride2;
    const b = <u32>load<u8>(src) | ((<u32>load<u8>(src + stride)) << 8);
    src += stride2;
    store<u32>(dst, a | (b << 16));
    dst += 4;
  }
  while (dst < end) {
    store<u8>(dst, load<u8>(src));
    src += stride;
    dst++;
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

/** Items reversed in units: short ones by way of a scratch tile, where the reversal runs on whole vectors. */
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
    if (sStride == width) swapContiguous(SCRATCH, src, nbytes, unit);
    else {
      plainLine(SCRATCH, src, n, width, sStride, width);
      if (dStride == width) swapContiguous(dst, SCRATCH, nbytes, unit);
      else swapContiguous(SCRATCH, SCRATCH, nbytes, unit);
    }
    if (dStride != width || sStride == width) plainLine(dst, SCRATCH, n, dStride, width, width);
    dst += n * dStride;
    src += n * sStride;
    count -= n;
  }
}

/** count items of width bytes, reversed in units of `unit` bytes when that is over 1. */
export function line(dst: usize, src: usize, count: usize, dStride: isize, sStride: isize, width: usize, unit: usize): void {
  if (count == 0) return;
  if (unit > 1) swapLine(dst, src, count, dStride, sStride, width, unit);
  else plainLine(dst, src, count, dStride, sStride, width);
}
