/**
 * What one element of each benchmarked type is: its PEP 3118 text, its bytes, and a plain scalar reader and writer over
 * a DataView. The readers and writers share nothing with the engine: they are what results are checked against.
 */

const decodeSmall = (exponentBits, mantissaBits, bias, style) => (code) => {
  const sign = code >> (exponentBits + mantissaBits) ? -1 : 1;
  const exponent = (code >> mantissaBits) & ((1 << exponentBits) - 1);
  const mantissa = code & ((1 << mantissaBits) - 1);
  const top = (1 << exponentBits) - 1;
  if (style === "ieee" && exponent === top) return mantissa ? Number.NaN : sign * Infinity;
  if (style === "fn" && exponent === top && mantissa === (1 << mantissaBits) - 1) return Number.NaN;
  if (exponent === 0) return sign * mantissa * 2 ** (1 - bias - mantissaBits);
  return sign * (1 + mantissa * 2 ** -mantissaBits) * 2 ** (exponent - bias);
};

const roundToEven = (x) => {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
};

/** Exact: `value` is a double, every scaling is by a power of two, one rounding to nearest even. */
const encodeSmall = (exponentBits, mantissaBits, bias, style) => {
  const sign = 1 << (exponentBits + mantissaBits);
  const infinity = ((1 << exponentBits) - 1) << mantissaBits;
  const nan = style === "ieee" ? infinity | (1 << (mantissaBits - 1)) : sign - 1;
  const overflow = style === "ieee" ? infinity : nan;
  const largest = style === "ieee" ? infinity - 1 : nan - 1;
  return (value) => {
    if (Number.isNaN(value)) return nan;
    const signBit = value < 0 || Object.is(value, -0) ? sign : 0;
    const magnitude = Math.abs(value);
    if (magnitude === 0) return signBit;
    if (magnitude === Infinity) return signBit | overflow;
    let exponent = Math.max(Math.floor(Math.log2(magnitude)), 1 - bias);
    if (2 ** exponent > magnitude && exponent > 1 - bias) exponent--;
    if (2 ** (exponent + 1) <= magnitude) exponent++;
    const units = roundToEven(magnitude * 2 ** (mantissaBits - exponent));
    const code = units + (exponent + bias - 1) * 2 ** mantissaBits;
    return signBit | (code > largest ? overflow : code);
  };
};

const small = (format, numpy, bytes, parameters) => {
  const decode = decodeSmall(...parameters);
  const encode = encodeSmall(...parameters);
  const table = Float64Array.from({ length: bytes === 1 ? 256 : 0 }, (_, code) => decode(code));
  return {
    format,
    numpy,
    bytes,
    float: true,
    read: bytes === 1 ? (v, at) => table[v.getUint8(at)] : (v, at) => decode(v.getUint16(at, true)),
    write: bytes === 1 ? (v, at, x) => v.setUint8(at, encode(x)) : (v, at, x) => v.setUint16(at, encode(x), true),
    encode,
  };
};

const plain = (format, numpy, bytes, method, array) => ({
  format,
  numpy,
  bytes,
  array,
  float: method.startsWith("Float"),
  read: (v, at) => v[`get${method}`](at, true),
  write: (v, at, x) => v[`set${method}`](at, x, true),
});

