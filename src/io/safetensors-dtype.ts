/** Names of the safetensors format ⇄ dtypes. Files are little-endian, so the other byte order has no name there. */

import type { DType } from "../dtype/dtype.js";
import { fromName } from "../index.js";
import type { PackedBits } from "./packed.js";
import { type SafetensorsType, safetensorsTypes } from "./safetensors-rules.js";

const types = Object.keys(safetensorsTypes) as SafetensorsType[];
const rank = new Map(types.map((type, i) => [type, i]));

const dtypeOfType = new Map(types.map((type) => [type, fromName("safetensors", type)]));
const typeOfDType = new Map([...dtypeOfType].map(([type, dtype]) => [dtype, type]));

export const dtypeOfSafetensors = (type: SafetensorsType): DType => dtypeOfType.get(type)!;

/** The format's name of a little-endian dtype, or undefined when it has none. */
export const safetensorsOfDType = (dtype: DType): SafetensorsType | undefined => typeOfDType.get(dtype);

/** Bits per value of the types that are packed below one byte each. */
export function packedBitsOf(type: SafetensorsType): PackedBits | undefined {
  const { bits } = safetensorsTypes[type];
  return bits < 8 ? (bits as PackedBits) : undefined;
}

/** By code points, as UTF-8 bytes sort; the language's own comparison goes by UTF-16 units. */
function compareText(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** The reference library's order: widest alignment first, then by name, so that every tensor is aligned. */
export function compareSafetensors(
  a: { readonly name: string; readonly type: SafetensorsType },
  b: { readonly name: string; readonly type: SafetensorsType },
): number {
  return rank.get(b.type)! - rank.get(a.type)! || compareText(a.name, b.name);
}
