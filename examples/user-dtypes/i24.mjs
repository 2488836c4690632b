/**
 * Strength (b): JavaScript functions over tiles. 24-bit PCM, as WAV, AIFF and audio interfaces have it: three bytes a
 * sample, which no typed array holds. The hub is float64, which every sample fits.
 */

const HIGHEST = 2 ** 23 - 1;
const LOWEST = -(2 ** 23);

/** Rounds to the nearest sample, ties to even, and clips, as audio software does. NaN is silence. */
function sample(x) {
  const clipped = Math.min(HIGHEST, Math.max(LOWEST, x));
  // Adding 1.5 × 2^52 leaves no bits for a fraction.
  return Number.isNaN(clipped) ? 0 : clipped + 6755399441055744 - 6755399441055744;
}

const codec = {
  hub: "float64",
  /** `count` samples of three little-endian bytes each. */
  decodeTile(dst, src, count) {
    for (let i = 0, at = 0; i < count; i++, at += 3) {
      dst[i] = src[at] | (src[at + 1] << 8) | ((src[at + 2] << 24) >> 8);
    }
  },
  encodeTile(dst, src, count) {
    for (let i = 0, at = 0; i < count; i++, at += 3) {
      const x = sample(src[i]);
      dst[at] = x;
      dst[at + 1] = x >> 8;
      dst[at + 2] = x >> 16;
    }
  },
};

/** `[pcm:i24]`, and `>[pcm:i24]` for AIFF: tiles always come in native order. */
export const pcm = (name) =>
  name === "i24" ? { name, kind: "int", itemsize: 3, honoursByteOrder: true, codec } : undefined;
