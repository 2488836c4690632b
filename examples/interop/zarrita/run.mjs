/**
 * The EGM96 geoid grid as a Zarr v3 array of bfloat16, big-endian and in Fortran order inside its chunks, which zarrita alone does
 * not open. Usage: npm run build && npm ci --prefix test/interop && node examples/interop/zarrita/run.mjs
 */
import { readFileSync } from "node:fs";
import { convert, copy, empty, slice, view } from "stridebuf";
import { getView, withDTypes } from "stridebuf/zarrita";
import * as zarr from "zarrita";

const file = readFileSync(new URL("../../data/egm96_15.gtx", import.meta.url));
const grid = view(file, { format: ">f", shape: [721, 1440], byteOffset: 40 });

// A store in memory, written by hand: metadata and one file per chunk of 256 × 256.
const store = new Map();
const metadata = {
  zarr_format: 3,
  node_type: "array",
  shape: grid.shape,
  data_type: "bfloat16",
  chunk_grid: { name: "regular", configuration: { chunk_shape: [256, 256] } },
  chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
  codecs: [
    { name: "transpose", configuration: { order: [1, 0] } },
    { name: "bytes", configuration: { endian: "big" } },
  ],
  fill_value: "NaN",
  attributes: { units: "m" },
};
store.set("/zarr.json", new TextEncoder().encode(JSON.stringify(metadata)));
for (let i = 0; i * 256 < 721; i++)
  for (let j = 0; j * 256 < 1440; j++) {
    const chunk = empty([256, 256], ">[ml_dtypes:bfloat16]", { order: "F" });
    const part = grid.slice(slice(i * 256, (i + 1) * 256), slice(j * 256, (j + 1) * 256));
    copy(chunk.slice(slice(0, part.shape[0]), slice(0, part.shape[1])), part);
    store.set(`/c/${i}/${j}`, chunk.toBytes("F"));
  }

try {
  await zarr.open(store, { kind: "array" });
} catch (error) {
  console.log("zarrita alone:", error.message);
}

const array = await zarr.open(withDTypes(store), { kind: "array" });
const heights = await getView(array, null, { as: "<f" });
console.log("all:", heights.shape, heights.dtype.name, "equal to the rounded grid:", heights.equals(rounded()));
// Every 90th parallel from north to south, every 180th meridian; swapped, transposed and converted on the way into `out`.
const out = empty([9, 8], "<d");
await getView(array, [slice(null, null, -90), slice(null, null, 180)], { out });
console.log(`${out}`);

function rounded() {
  return convert(convert(grid, "[ml_dtypes:bfloat16]"), "<f");
}
