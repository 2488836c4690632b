/** The best plain JavaScript for conversions: correctly rounded, NaN-safe, in library form. */

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

const widenBf16 = (d, s, n) => {
  for (let i = 0; i < n; i++) d[i] = s[i] << 16;
};
const widenBf16Pairs = (d, s, n) => {
  for (let i = 0, j = 0; j < n; i += 2, j++) {
    const x = s[j];
    d[i] = x << 16;
    d[i + 1] = x & 0xffff0000;
  }
};
const narrowBf16 = (d, s, n) => {
  for (let i = 0; i < n; i++) {
    const x = s[i];
    d[i] = (x & 0x7fffffff) > 0x7f800000 ? (x >>> 16) | 0x40 : (x + 0x7fff + ((x >>> 16) & 1)) >>> 16;
  }
};

/** binary16 to binary32 bits; Giesen's exponent shift, subnormals by one subtraction. */
const widenF16 = (d, s, n) => {
  for (let i = 0; i < n; i++) {
    const h = s[i];
    let x = (h & 0x7fff) << 13;
    const exponent = x & 0x0f800000;
    if (exponent === 0x0f800000) x += 0x70000000;
    else if (exponent !== 0) x += 0x38000000;
    else {
      bits[0] = x + 0x38800000;
      float[0] -= 6.103515625e-5;
      x = bits[0];
    }
    d[i] = x | ((h & 0x8000) << 16);
  }
};
const byTable = (d, s, n, table) => {
  for (let i = 0; i < n; i++) d[i] = table[s[i]];
};

/** Round to nearest even into a smaller IEEE-like format, from binary32 bits; `p` holds its numbers. */
const narrowSmall = (d, s, n, p) => {
  const { shift, rebias, minimum, magic, overflowAt, overflow, nan, half, signShift, signMask } = p;
  for (let i = 0; i < n; i++) {
    const u = s[i];
    const a = u & 0x7fffffff;
    let r;
    if (a >= overflowAt) r = a > 0x7f800000 ? nan : overflow;
    else if (a < minimum) {
      bits[0] = a;
      float[0] += magic;
      r = bits[0] - p.magicBits;
    } else r = (a - rebias + half + ((a >>> shift) & 1)) >>> shift;
    d[i] = r | ((u >>> signShift) & signMask);
  }
};

const smallFormat = (mantissa, bias, overflowAt, overflow, nan, width) => {
  const shift = 23 - mantissa;
  const magicExponent = 127 + (1 - bias) + shift;
  return {
    shift,
    rebias: (127 - bias) << 23,
    minimum: (127 - bias + 1) << 23,
    magic: 2 ** (1 - bias + shift),
    magicBits: magicExponent << 23,
    overflowAt,
    overflow,
    nan,
    half: (1 << (shift - 1)) - 1,
    signShift: 32 - width * 8,
    signMask: 1 << (width * 8 - 1),
  };
};
const bitsOf = (x) => new Int32Array(Float32Array.of(x).buffer)[0];
const formats = {
  f16: smallFormat(10, 15, bitsOf(65520), 0x7c00, 0x7e00, 2),
  e5m2: smallFormat(2, 15, bitsOf(61440), 0x7c, 0x7e, 1),
  e4m3: smallFormat(3, 7, bitsOf(464) + 1, 0x7f, 0x7f, 1),
};

/** Every code of a small float as a binary32, for table decoding. */
function tableOf(type) {
  const width = type === "f16" ? 16 : 8;
  const p = formats[type];
  const mantissa = 23 - p.shift;
  const exponentBits = width - 1 - mantissa;
  const bias = 2 ** (exponentBits - 1) - 1;
  return Float32Array.from({ length: 2 ** width }, (_, code) => {
    const sign = code >> (width - 1) ? -1 : 1;
    const e = (code >> mantissa) & (2 ** exponentBits - 1);
    const m = code & (2 ** mantissa - 1);
    if (type === "e4m3" && (code & 0x7f) === 0x7f) return Number.NaN;
    if (type !== "e4m3" && e === 2 ** exponentBits - 1) return m ? Number.NaN : sign * Infinity;
    return e === 0 ? sign * m * 2 ** (1 - bias - mantissa) : sign * (1 + m * 2 ** -mantissa) * 2 ** (e - bias);
  });
}

