/**
 * Strided lines in plain TypeScript, one function per access width so that each stays monomorphic. Offsets and strides
 * count elements of the array given (words for 8-byte items). Items are written one after the other in the order of the
 * line and read before that, so a line may be run over overlapping memory in the direction that bears it, but for
 * {@link copy64}. The most used lines take two or four items a step, which saves a fifth of the time.
 */

import type { Arrays } from "./arrays.js";

export type Line<D, S = D> = (
  d: D,
  s: S,
  di: number,
  si: number,
  dStride: number,
  sStride: number,
  count: number,
) => void;

export const copy8: Line<Uint8Array> = (d, s, di, si, dStride, sStride, count) => {
  let i = 1;
  for (; i < count; i += 2) {
    const a = s[si]!;
    const b = s[si + sStride]!;
    d[di] = a;
    d[di + dStride] = b;
    di += dStride + dStride;
    si += sStride + sStride;
  }
  if (i === count) d[di] = s[si]!;
};

export const copy16: Line<Uint16Array> = (d, s, di, si, dStride, sStride, count) => {
  let i = 1;
  for (; i < count; i += 2) {
    const a = s[si]!;
    const b = s[si + sStride]!;
    d[di] = a;
    d[di + dStride] = b;
    di += dStride + dStride;
    si += sStride + sStride;
  }
  if (i === count) d[di] = s[si]!;
};

export const copy32: Line<Uint32Array> = (d, s, di, si, dStride, sStride, count) => {
  let i = 3;
  for (; i < count; i += 4) {
    const a = s[si]!;
    const b = s[si + sStride]!;
    const c = s[si + 2 * sStride]!;
    const e = s[si + 3 * sStride]!;
    d[di] = a;
    d[di + dStride] = b;
    d[di + 2 * dStride] = c;
    d[di + 3 * dStride] = e;
    di += 4 * dStride;
    si += 4 * sStride;
  }
  for (i -= 3; i < count; i++) {
    d[di] = s[si]!;
    di += dStride;
    si += sStride;
  }
};

/** Items of 8 bytes as pairs of words; offsets and strides count words. */
export const copyPairs: Line<Uint32Array> = (d, s, di, si, dStride, sStride, count) => {
  for (let i = 0; i < count; i++) {
    const low = s[si]!;
    const high = s[si + 1]!;
    d[di] = low;
    d[di + 1] = high;
    di += dStride;
    si += sStride;
  }
};

/** Items per block of {@link copy64}. */
const BLOCK = 256;

/** The most blocks that go by words before floats are tried again: negative 64-bit integers are NaNs one and all. */
const WARIEST = 64;

/** Blocks that are still to go by words, and how many that will be after the next block with a NaN: one alone changes nothing. */
let wary = 0;
let suspicion = 0;

/**
 * Items of 8 bytes, aligned to 8, from one buffer to another: as floats, twice as fast as by words, and a block in which there was a NaN
 * again by words, since engines may change a NaN's bits; so the source must still be what it was. (An infinity less another is taken for
 * a NaN, too.)
 */
export const copy64: Line<Arrays> = (d, s, di, si, dStride, sStride, count) => {
  const to = d.f64;
  const from = s.f64;
  for (let done = 0; done < count; done += BLOCK) {
    const n = Math.min(BLOCK, count - done);
    let byWords = wary > 0;
    if (byWords) wary--;
    else {
      let p = di;
      let q = si;
      let i = 3;
      for (; i < n; i += 4) {
        const a = from[q]!;
        const b = from[q + sStride]!;
        const c = from[q + 2 * sStride]!;
        const e = from[q + 3 * sStride]!;
        to[p] = a;
        to[p + dStride] = b;
        to[p + 2 * dStride] = c;
        to[p + 3 * dStride] = e;
        const sum = a + b + (c + e);
        if (Number.isNaN(sum)) byWords = true;
        p += 4 * dStride;
        q += 4 * sStride;
      }
      for (i -= 3; i < n; i++) {
        const a = from[q]!;
        to[p] = a;
        if (Number.isNaN(a)) byWords = true;
        p += dStride;
        q += sStride;
      }
      wary = byWords ? suspicion : 0;
      suspicion = byWords ? Math.min(WARIEST, 2 * suspicion + 1) : suspicion >> 1;
    }
    if (byWords) copyPairs(d.u32, s.u32, 2 * di, 2 * si, 2 * dStride, 2 * sStride, n);
    di += n * dStride;
    si += n * sStride;
  }
};

export const swap16: Line<Uint16Array> = (d, s, di, si, dStride, sStride, count) => {
  for (let i = 0; i < count; i++) {
    const x = s[si]!;
    d[di] = (x << 8) | (x >>> 8);
    di += dStride;
    si += sStride;
  }
};

const reversed = (x: number): number => (x << 24) | ((x & 0xff00) << 8) | ((x >>> 8) & 0xff00) | (x >>> 24);

