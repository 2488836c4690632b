/** Every function that reads another library's memory fills the view that it is given, and leaves alone one that it refuses. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import * as arrow from "apache-arrow";
import { fromArrayBuffer, writeArrayBuffer } from "geotiff";
import h5wasm from "h5wasm/node";
import ndarray from "ndarray";
import { Tensor } from "onnxruntime-web";
import { loadPyodide } from "pyodide";
import { convert, empty, newaxis, type StridedView, slice, view } from "stridebuf";
import { fromArrow } from "stridebuf/arrow";
import { fromDLTensor, writeDLTensor } from "stridebuf/dlpack";
import { fromDuckDB } from "stridebuf/duckdb";
import { readRaster } from "stridebuf/geotiff";
import { tensor } from "stridebuf/gguf";
import { type H5Dataset, readDataset } from "stridebuf/hdf5";
import { fromNdarray } from "stridebuf/ndarray";
import { fromPyBuffer } from "stridebuf/pyodide";
import { fromImage, fromTensor } from "stridebuf/tensor";
import { getView } from "stridebuf/zarrita";
import { afterAll, describe, expect, test } from "vitest";
import * as zarr from "zarrita";

interface Options {
  out?: unknown;
  as?: string;
  type?: "float32";
}
type Read = (options?: Options) => StridedView | Promise<StridedView>;

const folder = mkdtempSync(join(outFolder(), "readers-"));
afterAll(() => rmSync(folder, { recursive: true }));
function outFolder(): string {
  const path = fileURLToPath(new URL("out/", import.meta.url));
  mkdirSync(path, { recursive: true });
  return path;
}

const counted = Float32Array.from({ length: 6 }, (_, i) => i + 1);

/** Per export path and name, a reader of something small. */
const readers: Record<string, () => Read | Promise<Read>> = {
  "arrow fromArrow": () => {
    const column = arrow
      .vectorFromArray([1, 2, 3], new arrow.Int16())
      .concat(arrow.vectorFromArray([4], new arrow.Int16()));
    return (options) => fromArrow(column, options as never);
  },
  "dlpack fromDLTensor": () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    new Float32Array(memory.buffer, 1024, 6).set(counted);
    writeDLTensor(memory, 8, view(memory, { format: "<f", shape: [2, 3], byteOffset: 1024 }).transpose());
    return (options) => fromDLTensor(memory, 8, options as never);
  },
  "duckdb fromDuckDB": async () => {
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    const chunks = await (
      await connection.stream("SELECT [i, i + 1]::SMALLINT[2] FROM range(3) t(i)")
    ).fetchAllChunks();
    return (options) => fromDuckDB(chunks, 0, options as never);
  },
  "geotiff readRaster": async () => {
    const file = writeArrayBuffer(
      Uint8Array.from({ length: 48 }, (_, i) => i),
      { height: 4, width: 4, SamplesPerPixel: 3 },
    );
    const image = await (await fromArrayBuffer(file)).getImage();
    return (options) => readRaster(image, { window: [1, 1, 4, 3], samples: [2, 0], ...(options as object) });
  },
  "gguf tensor": () => {
    const header = { tensorDataOffset: 8, tensorInfos: [{ name: "w", shape: [3, 2], dtype: 0, offset: 0 }] };
    const file = new Uint8Array(32);
    file.set(new Uint8Array(counted.buffer), 8);
    return (options) => tensor(file, header, "w", options as never);
  },
  "hdf5 readDataset": async () => {
    await h5wasm.ready;
    const file = new h5wasm.File(join(folder, "a.h5"), "w");
    file.create_dataset({ name: "a", data: counted, shape: [2, 3] });
    const dataset = file.get("a") as unknown as H5Dataset;
    return (options) =>
      readDataset(dataset, {
        ranges: [
          [0, 2],
          [1, 3],
        ],
        ...(options as object),
      });
  },
  "ndarray fromNdarray": () => {
    const grid = ndarray(counted, [2, 3]).step(-1, 2);
    return (options) => fromNdarray(grid, options as never);
  },
  "pyodide fromPyBuffer": async () => {
    const pyodide = await loadPyodide();
    pyodide.runPython("m = memoryview(bytearray(range(12))).cast('h', (2, 3))");
    return (options) => fromPyBuffer(pyodide, pyodide.globals.get("m"), options as never);
  },
  "tensor fromImage": () => {
    const image = {
      data: Uint8ClampedArray.from({ length: 24 }, (_, i) => (i % 5 < 2 ? 0 : 255)),
      width: 3,
      height: 2,
    };
    return (options) => fromImage(image, options as never);
  },
  "tensor fromTensor": () => {
    const source = new Tensor("int64", BigInt64Array.of(1n, 2n, 3n, 4n), [2, 2]);
    return (options) => fromTensor(source, options as never);
  },
  "zarrita getView": async () => {
    const array = await zarr.create(new Map(), { shape: [4, 3], chunkShape: [2, 2], dtype: "int16" });
    await zarr.set(array, null, { data: Int16Array.from({ length: 12 }, (_, i) => i), shape: [4, 3], stride: [3, 1] });
    return (options) => getView(array, [zarr.slice(1, 4), null], options as never);
  },
};

