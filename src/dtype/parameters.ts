/** Codecs of number types that are described by parameters alone, for resolvers: small floats and packed integers. */

import type { ItemCodec } from "./dtype.js";
import { type ElementName, elements, type SmallFloat } from "./elements.js";
import { decodeSmall, encodeSmall } from "./small-float.js";

/** Bits of a small float. */
export const smallBits = (small: SmallFloat): number =>
  small.exponentBits + small.mantissaBits + (small.style === "e8m0" ? 0 : 1);

/** The row of the element table with these parameters, if there is one. */
export function elementOfSmall(small: SmallFloat): ElementName | undefined {
  for (const [name, row] of Object.entries(elements)) {
    const own = "small" in row ? row.small : undefined;
    if (
      own !== undefined &&
      own.exponentBits === small.exponentBits &&
      own.mantissaBits === small.mantissaBits &&
      own.bias === small.bias &&
      own.style === small.style
    ) {
      return name as ElementName;
    }
  }
  return undefined;
}

/** Items of 1 byte (up to 8 bits) or 2 bytes, value in the low bits. */
export function smallCodec(small: SmallFloat): ItemCodec {
  const row: SmallFloat = { ...small };
  const bits = smallBits(row);
  const mask = 2 ** bits - 1;
  const decode = (code: number) => decodeSmall(row, code & mask);
  const encode = (value: number) => encodeSmall(row, value, false);
  return bits <= 8 ? byteCodec(decode, encode) : wordCodec(decode, encode);
}

/** Integers in the low bits of one byte; they wrap when written. */
export function integerCodec(bits: number, signed: boolean): ItemCodec {
  const modulus = 2 ** bits;
  const decode = (code: number) => {
    const low = code % modulus;
    return signed && low >= modulus / 2 ? low - modulus : low;
  };
  const encode = (value: number) => {
    const whole = Math.trunc(value);
    return Number.isFinite(whole) ? ((whole % modulus) + modulus) % modulus : 0;
  };
  return byteCodec(decode, encode);
}

type Decode = (code: number) => number;
type Encode = (value: number) => number;

function byteCodec(decode: Decode, encode: Encode): ItemCodec {
  const table = Float64Array.from({ length: 256 }, (_, code) => decode(code));
  return {
    hub: "float64",
    read: (view, offset) => table[view.getUint8(offset)],
    write: (view, offset, value) => view.setUint8(offset, encode(Number(value))),
    decodeTile: (dst, src, count) => {
      for (let i = 0; i < count; i++) dst[i] = table[src[i]!]!;
    },
    encodeTile: (dst, src, count) => {
      for (let i = 0; i < count; i++) dst[i] = encode(Number(src[i]));
    },
  };
}

function wordCodec(decode: Decode, encode: Encode): ItemCodec {
  return {
    hub: "float64",
    read: (view, offset, littleEndian) => decode(view.getUint16(offset, littleEndian)),
    write: (view, offset, value, littleEndian) => view.setUint16(offset, encode(Number(value)), littleEndian),
    decodeTile: (dst, src, count) => {
      for (let i = 0; i < count; i++) dst[i] = decode(src[2 * i]! | (src[2 * i + 1]! << 8));
    },
    encodeTile: (dst, src, count) => {
      for (let i = 0; i < count; i++) {
        const code = encode(Number(src[i]));
        dst[2 * i] = code;
        dst[2 * i + 1] = code >>> 8;
      }
    },
  };
}
