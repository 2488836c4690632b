/** Bytes through a table of 256 (one lookup is any conversion of a one-byte type, exactly), and truth values. */

/** 256 entries of up to 8 bytes: what each byte becomes, for the map kernels. */
export const MAP_TABLE: usize = memory.data(2048, 16);

// @ts-ignore: decorator
@inline
function map<T>(dst: usize, src: usize, count: usize): void {
  const stop = src + count;
  const end = src + (count & ~3);
  while (src < end) {
    const four = load<u32>(src);
    store<T>(dst, load<T>(MAP_TABLE + (<usize>(four & 255) << alignof<T>())));
    store<T>(dst, load<T>(MAP_TABLE + (<usize>((four >> 8) & 255) << alignof<T>())), sizeof<T>());
    store<T>(dst, load<T>(MAP_TABLE + (<usize>((four >> 16) & 255) << alignof<T>())), 2 * sizeof<T>());
    store<T>(dst, load<T>(MAP_TABLE + (<usize>(four >> 24) << alignof<T>())), 3 * sizeof<T>());
    src += 4;
    dst += 4 * sizeof<T>();
  }
  while (src < stop) {
    store<T>(dst, load<T>(MAP_TABLE + (<usize>load<u8>(src) << alignof<T>())));
    src++;
    dst += sizeof<T>();
  }
}

/** Each byte becomes its entry of MAP_TABLE, which has entries of 1, 2, 4 or 8 bytes. */
export function map1(dst: usize, src: usize, count: usize): void {
  map<u8>(dst, src, count);
}
export function map2(dst: usize, src: usize, count: usize): void {
  map<u16>(dst, src, count);
}
export function map4(dst: usize, src: usize, count: usize): void {
  map<u32>(dst, src, count);
}
export function map8(dst: usize, src: usize, count: usize): void {
  map<u64>(dst, src, count);
}

/** 16-bit integer → 1 where not zero. */
export function i16ToBool(dst: usize, src: usize, count: usize): void {
  const one = i8x16.splat(1);
  const zero = i64x2.splat(0);
  const stop = src + (count << 1);
  const end = src + ((count & ~15) << 1);
  while (src < end) {
    const isZero = i8x16.narrow_i16x8_s(i16x8.eq(v128.load(src), zero), i16x8.eq(v128.load(src, 16), zero));
    v128.store(dst, i8x16.add(isZero, one));
    src += 32;
    dst += 16;
  }
  while (src < stop) {
    store<u8>(dst, load<u16>(src) != 0 ? 1 : 0);
    src += 2;
    dst++;
  }
}

/** 16-bit float → 1 where not ±0. */
export function f16ToBool(dst: usize, src: usize, count: usize): void {
  const one = i8x16.splat(1);
  const zero = i64x2.splat(0);
  const stop = src + (count << 1);
  const end = src + ((count & ~15) << 1);
  while (src < end) {
    const a = i16x8.eq(i16x8.shl(v128.load(src), 1), zero);
    const b = i16x8.eq(i16x8.shl(v128.load(src, 16), 1), zero);
    v128.store(dst, i8x16.add(i8x16.narrow_i16x8_s(a, b), one));
    src += 32;
    dst += 16;
  }
  while (src < stop) {
    store<u8>(dst, (load<u16>(src) & 0x7fff) != 0 ? 1 : 0);
    src += 2;
    dst++;
  }
}

// @ts-ignore: decorator
@inline
function truth<T>(dst: usize, src: usize, end: usize): void {
  while (src < end) {
    store<u8>(dst, load<T>(src) != 0 ? 1 : 0);
    src += sizeof<T>();
    dst++;
  }
}

/** 0 or 1 per byte from sixteen 32-bit masks. */
// @ts-ignore: decorator
@inline
function masksToBool(a: v128, b: v128, c: v128, d: v128): v128 {
  return v128.and(i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d)), i8x16.splat(1));
}

/** 1 where not zero; floats: -0 is zero, NaN is not. */
export function i32ToBool(dst: usize, src: usize, count: usize): void {
  const zero = i64x2.splat(0);
  const stop = src + (count << 2);
  const end = src + ((count & ~15) << 2);
  while (src < end) {
    const a = i32x4.ne(v128.load(src), zero);
    const b = i32x4.ne(v128.load(src, 16), zero);
    const c = i32x4.ne(v128.load(src, 32), zero);
    const d = i32x4.ne(v128.load(src, 48), zero);
    v128.store(dst, masksToBool(a, b, c, d));
    src += 64;
    dst += 16;
  }
  truth<u32>(dst, src, stop);
}
export function f32ToBool(dst: usize, src: usize, count: usize): void {
  const zero = f32x4.splat(0);
  const stop = src + (count << 2);
  const end = src + ((count & ~15) << 2);
  while (src < end) {
    const a = f32x4.ne(v128.load(src), zero);
    const b = f32x4.ne(v128.load(src, 16), zero);
    const c = f32x4.ne(v128.load(src, 32), zero);
    const d = f32x4.ne(v128.load(src, 48), zero);
    v128.store(dst, masksToBool(a, b, c, d));
    src += 64;
    dst += 16;
  }
  truth<f32>(dst, src, stop);
}
export function i64ToBool(dst: usize, src: usize, count: usize): void {
  truth<u64>(dst, src, src + (count << 3));
}
export function f64ToBool(dst: usize, src: usize, count: usize): void {
  truth<f64>(dst, src, src + (count << 3));
}
