/**
 * Random exporters of CPython (_testbuffer, array, memoryview.cast, ctypes) and struct, seeded, against what this package
 * reads of them, on both backends and back again. STRIDEBUF_CASES says how many (20,000), STRIDEBUF_SEED where they begin.
 */
import { readFileSync } from "node:fs";
import { loadPyodide, type PyodideInterface } from "pyodide";
import { copy, type DType, empty, type NestedArray, type StridedView, slice } from "stridebuf";
import * as js from "stridebuf/js";
import { fromPyBuffer, toPyBuffer } from "stridebuf/pyodide";
import { Struct } from "stridebuf/struct";
import { beforeAll, expect, test } from "vitest";

const CASES = Number(process.env.STRIDEBUF_CASES ?? 20_000);
const FIRST = Number(process.env.STRIDEBUF_SEED ?? 0);
const BATCH = 500;

interface Case {
  readonly seed: number;
  readonly kind: string;
  readonly values: string;
  readonly nbytes: number;
  readonly shape: number[];
  readonly strides: number[];
  readonly itemsize: number;
  readonly readonly: boolean;
  readonly format: string;
  readonly bytes: string;
  readonly part?: { slices: [number | null, number | null, number][]; values: string };
  readonly struct?: string;
  readonly data?: string;
}

let pyodide: PyodideInterface;
let python: {
  make: (first: number, count: number) => { get(i: number): never };
  same: (a: unknown, b: unknown) => boolean;
};
beforeAll(async () => {
  pyodide = await loadPyodide();
  pyodide.runPython(readFileSync(new URL("pyodide-cases.py", import.meta.url), "utf8"));
  python = { make: pyodide.globals.get("make"), same: pyodide.globals.get("same") };
});

/** A float as its bits, NaN alike, as pyodide-cases.py writes it. */
const bits = new DataView(new ArrayBuffer(8));
function float(value: number): string {
  if (Number.isNaN(value)) return "nan";
  bits.setFloat64(0, value);
  return bits.getBigUint64(0).toString(16).padStart(16, "0");
}
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** One value as text, by its dtype: a number may be an integer or a float. */
function canon(value: unknown, dtype: DType): string {
  switch (dtype.kind) {
    case "bool":
      return value ? "T" : "F";
    case "float":
      return float(value as number);
    case "complex": {
      const { re, im } = value as { re: number; im: number };
      return `(${float(re)}${float(im)})`;
    }
    case "text":
      return `s${[...(value as string)].map((c) => `${c.codePointAt(0)!.toString(16)}.`).join("")}`;
    case "array":
      return nested(value as NestedArray, dtype.base!, dtype.shape!.length);
    case "struct": {
      const parts = dtype.fields!.map((field) => canon((value as Record<string, unknown>)[field.name], field.dtype));
      return `[${parts.join(",")}]`;
    }
  }
  return value instanceof Uint8Array ? `b${hex(value)}` : String(value);
}

function nested(values: unknown, dtype: DType, ndim: number): string {
  return ndim === 0
    ? canon(values, dtype)
    : `[${(values as unknown[]).map((v) => nested(v, dtype, ndim - 1)).join(",")}]`;
}

const canonView = (v: StridedView): string => {
  const items = v.expandItems();
  return nested(items.toArray(), items.dtype, items.ndim);
};

/** The same view for the other backend. */
const onJs = (v: StridedView): StridedView =>
  js.view(v.buffer, {
    format: v.dtype,
    shape: [...v.shape],
    strides: [...v.strides],
    byteOffset: v.byteOffset,
    ...(v.suboffsets && { suboffsets: [...v.suboffsets], pointerSize: 4 as const }),
  });

function checkView(exporter: unknown, known: Case): void {
  const v = fromPyBuffer(pyodide, exporter);
  try {
    const { shape, itemsize, nbytes, readonly } = v;
    expect({ shape, itemsize, nbytes, readonly }).toEqual({
      shape: known.shape,
      itemsize: known.itemsize,
      nbytes: known.nbytes,
      readonly: known.readonly,
    });
    // A count of an unnamed element is a sub-array, as NumPy reads it, and several values to struct.
    const read = (values: string) => (known.kind === "testbuffer format" ? values.replace(/[[\]]/g, "") : values);
    expect(read(canonView(v))).toBe(read(known.values));
    expect(hex(v.toBytes())).toBe(known.bytes);
    if (known.part !== undefined)
      expect(read(canonView(v.slice(...known.part.slices.map((s) => slice(...s)))))).toBe(read(known.part.values));
    const other = onJs(v);
    expect(hex(other.toBytes())).toBe(known.bytes);
    if (["int", "uint", "float", "bool"].includes(v.dtype.kind)) {
      const [wasm, plain] = [empty(v.shape, "<d"), js.empty(v.shape, "<d")];
      copy(wasm, v);
      js.copy(plain, other);
      expect(plain.toBytes()).toEqual(wasm.toBytes());
    }
    if (known.seed % 4 !== 0) return;
    const own = empty(v.shape, v.dtype);
    copy(own, v);
    for (const source of [v, own]) {
      const back = toPyBuffer(pyodide, source);
      expect(python.same(exporter, back)).toBe(true);
      back.destroy();
    }
  } finally {
    v.release();
  }
}

function checkStruct({ struct: format, data, values }: Case): void {
  const codec = new Struct(format!, { abi: "wasm32-emscripten" });
  const bytes = new Uint8Array(Buffer.from(data!, "hex"));
  const unpacked = codec.unpack(bytes);
  // What `unpack` gives does not say whether a number is a float; the expected text does.
  const texts = values.slice(1, -1).split(",");
  const given = unpacked.map((value, i) => untyped(value, texts[i]!));
  expect(`[${given.join(",")}]`).toBe(values);
  if (!values.includes("nan")) expect(hex(codec.pack(...unpacked))).toBe(data);
}

function untyped(value: unknown, text: string): string {
  if (typeof value === "boolean") return value ? "T" : "F";
  if (value instanceof Uint8Array) return `b${hex(value)}`;
  return typeof value === "number" && /^(nan|[0-9a-f]{16})$/.test(text) ? float(value) : String(value);
}

test(`${CASES} cases from seed ${FIRST}`, { timeout: 600_000 }, () => {
  const counts: Record<string, number> = {};
  const failures: string[] = [];
  for (let first = FIRST; first < FIRST + CASES; first += BATCH) {
    const made = python.make(first, Math.min(BATCH, FIRST + CASES - first));
    const exporters = made.get(0) as { get(i: number): { destroy?(): void }; destroy(): void };
    const cases = JSON.parse(made.get(1)) as Case[];
    for (const [i, known] of cases.entries()) {
      counts[known.kind] = (counts[known.kind] ?? 0) + 1;
      try {
        if (known.struct !== undefined) checkStruct(known);
        else {
          const exporter = exporters.get(i);
          checkView(exporter, known);
          exporter.destroy?.();
        }
      } catch (cause) {
        const { seed, kind, format, struct, shape, strides } = known;
        const what = `seed ${seed}: ${kind} ${JSON.stringify({ format: struct ?? format, shape, strides })}`;
        failures.push(`${what}: ${(cause as Error).message}`);
      }
    }
    exporters.destroy();
    (made as { destroy?(): void }).destroy?.();
  }
  expect(failures.slice(0, 20), `${failures.length} of ${CASES}`).toEqual([]);
  expect(Object.values(counts).reduce((a, b) => a + b, 0)).toBe(CASES);
});
