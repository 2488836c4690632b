/** IEEE 754-2019 binary16, one value at a time. */

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The value of a binary16 code; exact. */
export function fromHalf(code: number): number {
  const magnitude = code & 0x7fff;
  if (magnitude >= 0x7c00) return magnitude > 0x7c00 ? Number.NaN : code & 0x8000 ? -Infinity : Infinity;
  // Read as binary32 the exponent is 112 too small; the product is exact, for subnormal codes too.
  bits[0] = ((code & 0x8000) << 16) | (magnitude << 13);
  return float[0]! * 2 ** 112;
}

// Adding 2^52 leaves no fraction bits, so the addition itself rounds to nearest, ties to even.
const roundEven = (x: number): number => x + 2 ** 52 - 2 ** 52;

/** The binary16 code nearest to `x`, ties to even, rounded once. A finite `x` that overflows gives Infinity's code. */
export function toHalf(x: number): number {
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(x);
  if (Number.isNaN(x)) return 0x7e00;
  if (magnitude >= 65520) return sign | 0x7c00;
  if (magnitude < 2 ** -14) return sign | roundEven(magnitude * 2 ** 24);
  float[0] = magnitude;
  // The exponent of the nearest binary32 is at most one too large, when it rounded up to a power of two.
  let exponent = (bits[0]! >>> 23) - 127;
  if (magnitude < 2 ** exponent) exponent--;
  return sign | (((exponent + 14) << 10) + roundEven(magnitude * 2 ** (10 - exponent)));
}
