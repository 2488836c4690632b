/**
 * C `long double` as a number: x87 extended precision (80 bits in 12 or 16 bytes) and IEEE binary128. Reading gives the
 * nearest binary64, ties to even, rounded once from the full significand; writing widens exactly. The padding bytes of
 * the x87 forms are written as zeros. IEEE 754-2019 §3.4; Intel SDM vol. 1 §4.2.2.
 */

const scratch = new DataView(new ArrayBuffer(8));

/** How a significand too long for binary64 is rounded: to nearest even, or to odd when another rounding follows. */
export type Rounding = "even" | "odd";

/** 2^(e) * significand / 2^(bits-1), rounded once to binary64; `significand` has its leading one at bit `bits-1` or below. */
function nearest(negative: boolean, exponent: number, significand: bigint, bits: number, rounding: Rounding): number {
  if (significand === 0n) return negative ? -0 : 0;
  let length = significand.toString(2).length;
  let top = exponent - (bits - length);
  // Bits that binary64 keeps: 53, fewer when the result is subnormal.
  const kept = Math.min(53, top + 1075);
  if (kept < 0) {
    const least = rounding === "odd" ? Number.MIN_VALUE : 0;
    return negative ? -least : least;
  }
  let drop = length - kept;
  let rounded = significand;
  if (drop > 0) {
    const half = 1n << BigInt(drop - 1);
    const rest = significand & ((1n << BigInt(drop)) - 1n);
    rounded = significand >> BigInt(drop);
    if (rounding === "odd") rounded |= rest === 0n ? 0n : 1n;
    else if (rest > half || (rest === half && (rounded & 1n) === 1n)) rounded += 1n;
  } else drop = 0;
  length -= drop;
  top -= length - 1;
  // At most 53 bits now, so both steps of the scaling are exact (two, because 2^-1074 alone would underflow in the first).
  let magnitude = top < -1000 ? Number(rounded) * 2 ** (top + 200) * 2 ** -200 : scale(Number(rounded), top);
  if (rounding === "odd" && magnitude === Infinity) magnitude = Number.MAX_VALUE;
  return negative ? -magnitude : magnitude;
}

const scale = (n: number, power: number): number => (power > 900 ? n * 2 ** 900 * 2 ** (power - 900) : n * 2 ** power);

/** The parts of a finite, non-zero binary64: value = significand * 2^(exponent-52), 2^52 <= significand < 2^53. */
function partsOf(x: number): { exponent: number; significand: bigint } {
  scratch.setFloat64(0, x);
  const raw = scratch.getBigUint64(0);
  let exponent = Number((raw >> 52n) & 0x7ffn);
  let significand = raw & 0xfffffffffffffn;
  if (exponent === 0) {
    const shift = 53 - significand.toString(2).length;
    significand <<= BigInt(shift);
    exponent = 1 - shift;
  } else significand |= 1n << 52n;
  return { exponent: exponent - 1023, significand };
}

/** The ten bytes that hold the number, without the padding behind it (in front of it in a big-endian item). */
export function readFloat80(data: DataView, offset: number, isLittle: boolean, rounding: Rounding = "even"): number {
  const head = data.getUint16(isLittle ? offset + 8 : offset, isLittle);
  const significand = data.getBigUint64(isLittle ? offset : offset + 2, isLittle);
  const negative = head >= 0x8000;
  const exponent = head & 0x7fff;
  // With an exponent the leading one is explicit; without it the processor calls the operand invalid.
  if (exponent !== 0 && significand >> 63n === 0n) return Number.NaN;
  if (exponent !== 0x7fff) return nearest(negative, Math.max(exponent, 1) - 16383, significand, 64, rounding);
  if (significand !== 1n << 63n) return Number.NaN;
  return negative ? -Infinity : Infinity;
}

