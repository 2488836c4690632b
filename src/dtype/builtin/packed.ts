/**
 * `[packed:int4]`, `[packed:uint2:high]` …: integers of 4, 2 or 1 bits, two, four or eight to a byte, which is the
 * item. The first value has the lowest bits (DLPack, safetensors, ONNX), or with `:high` the highest. (`dtypes.int4`
 * and its like take a byte per value.) `packer` and `unpacker` are the TypeScript twins of assembly/packed.ts.
 */

import type { BlockCodec } from "../dtype.js";
import type { DTypeResolver } from "../resolver.js";
import { blockType } from "./blocks.js";

export const packedTypes: readonly string[] = ["int4", "uint4", "int2", "uint2", "int1", "uint1"].flatMap((name) => [
  name,
  `${name}:high`,
]);

export const packed: DTypeResolver = (body, { complex }) => {
  const match = /^(u?)int([124])(?::(low|high))?$/.exec(body);
  if (complex || match === null) return undefined;
  const [, unsigned, digits, order = "low"] = match as unknown as [string, string, string, "low" | "high" | undefined];
  const format: PackedInteger = { bits: Number(digits) as 1 | 2 | 4, signed: unsigned === "", order };
  const block: BlockCodec = {
    count: 8 / format.bits,
    element: format.signed ? "int8" : "uint8",
    decode: unpacker(format),
    encodeFrom: `${format.signed ? "int" : "uint"}${format.bits}`,
    encode: packer(format),
    kernel: `unpack${format.signed ? "Int" : "Uint"}${digits}${order === "low" ? "Low" : "High"}`,
  };
  return blockType(body, 1, block);
};

/** The low bits of value `i` of a byte where they belong. */
const placed = (value: number, i: number, bits: number, order: "low" | "high"): number =>
  (value & (2 ** bits - 1)) << (order === "low" ? i * bits : 8 - bits - i * bits);

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

export function unpacker(format: PackedInteger): BlockCodec["decode"] {
  const perByte = 8 / format.bits;
  let table: Int8Array | undefined;
  return (dst, dstOffset, src, srcOffset, items) => {
    table ??= valuesOfBytes(format);
    const to = new Int8Array(dst, dstOffset, items * perByte);
    const from = new Uint8Array(src, srcOffset, items);
    for (let i = 0, next = 0; i < items; i++) {
      const first = from[i]! * perByte;
      for (let k = 0; k < perByte; k++) to[next++] = table[first + k]!;
    }
  };
}

/** The other direction: the low bits of each value, whatever stands above them. */
export function packer({ bits, order }: PackedInteger): BlockCodec["decode"] {
  const perByte = 8 / bits;
  return (dst, dstOffset, src, srcOffset, items) => {
    const to = new Uint8Array(dst, dstOffset, items);
    const from = new Uint8Array(src, srcOffset, items * perByte);
    for (let i = 0; i < items; i++) {
      let byte = 0;
      for (let k = 0; k < perByte; k++) byte |= placed(from[i * perByte + k]!, k, bits, order);
      to[i] = byte;
    }
  };
}