export const elements = {
  u8: plain("B", "u1", 1, "Uint8", Uint8Array),
  u16: plain("<H", "<u2", 2, "Uint16", Uint16Array),
  i16: plain("<h", "<i2", 2, "Int16", Int16Array),
  i32: plain("<i", "<i4", 4, "Int32", Int32Array),
  u32: plain("<I", "<u4", 4, "Uint32", Uint32Array),
  i64: plain("<q", "<i8", 8, "BigInt64", BigInt64Array),
  u64: plain("<Q", "<u8", 8, "BigUint64", BigUint64Array),
  f32: plain("<f", "<f4", 4, "Float32", Float32Array),
  f64: plain("<d", "<f8", 8, "Float64", Float64Array),
  c128: { format: "<Zd", numpy: "<c16", bytes: 16, float: true, array: Float64Array },
  f16: small("<e", "<f2", 2, [5, 10, 15, "ieee"]),
  bf16: small("[ml_dtypes:bfloat16]", "bfloat16", 2, [8, 7, 127, "ieee"]),
  e4m3: small("[ml_dtypes:float8_e4m3fn]", "float8_e4m3fn", 1, [4, 3, 7, "fn"]),
  e5m2: small("[ml_dtypes:float8_e5m2]", "float8_e5m2", 1, [5, 2, 15, "ieee"]),
};

const integerRange = {
  i16: [-32768, 32767],
  i32: [-(2 ** 31), 2 ** 31 - 1],
};

/** The default rule: int to int wraps, float to int truncates and saturates with NaN as 0, to float rounds once. */
export function convertValue(from, to, value) {
  if (to === "i64") {
    if (typeof value === "bigint") return value;
    if (Number.isNaN(value)) return 0n;
    if (value >= 2 ** 63) return 2n ** 63n - 1n;
    if (value <= -(2 ** 63)) return -(2n ** 63n);
    return BigInt(Math.trunc(value));
  }
  if (elements[to].float) return Number(value);
  if (typeof value === "bigint") return Number(BigInt.asIntN(elements[to].bytes * 8, value));
  if (!elements[from].float) return value;
  const [low, high] = integerRange[to];
  return Number.isNaN(value) ? 0 : Math.min(high, Math.max(low, Math.trunc(value)));
}

const splitMix = (seed) => {
  let a = seed | 0;
  return () => {
    a = (a + 0x9e3779b9) | 0;
    let t = a ^ (a >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t ^= t >>> 15;
    t = Math.imul(t, 0x735a2d97);
    return t ^ (t >>> 15);
  };
};

/**
 * Seeded data. "values": floats uniform in -4..4 (float64: -1e6..1e6), integers of random bits. "bits": random bits for
 * every type, so that floats hold infinities, NaN and subnormals everywhere.
 */
export function fill(type, bytes, mode = "values", seed = 1) {
  const next = splitMix(seed);
  const whole = bytes.byteLength & ~3;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, whole / 4);
  for (let i = 0; i < words.length; i++) words[i] = next();
  for (let i = whole; i < bytes.byteLength; i++) bytes[i] = next();
  if (mode === "bits" || !elements[type].float) return;
  const scale = 2 ** -29;
  if (type === "f64" || type === "c128") {
    const out = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 3);
    for (let i = 0; i < out.length; i++) out[i] = next() * (1e6 / 2 ** 31);
  } else if (type === "f32") {
    const out = new Float32Array(bytes.buffer, bytes.byteOffset, whole / 4);
    for (let i = 0; i < out.length; i++) out[i] = next() * scale;
  } else {
    const { encode, bytes: width } = elements[type];
    const codes = Uint16Array.from({ length: 4096 }, () => encode(Math.fround(next() * scale)));
    const out = new (width === 2 ? Uint16Array : Uint8Array)(bytes.buffer, bytes.byteOffset, bytes.byteLength / width);
    for (let i = 0; i < out.length; i++) out[i] = codes[next() & 4095];
  }
}

/** Whether two results are the same bytes, or differ only in which NaN they hold. */
export function sameResult(type, a, b) {
  if (Buffer.compare(a, b) === 0) return true;
  const { bytes, read, float } = elements[type];
  if (!float || type === "c128" || a.byteLength !== b.byteLength) return false;
  const [x, y] = [a, b].map((u8) => new DataView(u8.buffer, u8.byteOffset, u8.byteLength));
  for (let at = 0; at < a.byteLength; at += bytes) if (!Object.is(read(x, at), read(y, at))) return false;
  return true;
}
