/** Byte reversal of contiguous memory in units of 2, 4, 8, 16 or any number of bytes. */

/**
 * One swizzle per vector: i8x16.swizzle with a constant mask is one instruction, where V8 expands the equal shuffle
 * into several. @returns bytes done, a multiple of 16
 */
// @ts-ignore: decorator
@inline
function swapVectors(dst: usize, src: usize, nbytes: usize, mask: v128): usize {
  const start = src;
  let end = src + (nbytes & ~63);
  while (src < end) {
    const a = v128.load(src);
    const b = v128.load(src, 16);
    const c = v128.load(src, 32);
    const d = v128.load(src, 48);
    v128.store(dst, i8x16.swizzle(a, mask));
    v128.store(dst, i8x16.swizzle(b, mask), 16);
    v128.store(dst, i8x16.swizzle(c, mask), 32);
    v128.store(dst, i8x16.swizzle(d, mask), 48);
    src += 64;
    dst += 64;
  }
  end = start + (nbytes & ~15);
  while (src < end) {
    v128.store(dst, i8x16.swizzle(v128.load(src), mask));
    src += 16;
    dst += 16;
  }
  return src - start;
}

function swap2(dst: usize, src: usize, nbytes: usize): usize {
  return swapVectors(dst, src, nbytes, i8x16(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14));
}

function swap4(dst: usize, src: usize, nbytes: usize): usize {
  return swapVectors(dst, src, nbytes, i8x16(3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12));
}

function swap8(dst: usize, src: usize, nbytes: usize): usize {
  return swapVectors(dst, src, nbytes, i8x16(7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8));
}

function swap16(dst: usize, src: usize, nbytes: usize): usize {
  return swapVectors(dst, src, nbytes, i8x16(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
}

/**
 * Reverses units of `unit` bytes from src to dst. nbytes: a multiple of unit. Any alignment; dst may be src, other
 * overlap is not allowed. nbytes 0 does nothing; what is left after the vectors goes unit by unit.
 */
export function swapContiguous(dst: usize, src: usize, nbytes: usize, unit: usize): void {
  let done: usize = 0;
  if (unit == 4) done = swap4(dst, src, nbytes);
  else if (unit == 2) done = swap2(dst, src, nbytes);
  else if (unit == 8) done = swap8(dst, src, nbytes);
  else if (unit == 16) done = swap16(dst, src, nbytes);
  for (; done < nbytes; done += unit) swapUnit(dst + done, src + done, unit);
}

/** One unit of any number of bytes; both ends are read before they are written, so dst may be src. */
// @ts-ignore: decorator
@inline
function swapUnit(dst: usize, src: usize, unit: usize): void {
  let low: usize = 0;
  let high = unit - 1;
  while (low <= high && high < unit) {
    const a = load<u8>(src + low);
    const b = load<u8>(src + high);
    store<u8>(dst + low, b);
    store<u8>(dst + high, a);
    low++;
    high--;
  }
}
