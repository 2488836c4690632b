/**
 * TypeScript twins for floats of a byte: binary32 to any narrower float by integer arithmetic on its bits, with one parametric loop for all
 * formats; and what the tables of the way back hold.
 */

import type { SmallFloat } from "../../../dtype/elements.js";
import { decodeSmall, smallFloatCodes } from "../../../dtype/small-float.js";
import type { TileConverter } from "../../backend.js";

/**
 * The bits of the binary32 of a code. Which NaN a NaN becomes is what costs the kernels least, always a quiet one: that
 * of the sign for halves, that of sign and payload for bytes, a negative one of all ones for fnuz.
 */
export function float32Bits(format: SmallFloat, code: number): number {
  const { mantissaBits, exponentBits, style } = format;
  const value = decodeSmall(format, code);
  scratch[0] = value;
  if (!Number.isNaN(value)) return scratchBits[0]!;
  if (style === "fnuz") return 0xffff0000;
  const quiet = (code & smallFloatCodes(format).sign) !== 0 ? 0xffc00000 : 0x7fc00000;
  if (style === "e8m0" || mantissaBits + exponentBits > 7) return quiet;
  return (quiet | ((code & (2 ** mantissaBits - 1)) << (23 - mantissaBits))) >>> 0;
}

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

/** A format's numbers, as the loops below use them. */
interface Parameters {
  readonly mantissaBits: number;
  /** Bits of the binary32 of the smallest normal number. */
  readonly smallestNormal: number;
  /** A power of two whose last place is the format's smallest number: adding it rounds subnormals. */
  readonly rounder: number;
  readonly rounderBits: number;
  /** Exponent distance, shifted to where a code has its exponent. */
  readonly rebias: number;
  /** Codes: largest finite, what is beyond it, what infinity becomes, NaN; `sign` is the sign bit. */
  readonly max: number;
  readonly overflow: number;
  readonly infinity: number;
  readonly nan: number;
  readonly sign: number;
  /** XORed with the sign before it is applied to NaN: a finite format inverts it. */
  readonly nanSign: number;
  /** fnuz: the code of -0 is NaN, so neither zero nor NaN takes a sign. */
  readonly unsignedZero: boolean;
}

function parametersOf(format: SmallFloat, saturate: boolean): Parameters {
  const { mantissaBits, bias, style } = format;
  const codes = smallFloatCodes(format);
  const infinity = codes.infinity >= 0 ? codes.infinity : codes.nan >= 0 ? codes.nan : codes.max;
  const rounder = 2 ** (1 - bias - mantissaBits + 23);
  scratch[0] = rounder;
  return {
    mantissaBits,
    smallestNormal: (128 - bias) << 23,
    rounder,
    rounderBits: scratchBits[0]!,
    rebias: (127 - bias) << mantissaBits,
    max: codes.max,
    overflow: saturate ? codes.max : infinity,
    infinity,
    nan: style === "finite" ? 0 : codes.nan,
    sign: codes.sign,
    nanSign: style === "finite" ? codes.sign : 0,
    unsignedZero: style === "fnuz",
  };
}

/** Elements from which a table of 64 KiB is worth making. */
const TABLE_FROM = 512;

/**
 * binary32 → a small float of one byte, one rounding; rules as in `encodeSmall`. Long runs go through a table: the upper
 * half of a binary32, with its last bit set when the lower half is not zero, decides every rounding to 5 bits or fewer.
 */
export function f32ToSmall(format: SmallFloat, saturate = false): TileConverter {
  const p = parametersOf(format, saturate);
  const encode =
    format.style === "e8m0"
      ? (out: Uint8Array, input: Int32Array, count: number) => encodeE8m0(out, input, count, saturate)
      : (out: Uint8Array, input: Int32Array, count: number) => encode8(out, input, count, p);
  let table: Uint8Array | undefined;
  return (dst, dstOffset, src, srcOffset, count) => {
    const out = new Uint8Array(dst, dstOffset, count);
    const input = new Int32Array(src, srcOffset, count);
    if (table === undefined && count >= TABLE_FROM) {
      table = new Uint8Array(65536);
      encode(
        table,
        Int32Array.from({ length: 65536 }, (_, half) => half << 16),
        65536,
      );
    }
    if (table === undefined) encode(out, input, count);
    else encodeByTable(out, input, count, table);
  };
}

function encodeByTable(out: Uint8Array, input: Int32Array, count: number, table: Uint8Array): void {
  for (let i = 0; i < count; i++) {
    const bits = input[i]!;
    out[i] = table[(bits >>> 16) | (((bits & 0xffff) + 0xffff) >>> 16)]!;
  }
}

function encode8(out: Uint8Array, input: Int32Array, count: number, p: Parameters): void {
  const { smallestNormal, rounder, rounderBits, rebias, max, overflow, sign, unsignedZero } = p;
  const shift = 23 - p.mantissaBits;
  const half = (1 << (shift - 1)) - 1;
  for (let i = 0; i < count; i++) {
    const bits = input[i]!;
    const magnitude = bits & 0x7fffffff;
    const negative = bits < 0 ? sign : 0;
    if (magnitude >= 0x7f800000) {
      out[i] = special(magnitude, negative, p);
      continue;
    }
    let code: number;
    if (magnitude >= smallestNormal) {
      code = ((magnitude + half + ((magnitude >> shift) & 1)) >> shift) - rebias;
      if (code > max) code = overflow;
    } else {
      scratchBits[0] = magnitude;
      scratch[0] = scratch[0]! + rounder;
      code = scratchBits[0]! - rounderBits;
    }
    out[i] = unsignedZero && (code === 0 || code === sign) ? code : code | negative;
  }
}

function special(magnitude: number, negative: number, p: Parameters): number {
  if (magnitude > 0x7f800000) return p.unsignedZero ? p.nan : p.nan | (negative ^ p.nanSign);
  return p.unsignedZero ? p.infinity : p.infinity | negative;
}

function encodeE8m0(out: Uint8Array, input: Int32Array, count: number, saturate: boolean): void {
  for (let i = 0; i < count; i++) {
    const bits = input[i]!;
    if (bits <= 0 || bits >= 0x7f800000) out[i] = 255;
    else if (bits < 0x00600000) out[i] = 0;
    else {
      const code = (bits + 0x00400000) >> 23;
      out[i] = code < 255 ? code : saturate ? 254 : 255;
    }
  }
}
