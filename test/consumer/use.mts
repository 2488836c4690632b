/** What a user's program names, as an ES module: compiled by scripts/check-types.mjs against the built declarations. */
import {
  areContiguous,
  backend,
  byteswap,
  contiguous,
  convert,
  copy,
  type DType,
  dtype,
  dtypes,
  empty,
  explainPlan,
  isStridebufError,
  type StridedView,
  slice,
  view,
} from "stridebuf";
import * as arrow from "stridebuf/arrow";
import * as bullmq from "stridebuf/bullmq";
import * as datetime from "stridebuf/datetime";
import * as dlpack from "stridebuf/dlpack";
import * as duckdb from "stridebuf/duckdb";
import * as exchange from "stridebuf/exchange";
import * as geotiff from "stridebuf/geotiff";
import * as gguf from "stridebuf/gguf";
import * as hdf5 from "stridebuf/hdf5";
import * as js from "stridebuf/js";
import * as ndarray from "stridebuf/ndarray";
import * as node from "stridebuf/node";
import * as npy from "stridebuf/npy";
import * as npz from "stridebuf/npz";
import * as parallel from "stridebuf/parallel";
import * as pyodide from "stridebuf/pyodide";
import * as safetensors from "stridebuf/safetensors";
import * as stream from "stridebuf/stream";
import * as struct from "stridebuf/struct";
import * as tensor from "stridebuf/tensor";
import * as zarrita from "stridebuf/zarrita";

const name: "wasm" | "js" = backend.name;
const numbers: StridedView<number> = view(new Float32Array(4));
const bigs: StridedView<bigint> = view(new BigInt64Array(4));
const one: number = view(new ArrayBuffer(8), { format: "<f" }).get(0);
const point: { x: number; y: number } = view(new ArrayBuffer(12), { format: "T{<i:x:<d:y:}" }).get(0);
const half: DType = dtypes.float16;
// @ts-expect-error: an item of "<f" is a number
export const wrong: string = view(new ArrayBuffer(8), { format: "<f" }).get(0);
export const floats: Float32Array = view(new ArrayBuffer(8), { format: "<f" }).toTypedArray();
export const named: Int16Array = view(new ArrayBuffer(8), { format: "int16" }).toTypedArray();
export const rows: number[][] = view(new Float64Array(6), { shape: [2, 3] }).toArray();
export const sum: number = convert(new Float64Array(2), "f").get(0) + 1;
for (const row of view(new Float64Array(6), { shape: [2, 3] })) row.isContiguous();
export const ids: Int32Array = view(new ArrayBuffer(12), { format: "T{<i:id:<d:x:}" }).field("id").toTypedArray();
// @ts-expect-error: wrong format: the record is not closed, expected } at the end
export const open = (): unknown => view(new ArrayBuffer(12), { format: "T{<i:id:<d:x:" });
// @ts-expect-error: there is no field y
export const missing = (): unknown => view(new ArrayBuffer(12), { format: "T{<i:id:<d:x:}" }).field("y");
const bytes: Uint8Array = npy.writeNpy(numbers);
copy(contiguous(numbers), convert(new Float32Array(4), half, { overflow: "saturate" }));
byteswap(numbers);
const resident = empty([2], "f", { resident: true });
resident.dispose();
try {
  dtype("T{");
} catch (error) {
  if (isStridebufError(error, "FormatSyntaxError")) console.log(error.index);
}
declare const console: { log(value: unknown): void };

export const results: unknown[] = [
  [name, bigs, one, point.x + point.y, bytes, slice(1), areContiguous([numbers]), explainPlan(numbers, numbers)],
  [datetime, js.view, npz, safetensors, stream, struct.unpackColumns, exchange, node, parallel.parallel],
  [arrow, bullmq, dlpack, duckdb, geotiff, gguf, hdf5, ndarray, pyodide, tensor, zarrita],
];
