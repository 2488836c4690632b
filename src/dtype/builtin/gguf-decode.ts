/**
 * Decoders of ggml's quantised blocks to binary32: the layouts of ggml-common.h, the arithmetic of ggml's reference
 * (`dequantize_row_*`), each product and sum rounded to binary32. The TypeScript twins of assembly/blocks.ts.
 *
 * q8_0 | d:f16 | 32 × int8 |                                            x = q·d
 * q4_0 | d:f16 | 16 × 2 nibbles |                                       x = (q - 8)·d
 * q4_1, q5_0, q5_1 | d | m | (fifth bits: 4) | 16 × 2 nibbles |         x = q·d + m, or (q - 16)·d
 * iq4_nl, iq4_xs   | d | … | nibbles |                                  x = levels[q]·d
 * mxfp4 | e:e8m0 | 16 × 2 e2m1 |                                        x = q·2^(e - 127)
 * nvfp4 | 4 × d:ue4m3 | 32 × 2 e2m1 |                                   x = q·d
 * q2_K | 16 × (scale:4, min:4) | 64 × 4 pairs of bits | d | dmin |      x = q·(scale·d) - min·dmin
 * q3_K | 32 third bits | 64 × 4 pairs of bits | 12: 16 × scale:6 | d |  x = q·((scale - 32)·d)
 * q4_K | d:f16 | dmin:f16 | 12: 8 × (scale:6, min:6) | 128 × 2 nibbles | x = q·(scale·d) - min·dmin
 * q5_K | d | dmin | 12 as q4_K | 32 fifth bits | 128 × 2 nibbles |      x = q·(scale·d) - min·dmin
 * q6_K | 128 × 2 nibbles | 64 × 4 pairs of bits | 16 × scale:i8 | d |   x = (q - 32)·(scale·d)
 *
 * Of 2n values in n bytes, the low nibbles are the first n and the high nibbles the last n (n is 16 in the types of 32
 * values, 32 in q4_K and q5_K, 8 in nvfp4).
 */

import type { BlockCodec } from "../dtype.js";
import { fromHalf } from "../small-float.js";

/** Decodes the block at `at` of `src` to `dst[to…]`. */
type OneBlock = (dst: Float32Array, to: number, src: Uint8Array, at: number) => void;

const rounded = Math.fround;

const halfAt = (b: Uint8Array, at: number): number => fromHalf(b[at]! | (b[at + 1]! << 8));

/** Twice the values of float4_e2m1fn: whole numbers, as ggml's table has them; scales are halved to match. */
const doubledE2m1 = Float32Array.of(0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12);

const q8_0: OneBlock = (dst, to, src, at) => {
  const d = halfAt(src, at);
  for (let i = 0; i < 32; i++) dst[to + i] = ((src[at + 2 + i]! << 24) >> 24) * d;
};

const q4_0: OneBlock = (dst, to, src, at) => {
  const d = halfAt(src, at);
  for (let i = 0; i < 16; i++) {
    const pair = src[at + 2 + i]!;
    dst[to + i] = ((pair & 15) - 8) * d;
    dst[to + 16 + i] = ((pair >> 4) - 8) * d;
  }
};

/** The six-bit scale and minimum of one of eight groups, in the twelve bytes at `at`. */
function scaleAndMin(src: Uint8Array, at: number, group: number): [scale: number, min: number] {
  if (group < 4) return [src[at + group]! & 63, src[at + group + 4]! & 63];
  // The upper two bits of the last four lie above the first eight values.
  const low = src[at + group + 4]!;
  return [(low & 15) | ((src[at + group - 4]! >> 6) << 4), (low >> 4) | ((src[at + group]! >> 6) << 4)];
}

