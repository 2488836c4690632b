/**
 * TypeScript twins for 64-bit integers, which are handled as two 32-bit halves: BigInt arrays are 20 times slower. The
 * machine is little-endian, so the low half comes first.
 */

import type { TileConverter } from "../../backend.js";

const TWO_32 = 2 ** 32;
const TWO_63 = 2 ** 63;
const TWO_64 = 2 ** 64;

export const i64ToF64: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Float64Array(dst, dstOffset, count);
  const low = new Uint32Array(src, srcOffset, 2 * count);
  const high = new Int32Array(src, srcOffset, 2 * count);
  for (let i = 0, j = 0; i < count; i++, j += 2) out[i] = high[j + 1]! * TWO_32 + low[j]!;
};

export const u64ToF64: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Float64Array(dst, dstOffset, count);
  const words = new Uint32Array(src, srcOffset, 2 * count);
  for (let i = 0, j = 0; i < count; i++, j += 2) out[i] = words[j + 1]! * TWO_32 + words[j]!;
};

/** The low half with its eleven lowest bits folded into the lowest that binary64 keeps; its sum with the high half is exact. */
function sticky(low: number): number {
  return ((low | ((low & 2047) + 2047)) & ~2047) >>> 0;
}

export const i64ToF64Odd: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Float64Array(dst, dstOffset, count);
  const low = new Uint32Array(src, srcOffset, 2 * count);
  const high = new Int32Array(src, srcOffset, 2 * count);
  for (let i = 0, j = 0; i < count; i++, j += 2) {
    const h = high[j + 1]!;
    const l = low[j]!;
    out[i] = h * TWO_32 + (h >= 0x200000 || h < -0x200000 ? sticky(l) : l);
  }
};

export const u64ToF64Odd: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Float64Array(dst, dstOffset, count);
  const words = new Uint32Array(src, srcOffset, 2 * count);
  for (let i = 0, j = 0; i < count; i++, j += 2) {
    const h = words[j + 1]!;
    const l = words[j]!;
    out[i] = h * TWO_32 + (h >= 0x200000 ? sticky(l) : l);
  }
};

/** Through the number rounded to odd, so that the second rounding is the only one that counts. */
export const i64ToF32: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Float32Array(dst, dstOffset, count);
  const low = new Uint32Array(src, srcOffset, 2 * count);
  const high = new Int32Array(src, srcOffset, 2 * count);
  for (let i = 0, j = 0; i < count; i++, j += 2) {
    const h = high[j + 1]!;
    const l = low[j]!;
    out[i] = h * TWO_32 + (h >= 0x200000 || h < -0x200000 ? sticky(l) : l);
  }
};

export const u64ToF32: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Float32Array(dst, dstOffset, count);
  const words = new Uint32Array(src, srcOffset, 2 * count);
  for (let i = 0, j = 0; i < count; i++, j += 2) {
    const h = words[j + 1]!;
    const l = words[j]!;
    out[i] = h * TWO_32 + (h >= 0x200000 ? sticky(l) : l);
  }
};

export const f64ToI64: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const words = new Int32Array(dst, dstOffset, 2 * count);
  const input = new Float64Array(src, srcOffset, count);
  for (let i = 0, j = 0; i < count; i++, j += 2) {
    const x = input[i]!;
    if (x >= TWO_63) {
      words[j] = -1;
      words[j + 1] = 0x7fffffff;
    } else if (x <= -TWO_63) {
      words[j] = 0;
      words[j + 1] = -0x80000000;
    } else {
      const whole = Math.trunc(x);
      words[j] = whole;
      words[j + 1] = Math.floor(whole / TWO_32);
    }
  }
};

export const f64ToU64: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const words = new Uint32Array(dst, dstOffset, 2 * count);
  const input = new Float64Array(src, srcOffset, count);
  for (let i = 0, j = 0; i < count; i++, j += 2) {
    const x = input[i]!;
    if (x >= TWO_64) {
      words[j] = 0xffffffff;
      words[j + 1] = 0xffffffff;
    } else if (x >= 1) {
      words[j] = x;
      words[j + 1] = x / TWO_32;
    } else {
      words[j] = 0;
      words[j + 1] = 0;
    }
  }
};

