/**
 * Lines with contiguous dst and a strided src: whole vectors and shuffles for strides of two to four items, lane loads
 * for all others. count is at least 1; any alignment; dst and src must not overlap. Vector loads never reach beyond the
 * last item: what is left after the vectors goes item by item.
 */

import { evens } from "./zip";

/** Contiguous dst, every second item of src. */
// @ts-ignore: decorator
@inline
export function every2<T>(dst: usize, src: usize, count: usize): void {
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
export function every3<T>(dst: usize, src: usize, count: usize): void {
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
export function every4Bytes(dst: usize, src: usize, count: usize): void {
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
export function gather4(dst: usize, src: usize, count: usize, stride: isize): void {
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

export function gather8(dst: usize, src: usize, count: usize, stride: isize): void {
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

export function gather2(dst: usize, src: usize, count: usize, stride: isize): void {
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

export function gather1(dst: usize, src: usize, count: usize, stride: isize): void {
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
