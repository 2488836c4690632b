/** Records as ctypes of CPython 3.14 exports them: addresses, long doubles, wchar_t and unions, sized by the item. */
import { expect, test } from "vitest";
import type { Abi } from "../../src/format/abi.js";
import { dtype, isStridebufError, readFormat } from "../../src/index.js";
import { errorOf } from "../lib/errors.js";

type Field = [name: string, offset: number, itemsize: number, kind: string];

/** Formats and field places printed by CPython 3.14.2: on wasm32-emscripten (Pyodide 314.0.7), but for those of `wchar_t`. */
const records: [format: string, abi: Abi, itemsize: number, fields: Field[]][] = [
  [
    "T{<l:a:<z:z:<Z:Z:4x<g:g:<O:o:X{}:f:&<l:p:<?:t:x<h:h:}",
    "wasm32-emscripten",
    48,
    [
      ["a", 0, 4, "int"],
      ["z", 4, 4, "pointer"],
      ["Z", 8, 4, "pointer"],
      ["g", 16, 16, "float"],
      ["o", 32, 4, "object"],
      ["f", 36, 4, "pointer"],
      ["p", 40, 4, "pointer"],
      ["t", 44, 1, "bool"],
      ["h", 46, 2, "int"],
    ],
  ],
  [
    "T{<l:a:4xB:u:<h:b:6x}",
    "wasm32-emscripten",
    24,
    [
      ["a", 0, 4, "int"],
      ["u", 8, 8, "void"],
      ["b", 16, 2, "int"],
    ],
  ],
  [
    "T{<l:a:4x(2)B:u:<h:b:6x}",
    "wasm32-emscripten",
    32,
    [
      ["a", 0, 4, "int"],
      ["u", 8, 16, "array"],
      ["b", 24, 2, "int"],
    ],
  ],
  [
    "T{<l:a:4xT{<l:a:4xB:u:<h:b:6x}:r:<h:b:6x}",
    "wasm32-emscripten",
    40,
    [
      ["a", 0, 4, "int"],
      ["r", 8, 24, "struct"],
      ["b", 32, 2, "int"],
    ],
  ],
  [
    "T{&<i:a:<u:c:4x}",
    "lp64",
    16,
    [
      ["a", 0, 8, "pointer"],
      ["c", 8, 4, "text"],
    ],
  ],
  [
    "T{X{}:f:<B:i:3xT{<u:w:<i:x:}:t:4x}",
    "lp64",
    24,
    [
      ["f", 0, 8, "pointer"],
      ["i", 8, 1, "uint"],
      ["t", 12, 8, "struct"],
    ],
  ],
  [
    "T{(2)T{<c:a:}:r:2xT{<u:b:}:s:}",
    "lp64",
    8,
    [
      ["r", 0, 2, "array"],
      ["s", 4, 4, "struct"],
    ],
  ],
];

test.each(records)("%s under %s", (format, abi, itemsize, fields) => {
  const type = dtype(format, { abi, itemsize });
  expect(type.itemsize).toBe(itemsize);
  expect(type.fields!.map((f): Field => [f.name, f.offset, f.dtype.itemsize, f.dtype.kind])).toEqual(fields);
  expect(dtype(type.format)).toBe(type);
});

test("a union that nothing follows is a byte in front of padding; two of them cannot be told apart", () => {
  expect(dtype("T{<i:a:B:u:}", { itemsize: 8 }).fields!.map((f) => f.offset)).toEqual([0, 4]);
  expect(readFormat("T{<l:a:4xB:u:<h:b:6x}", { abi: "wasm32", itemsize: 24 }).diagnostics).toHaveLength(1);
  const error = errorOf(() => dtype("T{<b:a:7xB:u:<h:b:6xB:v:}", { itemsize: 32 }));
  expect(isStridebufError(error, "ItemsizeMismatchError")).toBe(true);
});

test("only fields: as whole formats and under other orders they are what they were", () => {
  for (const format of ["T{z:a:}", "T{<z}", "T{g:a:<g}", "<g", "T{=Z:a:}"])
    expect(
      isStridebufError(
        errorOf(() => dtype(format)),
        "FormatSyntaxError",
        "UnsupportedFormatError",
      ),
      format,
    ).toBe(true);
});
