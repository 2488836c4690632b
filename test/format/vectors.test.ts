/** The golden vectors of formats: what NumPy, ctypes and a strict PEP 3118 reader make of them. */
import { describe, expect, test } from "vitest";
import { type DTypeOptions, dtype } from "../../src/dtype/read.js";
import { isStridebufError } from "../../src/errors.js";
import type { Abi } from "../../src/format/abi.js";
import { type DT, describeDType } from "../lib/describe-dtype.js";
import { vectors } from "../lib/vectors.js";

interface Case {
  fmt: string;
  numpy?: DT;
  strict?: DT;
  strict_error?: string;
}

/** `ld` is left out: where a long double is a double, we say so. Units are written either way round in the vectors. */
const normal = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, v) => (key === "ld" || key === "o" ? undefined : v)));
const orders = (dt: DT): string =>
  dt.fields ? dt.fields.map((f) => orders(f.t)).join("") : dt.t ? orders(dt.t) : dt.k === "V" ? "" : (dt.o ?? "");

function read(format: string, options?: DTypeOptions): DT | Error {
  try {
    return describeDType(dtype(format, options));
  } catch (error) {
    if (!isStridebufError(error)) throw error;
    return error;
  }
}

function same(a: DT | Error, b: DT): boolean {
  if (a instanceof Error) return false;
  return JSON.stringify(normal(a)) === JSON.stringify(normal(b)) && orders(a) === orders(b);
}

/** Spellings that the vectors reject and their README lets a library read (its section on pep3118_parse). */
const ALLOWED: [reason: string, pattern: RegExp][] = [
  ["P and p", /[Pp]/],
  ["n and N", /[nN]/],
  ["repeated order character, or one after a shape or count", /[@=<>!^)\d][@=<>!^]/],
  ["nested shapes", /\)[@=<>!^]*\(/],
];
const bare = (format: string) => format.replace(/:[^:]*:/g, "").replace(/\s+/g, "");

function judge(cases: Case[], options?: DTypeOptions): { failures: string[]; allowed: number; unsupported: number } {
  const failures: string[] = [];
  let allowed = 0;
  let unsupported = 0;
  for (const c of cases) {
    if (c.strict_error === "unsupported") {
      unsupported++;
      continue;
    }
    const got = read(c.fmt, options);
    if (c.strict_error !== undefined) {
      if (got instanceof Error) continue;
      if (ALLOWED.some(([, pattern]) => pattern.test(bare(c.fmt)))) allowed++;
      else failures.push(`${JSON.stringify(c.fmt)} is accepted but ${c.strict_error}`);
    } else {
      const expected = c.strict ?? c.numpy;
      if (expected && !same(got, expected)) failures.push(`${JSON.stringify(c.fmt)}: ${JSON.stringify(got)} ${got}`);
    }
  }
  return { failures, allowed, unsupported };
}

test("pep3118_parse", () => {
  const { failures, allowed, unsupported } = judge(vectors("pep3118_parse").cases);
  expect(failures.slice(0, 10)).toEqual([]);
  expect({ allowed: allowed < 12, unsupported: unsupported < 50 }).toEqual({ allowed: true, unsupported: true });
});

describe("abi/pep3118", () => {
  const profiles: [file: string, abi: Abi][] = [
    ["armhf_ilp32_le", "ilp32"],
    ["i386_ilp32_le", "i386"],
    ["s390x_lp64_be", "lp64-be"],
    ["x86_64_lp64_le", "lp64"],
  ];
  test.each(profiles)("%s is %s", (file, abi) => {
    const { failures } = judge(vectors(`abi/pep3118_${file}`).cases, { abi });
    expect(failures.slice(0, 10)).toEqual([]);
  });
});

/** [path, absolute offset] of every leaf. */
function leaves(dt: DT, base = 0, path = ""): string[] {
  if (dt.fields) return dt.fields.flatMap((f) => leaves(f.t, base + f.off, `${path}.${f.name}`));
  if (dt.k !== "A") return [`${path} ${base}`];
  const n = dt.shape!.reduce((a, b) => a * b, 1);
  return Array.from({ length: n }, (_, i) => leaves(dt.t!, base + i * dt.t!.n, `${path}[${i}]`)).flat();
}

interface ExportCase {
  id: string;
  dtype: DT;
  format?: string;
  itemsize: number;
  faithful: boolean;
}

test("pep3118_export: the itemsize tells what NumPy's formats leave out", () => {
  const failures: string[] = [];
  let lossy = 0;
  let recovered = 0;
  for (const c of vectors("pep3118_export").cases as ExportCase[]) {
    if (c.format === undefined) continue;
    const got = read(c.format, { itemsize: c.itemsize });
    // An unstructured void is written as bare pads, which no reader can tell from an empty record.
    if (c.dtype.k === "V" && c.dtype.fields === undefined) expect((got as DT).n, c.id).toBe(c.itemsize);
    else if (c.faithful) {
      if (!same(got, c.dtype)) failures.push(`${c.id} ${c.format} ${c.itemsize}: ${JSON.stringify(got)}`);
      if (!same(read(c.format), c.dtype)) failures.push(`${c.id} ${c.format} without itemsize`);
    } else {
      lossy++;
      if (!(got instanceof Error) && leaves(got).join() === leaves(c.dtype).join()) recovered++;
    }
  }
  expect(failures.slice(0, 10)).toEqual([]);
  // The others are arrays of padded records, of which the text has lost the stride, and unpadded records under `@`.
  expect(recovered / lossy).toBeGreaterThan(0.9);
});

interface CTypesCase extends Case {
  c_type: string;
  format: string;
  itemsize: number;
  shape: number[];
}

test("pep3118_ctypes", () => {
  const failures: string[] = [];
  for (const c of vectors("pep3118_ctypes").cases as CTypesCase[]) {
    const got = read(c.format, { itemsize: c.itemsize });
    const what = `${c.c_type} ${c.format}`;
    const expected = c.strict ?? c.numpy;
    if (expected && !same(read(c.format), expected)) failures.push(`${what} without itemsize`);
    // Bit-fields share bytes, which the format does not say: no layout of it has the itemsize.
    if (expected && expected.k === "V" && expected.n !== c.itemsize) {
      if (!(got instanceof Error)) failures.push(`${what} is read although its size is ${c.itemsize}`);
    } else if (c.strict_error === "unknown_code" && !/[PzZ]/.test(c.format)) {
      if (!(got instanceof Error)) failures.push(`${what} is accepted`);
    } else if (got instanceof Error) failures.push(`${what}: ${got}`);
    else if (got.n !== c.itemsize) failures.push(`${what}: ${got.n} bytes`);
    else if (expected && expected.n === c.itemsize && !same(got, expected)) {
      failures.push(`${what}: ${JSON.stringify(got)}, expected ${JSON.stringify(expected)}`);
    }
  }
  expect(failures.slice(0, 10)).toEqual([]);
});
