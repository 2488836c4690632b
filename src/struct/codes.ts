/** The codes of `struct` formats: size and alignment under each ABI (FORMAT-SPEC §4), and what each one reads. */

import { Kind } from "./kinds.js";

/** Whose native sizes and alignments the codes have under `@`. */
export type Abi = "lp64" | "llp64" | "ilp32" | "wasm32" | "wasm32-emscripten" | "i386" | "lp64-be";

interface AbiFacts {
  /** Bytes of `long`. */
  readonly long: number;
  /** Bytes of a pointer, `ssize_t` and `size_t`. */
  readonly pointer: number;
  /** Alignment of 8-byte members. */
  readonly wideAlignment: number;
  readonly bigEndian: boolean;
  /** Largest `ssize_t`, or the largest size that a JavaScript number counts exactly. */
  readonly maxSize: number;
}

const ilp32: AbiFacts = { long: 4, pointer: 4, wideAlignment: 8, bigEndian: false, maxSize: 2 ** 31 - 1 };
const lp64: AbiFacts = { long: 8, pointer: 8, wideAlignment: 8, bigEndian: false, maxSize: Number.MAX_SAFE_INTEGER };

export const abis: Readonly<Record<Abi, AbiFacts>> = {
  lp64,
  llp64: { ...lp64, long: 4 },
  ilp32,
  wasm32: ilp32,
  "wasm32-emscripten": ilp32,
  i386: { ...ilp32, wideAlignment: 4 },
  "lp64-be": { ...lp64, bigEndian: true },
};

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

const nativeTables = new Map<Abi, ReadonlyMap<string, Code>>();

/** Sizes and alignments under `@`. */
export function nativeCodes(abi: Abi): ReadonlyMap<string, Code> {
  let table = nativeTables.get(abi);
  if (table) return table;
  const { long, pointer, wideAlignment } = abis[abi];
  const wide = (kind: number, size = 8): Code => code(kind, size, wideAlignment);
  const signed = pointer === 8 ? wide(Kind.int64) : code(Kind.intptr32, 4);
  const unsigned = pointer === 8 ? wide(Kind.uint64) : code(Kind.uintptr32, 4);
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
    ...(long === 8
      ? ([
          ["l", wide(Kind.int64)],
          ["L", wide(Kind.uint64)],
        ] as const)
      : []),
  ]);
  nativeTables.set(abi, table);
  return table;
}
