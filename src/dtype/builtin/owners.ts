/** The owners of types in brackets that this package knows itself. */

import type { DTypeResolver } from "../resolver.js";
import { arrow } from "./arrow.js";
import { cpp } from "./cpp.js";
import { gguf } from "./gguf.js";
import { mlDTypes } from "./ml-dtypes.js";
import { numpy } from "./numpy.js";
import { packed } from "./packed.js";
import { type Row, tableResolver } from "./rows.js";
import { stridebuf } from "./stridebuf.js";
import { type SystemRow, systemRows } from "./systems.js";

/** The resolver of an owner whose bodies are one column of the table of systems. */
function column(nameOf: (row: SystemRow) => string | undefined): DTypeResolver {
  const rows = new Map<string, Row>();
  for (const row of systemRows) {
    const name = nameOf(row);
    if (name !== undefined) rows.set(name, row.pair ? { pair: row.element } : row.element);
  }
  return tableResolver(rows);
}

export const builtinOwners: ReadonlyMap<string, DTypeResolver> = new Map<string, DTypeResolver>([
  ["numpy", numpy],
  ["ml_dtypes", mlDTypes],
  ["cpp", cpp],
  ["arrow", arrow],
  ["zarr", column((row) => row.zarr)],
  ["onnx", column((row) => row.onnx?.[1])],
  ["safetensors", column((row) => row.safetensors)],
  ["dlpack", column((row) => row.dlpack?.join(":"))],
  ["stridebuf", stridebuf],
  ["gguf", gguf],
  ["packed", packed],
]);