/** `width` bytes: the number and its padding. A big-endian item is the little-endian one reversed whole, as NumPy's byte swap leaves it. */
export function writeFloat80(data: DataView, offset: number, x: number, isLittle: boolean, width: number): void {
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  let head = sign;
  let significand = 0n;
  if (Number.isNaN(x) || Math.abs(x) === Infinity) {
    head |= 0x7fff;
    significand = Number.isNaN(x) ? 0xc000000000000000n : 0x8000000000000000n;
  } else if (x !== 0) {
    const parts = partsOf(x);
    head |= parts.exponent + 16383;
    significand = parts.significand << 11n;
  }
  const padding = width - 10;
  data.setBigUint64(isLittle ? offset : offset + padding + 2, significand, isLittle);
  data.setUint16(isLittle ? offset + 8 : offset + padding, head, isLittle);
  for (let i = 0; i < padding; i++) data.setUint8(offset + (isLittle ? 10 : 0) + i, 0);
}

export function readFloat128(data: DataView, offset: number, isLittle: boolean, rounding: Rounding = "even"): number {
  const high = data.getBigUint64(isLittle ? offset + 8 : offset, isLittle);
  const low = data.getBigUint64(isLittle ? offset : offset + 8, isLittle);
  const negative = high >> 63n === 1n;
  const exponent = Number((high >> 48n) & 0x7fffn);
  const fraction = ((high & 0xffffffffffffn) << 64n) | low;
  if (exponent === 0x7fff) return fraction !== 0n ? Number.NaN : negative ? -Infinity : Infinity;
  if (exponent === 0) return nearest(negative, -16382, fraction, 113, rounding);
  return nearest(negative, exponent - 16383, fraction | (1n << 112n), 113, rounding);
}

export function writeFloat128(data: DataView, offset: number, x: number, isLittle: boolean): void {
  let high = x < 0 || Object.is(x, -0) ? 0x8000n : 0n;
  let fraction = 0n;
  if (Number.isNaN(x) || Math.abs(x) === Infinity) {
    high |= 0x7fffn;
    if (Number.isNaN(x)) fraction = 1n << 111n;
  } else if (x !== 0) {
    const parts = partsOf(x);
    high |= BigInt(parts.exponent + 16383);
    fraction = (parts.significand & 0xfffffffffffffn) << 60n;
  }
  data.setBigUint64(isLittle ? offset + 8 : offset, (high << 48n) | (fraction >> 64n), isLittle);
  data.setBigUint64(isLittle ? offset : offset + 8, fraction & 0xffffffffffffffffn, isLittle);
}

/** A finite long double as an integer, truncated; 0 for NaN, undefined for infinities and what exceeds 2^64. */
export function truncateLongDouble(data: DataView, offset: number, bits: 80 | 128): bigint | undefined {
  const x = bits === 80 ? readFloat80(data, offset, true, "odd") : readFloat128(data, offset, true, "odd");
  if (Number.isNaN(x)) return 0n;
  if (Math.abs(x) < 2 ** 52) return BigInt(Math.trunc(x));
  if (Math.abs(x) > 2 ** 64) return undefined;
  const head = data.getUint16(offset + (bits === 80 ? 8 : 14), true) & 0x7fff;
  const low = data.getBigUint64(offset, true);
  const significand =
    bits === 80 ? low : ((data.getBigUint64(offset + 8, true) & 0xffffffffffffn) << 64n) | low | (1n << 112n);
  const shift = head - 16383 - (bits === 80 ? 63 : 112);
  const magnitude = shift < 0 ? significand >> BigInt(-shift) : significand << BigInt(shift);
  return x < 0 ? -magnitude : magnitude;
}

/** Writes an integer of up to 64 bits, exactly. */
export function writeLongDouble(data: DataView, offset: number, value: bigint, bits: 80 | 128, width: number): void {
  const magnitude = value < 0n ? -value : value;
  const length = magnitude === 0n ? 0 : magnitude.toString(2).length;
  const sign = value < 0n ? 0x8000 : 0;
  const head = sign | (length === 0 ? 0 : length - 1 + 16383);
  if (bits === 80) {
    data.setBigUint64(offset, magnitude << BigInt(64 - length), true);
    data.setUint16(offset + 8, head, true);
    for (let i = 10; i < width; i++) data.setUint8(offset + i, 0);
  } else {
    const fraction = length === 0 ? 0n : (magnitude << BigInt(113 - length)) & ((1n << 112n) - 1n);
    data.setBigUint64(offset, fraction & 0xffffffffffffffffn, true);
    data.setBigUint64(offset + 8, (BigInt(head) << 48n) | (fraction >> 64n), true);
  }
}
