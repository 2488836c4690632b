/**
 * `[packed:int4]`, `[packed:uint2:high]` …: integers of 4, 2 or 1 bits, two, four or eight to a byte, which is the item.
 * The first value has the lowest bits, or with `:high` the highest. (`dtypes.int4` and its like take a byte per value.)
 */

import type { DTypeResolver } from "../resolver.js";
import { blockType } from "./blocks.js";
import { type PackedInteger, packer, unpacker } from "./packed-codes.js";

export const packed: DTypeResolver = (body, { complex }) => {
  const match = /^(u?)int([124])(?::(low|high))?$/.exec(body);
  if (complex || match === null) return undefined;
  const [, unsigned, digits, order = "low"] = match as unknown as [string, string, string, "low" | "high" | undefined];
  const format: PackedInteger = { bits: Number(digits) as 1 | 2 | 4, signed: unsigned === "", order };
  return blockType(body, 1, {
    count: 8 / format.bits,
    element: format.signed ? "int8" : "uint8",
    decode: unpacker(format),
    encodeFrom: `${format.signed ? "int" : "uint"}${format.bits}`,
    encode: packer(format),
    kernel: `unpack${format.signed ? "Int" : "Uint"}${digits}${order === "low" ? "Low" : "High"}`,
  });
};