export const swap32: Line<Uint32Array> = (d, s, di, si, dStride, sStride, count) => {
  for (let i = 0; i < count; i++) {
    d[di] = reversed(s[si]!);
    di += dStride;
    si += sStride;
  }
};

export const swap64: Line<Uint32Array> = (d, s, di, si, dStride, sStride, count) => {
  for (let i = 0; i < count; i++) {
    const low = s[si]!;
    const high = s[si + 1]!;
    d[di] = reversed(high);
    d[di + 1] = reversed(low);
    di += dStride;
    si += sStride;
  }
};

/** Unaligned bytes on both sides, one by one: Node 24 calls out for most of what DataView can do (bench/NOTES.md, thresholds: unaligned). */
export const bytes16: Line<Uint8Array> = (d, s, di, si, dStride, sStride, count) => {
  for (let i = 0; i < count; i++) {
    const a = s[si]!;
    const b = s[si + 1]!;
    d[di] = a;
    d[di + 1] = b;
    di += dStride;
    si += sStride;
  }
};

export const bytes32: Line<Uint8Array> = (d, s, di, si, dStride, sStride, count) => {
  for (let i = 0; i < count; i++) {
    const a = s[si]!;
    const b = s[si + 1]!;
    const c = s[si + 2]!;
    const e = s[si + 3]!;
    d[di] = a;
    d[di + 1] = b;
    d[di + 2] = c;
    d[di + 3] = e;
    di += dStride;
    si += sStride;
  }
};

/** Unaligned words to aligned ones. `getInt32` is compiled to a load everywhere; `getUint32` and `setInt32` are not on Node 24. */
export const load32: Line<Int32Array, DataView> = (d, s, di, si, dStride, sStride, count) => {
  let i = 3;
  for (; i < count; i += 4) {
    const a = s.getInt32(si, true);
    const b = s.getInt32(si + sStride, true);
    const c = s.getInt32(si + 2 * sStride, true);
    const e = s.getInt32(si + 3 * sStride, true);
    d[di] = a;
    d[di + dStride] = b;
    d[di + 2 * dStride] = c;
    d[di + 3 * dStride] = e;
    di += 4 * dStride;
    si += 4 * sStride;
  }
  for (i -= 3; i < count; i++) {
    d[di] = s.getInt32(si, true);
    di += dStride;
    si += sStride;
  }
};

export const loadSwap32: Line<Int32Array, DataView> = (d, s, di, si, dStride, sStride, count) => {
  for (let i = 0; i < count; i++) {
    d[di] = s.getInt32(si, false);
    di += dStride;
    si += sStride;
  }
};

export const load64: Line<Int32Array, DataView> = (d, s, di, si, dStride, sStride, count) => {
  for (let i = 0; i < count; i++) {
    const low = s.getInt32(si, true);
    const high = s.getInt32(si + 4, true);
    d[di] = low;
    d[di + 1] = high;
    di += dStride;
    si += sStride;
  }
};

export const loadSwap64: Line<Int32Array, DataView> = (d, s, di, si, dStride, sStride, count) => {
  for (let i = 0; i < count; i++) {
    const low = s.getInt32(si, false);
    const high = s.getInt32(si + 4, false);
    d[di] = high;
    d[di + 1] = low;
    di += dStride;
    si += sStride;
  }
};

/** Longer items go through here whole, so that a line may overlap itself. */
const item = new Uint8Array(64);
const itemWords = new Uint32Array(16);

/** Aligned items of `words` 32-bit words, at most 16. */
export function moveWords(
  d: Uint32Array,
  s: Uint32Array,
  di: number,
  si: number,
  dStride: number,
  sStride: number,
  count: number,
  words: number,
): void {
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < words; k++) itemWords[k] = s[si + k]!;
    for (let k = 0; k < words; k++) d[di + k] = itemWords[k]!;
    di += dStride;
    si += sStride;
  }
}

/** Items of any width at any address. */
export function moveBytes(
  d: Uint8Array,
  s: Uint8Array,
  di: number,
  si: number,
  dStride: number,
  sStride: number,
  count: number,
  width: number,
): void {
  for (let i = 0; i < count; i++) {
    if (width <= item.length) {
      for (let k = 0; k < width; k++) item[k] = s[si + k]!;
      for (let k = 0; k < width; k++) d[di + k] = item[k]!;
    } else if (d.buffer === s.buffer) d.copyWithin(di, si, si + width);
    else d.set(s.subarray(si, si + width), di);
    di += dStride;
    si += sStride;
  }
}

/** Items of any width, reversed; both ends are read before they are written, so dst may be src. */
export function reverseBytes(
  d: Uint8Array,
  s: Uint8Array,
  di: number,
  si: number,
  dStride: number,
  sStride: number,
  count: number,
  width: number,
): void {
  for (let i = 0; i < count; i++) {
    for (let low = 0, high = width - 1; low <= high; low++, high--) {
      const a = s[si + low]!;
      d[di + low] = s[si + high]!;
      d[di + high] = a;
    }
    di += dStride;
    si += sStride;
  }
}
