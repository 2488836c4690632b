/**
 * Integers of 4, 2 and 1 bits packed two, four and eight to a byte, to and from one byte each. "low" order: the first
 * value has the lowest bits (DLPack, safetensors, ONNX); "high" order: the highest. The TypeScript twins of
 * assembly/packed.ts.
 */

import type { BlockDecoder } from "./gguf-decode.js";

export interface PackedInteger {
  readonly bits: 1 | 2 | 4;
  readonly signed: boolean;
  readonly order: "low" | "high";
}

/** The values of every byte, `8 / bits` of them per byte. */
function valuesOfBytes({ bits, signed, order }: PackedInteger): Int8Array {
  const perByte = 8 / bits;
  const values = new Int8Array(256 * perByte);
  for (let byte = 0; byte < 256; byte++) {
    for (let i = 0; i < perByte; i++) {
      const shift = order === "low" ? i * bits : 8 - bits - i * bits;
      const value = (byte >> shift) & (2 ** bits - 1);
      values[byte * perByte + i] = signed && value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
    }
  }
  return values;
}

export function unpacker(format: PackedInteger): BlockDecoder {
  const perByte = 8 / format.bits;
  let table: Int8Array | undefined;
  return (dst, dstOffset, src, srcOffset, count) => {
    table ??= valuesOfBytes(format);
    const to = new Int8Array(dst, dstOffset, count * perByte);
    const from = new Uint8Array(src, srcOffset, count);
    for (let i = 0, next = 0; i < count; i++) {
      const first = from[i]! * perByte;
      for (let k = 0; k < perByte; k++) to[next++] = table[first + k]!;
    }
  };
}

/** The other direction: the low bits of each value, whatever stands above them. */
export function packer({ bits, order }: PackedInteger): BlockDecoder {
  const perByte = 8 / bits;
  return (dst, dstOffset, src, srcOffset, count) => {
    const to = new Uint8Array(dst, dstOffset, count);
    const from = new Uint8Array(src, srcOffset, count * perByte);
    for (let i = 0; i < count; i++) {
      let byte = 0;
      for (let k = 0; k < perByte; k++) {
        const shift = order === "low" ? k * bits : 8 - bits - k * bits;
        byte |= (from[i * perByte + k]! & (2 ** bits - 1)) << shift;
      }
      to[i] = byte;
    }
  };
}
