/**
 * 64-bit integers to and from binary64. SIMD has no such conversion: a number in the right binade of binary64 has the
 * integer in its mantissa, so moving into and out of that binade is an addition (the "magic number" method).
 */

// @ts-ignore: decorator
@inline
const LOW_BINADE: i64 = 0x4330000000000000; // 2^52
// @ts-ignore: decorator
@inline
const CENTRE: f64 = 6755399441055744; // 1.5 * 2^52

/** Both halves placed in their own binade; their one addition is the one rounding. */
// @ts-ignore: decorator
@inline
function signedToFloat(x: v128): v128 {
  const high = f64x2.sub(
    v128.xor(i64x2.shr_u(x, 32), i64x2.splat(0x4530000080000000)),
    f64x2.splat(reinterpret<f64>(0x4530000080100000)), // 2^84 + 2^63 + 2^52
  );
  return f64x2.add(high, v128.or(v128.and(x, i64x2.splat(0xffffffff)), i64x2.splat(LOW_BINADE)));
}

// @ts-ignore: decorator
@inline
function unsignedToFloat(x: v128): v128 {
  const high = f64x2.sub(
    v128.or(i64x2.shr_u(x, 32), i64x2.splat(0x4530000000000000)),
    f64x2.splat(reinterpret<f64>(0x4530000000100000)), // 2^84 + 2^52
  );
  return f64x2.add(high, v128.or(v128.and(x, i64x2.splat(0xffffffff)), i64x2.splat(LOW_BINADE)));
}

export function i64ToF64(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 3);
  const end = src + ((count & ~7) << 3);
  while (src < end) {
    v128.store(dst, signedToFloat(v128.load(src)));
    v128.store(dst, signedToFloat(v128.load(src, 16)), 16);
    v128.store(dst, signedToFloat(v128.load(src, 32)), 32);
    v128.store(dst, signedToFloat(v128.load(src, 48)), 48);
    src += 64;
    dst += 64;
  }
  while (src < stop) {
    store<f64>(dst, <f64>load<i64>(src));
    src += 8;
    dst += 8;
  }
}

export function u64ToF64(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 3);
  const end = src + ((count & ~7) << 3);
  while (src < end) {
    v128.store(dst, unsignedToFloat(v128.load(src)));
    v128.store(dst, unsignedToFloat(v128.load(src, 16)), 16);
    v128.store(dst, unsignedToFloat(v128.load(src, 32)), 32);
    v128.store(dst, unsignedToFloat(v128.load(src, 48)), 48);
    src += 64;
    dst += 64;
  }
  while (src < stop) {
    store<f64>(dst, <f64>load<u64>(src));
    src += 8;
    dst += 8;
  }
}

/** Folds the eleven low bits into one, the lowest bit that binary64 keeps of every 64-bit number. */
// @ts-ignore: decorator
@inline
function sticky(x: i64): i64 {
  return (x | ((x & 2047) + 2047)) & ~2047;
}

/**
 * int64 → float64 rounded to odd (see f64ToF32Odd), for a later rounding to at most 40 bits. Exact up to 2^53; above, the
 * result keeps all bits from the eleventh up and whether any below is set.
 */
export function i64ToF64Odd(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 3);
  while (src < stop) {
    const x = load<i64>(src);
    store<f64>(dst, <f64>(x > 9007199254740992 || x < -9007199254740992 ? sticky(x) : x));
    src += 8;
    dst += 8;
  }
}

/** uint64 → float64 rounded to odd, as i64ToF64Odd. */
export function u64ToF64Odd(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 3);
  while (src < stop) {
    const x = load<u64>(src);
    store<f64>(dst, <f64>(x > 9007199254740992 ? <u64>sticky(<i64>x) : x));
    src += 8;
    dst += 8;
  }
}

// @ts-ignore: decorator
@inline
function inBinade(x: v128): v128 {
  return i64x2.sub(f64x2.add(f64x2.trunc(x), f64x2.splat(CENTRE)), i64x2.splat(0x4338000000000000));
}

// @ts-ignore: decorator
@inline
function near(x: v128): v128 {
  return f64x2.lt(f64x2.abs(x), f64x2.splat(2251799813685248));
}

/** float64 → int64, truncated and saturated. Eight at a time while all are below 2^51, one by one otherwise. */
export function f64ToI64(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 3);
  const end = src + ((count & ~7) << 3);
  while (src < end) {
    const a = v128.load(src);
    const b = v128.load(src, 16);
    const c = v128.load(src, 32);
    const d = v128.load(src, 48);
    if (i64x2.all_true(v128.and(v128.and(near(a), near(b)), v128.and(near(c), near(d))))) {
      v128.store(dst, inBinade(a));
      v128.store(dst, inBinade(b), 16);
      v128.store(dst, inBinade(c), 32);
      v128.store(dst, inBinade(d), 48);
    } else {
      for (let i: usize = 0; i < 64; i += 8) store<i64>(dst + i, <i64>load<f64>(src + i));
    }
    src += 64;
    dst += 64;
  }
  while (src < stop) {
    store<i64>(dst, <i64>load<f64>(src));
    src += 8;
    dst += 8;
  }
}

/** float64 → uint64, truncated and saturated; as f64ToI64. */
export function f64ToU64(dst: usize, src: usize, count: usize): void {
  const zero = f64x2.splat(0);
  const stop = src + (count << 3);
  const end = src + ((count & ~7) << 3);
  while (src < end) {
    const a = f64x2.pmax(v128.load(src), zero);
    const b = f64x2.pmax(v128.load(src, 16), zero);
    const c = f64x2.pmax(v128.load(src, 32), zero);
    const d = f64x2.pmax(v128.load(src, 48), zero);
    if (i64x2.all_true(v128.and(v128.and(near(a), near(b)), v128.and(near(c), near(d))))) {
      v128.store(dst, inBinade(a));
      v128.store(dst, inBinade(b), 16);
      v128.store(dst, inBinade(c), 32);
      v128.store(dst, inBinade(d), 48);
    } else {
      for (let i: usize = 0; i < 64; i += 8) store<u64>(dst + i, <u64>load<f64>(src + i));
    }
    src += 64;
    dst += 64;
  }
  while (src < stop) {
    store<u64>(dst, <u64>load<f64>(src));
    src += 8;
    dst += 8;
  }
}

/** float64 → int64 modulo 2^64 after truncation; infinities and NaN give 0. */
export function f64ToI64Wrap(dst: usize, src: usize, count: usize): void {
  const stop = src + (count << 3);
  while (src < stop) {
    const x = load<f64>(src);
    let value: i64 = 0;
    if (Math.abs(x) < 9223372036854775808.0) value = <i64>x;
    else {
      const bits = reinterpret<i64>(x);
      const shift = ((bits >> 52) & 2047) - 1075;
      if (shift < 64) value = ((bits & 0xfffffffffffff) | 0x10000000000000) << shift;
      if (bits < 0) value = -value;
    }
    store<i64>(dst, value);
    src += 8;
    dst += 8;
  }
}