/** Names that begin like those of readers, and what they are. */
const others: Record<string, string> = {
  "arrow readCData": "a column, which fromArrow reads",
};

test("all readers are here", async () => {
  const { exports } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  const paths = Object.entries<{ default: string }>(exports).filter(([, { default: to }]) => to?.includes("/interop/"));
  const names = await Promise.all(
    paths.map(async ([path]) =>
      Object.keys(await import(path.replace(".", "stridebuf")))
        .filter((name) => /^(from|read|get|tensor$)/.test(name))
        .map((name) => `${path.slice(2)} ${name}`),
    ),
  );
  expect(names.flat().sort()).toEqual([...Object.keys(readers), ...Object.keys(others)].sort());
});

/** A view with gaps and a negative stride, in memory of ones. */
function sparse(shape: readonly number[], format: string): { out: StridedView; bytes: Uint8Array } {
  const whole = empty([...shape.map((n) => 2 * n), 2], format);
  const bytes = new Uint8Array(whole.buffer).fill(1);
  const out = whole.slice(...shape.map(() => slice(null, null, -2)), 1);
  return { out, bytes };
}

describe.each(Object.entries(readers))("%s", (name, make) => {
  const made = Promise.resolve().then(make);

  test("fills `out`, and nothing around it", async () => {
    const read = await made;
    const found = await read();
    const wanted = convert(found, "<d");
    const { out, bytes } = sparse(found.shape, "<d");
    expect(await read({ out })).toBe(out);
    expect(out.toArray()).toEqual(wanted.toArray());
    const expected = sparse(found.shape, "<d");
    convert(wanted, "<d", { out: expected.out });
    expect(bytes).toEqual(expected.bytes);
    const own = empty(found.shape, found.dtype);
    expect(await read({ out: own })).toBe(own);
    expect(own.equals(found)).toBe(true);
  });

  test("refuses an `out` that is none, and leaves it as it was", async () => {
    const read = await made;
    const { shape } = await read();
    const type = name === "tensor fromImage" ? { type: "float32" as const } : { as: "<f" };
    const refused = async (options: Options, fields: object) => {
      const before = (options.out as StridedView).toBytes?.();
      await expect(Promise.resolve().then(() => read(options))).rejects.toThrow(expect.objectContaining(fields));
      expect((options.out as StridedView).toBytes?.()).toEqual(before);
    };
    await refused({ out: new Float64Array(4) }, { name: "TypeError" });
    await refused({ out: sparse([...shape, 1], "<d").out }, { name: "LayoutError", reason: "shape" });
    await refused({ out: empty(shape, "<d").slice(newaxis) }, { name: "LayoutError", reason: "shape" });
    await refused({ ...type, out: empty(shape, "<d") }, { name: "LayoutError", reason: "dtype" });
    await refused({ out: empty(shape, "<d").asReadonly() }, { name: "LayoutError", reason: "readonly" });
  });
});

test("blocks of a GGUF file fill values, or blocks", () => {
  const header = { tensorDataOffset: 0, tensorInfos: [{ name: "q", shape: [64], dtype: 8, offset: 0 }] };
  const file = Uint8Array.from({ length: 68 }, (_, i) => (i % 34 === 1 ? 0x3c : i % 34 === 0 ? 0 : i % 34));
  const blocks = tensor(file, header, "q");
  const values = empty([64], "<f");
  expect(tensor(file, header, "q", { out: values }).equals(convert(blocks, "<f"))).toBe(true);
  const same = empty([2], blocks.dtype);
  expect(tensor(file, header, "q", { out: same }).equals(blocks)).toBe(true);
  expect(() => tensor(file, header, "q", { out: empty([2], "<f") })).toThrow(
    expect.objectContaining({ reason: "shape" }),
  );
});

test("what was copied out of Python holds it no longer, refused or not", async () => {
  const pyodide = await loadPyodide();
  pyodide.runPython("b = bytearray(4)");
  const b = pyodide.globals.get("b");
  const out = empty([4], "<f");
  fromPyBuffer(pyodide, b, { out });
  expect(() => fromPyBuffer(pyodide, b, { out: empty([5], "<f") })).toThrow();
  expect(pyodide.runPython("b.append(1); len(b)")).toBe(5);
  const held = fromPyBuffer(pyodide, b);
  expect(() => pyodide.runPython("b.append(1)")).toThrow(/BufferError/);
  held.release();
});
