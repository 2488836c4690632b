/**
 * Values of 4 and 6 bits packed as safetensors packs them (and DLPack: little bit order): value i lies at bits
 * `[i*bits, (i+1)*bits)` of the bytes, counted from the least significant bit of the first byte. In memory such values
 * take one byte each, in its low bits. Eight values fill `bits` whole bytes.
 */

import { packer, unpacker } from "../dtype/builtin/packed.js";

export type PackedBits = 4 | 6;

const nibbles = { bits: 4, signed: false, order: "low" } as const;
const packNibbles = /* @__PURE__ */ packer(nibbles);
const unpackNibbles = /* @__PURE__ */ unpacker(nibbles);

/** Spreads `count` packed values over one byte each. */
export function unpackBits(dst: Uint8Array, src: Uint8Array, count: number, bits: PackedBits): void {
  if (bits === 4) {
    unpackNibbles(dst.buffer, dst.byteOffset, src.buffer, src.byteOffset, count >> 1);
    if (count & 1) dst[count - 1] = src[count >> 1]! & 15;
    return;
  }
  let s = 0;
  let i = 0;
  for (; i + 3 < count; i += 4, s += 3) {
    const three = src[s]! | (src[s + 1]! << 8) | (src[s + 2]! << 16);
    dst[i] = three & 63;
    dst[i + 1] = (three >> 6) & 63;
    dst[i + 2] = (three >> 12) & 63;
    dst[i + 3] = three >> 18;
  }
  for (let bit = i * 6; i < count; i++, bit += 6) {
    dst[i] = ((src[bit >> 3]! | ((src[(bit >> 3) + 1] ?? 0) << 8)) >> (bit & 7)) & 63;
  }
}

/** Packs `count` one-byte values; bits above the value are ignored, bits after the last value are zero. */
export function packBits(dst: Uint8Array, src: Uint8Array, count: number, bits: PackedBits): void {
  if (bits === 4) {
    packNibbles(dst.buffer, dst.byteOffset, src.buffer, src.byteOffset, count >> 1);
    if (count & 1) dst[count >> 1] = src[count - 1]! & 15;
    return;
  }
  for (let i = 0, d = 0; i < count; i += 4) {
    let three = 0;
    for (let k = 0; k < 4 && i + k < count; k++) three |= (src[i + k]! & 63) << (6 * k);
    const end = Math.min(d + 3, Math.ceil((count * 6) / 8));
    for (; d < end; d++, three >>= 8) dst[d] = three & 255;
  }
}
