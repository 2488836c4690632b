import { expect, test } from "vitest";
import type { NumpyDescr } from "../../src/dtype/names/numpy-descr.js";
import { formatNpyHeader, npyHeaderBytes, parseNpyHeader } from "../../src/io/npy-header.js";
import { PythonTuple } from "../../src/io/python-literal.js";
import { toHex, vectorBytes, vectors } from "../lib/vectors.js";

const plain = (value: unknown): unknown => (Array.isArray(value) ? Array.from(value, plain) : value);

test("reads every header of npy_ok, and writes the same bytes again", () => {
  const failures: string[] = [];
  for (const c of vectors("npy_ok").cases) {
    const bytes = vectorBytes(c.file);
    const header = parseNpyHeader(bytes);
    const seen = JSON.stringify([header.version, header.dataOffset, header.fortranOrder, header.shape]);
    if (seen !== JSON.stringify([c.version, c.data_offset, c.fortran_order, c.shape]))
      failures.push(`${c.file} ${seen}`);
    if (c.descr !== undefined) expect(plain(header.descr), c.file).toEqual(c.descr);
    expect(npyHeaderBytes(bytes.subarray(0, 12)), c.file).toBe(c.data_offset);
    const version = c.version[0] as 1 | 2 | 3;
    const written = formatNpyHeader(header.descr as NumpyDescr, header.fortranOrder, header.shape, version);
    if (toHex(written) !== toHex(bytes.subarray(0, c.data_offset))) failures.push(`${c.file} is written differently`);
  }
  expect(failures.slice(0, 10)).toEqual([]);
});

test("chooses the lowest version that can hold the header", () => {
  const many = Array.from({ length: 9000 }, (_, i): [string, string] => [`f${i}`, "|u1"]);
  expect(formatNpyHeader("<f4", false, [3])[6]).toBe(1);
  expect(formatNpyHeader([["é", "<f4"]], false, [3])[6]).toBe(1);
  expect(formatNpyHeader(many, false, [3])[6]).toBe(2);
  expect(formatNpyHeader([["α", "<f4"]], false, [3])[6]).toBe(3);
  expect(() => formatNpyHeader([["α", "<f4"]], false, [3], 1)).toThrow(RangeError);
});

test("names the byte of a fault, in UTF-8 too", () => {
  const bytes = formatNpyHeader([["αβ", "<f4"]], false, [3]);
  const text = Buffer.from(bytes).toString("latin1");
  bytes[text.indexOf("fortran") - 1] = "x".charCodeAt(0);
  const byteOffset = text.indexOf("xfortran") + 1 + text.indexOf(" 'fortran") + 1;
  expect(() => parseNpyHeader(bytes)).toThrow(expect.objectContaining({ name: "FileFormatError", byteOffset }));
});

test("limits the header before it is parsed", () => {
  const bytes = formatNpyHeader("<f4", false, [3]);
  expect(() => parseNpyHeader(bytes, 64)).toThrow(/over the limit of 64/);
});

test("keeps shapes as tuples of integers", () => {
  expect(parseNpyHeader(formatNpyHeader("<f4", true, [])).shape).toEqual([]);
  expect(parseNpyHeader(formatNpyHeader("<f4", true, [5])).shape).toEqual([5]);
  expect(PythonTuple.from([1])).toBeInstanceOf(PythonTuple);
});
