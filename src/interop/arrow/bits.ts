/** Bitmaps, lowest bit first (Arrow, Columnar.rst "Validity bitmaps"), to and from a byte per item. */

/** `count` bits from bit `start` on, as bytes of 0 and 1. */
export function unpackBits(bits: Uint8Array, start: number, count: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(count);
  let i = 0;
  for (; i < count && ((start + i) & 7) !== 0; i++) out[i] = (bits[(start + i) >> 3]! >> ((start + i) & 7)) & 1;
  for (let at = (start + i) >> 3; i + 8 <= count; at++, i += 8) {
    const byte = bits[at]!;
    for (let bit = 0; bit < 8; bit++) out[i + bit] = (byte >> bit) & 1;
  }
  for (; i < count; i++) out[i] = (bits[(start + i) >> 3]! >> ((start + i) & 7)) & 1;
  return out;
}

/** A bit per byte, set where the byte is not 0; padded to 8 bytes, as Arrow's buffers are. */
export function packBits(flags: Uint8Array): Uint8Array<ArrayBuffer> {
  const bits = new Uint8Array(Math.ceil(flags.length / 64) * 8);
  for (let i = 0; i < flags.length; i++) if (flags[i] !== 0) bits[i >> 3]! |= 1 << (i & 7);
  return bits;
}
