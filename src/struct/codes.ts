/** The codes of `struct` formats: size and alignment under each ABI (docs/format.md §4), and what each one reads. */

import type { AbiProfile } from "../format/abi.js";
import { Kind } from "./kinds.js";

/** Largest `ssize_t`, or the largest size that a JavaScript number counts exactly. */
export const maxSizeOf = ({ pointer }: AbiProfile): number => (pointer === 8 ? Number.MAX_SAFE_INTEGER : 2 ** 31 - 1);

interface Code {
  readonly kind: number;
  /** Bytes; 1 for the codes whose count is a length. */
  readonly size: number;
  readonly alignment: number;
}

const code = (kind: number, size: number, alignment = size): Code => ({ kind, size, alignment });

/** Sizes under `= < > !`; alignment is not used there. */
export const standardCodes: ReadonlyMap<string, Code> = new Map([
  ["x", code(-1, 1)],
  ["c", code(Kind.char, 1)],
  ["b", code(Kind.int8, 1)],
  ["B", code(Kind.uint8, 1)],
  ["?", code(Kind.bool, 1)],
  ["h", code(Kind.int16, 2)],
  ["H", code(Kind.uint16, 2)],
  ["i", code(Kind.int32, 4)],
  ["I", code(Kind.uint32, 4)],
  ["l", code(Kind.int32, 4)],
  ["L", code(Kind.uint32, 4)],
  ["q", code(Kind.int64, 8)],
  ["Q", code(Kind.uint64, 8)],
  ["e", code(Kind.float16, 2)],
  ["f", code(Kind.float32, 4)],
  ["d", code(Kind.float64, 8)],
  ["F", code(Kind.complex64, 8, 4)],
  ["D", code(Kind.complex128, 16, 8)],
  ["Zf", code(Kind.complex64, 8, 4)],
  ["Zd", code(Kind.complex128, 16, 8)],
  ["s", code(Kind.bytes, 1)],
  ["p", code(Kind.pascal, 1)],
]);

const nativeTables = new WeakMap<AbiProfile, ReadonlyMap<string, Code>>();

/** Sizes and alignments under `@`. */
export function nativeCodes(abi: AbiProfile): ReadonlyMap<string, Code> {
  let table = nativeTables.get(abi);
  if (table) return table;
  const wide = (kind: number, size = 8): Code => code(kind, size, abi.align8);
  const isWide = abi.pointer === 8;
  const signed = isWide ? wide(Kind.int64) : code(Kind.intptr32, 4);
  const unsigned = isWide ? wide(Kind.uint64) : code(Kind.uintptr32, 4);
  table = new Map([
    ...standardCodes,
    ["q", wide(Kind.int64)],
    ["Q", wide(Kind.uint64)],
    ["d", wide(Kind.float64)],
    ["D", wide(Kind.complex128, 16)],
    ["Zd", wide(Kind.complex128, 16)],
    ["n", signed],
    ["N", unsigned],
    ["P", unsigned],
    ["l", abi.long === 8 ? wide(Kind.int64) : code(Kind.int32, 4)],
    ["L", abi.long === 8 ? wide(Kind.uint64) : code(Kind.uint32, 4)],
  ]);
  nativeTables.set(abi, table);
  return table;
}
