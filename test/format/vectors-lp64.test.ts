/** format-vectors-lp64-le.json: NumPy 2.4.6's importer and struct.calcsize on 165 formats. */
import { expect, test } from "vitest";
import type { DType } from "../../src/dtype/dtype.js";
import { numpyDescr } from "../../src/dtype/names/numpy-descr.js";
import { dtype } from "../../src/dtype/read.js";
import { isStridebufError } from "../../src/errors.js";
import { vectors } from "../lib/vectors.js";

interface Described {
  str?: string;
  itemsize: number;
  subarray?: number[];
  base?: Described;
  fields?: { name: string; offset: number; type: Described }[];
}

function describe(d: DType): Described {
  const { itemsize } = d;
  if (d.kind === "array") return { subarray: [...d.shape!], base: describe(d.base!), itemsize };
  if (d.kind !== "struct") return { str: numpyDescr(d) as string, itemsize };
  return { itemsize, fields: d.fields!.map(({ name, offset, dtype: t }) => ({ name, offset, type: describe(t) })) };
}

/** NumPy nests a count in a shape; here it is the last axis. */
function flat(d: Described): Described {
  if (d.fields) return { ...d, fields: d.fields.map((f) => ({ ...f, type: flat(f.type) })) };
  if (!d.base) return d;
  const base = flat(d.base);
  return base.subarray ? { ...d, subarray: [...d.subarray!, ...base.subarray], base: base.base! } : { ...d, base };
}

const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, v) =>
    v && typeof v === "object" && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  );

/** What NumPy refuses and docs/format.md §11 reads. */
const READ_HERE: Record<string, string> = {
  "@(3)i": "order character before the shape",
  Ze: "complex of float16",
  n: "ssize_t",
  N: "size_t",
  P: "pointer",
  p: "Pascal string",
  "5p": "Pascal string",
  u: "UCS-2 text",
  "&i": "pointer",
  "X{}": "function pointer",
  u4: "no format, but a name: NumPy's uint32",
};

/** What NumPy reads and docs/format.md §9 refuses, because NumPy silently drops part of the text. */
const REFUSED_HERE: Record<string, string> = {
  "T{i": "the record is not closed",
  "i}i": "stray brace",
  "}": "stray brace",
  "i}": "stray brace",
  "T{i}}": "stray brace",
  "i>": "order character without a type",
};

test("NumPy's results", () => {
  const failures: string[] = [];
  for (const c of vectors("format-vectors-lp64-le")) {
    const { format } = c;
    let got: Described | undefined;
    try {
      got = describe(dtype(format));
    } catch (error) {
      if (!isStridebufError(error)) throw error;
    }
    const known = Object.hasOwn(READ_HERE, format) || Object.hasOwn(REFUSED_HERE, format);
    if (Object.hasOwn(READ_HERE, format) !== (got !== undefined && c.numpy === undefined))
      failures.push(`${format} read`);
    if (Object.hasOwn(REFUSED_HERE, format) !== (got === undefined && c.numpy !== undefined)) {
      failures.push(`${format} refused`);
    }
    if (!known && sorted(got) !== sorted(c.numpy && flat(c.numpy)))
      failures.push(`${format}: ${sorted(got)}, NumPy ${sorted(c.numpy)}`);
  }
  expect(failures.slice(0, 10)).toEqual([]);
});

test("struct.calcsize, in the struct dialect", () => {
  const failures: string[] = [];
  for (const { format, struct_calcsize, struct_error } of vectors("format-vectors-lp64-le")) {
    let got: number | undefined;
    try {
      got = dtype(format, { dialect: "struct" }).itemsize;
    } catch (error) {
      if (!isStridebufError(error)) throw error;
    }
    // Complex codes exist since 3.14 (F D) and 3.15 (Zf Zd); the vectors are of 3.11.
    if (/^[^:T([Z]*(F|D|Z[fd])/.test(format) && got !== undefined) expect(struct_calcsize, format).toBeUndefined();
    else if (got !== struct_calcsize) failures.push(`${format}: ${got}, struct ${struct_calcsize ?? struct_error}`);
  }
  expect(failures.slice(0, 10)).toEqual([]);
});
