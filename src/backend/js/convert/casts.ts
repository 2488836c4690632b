/**
 * TypeScript twins of assembly/cast.ts and cast-int.ts: numbers of up to 32 bits and floats. Where JavaScript's own
 * conversion has the meaning of the kernel (integers modulo 2^n, one rounding), `TypedArray.set` does the work; loops are
 * one function per type, since a loop that meets several array types is ten times slower.
 */

import type { StridedTwin, TileConverter } from "../../backend.js";
import { arraysOf, type NumberArray, placeOf } from "../arrays.js";
import type { Line } from "../lines.js";
import { walk } from "../move.js";

/** A conversion that is JavaScript's own. */
export function castBySet(Dst: NumberArray, Src: NumberArray): TileConverter {
  const dstWidth = Dst.BYTES_PER_ELEMENT;
  const [dstPlace, srcPlace] = [placeOf(Dst), placeOf(Src)];
  return (dst, dstOffset, src, srcOffset, count) => {
    const from = arraysOf(src).at(srcPlace);
    const to = arraysOf(dst).at(dstPlace);
    to.set(count === from.length ? from : new Src(src, srcOffset, count), dstOffset / dstWidth);
  };
}

const narrow: Line<Float32Array, Float64Array> = (d, s, di, si, dStride, sStride, count) => {
  let i = 3;
  for (; i < count; i += 4) {
    const a = s[si]!;
    const b = s[si + sStride]!;
    const c = s[si + 2 * sStride]!;
    const e = s[si + 3 * sStride]!;
    d[di] = a;
    d[di + dStride] = b;
    d[di + 2 * dStride] = c;
    d[di + 3 * dStride] = e;
    di += 4 * dStride;
    si += 4 * sStride;
  }
  for (i -= 3; i < count; i++) {
    d[di] = s[si]!;
    di += dStride;
    si += sStride;
  }
};

const widen: Line<Float64Array, Float32Array> = (d, s, di, si, dStride, sStride, count) => {
  for (let i = 0; i < count; i++) {
    d[di] = s[si]!;
    di += dStride;
    si += sStride;
  }
};

/** Strided twins of f64ToF32 and f32ToF64: a pass through a tile would cost more than the conversion. */
export const narrowStrided: StridedTwin = (dst, src, loop) => {
  const to = arraysOf(dst.buffer).f32;
  const from = arraysOf(src.buffer).f64;
  walk(narrow, to, from, 4, 8, dst.byteOffset, src.byteOffset, loop, 4, 1);
};

export const widenStrided: StridedTwin = (dst, src, loop) => {
  const to = arraysOf(dst.buffer).f64;
  const from = arraysOf(src.buffer).f32;
  walk(widen, to, from, 8, 4, dst.byteOffset, src.byteOffset, loop, 8, 1);
};

export const f32ToI8: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Int8Array(dst, dstOffset, count);
  const input = new Float32Array(src, srcOffset, count);
  for (let i = 0; i < count; i++) {
    const x = input[i]!;
    out[i] = x >= 127 ? 127 : x <= -128 ? -128 : x;
  }
};

export const f32ToU8: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Uint8Array(dst, dstOffset, count);
  const input = new Float32Array(src, srcOffset, count);
  for (let i = 0; i < count; i++) {
    const x = input[i]!;
    out[i] = x >= 255 ? 255 : x <= 0 ? 0 : x;
  }
};

export const f32ToI16: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Int16Array(dst, dstOffset, count);
  const input = new Float32Array(src, srcOffset, count);
  for (let i = 0; i < count; i++) {
    const x = input[i]!;
    out[i] = x >= 32767 ? 32767 : x <= -32768 ? -32768 : x;
  }
};

export const f32ToU16: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Uint16Array(dst, dstOffset, count);
  const input = new Float32Array(src, srcOffset, count);
  for (let i = 0; i < count; i++) {
    const x = input[i]!;
    out[i] = x >= 65535 ? 65535 : x <= 0 ? 0 : x;
  }
};

export const f32ToI32: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Int32Array(dst, dstOffset, count);
  const input = new Float32Array(src, srcOffset, count);
  for (let i = 0; i < count; i++) {
    const x = input[i]!;
    out[i] = x >= 2147483647 ? 2147483647 : x <= -2147483648 ? -2147483648 : x;
  }
};

export const f32ToU32: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Uint32Array(dst, dstOffset, count);
  const input = new Float32Array(src, srcOffset, count);
  for (let i = 0; i < count; i++) {
    const x = input[i]!;
    out[i] = x >= 4294967295 ? 4294967295 : x <= 0 ? 0 : x;
  }
};

