/**
 * ggml's quantised blocks → binary32; the layouts and the arithmetic stand in src/dtype/builtin/gguf-decode.ts, whose
 * results these have bit for bit. dst and src must not overlap; any alignment; count in blocks, 0 included; a block has
 * no tail.
 */

// @ts-ignore: decorator
@inline
function halfToFloat(code: u32): f32 {
  const magnitude = code & 0x7fff;
  const bits =
    magnitude > 0x7bff
      ? 0x7f800000 | ((magnitude & 0x3ff) << 13)
      : reinterpret<u32>(reinterpret<f32>(magnitude << 13) * reinterpret<f32>(0x77800000));
  return reinterpret<f32>(bits | ((code & 0x8000) << 16));
}

/** 16 signed bytes times `scale` to 16 numbers. Whole numbers below 2^24 become binary32 exactly. */
// @ts-ignore: decorator
@inline
function storeScaled(dst: usize, values: v128, scale: v128): void {
  const low = i16x8.extend_low_i8x16_s(values);
  const high = i16x8.extend_high_i8x16_s(values);
  v128.store(dst, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(low)), scale));
  v128.store(dst, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(low)), scale), 16);
  v128.store(dst, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(high)), scale), 32);
  v128.store(dst, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(high)), scale), 48);
}

export function q8_0ToF32(dst: usize, src: usize, count: usize): void {
  for (const end = src + count * 34; src < end; src += 34, dst += 128) {
    const scale = f32x4.splat(halfToFloat(load<u16>(src)));
    storeScaled(dst, v128.load(src, 2), scale);
    storeScaled(dst + 64, v128.load(src, 18), scale);
  }
}

export function q4_0ToF32(dst: usize, src: usize, count: usize): void {
  const eight = i8x16.splat(8);
  const nibble = i8x16.splat(15);
  for (const end = src + count * 18; src < end; src += 18, dst += 128) {
    const scale = f32x4.splat(halfToFloat(load<u16>(src)));
    const pairs = v128.load(src, 2);
    storeScaled(dst, i8x16.sub(v128.and(pairs, nibble), eight), scale);
    storeScaled(dst + 64, i8x16.sub(i8x16.shr_u(pairs, 4), eight), scale);
  }
}

/** 16 unsigned bytes times `scale` minus `base`, each step rounded. */
// @ts-ignore: decorator
@inline
function storeAffine(dst: usize, values: v128, scale: v128, base: v128): void {
  const low = i16x8.extend_low_i8x16_u(values);
  const high = i16x8.extend_high_i8x16_u(values);
  v128.store(dst, affine(i32x4.extend_low_i16x8_u(low), scale, base));
  v128.store(dst, affine(i32x4.extend_high_i16x8_u(low), scale, base), 16);
  v128.store(dst, affine(i32x4.extend_low_i16x8_u(high), scale, base), 32);
  v128.store(dst, affine(i32x4.extend_high_i16x8_u(high), scale, base), 48);
}

// @ts-ignore: decorator
@inline
function affine(values: v128, scale: v128, base: v128): v128 {
  return f32x4.sub(f32x4.mul(f32x4.convert_i32x4_s(values), scale), base);
}

/** Decodes 32 nibbles of q4_K. */
// @ts-ignore: decorator
@inline
function storeGroup(dst: usize, first: v128, second: v128, scale: f32, base: f32): void {
  const step = f32x4.splat(scale);
  const least = f32x4.splat(base);
  storeAffine(dst, first, step, least);
  storeAffine(dst + 64, second, step, least);
}

export function q4_KToF32(dst: usize, src: usize, count: usize): void {
  const nibble = i8x16.splat(15);
  for (const end = src + count * 144; src < end; src += 144) {
    const d = halfToFloat(load<u16>(src));
    const dmin = halfToFloat(load<u16>(src, 2));
    // Eight 6-bit scales and minima, a byte each: the first four stand alone in the low bits, the last four are split.
    const a = load<u32>(src, 4);
    const b = load<u32>(src, 8);
    const c = load<u32>(src, 12);
    const scales = <u64>(a & 0x3f3f3f3f) | (<u64>((c & 0x0f0f0f0f) | ((a >> 2) & 0x30303030)) << 32);
    const minima = <u64>(b & 0x3f3f3f3f) | (<u64>(((c >> 4) & 0x0f0f0f0f) | ((b >> 2) & 0x30303030)) << 32);
    for (let group: u64 = 0; group < 64; group += 16, dst += 256) {
      const pairs = src + 16 + <usize>group * 2;
      const first = v128.load(pairs);
      const second = v128.load(pairs, 16);
      storeGroup(
        dst,
        v128.and(first, nibble),
        v128.and(second, nibble),
        d * <f32>(<u32>(scales >> group) & 255),
        dmin * <f32>(<u32>(minima >> group) & 255),
      );
      storeGroup(
        dst + 128,
        i8x16.shr_u(first, 4),
        i8x16.shr_u(second, 4),
        d * <f32>(<u32>(scales >> (group + 8)) & 255),
        dmin * <f32>(<u32>(minima >> (group + 8)) & 255),
      );
    }
  }
}

/** 16 values of five bits: nibbles, and 16 where `bit` of `fifths` is set. */
// @ts-ignore: decorator
@inline
function withFifth(nibbles: v128, fifths: v128, bit: v128): v128 {
  return v128.or(nibbles, v128.and(i8x16.ne(v128.and(fifths, bit), i8x16.splat(0)), i8x16.splat(16)));
}