const loop = (d, s, n) => {
  for (let i = 0; i < n; i++) d[i] = s[i];
};
const floatToInt32 = (d, s, n) => {
  for (let i = 0; i < n; i++) {
    const x = s[i];
    d[i] = x >= 2147483647 ? 2147483647 : x <= -2147483648 ? -2147483648 : x | 0;
  }
};
const int64PairsToFloat = (d, s, n) => {
  for (let i = 0, j = 0; i < n; i++, j += 2) d[i] = s[j + 1] * 4294967296 + (s[j] >>> 0);
};
const bigToFloat = (d, s, n) => {
  for (let i = 0; i < n; i++) d[i] = Number(s[i]);
};
const TWO63 = 2 ** 63;
const floatToInt64Pairs = (d, s, n) => {
  for (let i = 0, j = 0; i < n; i++, j += 2) {
    const x = s[i];
    if (x > -TWO63 && x < TWO63) {
      const t = Math.trunc(x);
      const high = Math.floor(t / 4294967296);
      d[j] = t - high * 4294967296;
      d[j + 1] = high;
    } else {
      d[j] = x > 0 ? -1 : 0;
      d[j + 1] = x > 0 ? 0x7fffffff : x < 0 ? -2147483648 : 0;
    }
  }
};
const floatToBig = (d, s, n) => {
  for (let i = 0; i < n; i++) {
    const x = s[i];
    d[i] = x >= TWO63 ? 9223372036854775807n : x <= -TWO63 ? -9223372036854775808n : BigInt(Math.trunc(x) || 0);
  }
};
const lowWords = (d, s, n) => {
  for (let i = 0; i < n; i++) d[i] = s[2 * i];
};
const bigToInt32 = (d, s, n) => {
  for (let i = 0; i < n; i++) d[i] = Number(BigInt.asIntN(32, s[i]));
};
const swapWidenF16 = (d, s, n, table) => {
  for (let i = 0; i < n; i++) {
    const x = s[i];
    d[i] = table[((x & 0xff) << 8) | (x >>> 8)];
  }
};
const stridedWidenBf16 = (d, s, n) => {
  for (let i = 0; i < n; i++) d[i] = s[2 * i] << 16;
};

const I32 = Int32Array;
const U16 = Uint16Array;
const U8 = Uint8Array;
const F32 = Float32Array;
const F64 = Float64Array;
const I64 = BigInt64Array;
const table = (type) => () => tableOf(type);
const narrowTo = (type) => () => formats[type];

/** [name, dst array, src array, function, extra argument, elements per step] */
const forms = {
  "bf16-f32": [
    ["shift", I32, U16, widenBf16],
    ["two per load", I32, I32, widenBf16Pairs, null, 2],
  ],
  "f32-bf16": [["integer RNE", U16, I32, narrowBf16]],
  "f16-f32": [
    ["64 Ki table", F32, U16, byTable, table("f16")],
    ["arithmetic", I32, U16, widenF16],
  ],
  "f32-f16": [["bit arithmetic", U16, I32, narrowSmall, narrowTo("f16")]],
  "e4m3-f32": [["table", F32, U8, byTable, table("e4m3")]],
  "e5m2-f32": [["table", F32, U8, byTable, table("e5m2")]],
  "f32-e4m3": [["bit arithmetic", U8, I32, narrowSmall, narrowTo("e4m3")]],
  "f32-e5m2": [["bit arithmetic", U8, I32, narrowSmall, narrowTo("e5m2")]],
  "f64-f32": [["loop", F32, F64, loop]],
  "f32-f64": [["loop", F64, F32, loop]],
  "i32-f64": [["loop", F64, I32, loop]],
  "i16-f32": [["loop", F32, Int16Array, loop]],
  "u8-f32": [["loop", F32, U8, loop]],
  "f64-i32": [["saturating loop", I32, F64, floatToInt32]],
  "i64-f64": [
    ["int32 pairs", F64, I32, int64PairsToFloat],
    ["BigInt64Array", F64, I64, bigToFloat],
  ],
  "f64-i64": [
    ["int32 pairs", I32, F64, floatToInt64Pairs],
    ["BigInt64Array", I64, F64, floatToBig],
  ],
  "i64-i32": [
    ["low words", I32, I32, lowWords],
    ["BigInt64Array", I32, I64, bigToInt32],
  ],
};
const special = {
  "be-f16-f32": [["64 Ki table", F32, U16, swapWidenF16, table("f16")]],
  "strided-bf16-f32": [["shift", I32, U16, stridedWidenBf16]],
};

export function variants(spec, { src, dst }) {
  if (!spec.isConvert) return [];
  return (special[spec.id] ?? forms[`${spec.from}-${spec.to}`]).map(([name, Dst, Src, run, extra, per = 1]) => {
    const argument = extra?.();
    const n = spec.count / per;
    const pairs = [0, 1].map(() => [new Dst(dst.buffer), new Src(src.buffer), n, argument]);
    return {
      name: `js ${name}`,
      kind: "js",
      call: (w) => {
        const pair = pairs[w];
        run(pair[0], pair[1], pair[2], pair[3]);
      },
      result: () => dst,
    };
  });
}