export const f64ToI64Wrap: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const words = new Int32Array(dst, dstOffset, 2 * count);
  const input = new Float64Array(src, srcOffset, count);
  for (let i = 0, j = 0; i < count; i++, j += 2) {
    const whole = Math.trunc(input[i]!);
    words[j] = whole;
    words[j + 1] = Math.floor(whole / TWO_32);
  }
};

export const i32ToI64: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const words = new Int32Array(dst, dstOffset, 2 * count);
  const input = new Int32Array(src, srcOffset, count);
  for (let i = 0, j = 0; i < count; i++, j += 2) {
    const x = input[i]!;
    words[j] = x;
    words[j + 1] = x >> 31;
  }
};

export const u32ToI64: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const words = new Int32Array(dst, dstOffset, 2 * count);
  const input = new Int32Array(src, srcOffset, count);
  for (let i = 0, j = 0; i < count; i++, j += 2) {
    words[j] = input[i]!;
    words[j + 1] = 0;
  }
};

export const i16ToI64: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const words = new Int32Array(dst, dstOffset, 2 * count);
  const input = new Int16Array(src, srcOffset, count);
  for (let i = 0, j = 0; i < count; i++, j += 2) {
    const x = input[i]!;
    words[j] = x;
    words[j + 1] = x >> 31;
  }
};

export const u16ToI64: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const words = new Int32Array(dst, dstOffset, 2 * count);
  const input = new Uint16Array(src, srcOffset, count);
  for (let i = 0, j = 0; i < count; i++, j += 2) {
    words[j] = input[i]!;
    words[j + 1] = 0;
  }
};

export const i64ToI32: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Int32Array(dst, dstOffset, count);
  const words = new Int32Array(src, srcOffset, 2 * count);
  for (let i = 0; i < count; i++) out[i] = words[2 * i]!;
};

export const i64ToI16: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Int16Array(dst, dstOffset, count);
  const words = new Int32Array(src, srcOffset, 2 * count);
  for (let i = 0; i < count; i++) out[i] = words[2 * i]!;
};

export const i64ToI8: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Int8Array(dst, dstOffset, count);
  const words = new Int32Array(src, srcOffset, 2 * count);
  for (let i = 0; i < count; i++) out[i] = words[2 * i]!;
};

export const i64ToBool: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Uint8Array(dst, dstOffset, count);
  const words = new Int32Array(src, srcOffset, 2 * count);
  for (let i = 0; i < count; i++) out[i] = (words[2 * i]! | words[2 * i + 1]!) !== 0 ? 1 : 0;
};

/** int64 limited to lowest..highest. */
export function clampI64(lowest: bigint, highest: bigint): TileConverter {
  return (dst, dstOffset, src, srcOffset, count) => {
    const out = new BigInt64Array(dst, dstOffset, count);
    const input = new BigInt64Array(src, srcOffset, count);
    for (let i = 0; i < count; i++) {
      const x = input[i]!;
      out[i] = x < lowest ? lowest : x > highest ? highest : x;
    }
  };
}

/** uint64 limited to at most highest. */
export function clampU64(highest: bigint): TileConverter {
  return (dst, dstOffset, src, srcOffset, count) => {
    const out = new BigUint64Array(dst, dstOffset, count);
    const input = new BigUint64Array(src, srcOffset, count);
    for (let i = 0; i < count; i++) {
      const x = input[i]!;
      out[i] = x > highest ? highest : x;
    }
  };
}

/** 64-bit integers and a whole offset, limited to lowest..highest. */
export function addWhole(offset: bigint, isUnsigned: boolean, lowest: bigint, highest: bigint): TileConverter {
  return (dst, dstOffset, src, srcOffset, count) => {
    const out = new BigInt64Array(dst, dstOffset, count);
    const input = isUnsigned ? new BigUint64Array(src, srcOffset, count) : new BigInt64Array(src, srcOffset, count);
    for (let i = 0; i < count; i++) {
      const sum = input[i]! + offset;
      out[i] = sum < lowest ? lowest : sum > highest ? highest : sum;
    }
  };
}
