/** What tensor libraries call the types: names of dtypes, and few more. */

import { stridebufError } from "../../errors.js";
import { type DType, dtypes, withByteOrder } from "../../shared.js";

// biome-ignore format: two lines
const names = [
  "bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64",
  "float16", "bfloat16", "float32", "float64", "complex64", "int4", "uint4",
] as const;

export type TensorType = (typeof names)[number];

/** @throws UnknownDTypeError for types without fixed-size items, such as strings */
export function typeOf(name: unknown): DType {
  if ((names as readonly unknown[]).includes(name)) return dtypes[name as TensorType];
  throw unknown(name);
}

const unknown = (name: unknown): Error =>
  stridebufError("UnknownDTypeError", `no tensor of type ${JSON.stringify(name)} can be a view`, {
    dtype: String(name),
    known: names,
  });

/** The name of a dtype, in whatever byte order. @throws UnknownDTypeError */
export function nameOf(dtype: DType): TensorType {
  const found = names.find((name) => dtypes[name] === dtype || withByteOrder(dtypes[name], "big") === dtype);
  if (found !== undefined) return found;
  throw unknown(dtype.name);
}

/** Types whose flat data is two values to a byte, the first in the low bits, as ONNX and WebNN have them. */
export const isPacked = (dtype: DType): boolean => dtype === dtypes.int4 || dtype === dtypes.uint4;

/** The packed items of a 4-bit type. */
export const packedFormat = (dtype: DType): string => `[packed:${dtype.name}]`;
