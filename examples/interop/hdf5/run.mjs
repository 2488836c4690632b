/**
 * The EGM96 geoid grid in an HDF5 file of h5wasm: a dataset with chunks, of which a part is read, and a table of parallels, of
 * which one column is. Usage: npm run build && npm ci --prefix test/interop && node examples/interop/hdf5/run.mjs
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import h5wasm from "h5wasm/node";
import { convert, empty, view } from "stridebuf";
import { readDataset } from "stridebuf/hdf5";

const file = readFileSync(new URL("../../data/egm96_15.gtx", import.meta.url));
const grid = view(file, { format: ">f", shape: [721, 1440], byteOffset: 40 });
const heights = convert(grid, "<f");
await h5wasm.ready;
const folder = mkdtempSync(join(tmpdir(), "egm96-"));
const h5 = new h5wasm.File(join(folder, "egm96.h5"), "w");

const chunks = [103, 144];
h5.create_dataset({ name: "heights", data: heights.toTypedArray(), shape: [721, 1440], chunks, compression: 4 });
const rows = heights.toArray();
const table = new Map([
  ["latitude", Float32Array.from(rows, (_, i) => i / 4 - 90)],
  ["lowest", Float64Array.from(rows, (row) => Math.min(...row))],
  ["highest", Float64Array.from(rows, (row) => Math.max(...row))],
]);
h5.create_dataset({ name: "parallels", data: table });

const part = empty([73, 144], "<e");
readDataset(h5.get("heights"), {
  ranges: [
    [0, 721, 10],
    [0, 1440, 10],
  ],
  as: "<e",
  out: part,
});
console.log("every 10th node as halves:", part.shape, part.equals(convert(heights.slice("::10, ::10"), "<e")));

const records = readDataset(h5.get("parallels"));
console.log(records.format, records.shape);
console.log("at the equator:", records.get(360));
const highest = readDataset(h5.get("parallels"), { field: "highest" });
console.log("one column:", highest.strides, "highest of all:", Math.max(...highest.toArray()));
h5.close();
rmSync(folder, { recursive: true });
