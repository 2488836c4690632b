/**
 * What the safetensors format knows: its types, and the rules a file can break, each with its own `reason`.
 */

import { stridebufError } from "../errors.js";

/** One row per type, in the order by which the writer sorts (the reference library's: rising alignment). */
export const safetensorsTypes = {
  BOOL: { bits: 8, dtype: "bool" },
  F4: { bits: 4, dtype: "float4_e2m1fn" },
  F6_E2M3: { bits: 6, dtype: "float6_e2m3fn" },
  F6_E3M2: { bits: 6, dtype: "float6_e3m2fn" },
  U8: { bits: 8, dtype: "uint8" },
  I8: { bits: 8, dtype: "int8" },
  F8_E5M2: { bits: 8, dtype: "float8_e5m2" },
  F8_E4M3: { bits: 8, dtype: "float8_e4m3fn" },
  F8_E8M0: { bits: 8, dtype: "float8_e8m0fnu" },
  F8_E4M3FNUZ: { bits: 8, dtype: "float8_e4m3fnuz" },
  F8_E5M2FNUZ: { bits: 8, dtype: "float8_e5m2fnuz" },
  I16: { bits: 16, dtype: "int16" },
  U16: { bits: 16, dtype: "uint16" },
  F16: { bits: 16, dtype: "float16" },
  BF16: { bits: 16, dtype: "bfloat16" },
  I32: { bits: 32, dtype: "int32" },
  U32: { bits: 32, dtype: "uint32" },
  F32: { bits: 32, dtype: "float32" },
  C64: { bits: 64, dtype: "complex64" },
  F64: { bits: 64, dtype: "float64" },
  I64: { bits: 64, dtype: "int64" },
  U64: { bits: 64, dtype: "uint64" },
} as const;

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
