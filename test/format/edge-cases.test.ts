/** Edge cases of the format language (docs/format.md §11 and more), and the formats that NumPy misreads (§6). */
import { describe, expect, test } from "vitest";
import type { DType } from "../../src/dtype/dtype.js";
import { type DTypeOptions, dtype, readFormat } from "../../src/dtype/read.js";
import { DTypeRegistry } from "../../src/dtype/registry.js";
import { isStridebufError } from "../../src/errors.js";

/** Bare types as name and order, sub-arrays as shape, records as `{name@offset …}size`. */
function sketch(d: DType): string {
  if (d.kind === "array") return `(${d.shape})${sketch(d.base!)}`;
  if (d.kind !== "struct") return `${d.byteOrder === "big" ? ">" : ""}${d.name}`;
  return `{${d.fields!.map((f) => `${f.name}@${f.offset} ${sketch(f.dtype)}`).join(", ")}}${d.itemsize}`;
}

function result(format: string, options?: DTypeOptions): string {
  try {
    return sketch(dtype(format, options));
  } catch (error) {
    if (!isStridebufError(error)) throw error;
    return error.name;
  }
}

const SYNTAX = "FormatSyntaxError";
const UNSUPPORTED = "UnsupportedFormatError";

describe("no itemsize: NumPy's rules", () => {
  test.each([
    ["", "{}0"],
    ["i", "int32"],
    [" i ", "int32"],
    ["@i", "int32"],
    ["i>", SYNTAX],
    ["<>i", ">int32"],
    ["l", "int64"],
    ["<l", "int32"],
    ["=l", "int32"],
    ["ix", "{f0@0 int32}8"],
    ["xi", "{f0@4 int32}8"],
    ["bi", "{f0@0 int8, f1@4 int32}8"],
    ["b3xi", "{f0@0 int8, f1@4 int32}8"],
    ["b4xi", "{f0@0 int8, f1@8 int32}12"],
    ["bib", "{f0@0 int8, f1@4 int32, f2@8 int8}12"],
    ["^bi", "{f0@0 int8, f1@1 int32}5"],
    ["=bi", "{f0@0 int8, f1@1 int32}5"],
    ["b0q", "{f0@0 int8, f1@8 (0)int64}8"],
    ["2i", "(2)int32"],
    ["1i", "int32"],
    ["(1)i", "(1)int32"],
    ["(2,3)2i", "(2,3,2)int32"],
    ["2(2,3)i", SYNTAX],
    ["(2)(3)i", "(2,3)int32"],
    ["@(3)i", "(3)int32"],
    ["(3)@i", "(3)int32"],
    ["(3)<i", "(3)int32"],
    ["3s", "bytes3"],
    ["3c", "(3)char"],
    ["3w", "ucs4text3"],
    ["3x", "{}3"],
    ["0s", "bytes0"],
    ["0x", "{}0"],
    ["2 i", "(2)int32"],
    ["T{i}", "{f0@0 int32}4"],
    ["T {i}", "{f0@0 int32}4"],
    ["T{i:x:B:y:}B:z:", "{f0@0 {x@0 int32, y@4 uint8}8, z@8 uint8}12"],
    ["T{>i:x:}i:y:", "{f0@0 {x@0 >int32}4, y@4 >int32}8"],
    ["@T{^i}xi", "{f0@0 {f0@0 int32}4, f1@5 int32}9"],
    ["T{=i}b", "{f0@0 {f0@0 int32}4, f1@4 int8}5"],
    ["T{i", SYNTAX],
    ["i}i", SYNTAX],
    ["}", SYNTAX],
    ["i:a:i:a:", SYNTAX],
    ["ii:f0:", "{f1@0 int32, f0@4 int32}8"],
    ["i:a b:", "{a b@0 int32}4"],
    ["Zd", "complex128"],
    [">Zf", ">complex64"],
    ["Ze", "complex32"],
    ["Zi", SYNTAX],
    ["Zg", "complex256"],
    ["<Zg", UNSUPPORTED],
    ["F", SYNTAX],
    ["D", SYNTAX],
    ["n", "int64"],
    ["nn", "{f0@0 int64, f1@8 int64}16"],
    ["=n", UNSUPPORTED],
    ["P", "pointer64"],
    ["u", "ucs2text1"],
    ["3u", "ucs2text3"],
    ["&i", "pointer64"],
    ["&&T{<i:a:}", "pointer64"],
    ["X{}", "pointer64"],
    ["X{i{d}}", "pointer64"],
    ["t", UNSUPPORTED],
    ["O", "object"],
    ["g", "longdouble"],
    ["=g", UNSUPPORTED],
    ["<z", "pointer64"],
    ["<Z", "pointer64"],
    ["z", SYNTAX],
    ["T{<z:a:}", "{a@0 pointer64}8"],
    ["T{z:a:}", SYNTAX],
    ["[a:b", SYNTAX],
    ["[a]", SYNTAX],
    ["[]", SYNTAX],
    ["[a:b;]", SYNTAX],
    ["[a:[b]]", SYNTAX],
    [":a:", SYNTAX],
    ["i:a", SYNTAX],
    ["3", SYNTAX],
    ["(2,)i", SYNTAX],
    ["()i", SYNTAX],
    ["( 2 , 3 )i", "(2,3)int32"],
  ])("%j is %s", (format, expected) => expect(result(format)).toBe(expected));
});