export function q5_KToF32(dst: usize, src: usize, count: usize): void {
  const nibble = i8x16.splat(15);
  for (const end = src + count * 176; src < end; src += 176) {
    const d = halfToFloat(load<u16>(src));
    const dmin = halfToFloat(load<u16>(src, 2));
    const a = load<u32>(src, 4);
    const b = load<u32>(src, 8);
    const c = load<u32>(src, 12);
    const scales = <u64>(a & 0x3f3f3f3f) | (<u64>((c & 0x0f0f0f0f) | ((a >> 2) & 0x30303030)) << 32);
    const minima = <u64>(b & 0x3f3f3f3f) | (<u64>(((c >> 4) & 0x0f0f0f0f) | ((b >> 2) & 0x30303030)) << 32);
    const fifths0 = v128.load(src, 16);
    const fifths1 = v128.load(src, 32);
    let bit = i8x16.splat(1);
    for (let group: u64 = 0; group < 64; group += 16, dst += 256) {
      const pairs = src + 48 + <usize>group * 2;
      const first = v128.load(pairs);
      const second = v128.load(pairs, 16);
      storeGroup(
        dst,
        withFifth(v128.and(first, nibble), fifths0, bit),
        withFifth(v128.and(second, nibble), fifths1, bit),
        d * <f32>(<u32>(scales >> group) & 255),
        dmin * <f32>(<u32>(minima >> group) & 255),
      );
      bit = i8x16.shl(bit, 1);
      storeGroup(
        dst + 128,
        withFifth(i8x16.shr_u(first, 4), fifths0, bit),
        withFifth(i8x16.shr_u(second, 4), fifths1, bit),
        d * <f32>(<u32>(scales >> (group + 8)) & 255),
        dmin * <f32>(<u32>(minima >> (group + 8)) & 255),
      );
      bit = i8x16.shl(bit, 1);
    }
  }
}

/** 16 values of six bits less 32: nibbles, and the pairs of bits that `shift` brings down. */
// @ts-ignore: decorator
@inline
function sixBits(nibbles: v128, pairs: v128, shift: i32): v128 {
  const upper = i8x16.shl(v128.and(i8x16.shr_u(pairs, shift), i8x16.splat(3)), 4);
  return i8x16.sub(v128.or(nibbles, upper), i8x16.splat(32));
}

export function q6_KToF32(dst: usize, src: usize, count: usize): void {
  const nibble = i8x16.splat(15);
  for (const end = src + count * 210; src < end; src += 210) {
    const d = halfToFloat(load<u16>(src, 208));
    for (let half: usize = 0; half < 2; half++, dst += 512) {
      for (let l: usize = 0; l < 32; l += 16) {
        const a = v128.load(src + half * 64 + l);
        const b = v128.load(src + half * 64 + l, 32);
        const pairs = v128.load(src + half * 32 + l, 128);
        const scales = src + half * 8 + (l >> 4);
        const to = dst + (l << 2);
        storeScaled(to, sixBits(v128.and(a, nibble), pairs, 0), f32x4.splat(d * <f32>load<i8>(scales, 192)));
        storeScaled(to + 128, sixBits(v128.and(b, nibble), pairs, 2), f32x4.splat(d * <f32>load<i8>(scales, 194)));
        storeScaled(to + 256, sixBits(i8x16.shr_u(a, 4), pairs, 4), f32x4.splat(d * <f32>load<i8>(scales, 196)));
        storeScaled(to + 384, sixBits(i8x16.shr_u(b, 4), pairs, 6), f32x4.splat(d * <f32>load<i8>(scales, 198)));
      }
    }
  }
}

export function mxfp4ToF32(dst: usize, src: usize, count: usize): void {
  const nibble = i8x16.splat(15);
  const doubledE2m1 = i8x16(0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12);
  for (const end = src + count * 17; src < end; src += 17, dst += 128) {
    const exponent = <u32>load<u8>(src);
    // 2^(exponent - 128); the two smallest are subnormal.
    const bits = exponent < 2 ? <u32>0x00200000 << exponent : (exponent - 1) << 23;
    const scale = f32x4.splat(reinterpret<f32>(bits));
    const pairs = v128.load(src, 1);
    storeScaled(dst, i8x16.swizzle(doubledE2m1, v128.and(pairs, nibble)), scale);
    storeScaled(dst + 64, i8x16.swizzle(doubledE2m1, i8x16.shr_u(pairs, 4)), scale);
  }
}

// @ts-ignore: decorator
@inline
function halfUe4m3(code: u32): f32 {
  const magnitude = code & 127;
  const exponent = magnitude >> 3;
  if (magnitude == 127) return 0;
  if (exponent == 0) return <f32>magnitude * reinterpret<f32>(0x3a800000);
  return reinterpret<f32>(((exponent + 119) << 23) | ((magnitude & 7) << 20));
}

export function nvfp4ToF32(dst: usize, src: usize, count: usize): void {
  const nibble = i8x16.splat(15);
  const doubledE2m1 = i8x16(0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12);
  for (const end = src + count * 36; src < end; src += 36) {
    for (let group: usize = 0; group < 4; group++, dst += 64) {
      const pairs = v128.load64_zero(src + 4 + group * 8);
      const low = v128.and(pairs, nibble);
      const high = i8x16.shr_u(pairs, 4);
      // Low nibbles in the lower half, high nibbles in the upper.
      const codes = v128.shuffle<u64>(low, high, 0, 2);
      storeScaled(dst, i8x16.swizzle(doubledE2m1, codes), f32x4.splat(halfUe4m3(load<u8>(src + group))));
    }
  }
}
