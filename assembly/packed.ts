/**
 * Integers of 4, 2 and 1 bits, packed two, four and eight to a byte, → one byte each. "low": the first value has the
 * lowest bits of its byte; "high": the highest. dst and src must not overlap; any alignment; count in packed bytes.
 */

/** Spreads 16 bytes over 16 × 8 / bits. `low` and `signed` are constants, so each instance keeps one path. */
// @ts-ignore: decorator
@inline
function spread4(dst: usize, packed: v128, low: bool, signed: bool): void {
  let a = v128.and(packed, i8x16.splat(15));
  let b = i8x16.shr_u(packed, 4);
  if (signed) {
    a = i8x16.sub(v128.xor(a, i8x16.splat(8)), i8x16.splat(8));
    b = i8x16.sub(v128.xor(b, i8x16.splat(8)), i8x16.splat(8));
  }
  const first = low ? a : b;
  const second = low ? b : a;
  v128.store(dst, interleaveLow(first, second));
  v128.store(dst, interleaveHigh(first, second), 16);
}

// @ts-ignore: decorator
@inline
function interleaveLow(a: v128, b: v128): v128 {
  return v128.shuffle<u8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

// @ts-ignore: decorator
@inline
function interleaveHigh(a: v128, b: v128): v128 {
  return v128.shuffle<u8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

// @ts-ignore: decorator
@inline
function pair2(packed: v128, shift: i32, signed: bool): v128 {
  const value = v128.and(i8x16.shr_u(packed, shift), i8x16.splat(3));
  return signed ? i8x16.sub(v128.xor(value, i8x16.splat(2)), i8x16.splat(2)) : value;
}

// @ts-ignore: decorator
@inline
function spread2(dst: usize, packed: v128, low: bool, signed: bool): void {
  const a = pair2(packed, low ? 0 : 6, signed);
  const b = pair2(packed, low ? 2 : 4, signed);
  const c = pair2(packed, low ? 4 : 2, signed);
  const d = pair2(packed, low ? 6 : 0, signed);
  const abLow = interleaveLow(a, b);
  const cdLow = interleaveLow(c, d);
  const abHigh = interleaveHigh(a, b);
  const cdHigh = interleaveHigh(c, d);
  v128.store(dst, v128.shuffle<u16>(abLow, cdLow, 0, 8, 1, 9, 2, 10, 3, 11));
  v128.store(dst, v128.shuffle<u16>(abLow, cdLow, 4, 12, 5, 13, 6, 14, 7, 15), 16);
  v128.store(dst, v128.shuffle<u16>(abHigh, cdHigh, 0, 8, 1, 9, 2, 10, 3, 11), 32);
  v128.store(dst, v128.shuffle<u16>(abHigh, cdHigh, 4, 12, 5, 13, 6, 14, 7, 15), 48);
}

/** 8 bytes to 64 of 0 and -1 or 1, a bit each. */
// @ts-ignore: decorator
@inline
function spread1(dst: usize, packed: v128, low: bool, signed: bool): void {
  const masks = low
    ? i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128)
    : i8x16(-128, 64, 32, 16, 8, 4, 2, 1, -128, 64, 32, 16, 8, 4, 2, 1);
  storeBits(dst, v128.shuffle<u8>(packed, packed, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1), masks, signed);
  storeBits(dst + 16, v128.shuffle<u8>(packed, packed, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3), masks, signed);
  storeBits(dst + 32, v128.shuffle<u8>(packed, packed, 4, 4, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 5, 5), masks, signed);
  storeBits(dst + 48, v128.shuffle<u8>(packed, packed, 6, 6, 6, 6, 6, 6, 6, 6, 7, 7, 7, 7, 7, 7, 7, 7), masks, signed);
}

// @ts-ignore: decorator
@inline
function storeBits(dst: usize, bytes: v128, masks: v128, signed: bool): void {
  const bits = i8x16.ne(v128.and(bytes, masks), i8x16.splat(0));
  v128.store(dst, signed ? bits : i8x16.neg(bits));
}

// @ts-ignore: decorator
@inline
function scalar(dst: usize, byte: u32, bits: u32, low: bool, signed: bool): void {
  const mask: u32 = (1 << bits) - 1;
  const sign: u32 = signed ? 1 << (bits - 1) : 0;
  for (let at: u32 = 0; at < 8; at += bits, dst++) {
    const value = (byte >> (low ? at : 8 - bits - at)) & mask;
    store<u8>(dst, (value ^ sign) - sign);
  }
}

// @ts-ignore: decorator
@inline
function unpack(dst: usize, src: usize, count: usize, bits: u32, low: bool, signed: bool): void {
  // One bit per value spreads 8 bytes at a time, so that a round writes 64 bytes at most.
  const step: usize = bits == 1 ? 8 : 16;
  const perByte: usize = 8 / bits;
  const end = src + count;
  for (const last = src + (count & ~(step - 1)); src < last; src += step, dst += step * perByte) {
    if (bits == 4) spread4(dst, v128.load(src), low, signed);
    else if (bits == 2) spread2(dst, v128.load(src), low, signed);
    else spread1(dst, v128.load64_zero(src), low, signed);
  }
  for (; src < end; src++, dst += perByte) scalar(dst, load<u8>(src), bits, low, signed);
}

export function unpackInt4Low(dst: usize, src: usize, count: usize): void {
  unpack(dst, src, count, 4, true, true);
}
export function unpackInt4High(dst: usize, src: usize, count: usize): void {
  unpack(dst, src, count, 4, false, true);
}
export function unpackUint4Low(dst: usize, src: usize, count: usize): void {
  unpack(dst, src, count, 4, true, false);
}
export function unpackUint4High(dst: usize, src: usize, count: usize): void {
  unpack(dst, src, count, 4, false, false);
}
export function unpackInt2Low(dst: usize, src: usize, count: usize): void {
  unpack(dst, src, count, 2, true, true);
}
export function unpackInt2High(dst: usize, src: usize, count: usize): void {
  unpack(dst, src, count, 2, false, true);
}
export function unpackUint2Low(dst: usize, src: usize, count: usize): void {
  unpack(dst, src, count, 2, true, false);
}
export function unpackUint2High(dst: usize, src: usize, count: usize): void {
  unpack(dst, src, count, 2, false, false);
}
export function unpackInt1Low(dst: usize, src: usize, count: usize): void {
  unpack(dst, src, count, 1, true, true);
}
export function unpackInt1High(dst: usize, src: usize, count: usize): void {
  unpack(dst, src, count, 1, false, true);
}
export function unpackUint1Low(dst: usize, src: usize, count: usize): void {
  unpack(dst, src, count, 1, true, false);
}
export function unpackUint1High(dst: usize, src: usize, count: usize): void {
  unpack(dst, src, count, 1, false, false);
}
