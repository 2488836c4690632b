/**
 * The rest of ggml's block types that are sums and products, by the same rules as gguf-decode.ts.
 *
 * q4_1, q5_0, q5_1 | d | m | (fifth bits: 4) | 16 × 2 nibbles |         x = q·d + m, or (q - 16)·d
 * iq4_nl, iq4_xs   | d | … | nibbles |                                  x = table[q]·d
 * q2_K | 16 × (scale:4, min:4) | 64 × 4 pairs of bits | d | dmin |      x = q·(scale·d) - min·dmin
 * q3_K | 32 third bits | 64 × 4 pairs of bits | 12: 16 × scale:6 | d |  x = q·((scale - 32)·d)
 * q5_K | d | dmin | 12 as q4_K | 32 fifth bits | 128 × 2 nibbles |      x = q·(scale·d) - min·dmin
 * q6_K | 128 × 2 nibbles | 64 × 4 pairs of bits | 16 × scale:i8 | d |   x = (q - 32)·(scale·d)
 */

import { all, halfAt, type OneBlock, rounded, scaleAndMin } from "./gguf-decode.js";

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
    const step = rounded(d * ((low | (high << 4)) - 32));
    for (let i = group * 16; i < group * 16 + 16; i++) {
      const isSet = (src[at + (i & 31)]! >> (i >> 5)) & 1;
      dst[to + i] = (twoBits(src, at + 32, i) - (isSet ? 0 : 4)) * step;
    }
  }
};

const q5_K: OneBlock = (dst, to, src, at) => {
  const d = halfAt(src, at);
  const dmin = halfAt(src, at + 2);
  for (let group = 0; group < 8; group++) {
    const [scale, min] = scaleAndMin(src, at + 4, group);
    const step = rounded(d * scale);
    const base = rounded(dmin * min);
    const from = at + 48 + (group >> 1) * 32;
    for (let i = 0; i < 32; i++) {
      const q = ((src[from + i]! >> ((group & 1) * 4)) & 15) | (((src[at + 16 + i]! >> group) & 1) << 4);
      dst[to + group * 32 + i] = rounded(q * step) - base;
    }
  }
};

const q6_K: OneBlock = (dst, to, src, at) => {
  const d = halfAt(src, at + 208);
  for (let group = 0; group < 16; group++) {
    const step = rounded(d * ((src[at + 192 + group]! << 24) >> 24));
    for (let i = group * 16; i < group * 16 + 16; i++) {
      const half = i >> 7;
      const quarter = (i >> 5) & 3;
      const nibbles = src[at + half * 64 + (quarter & 1) * 32 + (i & 31)]!;
      const q = ((nibbles >> (4 * (quarter >> 1))) & 15) | (twoBits(src, at + 128, i) << 4);
      dst[to + i] = (q - 32) * step;
    }
  }
};

export const moreDecoders = {
  q4_1: all(q4_1, 20, 32),
  q5_0: all(q5_0, 22, 32),
  q5_1: all(q5_1, 24, 32),
  q2_K: all(q2_K, 84, 256),
  q3_K: all(q3_K, 110, 256),
  q5_K: all(q5_K, 176, 256),
  q6_K: all(q6_K, 210, 256),
  iq4_nl: all(iq4_nl, 18, 32),
  iq4_xs: all(iq4_xs, 136, 256),
} as const;
