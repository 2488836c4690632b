/**
 * What the safetensors format knows: its types, and the rules a file can break, each with its own `reason`.
 */

import { stridebufError } from "../errors.js";

/** The types, in the order by which the writer sorts (the reference library's: rising alignment), and the bits of a value. */
export const safetensorsTypes = {
  BOOL: { bits: 8 },
  F4: { bits: 4 },
  F6_E2M3: { bits: 6 },
  F6_E3M2: { bits: 6 },
  U8: { bits: 8 },
  I8: { bits: 8 },
  F8_E5M2: { bits: 8 },
  F8_E4M3: { bits: 8 },
  F8_E8M0: { bits: 8 },
  F8_E4M3FNUZ: { bits: 8 },
  F8_E5M2FNUZ: { bits: 8 },
  I16: { bits: 16 },
  U16: { bits: 16 },
  F16: { bits: 16 },
  BF16: { bits: 16 },
  I32: { bits: 32 },
  U32: { bits: 32 },
  F32: { bits: 32 },
  C64: { bits: 64 },
  F64: { bits: 64 },
  I64: { bits: 64 },
  U64: { bits: 64 },
} as const;

/** The types that a header can name. */
export type SafetensorsType = keyof typeof safetensorsTypes;

/** The `reason` of a FileFormatError, one per rule of the format. */
export type SafetensorsFault =
  | "header-missing"
  | "header-length"
  | "header-limit"
  | "header-truncated"
  | "header-start"
  | "header-utf8"
  | "header-json"
  | "header-depth"
  | "duplicate-name"
  | "metadata"
  | "tensor-info"
  | "dtype"
  | "shape"
  | "offsets"
  | "overflow"
  | "alignment"
  | "size"
  | "hole"
  | "overlap"
  | "range"
  | "trailing";

export function safetensorsError(
  reason: SafetensorsFault,
  message: string,
  byteOffset?: number,
  cause?: unknown,
): Error {
  const place = byteOffset === undefined ? {} : { byteOffset };
  return stridebufError(
    "FileFormatError",
    `.safetensors: ${message}`,
    { container: "safetensors", reason, ...place },
    cause,
  );
}

/** Bytes that `count` values of a type take, or undefined when they do not fill whole bytes. */
export function safetensorsBytes(type: SafetensorsType, count: number): number | undefined {
  const { bits } = safetensorsTypes[type];
  if (bits >= 8) return count * (bits / 8);
  const rest = (count % 8) * bits;
  return rest % 8 === 0 ? Math.floor(count / 8) * bits + rest / 8 : undefined;
}