describe("with an itemsize", () => {
  test.each([
    ["ix", 5, "{f0@0 int32}5"],
    ["ix", 8, "{f0@0 int32}8"],
    ["bib", 9, "{f0@0 int8, f1@4 int32, f2@8 int8}9"],
    ["bib", 12, "{f0@0 int8, f1@4 int32, f2@8 int8}12"],
    ["bib", 11, "ItemsizeMismatchError"],
    ["T{i:a:xxxxxxxx}", 12, "{a@0 int32}12"],
    ["T{i:a:}", 16, "{a@0 int32}16"],
    ["T{i:a:}", 3, "ItemsizeMismatchError"],
    ["[a:b]", 16, "a:b"],
    ["3[a:b]", 24, "(3)a:b"],
    ["3[a:b]", 25, "ItemsizeMismatchError"],
    ["T{b:t:[a:b]:v:}", 9, "{t@0 int8, v@1 a:b}9"],
    ["B", 8, "void8"],
    ["d", 4, "void4"],
    ["<u", 4, "ucs4text1"],
    ["3u", 12, "ucs4text3"],
    ["T{(3)<u:t:<i:n:}", 16, "{t@0 (3)ucs4text1, n@12 int32}16"],
  ])("%j of %d bytes is %s", (format, itemsize, expected) => expect(result(format, { itemsize })).toBe(expected));

  test("an opaque reading says why", () => {
    const { model, diagnostics } = readFormat("B", { itemsize: 8 });
    expect(model).toBe("opaque");
    expect(diagnostics[0]).toMatch(/1 bytes but items have 8/);
  });
});

describe("formats that NumPy writes and misreads", () => {
  test("pads that stand in the text are not added once more", () => {
    // np.dtype([('s', [('x','<i4'), ('y','i1')] aligned), ('z','i1')] aligned): z is at 8, np.asarray says 11.
    const d = dtype("T{T{i:x:b:y:}:s:xxxb:z:}", { itemsize: 12 });
    expect(sketch(d)).toBe("{s@0 {x@0 int32, y@4 int8}8, z@8 int8}12");
  });
  test("elements of inner records keep the stride that the text has lost", () => {
    const d = dtype("T{(2)T{i:x:b:y:}:s:xxxxxxb:z:}", { itemsize: 20 });
    expect(sketch(d)).toBe("{s@0 (2){x@0 int32, y@4 int8}8, z@16 int8}20");
  });
  test("Cython relies on C rules for the same record", () => {
    const d = dtype("T{T{i:x:b:y:}:s:b:z:}", { itemsize: 12 });
    expect(sketch(d)).toBe("{s@0 {x@0 int32, y@4 int8}8, z@8 int8}12");
  });
  test("records that NumPy writes and refuses to read", () => {
    expect(sketch(dtype("T{xxxxi:a:}", { itemsize: 16 }))).toBe("{a@4 int32}16");
    expect(sketch(dtype("T{O:x:b:y:}", { itemsize: 9 }))).toBe("{x@0 object, y@8 int8}9");
  });
});

