import { expect, test } from "vitest";
import type { DType } from "../../src/dtype/dtype.js";
import { dtypes } from "../../src/dtype/dtypes.js";
import { isStridebufError } from "../../src/errors.js";
import { view } from "../../src/index.js";
import { readNpy, writeNpy } from "../../src/io/npy.js";
import { describeDType } from "../lib/dt.js";
import { fromVjson, sameValue, Tuple } from "../lib/values.js";
import { expectBlob, toHex, vectorBytes, vectors } from "../lib/vectors.js";

/** Every item of an array in C order, as a flat list. */
const flat = (value: unknown, depth: number): unknown[] =>
  depth === 0 ? [value] : (value as unknown[]).flatMap((item) => flat(item, depth - 1));

/** VJSON as a value of the dtype: datetimes are counts in decimal. */
function expectedValue(dtype: DType, v: unknown): unknown {
  if (dtype.unit) return BigInt(v === "NaT" ? -(2n ** 63n) : (v as string));
  if (dtype.fields) {
    return new Tuple((v as { t: unknown[] }).t.map((item, i) => expectedValue(dtype.fields![i]!.dtype, item)));
  }
  if (dtype.kind !== "array") return fromVjson(v);
  const walk = (part: unknown, depth: number): unknown =>
    depth === 0 ? expectedValue(dtype.base!, part) : (part as unknown[]).map((item) => walk(item, depth - 1));
  return walk(v, dtype.shape!.length);
}

test("npy_ok: every file reads as NumPy reads it", () => {
  const failures: string[] = [];
  for (const c of vectors("npy_ok").cases) {
    const array = readNpy(vectorBytes(c.file));
    expect(array.shape, c.file).toEqual(c.shape);
    if (c.dtype) expect(describeDType(array.dtype), c.file).toEqual(c.dtype);
    else expect([array.itemsize, array.dtype.fields!.length]).toEqual([c.dtype_itemsize, c.n_fields]);
    expectBlob(array.toBytes("C"), c.C, c.file);
    if (c.values) {
      const values = flat(array.toArray(), array.ndim);
      const expected = c.values.map((v: unknown) => expectedValue(array.dtype, v));
      if (!sameValue(values, expected)) failures.push(`${c.file}: ${c.descr}`);
    }
  }
  expect(failures.slice(0, 10)).toEqual([]);
});

test("npy_ok: what is read is written again byte for byte", () => {
  const failures: string[] = [];
  for (const c of vectors("npy_ok").cases) {
    const bytes = vectorBytes(c.file);
    const written = writeNpy(readNpy(bytes), { version: c.version[0] });
    if (toHex(written) !== toHex(bytes)) failures.push(c.file);
  }
  expect(failures.slice(0, 10)).toEqual([]);
});

test("npy_bad: accepted and refused by policy", () => {
  const failures: string[] = [];
  for (const c of vectors("npy_bad").cases) {
    let array: ReturnType<typeof readNpy>;
    try {
      array = readNpy(vectorBytes(c.file));
    } catch (error) {
      const told = isStridebufError(error, "FileFormatError") && error.container === "npy";
      if (!told || (error as Error).message.includes("\n")) failures.push(`${c.file} fails with ${error}`);
      if (c.policy === "must_accept") failures.push(`${c.file} is refused: ${error}`);
      continue;
    }
    if (c.policy === "must_reject") failures.push(`${c.file} is accepted`);
    if (c.numpy === "accepted") {
      expect([array.shape, describeDType(array.dtype)], c.file).toEqual([c.shape, c.dtype]);
      expectBlob(array.toBytes("C"), c.C, c.file);
    }
  }
  expect(failures.slice(0, 20)).toEqual([]);
});

test("views lie over the file's own bytes", () => {
  const file = new Uint8Array(vectorBytes("npy/ok_005_leu2.npy"));
  const shifted = new Uint8Array(file.length + 3);
  shifted.set(file, 3);
  const array = readNpy(shifted.subarray(3));
  expect(array.buffer).toBe(shifted.buffer);
  expect(array.byteOffset).toBe(3 + 128);
  expect(array.isContiguous("F")).toBe(true);
});

test("plain bytes read as what the caller says they are", () => {
  const bfloat16 = view(new Uint16Array([0x3f80, 0xc000]), { format: dtypes.bfloat16 });
  const file = writeNpy(bfloat16);
  expect(Buffer.from(file).toString("latin1")).toContain("'descr': '<V2'");
  expect(readNpy(file).dtype.kind).toBe("void");
  expect(readNpy(file, { format: dtypes.bfloat16 }).toArray()).toEqual([1, -2]);
  expect(() => readNpy(file, { format: "f" })).toThrow(/items take 2 bytes .* the format given takes 4/);
});

test("writes strided, F-ordered, 0-d, empty and sub-array views as NumPy stores them", () => {
  const data = new Int16Array([0, 1, 2, 3, 4, 5]);
  const grid = view(data, { shape: [2, 3] });
  expect(readNpy(writeNpy(grid.slice(":, ::2"))).toArray()).toEqual([
    [0, 2],
    [3, 5],
  ]);
  const turned = readNpy(writeNpy(grid.transpose()));
  expect(turned.toArray()).toEqual([
    [0, 3],
    [1, 4],
    [2, 5],
  ]);
  expect(turned.isContiguous("F")).toBe(true);
  expect(readNpy(writeNpy(view(data, { shape: [] }))).toArray()).toBe(0);
  expect(readNpy(writeNpy(view(data, { shape: [0, 3] }))).shape).toEqual([0, 3]);
  const rows = readNpy(writeNpy(view(data, { format: "(3)h" })));
  expect([rows.shape, rows.format]).toEqual([[2, 3], "h"]);
});

test("Python objects are refused in both directions", () => {
  expect(() => readNpy(vectorBytes("npy/bad_084_descr_object.npy"))).toThrow(/Python objects.* pickle/);
  expect(() => writeNpy(view(new Uint8Array(8), { format: "O" }))).toThrow(/cannot be written/);
});

test("sizes beyond 2^53 are refused before anything is read", () => {
  const file = writeNpy(view(new Uint8Array(2)));
  const text = Buffer.from(file)
    .toString("latin1")
    .replace(`(2,), }${" ".repeat(17)}`, "(0, 9007199254740992), }");
  expect(() => readNpy(new Uint8Array(Buffer.from(text, "latin1")))).toThrow(/2\^53/);
});

test("reading copies nothing: the view lies over the file's bytes", () => {
  const file = writeNpy(view(new Float32Array(250_000), { shape: [500, 500] }));
  expect(readNpy(file).buffer).toBe(file.buffer);
});

test("wrong arguments are TypeErrors", () => {
  expect(() => readNpy("x" as never)).toThrow(TypeError);
});