export const f64ToI32: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Int32Array(dst, dstOffset, count);
  const input = new Float64Array(src, srcOffset, count);
  for (let i = 0; i < count; i++) {
    const x = input[i]!;
    out[i] = x >= 2147483647 ? 2147483647 : x <= -2147483648 ? -2147483648 : x;
  }
};

export const f64ToU32: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Uint32Array(dst, dstOffset, count);
  const input = new Float64Array(src, srcOffset, count);
  for (let i = 0; i < count; i++) {
    const x = input[i]!;
    out[i] = x >= 4294967295 ? 4294967295 : x <= 0 ? 0 : x;
  }
};

/** See the kernel: nearest first, then one step towards the exact number where the last bit came out even. */
export const f64ToF32Odd: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Float32Array(dst, dstOffset, count);
  const bits = new Int32Array(dst, dstOffset, count);
  const input = new Float64Array(src, srcOffset, count);
  for (let i = 0; i < count; i++) {
    const x = input[i]!;
    out[i] = x;
    const near = out[i]!;
    if (near === x || Number.isNaN(x) || (bits[i]! & 1) !== 0) continue;
    bits[i] = bits[i]! + (Math.abs(near) > Math.abs(x) ? -1 : 1);
  }
};

/** x * scale + offset in binary64, rounded after each operation. */
export function scaleF64(scale: number, offset: number): TileConverter {
  return (dst, dstOffset, src, srcOffset, count) => {
    const out = new Float64Array(dst, dstOffset, count);
    const input = new Float64Array(src, srcOffset, count);
    for (let i = 0; i < count; i++) out[i] = input[i]! * scale + offset;
  };
}

/** Adding this and taking it away again rounds what is smaller to an integer, ties to even. */
const TWO_52 = 2 ** 52;

/** To the nearest integer, ties to even. */
export const roundF64: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Float64Array(dst, dstOffset, count);
  const input = new Float64Array(src, srcOffset, count);
  for (let i = 0; i < count; i++) {
    const x = input[i]!;
    const rounded = x < 0 ? x - TWO_52 + TWO_52 : x + TWO_52 - TWO_52;
    // What rounds to zero keeps its sign.
    out[i] = Math.abs(x) < TWO_52 ? (rounded === 0 ? x * 0 : rounded) : x;
  }
};

/** int8 limited to lowest..highest, then masked to the bits of a narrower integer. */
export function clampI8(lowest: number, highest: number, mask: number): TileConverter {
  return (dst, dstOffset, src, srcOffset, count) => {
    const out = new Uint8Array(dst, dstOffset, count);
    const input = new Int8Array(src, srcOffset, count);
    for (let i = 0; i < count; i++) {
      const x = input[i]!;
      out[i] = (x < lowest ? lowest : x > highest ? highest : x) & mask;
    }
  };
}

export const i32ToI8Sat: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Int8Array(dst, dstOffset, count);
  const input = new Int32Array(src, srcOffset, count);
  for (let i = 0; i < count; i++) {
    const x = input[i]!;
    out[i] = x > 127 ? 127 : x < -128 ? -128 : x;
  }
};

export const i32ToU8Sat: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  new Uint8ClampedArray(dst, dstOffset, count).set(new Int32Array(src, srcOffset, count));
};

export const i32ToI16Sat: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Int16Array(dst, dstOffset, count);
  const input = new Int32Array(src, srcOffset, count);
  for (let i = 0; i < count; i++) {
    const x = input[i]!;
    out[i] = x > 32767 ? 32767 : x < -32768 ? -32768 : x;
  }
};

export const i32ToU16Sat: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Uint16Array(dst, dstOffset, count);
  const input = new Int32Array(src, srcOffset, count);
  for (let i = 0; i < count; i++) {
    const x = input[i]!;
    out[i] = x > 65535 ? 65535 : x < 0 ? 0 : x;
  }
};

/** Finite numbers limited to ±limit; infinities and NaN pass, bit for bit. */
export function clampF32(limit: number): TileConverter {
  return (dst, dstOffset, src, srcOffset, count) => {
    const out = new Float32Array(dst, dstOffset, count);
    out.set(new Float32Array(src, srcOffset, count));
    for (let i = 0; i < count; i++) {
      const x = out[i]!;
      if (x > limit && x < Infinity) out[i] = limit;
      else if (x < -limit && x > -Infinity) out[i] = -limit;
    }
  };
}

export function clampF64(limit: number): TileConverter {
  return (dst, dstOffset, src, srcOffset, count) => {
    const out = new Float64Array(dst, dstOffset, count);
    out.set(new Float64Array(src, srcOffset, count));
    for (let i = 0; i < count; i++) {
      const x = out[i]!;
      if (x > limit && x < Infinity) out[i] = limit;
      else if (x < -limit && x > -Infinity) out[i] = -limit;
    }
  };
}
