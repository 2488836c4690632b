/** stridebuf/hdf5 on files that h5py wrote, where it is installed, and on those of h5wasm itself. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import h5wasm, { type Dataset, type File } from "h5wasm/node";
import { dtypes, empty, type StridedView, view } from "stridebuf";
import { dtypeOfH5, type ReadDatasetOptions, readDataset } from "stridebuf/hdf5";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pythonWith } from "../lib/python.js";

const folder = mkdtempSync(join(tmpdir(), "hdf5-"));
beforeAll(() => h5wasm.ready);
afterAll(() => rmSync(folder, { recursive: true }));

/** Values as the script prints them. */
const plain = (items: StridedView): unknown =>
  JSON.parse(JSON.stringify(items.toArray(), (_, value) => (typeof value === "bigint" ? String(value) : value)));

const python = pythonWith("h5py", "numpy");
const path = join(folder, "h5py.h5");
const script = fileURLToPath(new URL("hdf5-files.py", import.meta.url));
const values: Record<string, unknown> =
  python.path === null ? {} : JSON.parse(execFileSync(python.path, [script, path], { encoding: "utf8" }));

describe.skipIf(python.path === null)(`files of h5py, ${python.title}`, () => {
  let file: File;
  beforeAll(() => {
    file = new h5wasm.File(path, "r");
  });
  afterAll(() => file.close());
  const dataset = (name: string) => file.get(name) as Dataset;
  const read = (name: string, options?: ReadDatasetOptions) => readDataset(dataset(name), options);

  test.each(Object.entries(values))("%s", (name, expected) => {
    expect(plain(read(name))).toEqual(expected);
  });

  test("fields are columns of the records, converted or not, in the caller's memory or not", () => {
    for (const order of ["<", ">"])
      for (const name of ["record", "mixed", "behind an enum"]) {
        const records = values[order + name] as Record<string, number>[];
        for (const field of Object.keys(records[0]!)) {
          const column = records.map((record) => record[field]);
          expect(plain(read(order + name, { field }))).toEqual(column);
          const out = empty([6], "<d").slice("::-2");
          expect(read(order + name, { field, as: "<d", out })).toBe(out);
          expect(out.toArray()).toEqual(column);
        }
      }
    expect(plain(read(">nested", { field: "p" }).field("y"))).toEqual([1.5, 2.5]);
    expect(read(">lists", { field: "a" }).shape).toEqual([3, 2, 2]);
  });

  test("parts", () => {
    const table = view(Int16Array.from({ length: 24 }, (_, i) => i)).reshape([4, 6]);
    for (const [ranges, text] of [
      [[[1, 3]], "1:3"],
      [[[], [1, 6, 2]], ":, 1:6:2"],
      [[[2], [null, 5, 3]], "2:, :5:3"],
      [[[0, 0]], "0:0"],
    ] as const)
      expect(read("table", { ranges }).toArray()).toEqual(table.slice(text).toArray());
    expect(read(">record", { ranges: [[1, 3, 2]], field: "a" }).shape).toEqual([1]);
    expect(
      read("chunked", {
        ranges: [
          [3, 40],
          [5, 6],
        ],
      }).toArray(),
    ).toEqual(read("chunked").slice("3:40, 5:6").toArray());
  });

  test("what is there beside numbers", () => {
    expect(read("text").toArray()).toEqual([new Uint8Array([97, 98, 0, 0]), new TextEncoder().encode("cdef")]);
    expect(read("opaque").dtype).toMatchObject({ kind: "void", itemsize: 3 });
    expect(read("reference").itemsize).toBe(8);
    expect(read("padded").itemsize).toBe(16);
    expect(read("padded").toArray()).toEqual([{ a: 1, b: 2.5 }]);
    expect(read("empty").shape).toEqual([0, 3]);
    expect(read("bool").dtype).toBe(dtypes.bool);
    expect(read(">c16").dtype.kind).toBe("complex");
  });

  test("members of variable length are left out", () => {
    expect(plain(read("named"))).toEqual([{ a: 1 }, { a: 2 }]);
    expect(plain(read("named", { field: "a" }))).toEqual([1, 2]);
    expect(() => read("named", { field: "name" })).toThrow(expect.objectContaining({ name: "UnsupportedFormatError" }));
  });

  test("reading arrays after h5wasm's own values, which spoil its metadata", () => {
    const arrays = dataset(">arrays");
    expect(arrays.value).toEqual(values[">arrays"]);
    expect(plain(readDataset(arrays))).toEqual(values[">arrays"]);
    expect(() => dtypeOfH5(arrays.metadata)).toThrow(expect.objectContaining({ name: "LayoutError" }));
  });

  test.each([
    ["strings", {}, { name: "UnsupportedFormatError" }],
    ["long double", {}, { name: "UnsupportedFormatError", format: "float" }],
    ["nothing", {}, { name: "LayoutError", reason: "shape" }],
    ["<record", { field: "c" }, { name: "LayoutError", reason: "field" }],
    ["table", { field: "c" }, { name: "LayoutError", reason: "field" }],
    ["table", { ranges: [[], [1, 7]] }, { name: "RangeError" }],
    ["table", { ranges: [[2, 1]] }, { name: "RangeError" }],
    ["table", { ranges: [[], [], []] }, { name: "LayoutError", reason: "rank" }],
    ["table", { range: [] }, { name: "TypeError" }],
    ["table", { as: "<q", out: empty([4, 6], "<d") }, { name: "LayoutError", reason: "dtype" }],
    ["table", { out: empty([6, 4], "<d") }, { name: "LayoutError", reason: "shape" }],
    ["table", { out: empty([4, 6], "<d").asReadonly() }, { name: "LayoutError", reason: "readonly" }],
  ])("%s with %j is refused", (name, options, fields) => {
    expect(() => read(name, options as never)).toThrow(expect.objectContaining(fields));
  });

  test("a filter that h5wasm lacks is an error where its errors are turned on", async () => {
    const module = await h5wasm.ready;
    module.activate_throwing_error_handler();
    try {
      expect(() => read("lzf")).toThrow(/filter/);
    } finally {
      module.deactivate_throwing_error_handler();
    }
  });
});

describe("files of h5wasm", () => {
  let file: File;
  beforeAll(() => {
    file = new h5wasm.File(join(folder, "h5wasm.h5"), "w");
  });
  afterAll(() => file.close());

  test("numbers", () => {
    const numbers = Float32Array.from({ length: 12 }, (_, i) => i / 4);
    file.create_dataset({ name: "f", data: numbers, shape: [3, 4] });
    expect(readDataset(file.get("f") as Dataset)).toMatchObject({ shape: [3, 4], dtype: dtypes.float32 });
    expect(readDataset(file.get("f") as Dataset).toTypedArray()).toEqual(numbers);
  });

  test("compounds", ({ skip }) => {
    const columns = new Map<string, Int16Array | Float64Array>([
      ["id", new Int16Array([1, 2, 3])],
      ["x", new Float64Array([0.5, 1.5, 2.5])],
    ]);
    try {
      file.create_dataset({ name: "points", data: columns });
    } catch (error) {
      skip(`this version of h5wasm writes no compounds: ${(error as Error).message}`);
    }
    const points = readDataset(file.get("points") as Dataset);
    expect(points.itemsize).toBe(10);
    expect(points.field("x").toArray()).toEqual([0.5, 1.5, 2.5]);
  });

  test("what is no dataset", () => {
    expect(() => readDataset(file as never)).toThrow(TypeError);
    expect(() => readDataset(null as never)).toThrow(TypeError);
    expect(() => dtypeOfH5(undefined as never)).toThrow(TypeError);
  });
});
