/** The owners of types in brackets that this package knows itself. */

import type { Owner } from "../resolver.js";
import { arrow, arrowTypes } from "./arrow.js";
import { gguf, ggufTypes } from "./gguf.js";
import { numpy, numpyTypes } from "./numpy.js";
import { packed, packedTypes } from "./packed.js";
import { column, cpp, mlDTypes, stridebuf } from "./tables.js";

let made: ReadonlyMap<string, Owner> | undefined;

/** They are made when they are first asked for: a program without brackets and names has none. */
export function builtinOwners(): ReadonlyMap<string, Owner> {
  made ??= new Map<string, Owner>([
    ["numpy", { resolver: numpy, types: () => numpyTypes }],
    ["ml_dtypes", mlDTypes],
    ["cpp", cpp],
    ["arrow", { resolver: arrow, types: () => arrowTypes }],
    ["zarr", column((row) => row.zarr)],
    ["onnx", column((row) => row.onnx?.[1])],
    ["safetensors", column((row) => row.safetensors)],
    ["dlpack", column((row) => row.dlpack?.join(":"))],
    ["stridebuf", stridebuf],
    ["gguf", { resolver: gguf, types: () => [...ggufTypes.values()] }],
    ["packed", { resolver: packed, types: () => packedTypes }],
  ]);
  return made;
}
