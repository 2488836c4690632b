/**
 * The steps of the demo written without stridebuf: one element at a time, through DataView and integer arithmetic, as a
 * program without a library would, into an `out` array that is there. They are the independent check of the demo and the time it is compared with.
 */

/** Big-endian float32 bytes → Float32Array `out`. */
export function float32FromBigEndian(out, bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < out.length; i++) out[i] = view.getFloat32(4 * i, false);
}

/** float32 → bfloat16 codes, to nearest even, NaN kept a NaN. */
export function bfloat16FromFloat32(out, values) {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < out.length; i++) {
    const u = bits[i];
    if ((u & 0x7fffffff) > 0x7f800000) out[i] = (u >>> 16) | 0x40;
    else out[i] = (u + 0x7fff + ((u >>> 16) & 1)) >>> 16;
  }
}

/** float32 → float16 codes, to nearest even with subnormals, infinities and NaN. */
export function float16FromFloat32(out, values) {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < out.length; i++) {
    const u = bits[i];
    const sign = (u >>> 16) & 0x8000;
    const magnitude = u & 0x7fffffff;
    if (magnitude > 0x7f800000) out[i] = sign | 0x7e00;
    else if (magnitude >= 0x47800000) out[i] = sign | 0x7c00;
    else if (magnitude >= 0x38800000) {
      const shifted = magnitude - 0x38000000;
      out[i] = sign | ((shifted + 0xfff + ((shifted >>> 13) & 1)) >>> 13);
    } else if (magnitude < 0x33000000) out[i] = sign;
    else {
      const shift = 126 - (magnitude >>> 23);
      const mantissa = (magnitude & 0x7fffff) | 0x800000;
      const half = 1 << (shift - 1);
      const code = mantissa >>> shift;
      const rest = mantissa & ((1 << shift) - 1);
      out[i] = sign | (code + (rest > half || (rest === half && code & 1) ? 1 : 0));
    }
  }
}

/** C order → Fortran order of a rows × columns grid. */
export function fortranOrder(out, values, rows, columns) {
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = values[r * columns + c];
}

/** bfloat16 code → number. */
export function bfloat16Value(code) {
  const sign = code & 0x8000 ? -1 : 1;
  const exponent = (code >> 7) & 0xff;
  const mantissa = code & 0x7f;
  if (exponent === 0xff) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent ? sign * 2 ** (exponent - 127) * (1 + mantissa / 128) : sign * 2 ** -133 * mantissa;
}

/** float16 code → number. */
export function float16Value(code) {
  const sign = code & 0x8000 ? -1 : 1;
  const exponent = (code >> 10) & 0x1f;
  const mantissa = code & 0x3ff;
  if (exponent === 0x1f) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent ? sign * 2 ** (exponent - 15) * (1 + mantissa / 1024) : sign * 2 ** -24 * mantissa;
}
