/** The owners of types in brackets that this package knows itself. */

import type { DTypeResolver } from "../resolver.js";
import { arrow } from "./arrow.js";
import { gguf } from "./gguf.js";
import { numpy } from "./numpy.js";
import { packed } from "./packed.js";
import { column, cpp, mlDTypes, stridebuf } from "./tables.js";

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
