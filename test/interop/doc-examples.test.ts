/** The examples in the documentation of the adapters run against the libraries themselves. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import * as flechette from "@uwdata/flechette";
import * as arrow from "apache-arrow";
import { fromArrayBuffer, writeArrayBuffer } from "geotiff";
import h5wasm from "h5wasm/node";
import { readParquet, Table, wasmMemory, writeParquet } from "parquet-wasm";
import { loadPyodide } from "pyodide";
import { afterAll, expect, test } from "vitest";
import * as zarr from "zarrita";
import { exampleModules } from "../lib/examples.js";
import { publicSurface } from "../lib/public-docs.js";

const out = fileURLToPath(new URL("out/", import.meta.url));
mkdirSync(out, { recursive: true });
const folder = mkdtempSync(join(out, "examples-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the examples do not make themselves, by export path. */
const given: Record<string, () => Promise<Record<string, unknown>>> = {
  async "stridebuf/arrow"() {
    const x = arrow.vectorFromArray([0.5, 1.5], new arrow.Float32());
    const stream = arrow.tableToIPC(new arrow.Table({ x }), "stream");
    // A decimal of 128 bits is four words.
    const decimals = arrow.makeData({
      type: new arrow.Decimal(2, 10),
      length: 3,
      nullCount: 1,
      nullBitmap: Uint8Array.of(0b101),
      data: Uint32Array.of(150, 0, 0, 0, 0, 0, 0, 0, 225, 0, 0, 0),
    });
    const time = arrow.vectorFromArray([1, 2, 3], new arrow.TimestampMicrosecond());
    const table = new arrow.Table({ price: new arrow.Vector([decimals]), time });
    const file = writeParquet(Table.fromIPCStream(stream));
    return { ...arrow, ...flechette, readParquet, wasmMemory, file, table };
  },
  async "stridebuf/zarrita"() {
    const store = new Map();
    const array = await zarr.create(store, { shape: [100, 20, 4], chunkShape: [30, 8, 4], dtype: "float32" });
    const data = Float32Array.from({ length: 8000 }, (_, i) => i);
    await zarr.set(array, null, { data, shape: [100, 20, 4], stride: [80, 4, 1] });
    return { zarr, store };
  },
  async "stridebuf/pyodide"() {
    const pyodide = await loadPyodide();
    pyodide.runPython("image = bytearray([0, 255])");
    return { pyodide };
  },
  async "stridebuf/hdf5"() {
    await h5wasm.ready;
    const file = new h5wasm.File(join(folder, "particles.h5"), "w");
    file.create_dataset({ name: "particles", data: new Map([["x", Float64Array.of(0.5, 1.5)]]) });
    return { file };
  },
  async "stridebuf/duckdb"() {
    return { connection: await (await DuckDBInstance.create(":memory:")).connect() };
  },
  async "stridebuf/geotiff"() {
    const options = { height: 64, width: 64, SamplesPerPixel: 4, BitsPerSample: [8, 8, 8, 8] };
    return { tiff: await fromArrayBuffer(writeArrayBuffer(new Uint8Array(64 * 64 * 4), options)) };
  },
};

const examples = exampleModules(publicSurface()).filter(({ specifier }) => specifier in given);

test("every adapter has examples", () => {
  expect([...new Set(examples.map(({ specifier }) => specifier))].sort()).toEqual(Object.keys(given).sort());
});

const made = new Map<string, Promise<Record<string, unknown>>>();
function objectsOf(specifier: string): Promise<Record<string, unknown>> {
  const objects = made.get(specifier) ?? given[specifier]!();
  made.set(specifier, objects);
  return objects;
}

const library = new URL("../lib/examples.ts", import.meta.url).href;
test.each(examples.map((example, i) => [example.name, example, i] as const))(
  "%s",
  async (_, { specifier, code }, i) => {
    const objects = await objectsOf(specifier);
    const names = Object.keys(objects).filter((name) => new RegExp(`(?<![.\\w])${name}\\b`).test(code));
    const own = new Set([...code.matchAll(/import \{ (.*) \} from/g)].flatMap(([, list]) => list!.split(", ")));
    Object.assign(globalThis, { given: objects });
    const path = join(folder, `example-${i}.ts`);
    const [imports, body] = [code.match(/^import .*\n/gm)!.join(""), code.replace(/^import .*\n/gm, "")];
    writeFileSync(
      path,
      `${imports.replace('"examples"', JSON.stringify(library))}const { ${names.filter((name) => !own.has(name)).join(", ")} } = globalThis.given;\n${body}`,
    );
    await import(/* @vite-ignore */ path);
  },
);
