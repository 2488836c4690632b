/** C `long double` items, one by one in TypeScript: there are no kernels for them. */

import {
  readFloat80,
  readFloat128,
  truncateLongDouble,
  writeFloat80,
  writeFloat128,
  writeLongDouble,
} from "../../../dtype/long-double.js";
import type { TileConverter } from "../../backend.js";

export interface LongFormat {
  readonly bits: 80 | 128;
  /** Bytes per item. */
  readonly width: number;
}

/** To float64, to nearest even, or to odd before a further rounding. */
export function longToF64({ bits, width }: LongFormat, rounding: "even" | "odd"): TileConverter {
  const read = bits === 80 ? readFloat80 : readFloat128;
  return (dst, dstOffset, src, srcOffset, count) => {
    const out = new Float64Array(dst, dstOffset, count);
    const input = new DataView(src, srcOffset, count * width);
    for (let i = 0; i < count; i++) out[i] = read(input, i * width, true, rounding);
  };
}

export function f64ToLong({ bits, width }: LongFormat): TileConverter {
  return (dst, dstOffset, src, srcOffset, count) => {
    const out = new DataView(dst, dstOffset, count * width);
    const input = new Float64Array(src, srcOffset, count);
    for (let i = 0; i < count; i++) {
      if (bits === 80) writeFloat80(out, i * width, input[i]!, true, width);
      else writeFloat128(out, i * width, input[i]!, true);
    }
  };
}

/** To int64 or uint64, truncated and saturated. */
export function longToI64({ bits, width }: LongFormat, lowest: bigint, highest: bigint): TileConverter {
  return (dst, dstOffset, src, srcOffset, count) => {
    const out = new BigInt64Array(dst, dstOffset, count);
    const input = new DataView(src, srcOffset, count * width);
    for (let i = 0; i < count; i++) {
      const n = truncateLongDouble(input, i * width, bits);
      const isNegative = input.getInt8(i * width + (bits === 80 ? 9 : 15)) < 0;
      const value = n ?? (isNegative ? lowest : highest);
      out[i] = value < lowest ? lowest : value > highest ? highest : value;
    }
  };
}

export function i64ToLong({ bits, width }: LongFormat, isSigned: boolean): TileConverter {
  return (dst, dstOffset, src, srcOffset, count) => {
    const out = new DataView(dst, dstOffset, count * width);
    const input = isSigned ? new BigInt64Array(src, srcOffset, count) : new BigUint64Array(src, srcOffset, count);
    for (let i = 0; i < count; i++) writeLongDouble(out, i * width, input[i]!, bits, width);
  };
}
