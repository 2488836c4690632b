/** TypeScript twins of assembly/cast-byte.ts: bytes through tables of 256, and truth values. */

import type { TileConverter } from "../../backend.js";

/** Each byte becomes its entry of `table`, whose width is that of the destination. */
export function mapBytes(table: Uint8Array | Uint16Array | Uint32Array | BigUint64Array): TileConverter {
  if (table instanceof Uint8Array) {
    return (dst, dstOffset, src, srcOffset, count) => {
      const out = new Uint8Array(dst, dstOffset, count);
      const input = new Uint8Array(src, srcOffset, count);
      for (let i = 0; i < count; i++) out[i] = table[input[i]!]!;
    };
  }
  if (table instanceof Uint16Array) {
    return (dst, dstOffset, src, srcOffset, count) => {
      const out = new Uint16Array(dst, dstOffset, count);
      const input = new Uint8Array(src, srcOffset, count);
      for (let i = 0; i < count; i++) out[i] = table[input[i]!]!;
    };
  }
  if (table instanceof Uint32Array) {
    return (dst, dstOffset, src, srcOffset, count) => {
      const out = new Uint32Array(dst, dstOffset, count);
      const input = new Uint8Array(src, srcOffset, count);
      for (let i = 0; i < count; i++) out[i] = table[input[i]!]!;
    };
  }
  const halves = new Uint32Array(table.buffer, table.byteOffset, 512);
  return (dst, dstOffset, src, srcOffset, count) => {
    const out = new Uint32Array(dst, dstOffset, 2 * count);
    const input = new Uint8Array(src, srcOffset, count);
    for (let i = 0; i < count; i++) {
      const entry = 2 * input[i]!;
      out[2 * i] = halves[entry]!;
      out[2 * i + 1] = halves[entry + 1]!;
    }
  };
}

export const i16ToBool: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Uint8Array(dst, dstOffset, count);
  const input = new Uint16Array(src, srcOffset, count);
  for (let i = 0; i < count; i++) out[i] = input[i] !== 0 ? 1 : 0;
};

export const f16ToBool: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Uint8Array(dst, dstOffset, count);
  const input = new Uint16Array(src, srcOffset, count);
  for (let i = 0; i < count; i++) out[i] = (input[i]! & 0x7fff) !== 0 ? 1 : 0;
};

export const i32ToBool: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Uint8Array(dst, dstOffset, count);
  const input = new Int32Array(src, srcOffset, count);
  for (let i = 0; i < count; i++) out[i] = input[i] !== 0 ? 1 : 0;
};

export const f32ToBool: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Uint8Array(dst, dstOffset, count);
  const input = new Float32Array(src, srcOffset, count);
  for (let i = 0; i < count; i++) out[i] = input[i] !== 0 ? 1 : 0;
};

export const f64ToBool: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Uint8Array(dst, dstOffset, count);
  const input = new Float64Array(src, srcOffset, count);
  for (let i = 0; i < count; i++) out[i] = input[i] !== 0 ? 1 : 0;
};
