/**
 * The EGM96 geoid grid as an Arrow column of half-precision rows, written by apache-arrow, read by flechette and as parquet
 * in the memory of parquet-wasm. Usage: npm run build && npm ci --prefix test/interop && node examples/interop/arrow/run.mjs
 */
import { readFileSync } from "node:fs";
import * as flechette from "@uwdata/flechette";
import * as arrow from "apache-arrow";
import * as parquet from "parquet-wasm";
import { convert, view } from "stridebuf";
import { chunks, fromArrow, readCData, toArrowData } from "stridebuf/arrow";

const file = readFileSync(new URL("../../data/egm96_15.gtx", import.meta.url));
const grid = view(file, { format: ">f", shape: [721, 1440], byteOffset: 40 });

// A fixed-size list of 1440 halves per parallel: the list's items are the converted grid, without a copy.
const half = convert(grid, "<e");
const rows = new arrow.FixedSizeList(1440, new arrow.Field("height", new arrow.Float16()));
const column = arrow.makeVector(toArrowData(half, { type: rows, make: arrow.makeData }));
const latitudes = arrow.vectorFromArray(
  Array.from({ length: 721 }, (_, i) => i / 4 - 90),
  new arrow.Float64(),
);
const ipc = arrow.tableToIPC(new arrow.Table({ latitude: latitudes, height: column }), "stream");
console.log(`IPC: ${ipc.length} bytes`);

const read = flechette.tableFromIPC(ipc).getChild("height");
const heights = fromArrow(read, { as: "<f" });
console.log(
  "flechette:",
  heights.shape,
  heights.dtype.name,
  "highest",
  heights.toTypedArray().reduce((a, b) => Math.max(a, b)),
);
for (const { view, mask } of chunks(read))
  console.log("a piece:", view.shape, view.dtype.name, "nulls:", mask !== null);

// Parquet has no fixed-size lists: one parallel as a plain column.
const equator = arrow.makeVector(toArrowData(half.slice(360), { type: new arrow.Float16(), make: arrow.makeData }));
const stream = arrow.tableToIPC(new arrow.Table({ equator }), "stream");
const stored = parquet.writeParquet(parquet.Table.fromIPCStream(stream));
const data = parquet.readParquet(stored, { batchSize: 1440 }).recordBatches()[0].intoFFI();
const batch = readCData(parquet.wasmMemory(), data.schemaAddr(), data.arrayAddr());
const values = fromArrow(batch.getChild("equator"));
console.log("parquet-wasm:", values.shape, values.dtype.name, "equal:", values.equals(half.slice(360)));
data.free();
