/**
 * Decoders of ggml's quantised blocks to binary32, one block after the other: the layouts of ggml-common.h, the arithmetic
 * of ggml's reference (`dequantize_row_*`), each product and sum rounded to binary32. The TypeScript twins of
 * assembly/blocks.ts.
 *
 * q8_0    | d:f16 | 32 × int8 |                                        x = q·d
 * q4_0    | d:f16 | 16 × 2 nibbles |                                   x = (q - 8)·d
 * q4_K    | d:f16 | dmin:f16 | 12: 8 × (scale:6, min:6) | 128 × 2 nibbles |  x = q·(scale·d) - min·dmin
 * mxfp4   | e:e8m0 | 16 × 2 e2m1 |                                     x = q·2^(e - 127)
 * nvfp4   | 4 × d:ue4m3 | 32 × 2 e2m1 |                                x = q·d
 *
 * Of 2n values in n bytes, the low nibbles are the first n and the high nibbles the last n (n is 16 in q4_0 and mxfp4, 32
 * in q4_K, 8 in nvfp4).
 */

import { fromHalf } from "../half.js";

/** Decodes `count` contiguous blocks. Offsets are bytes; `dstOffset` is a multiple of 4. */
export type BlockDecoder = (
  dst: ArrayBufferLike,
  dstOffset: number,
  src: ArrayBufferLike,
  srcOffset: number,
  count: number,
) => void;

/** Decodes the block at `at` of `src` to `dst[to…]`. */
export type OneBlock = (dst: Float32Array, to: number, src: Uint8Array, at: number) => void;

export const rounded = Math.fround;

export const halfAt = (b: Uint8Array, at: number): number => fromHalf(b[at]! | (b[at + 1]! << 8));

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
export function scaleAndMin(src: Uint8Array, at: number, group: number): [scale: number, min: number] {
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
    const step = rounded(d * scale);
    const base = rounded(dmin * min);
    const from = at + 16 + (group >> 1) * 32;
    const shift = (group & 1) * 4;
    for (let i = 0; i < 32; i++) {
      dst[to + group * 32 + i] = rounded(((src[from + i]! >> shift) & 15) * step) - base;
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

export const all =
  (one: OneBlock, nbytes: number, values: number): BlockDecoder =>
  (dst, dstOffset, src, srcOffset, count) => {
    const to = new Float32Array(dst, dstOffset, count * values);
    const from = new Uint8Array(src, srcOffset, count * nbytes);
    for (let i = 0; i < count; i++) one(to, i * values, from, i * nbytes);
  };

export const decoders = {
  q8_0: all(q8_0, 34, 32),
  q4_0: all(q4_0, 18, 32),
  q4_K: all(q4_K, 144, 256),
  mxfp4: all(mxfp4, 17, 32),
  nvfp4: all(nvfp4, 36, 64),
} as const;
