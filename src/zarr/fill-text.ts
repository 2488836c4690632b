/** Fill values as JSON: what array metadata say of an item, the other way round. */

import type { StridedView } from "../index.js";
import { unsupported } from "./codecs.js";

const NAT = -(2n ** 63n);

/** JSON has no words for what is no number, and Zarr has these; every other double is printed so that it reads back the same. */
function floatText(value: number): string {
  if (!Number.isFinite(value)) return JSON.stringify(String(value));
  const text = Object.is(value, -0) ? "-0" : String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** A float's bits; where they are a NaN's other than the usual one, only they say which. */
function bitsText(bytes: Uint8Array, isBig: boolean): string {
  const digits = [...(isBig ? bytes : bytes.toReversed())].map((byte) => byte.toString(16).padStart(2, "0"));
  return `"0x${digits.join("")}"`;
}

const QUIET_NANS = new Set(["7e00", "7fc00000", "7ff8000000000000", "7fc0"].map((digits) => `"0x${digits}"`));

const base64 = (bytes: Uint8Array): string => JSON.stringify(Buffer.from(bytes).toString("base64"));

/**
 * An item as the fill value of a version of Zarr.
 *
 * @param item without axes
 * @throws FileFormatError where that version has no way to say it
 */
export function fillText(key: string, version: 2 | 3, item: StridedView): string {
  const { dtype } = item;
  switch (dtype.kind) {
    case "bool":
    case "int":
    case "uint":
      return String(item.get());
    case "float": {
      const value = item.get() as number;
      const bits = bitsText(item.toBytes(), dtype.byteOrder === "big");
      return version === 3 && Number.isNaN(value) && !QUIET_NANS.has(bits) ? bits : floatText(value);
    }
    case "complex": {
      const { re, im } = item.get() as { re: number; im: number };
      return `[${floatText(re)}, ${floatText(im)}]`;
    }
    case "datetime":
    case "timedelta": {
      const value = item.get() as bigint;
      return version === 3 && value === NAT ? '"NaT"' : String(value);
    }
    case "text":
      return JSON.stringify((item.get() as string).replace(/\0+$/, ""));
    case "bytes":
      return base64(item.toBytes());
    case "void":
      return version === 2 ? base64(item.toBytes()) : JSON.stringify([...item.toBytes()]);
    case "struct":
    case "array":
      if (version === 2) return base64(item.toBytes());
  }
  throw unsupported(key, dtype.name, `a fill value of ${dtype.name} cannot be written in Zarr v${version}`);
}