const q4_K: OneBlock = (dst, to, src, at) => {
  const d = halfAt(src, at);
  const dmin = halfAt(src, at + 2);
  for (let group = 0; group < 8; group++) {
    const [scale, min] = scaleAndMin(src, at + 4, group);
    const scaled = rounded(d * scale);
    const base = rounded(dmin * min);
    const from = at + 16 + (group >> 1) * 32;
    const shift = (group & 1) * 4;
    for (let i = 0; i < 32; i++) {
      dst[to + group * 32 + i] = rounded(((src[from + i]! >> shift) & 15) * scaled) - base;
    }
  }
};

const mxfp4: OneBlock = (dst, to, src, at) => {
  // ggml gives the reserved scale 255 the value 2^128, where OCP MX says NaN.
  const d = 2 ** (src[at]! - 128);
  for (let i = 0; i < 16; i++) {
    const pair = src[at + 1 + i]!;
    dst[to + i] = doubledE2m1[pair & 15]! * d;
    dst[to + 16 + i] = doubledE2m1[pair >> 4]! * d;
  }
};

/** Half the value of an unsigned e4m3 scale. The sign bit is not looked at, and NaN is 0, as in ggml. */
const halfUe4m3 = Float32Array.from({ length: 256 }, (_, code) => {
  const exponent = (code >> 3) & 15;
  const fraction = code & 7;
  if ((code & 127) === 127) return 0;
  return exponent === 0 ? fraction * 2 ** -10 : (8 + fraction) * 2 ** (exponent - 11);
});

const nvfp4: OneBlock = (dst, to, src, at) => {
  for (let i = 0; i < 32; i++) {
    const group = i >> 3;
    const d = halfUe4m3[src[at + group]!]!;
    const pair = src[at + 4 + i]!;
    const out = to + group * 16 + (i & 7);
    dst[out] = doubledE2m1[pair & 15]! * d;
    dst[out + 8] = doubledE2m1[pair >> 4]! * d;
  }
};

const q4_1: OneBlock = (dst, to, src, at) => {
  const d = halfAt(src, at);
  const m = halfAt(src, at + 2);
  for (let i = 0; i < 16; i++) {
    const pair = src[at + 4 + i]!;
    dst[to + i] = rounded((pair & 15) * d) + m;
    dst[to + 16 + i] = rounded((pair >> 4) * d) + m;
  }
};

/** 32 values of five bits: nibbles at `low`, fifth bits in the four bytes at `high`. */
function fiveBits(src: Uint8Array, low: number, high: number, i: number): number {
  const nibble = i < 16 ? src[low + i]! & 15 : src[low + i - 16]! >> 4;
  return nibble | (((src[high + (i >> 3)]! >> (i & 7)) & 1) << 4);
}

const q5_0: OneBlock = (dst, to, src, at) => {
  const d = halfAt(src, at);
  for (let i = 0; i < 32; i++) dst[to + i] = (fiveBits(src, at + 6, at + 2, i) - 16) * d;
};

const q5_1: OneBlock = (dst, to, src, at) => {
  const d = halfAt(src, at);
  const m = halfAt(src, at + 2);
  for (let i = 0; i < 32; i++) dst[to + i] = rounded(fiveBits(src, at + 8, at + 4, i) * d) + m;
};

/** The sixteen levels of the "non-linear" types. */
const levels = Int8Array.of(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113);

function levelNibbles(dst: Float32Array, to: number, src: Uint8Array, from: number, d: number): void {
  for (let i = 0; i < 16; i++) {
    const pair = src[from + i]!;
    dst[to + i] = levels[pair & 15]! * d;
    dst[to + 16 + i] = levels[pair >> 4]! * d;
  }
}

const iq4_nl: OneBlock = (dst, to, src, at) => levelNibbles(dst, to, src, at + 2, halfAt(src, at));

const iq4_xs: OneBlock = (dst, to, src, at) => {
  const d = halfAt(src, at);
  const high = src[at + 2]! | (src[at + 3]! << 8);
  for (let group = 0; group < 8; group++) {
    const low = (src[at + 4 + (group >> 1)]! >> (4 * (group & 1))) & 15;
    const scale = (low | (((high >> (2 * group)) & 3) << 4)) - 32;
    levelNibbles(dst, to + group * 32, src, at + 8 + group * 16, rounded(d * scale));
  }
};

