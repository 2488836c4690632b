/**
 * What the C types behind format letters are under each ABI (docs/format.md §4): bytes, alignment and number type.
 * Sizes under `@` and `^` are native; under `= < > !` they are the standard ones of Python's `struct`, where `l` has 4
 * bytes and `n N g` do not exist. `P` and `O` keep the pointer's size in every state.
 */

/** The platforms whose native C types are known. `lp64` (Linux and macOS of 64 bits) is the default. */
export type Abi = "lp64" | "llp64" | "ilp32" | "wasm32" | "wasm32-emscripten" | "i386" | "lp64-be";

type LongDouble = { readonly element: "float64" | "float80x12" | "float80x16" | "float128"; readonly align: number };

export interface AbiProfile {
  readonly name: Abi;
  readonly littleEndian: boolean;
  /** Bytes of `long`. */
  readonly long: 4 | 8;
  /** Bytes of pointers, `size_t` and `ssize_t`. */
  readonly pointer: 4 | 8;
  /** Alignment of 8-byte numbers inside records. */
  readonly align8: 4 | 8;
  readonly longDouble: LongDouble;
}

const x87: LongDouble = { element: "float80x16", align: 16 };
const double: LongDouble = { element: "float64", align: 8 };

/**
 * Sources: System V psABI (x86-64, i386), Microsoft x64, AAPCS32, ELF s390x, WebAssembly basic C ABI; Emscripten's own
 * `long double` alignment.
 */
export const abis: { readonly [K in Abi]: AbiProfile } = {
  lp64: { name: "lp64", littleEndian: true, long: 8, pointer: 8, align8: 8, longDouble: x87 },
  llp64: { name: "llp64", littleEndian: true, long: 4, pointer: 8, align8: 8, longDouble: double },
  ilp32: { name: "ilp32", littleEndian: true, long: 4, pointer: 4, align8: 8, longDouble: double },
  wasm32: {
    name: "wasm32",
    littleEndian: true,
    long: 4,
    pointer: 4,
    align8: 8,
    longDouble: { element: "float128", align: 16 },
  },
  "wasm32-emscripten": {
    name: "wasm32-emscripten",
    littleEndian: true,
    long: 4,
    pointer: 4,
    align8: 8,
    longDouble: { element: "float128", align: 8 },
  },
  i386: {
    name: "i386",
    littleEndian: true,
    long: 4,
    pointer: 4,
    align8: 4,
    longDouble: { element: "float80x12", align: 4 },
  },
  "lp64-be": {
    name: "lp64-be",
    littleEndian: false,
    long: 8,
    pointer: 8,
    align8: 8,
    longDouble: { element: "float128", align: 8 },
  },
};

const longDoubleBytes = { float64: 8, float80x12: 12, float80x16: 16, float128: 16 } as const;

/** The number types that letters can mean; a subset of the element rows, named alike. */
export type CodeElement =
  | "bool"
  | "int8"
  | "uint8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "int64"
  | "uint64"
  | "float16"
  | "float32"
  | "float64"
  | LongDouble["element"];

/** What a letter is in one ABI and one kind of state. `size` is -1 where the letter does not exist. */
export interface CodeRow {
  readonly element: CodeElement | null;
  readonly size: number;
  readonly align: number;
}

type Rows = ReadonlyMap<string, CodeRow>;

const fixed: [letters: string, size: number, elements: (CodeElement | null)[]][] = [
  ["xspc", 1, [null, null, null, null]],
  ["?bB", 1, ["bool", "int8", "uint8"]],
  ["hHe", 2, ["int16", "uint16", "float16"]],
  ["iIf", 4, ["int32", "uint32", "float32"]],
  ["u", 2, [null]],
  ["w", 4, [null]],
];

function rowsOf(abi: AbiProfile, native: boolean): Rows {
  const rows = new Map<string, CodeRow>();
  const add = (letter: string, element: CodeElement | null, size: number, align: number) =>
    rows.set(letter, { element, size, align: native ? align : 1 });
  for (const [letters, size, elements] of fixed) {
    for (let i = 0; i < letters.length; i++) add(letters[i]!, elements[i]!, size, size);
  }
  for (const [letter, sign] of [
    ["q", "int64"],
    ["Q", "uint64"],
    ["d", "float64"],
  ] as const) {
    add(letter, sign, 8, abi.align8);
  }
  const long = native ? abi.long : 4;
  add("l", long === 8 ? "int64" : "int32", long, long);
  add("L", long === 8 ? "uint64" : "uint32", long, long);
  const size = native ? abi.pointer : -1;
  add("n", abi.pointer === 8 ? "int64" : "int32", size, size);
  add("N", abi.pointer === 8 ? "uint64" : "uint32", size, size);
  const { element, align } = abi.longDouble;
  add("g", element, native ? longDoubleBytes[element] : -1, align);
  add("P", null, abi.pointer, abi.pointer);
  add("O", null, abi.pointer, abi.pointer);
  return rows;
}

const cache = new Map<AbiProfile, { native: Rows; standard: Rows }>();

/** The letter tables of an ABI. */
export function codeTables(abi: AbiProfile): { readonly native: Rows; readonly standard: Rows } {
  let tables = cache.get(abi);
  if (tables === undefined) {
    tables = { native: rowsOf(abi, true), standard: rowsOf(abi, false) };
    cache.set(abi, tables);
  }
  return tables;
}