describe("dialects", () => {
  test.each([
    ["ix", "struct", "{f0@0 int32}5"],
    ["2i", "struct", "{f0@0 int32, f1@4 int32}8"],
    ["b0q", "struct", "{f0@0 int8}8"],
    ["<b0q", "struct", "int8"],
    ["nn", "struct", "{f0@0 int64, f1@8 int64}16"],
    ["<n", "struct", UNSUPPORTED],
    ["F", "struct", "complex64"],
    ["Zd", "struct", "complex128"],
    ["T{i}", "struct", SYNTAX],
    ["i<i", "struct", SYNTAX],
    ["3 i", "struct", SYNTAX],
    ["^i", "struct", SYNTAX],
    ["2T{i}", "numpy", "(2){f0@0 int32}4"],
    ["n", "numpy", "int64"],
    ["nn", "numpy", UNSUPPORTED],
    ["P", "numpy", UNSUPPORTED],
    ["u", "numpy", UNSUPPORTED],
    ["&i", "numpy", UNSUPPORTED],
    ["Ze", "numpy", UNSUPPORTED],
    ["@(3)i", "numpy", UNSUPPORTED],
    ["(2)(3)i", "numpy", UNSUPPORTED],
    ["<>i", "numpy", UNSUPPORTED],
    ["[ml_dtypes:bfloat16]", "numpy", UNSUPPORTED],
    ["T{i", "numpy", SYNTAX],
    ["bi", "explicit", "{f0@0 int8, f1@1 int32}5"],
  ] as const)("%j under %s is %s", (format, dialect, expected) => expect(result(format, { dialect })).toBe(expected));

  test("itemsizes are checked, not solved for", () => {
    expect(result("ix", { dialect: "numpy", itemsize: 5 })).toBe("ItemsizeMismatchError");
    expect(result("ix", { dialect: "struct", itemsize: 8 })).toBe("ItemsizeMismatchError");
    expect(result("bi", { dialect: "explicit", itemsize: 8 })).toBe("{f0@0 int8, f1@1 int32}8");
    expect(result("bi", { dialect: "explicit", itemsize: 4 })).toBe("ItemsizeMismatchError");
  });
});

describe("ABI profiles", () => {
  test.each([
    ["l", "lp64", "int64"],
    ["l", "llp64", "int32"],
    ["l", "wasm32-emscripten", "int32"],
    ["n", "wasm32", "int32"],
    ["P", "ilp32", "pointer32"],
    ["O", "wasm32", "object32"],
    ["bq", "i386", "{f0@0 int8, f1@4 int64}12"],
    ["bq", "ilp32", "{f0@0 int8, f1@8 int64}16"],
    ["g", "llp64", "float64"],
    ["bg", "wasm32", "{f0@0 int8, f1@16 float128}32"],
    ["bg", "wasm32-emscripten", "{f0@0 int8, f1@8 float128}24"],
    ["g", "i386", "float80x12"],
    ["h", "lp64-be", ">int16"],
    ["<h", "lp64-be", "int16"],
  ] as const)("%j in %s is %s", (format, abi, expected) => expect(result(format, { abi })).toBe(expected));

  test("every dtype of every ABI has a format that the default one reads back", () => {
    const registry = new DTypeRegistry();
    for (const abi of ["lp64", "llp64", "ilp32", "wasm32", "wasm32-emscripten", "i386", "lp64-be"] as const) {
      for (const letter of "cbB?hHiIlLqQnNefdgspPuwO") {
        const d = dtype(letter, { abi });
        expect(dtype(d.format), `${letter} in ${abi}: ${d.format}`).toBe(d);
        const record = dtype(`T{b:a:${letter}:b:}`, { abi });
        expect(dtype(record.format, { registry }), `${abi}: ${record.format}`).toBe(record);
      }
    }
  });
});