/** Value `i` of 256 values of two bits, 128 to 32 bytes: the first 32 of them in the lowest bits of the bytes. */
const twoBits = (src: Uint8Array, from: number, i: number): number =>
  (src[from + (i >> 7) * 32 + (i & 31)]! >> (2 * ((i >> 5) & 3))) & 3;

const q2_K: OneBlock = (dst, to, src, at) => {
  const d = halfAt(src, at + 80);
  const dmin = halfAt(src, at + 82);
  for (let i = 0; i < 256; i++) {
    const both = src[at + (i >> 4)]!;
    dst[to + i] = rounded(twoBits(src, at + 16, i) * rounded(d * (both & 15))) - rounded(dmin * (both >> 4));
  }
};

const q3_K: OneBlock = (dst, to, src, at) => {
  const d = halfAt(src, at + 108);
  const scales = at + 96;
  for (let group = 0; group < 16; group++) {
    const low = group < 8 ? src[scales + group]! & 15 : src[scales + group - 8]! >> 4;
    const high = (src[scales + 8 + (group & 3)]! >> (2 * (group >> 2))) & 3;
    const scaled = rounded(d * ((low | (high << 4)) - 32));
    for (let i = group * 16; i < group * 16 + 16; i++) {
      const isSet = (src[at + (i & 31)]! >> (i >> 5)) & 1;
      dst[to + i] = (twoBits(src, at + 32, i) - (isSet ? 0 : 4)) * scaled;
    }
  }
};

const q5_K: OneBlock = (dst, to, src, at) => {
  const d = halfAt(src, at);
  const dmin = halfAt(src, at + 2);
  for (let group = 0; group < 8; group++) {
    const [scale, min] = scaleAndMin(src, at + 4, group);
    const scaled = rounded(d * scale);
    const base = rounded(dmin * min);
    const from = at + 48 + (group >> 1) * 32;
    for (let i = 0; i < 32; i++) {
      const q = ((src[from + i]! >> ((group & 1) * 4)) & 15) | (((src[at + 16 + i]! >> group) & 1) << 4);
      dst[to + group * 32 + i] = rounded(q * scaled) - base;
    }
  }
};

const q6_K: OneBlock = (dst, to, src, at) => {
  const d = halfAt(src, at + 208);
  for (let group = 0; group < 16; group++) {
    const scaled = rounded(d * ((src[at + 192 + group]! << 24) >> 24));
    for (let i = group * 16; i < group * 16 + 16; i++) {
      const half = i >> 7;
      const quarter = (i >> 5) & 3;
      const nibbles = src[at + half * 64 + (quarter & 1) * 32 + (i & 31)]!;
      const q = ((nibbles >> (4 * (quarter >> 1))) & 15) | (twoBits(src, at + 128, i) << 4);
      dst[to + i] = (q - 32) * scaled;
    }
  }
};

/** Decoders of one block, by ggml's name. */
export const decoders: Readonly<Record<string, OneBlock>> = {
  q8_0,
  q4_0,
  q4_K,
  mxfp4,
  nvfp4,
  q4_1,
  q5_0,
  q5_1,
  q2_K,
  q3_K,
  q5_K,
  q6_K,
  iq4_nl,
  iq4_xs,
};

/** Decodes blocks of `nbytes` bytes and `values` values, one after the other. */
export const decodeEach =
  (one: OneBlock, nbytes: number, values: number): BlockCodec["decode"] =>
  (dst, dstOffset, src, srcOffset, items) => {
    const to = new Float32Array(dst, dstOffset, items * values);
    const from = new Uint8Array(src, srcOffset, items * nbytes);
    for (let i = 0; i < items; i++) one(to, i * values, from, i * nbytes);
  };
