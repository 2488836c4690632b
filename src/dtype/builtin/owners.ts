/** The owners of types in brackets that this package knows itself. */

import type { DTypeResolver } from "../resolver.js";
import { cpp } from "./cpp.js";
import { gguf } from "./gguf.js";
import { mlDTypes } from "./ml-dtypes.js";
import { numpy } from "./numpy.js";
import { packed } from "./packed.js";
import { stridebuf } from "./stridebuf.js";

export const builtinOwners: ReadonlyMap<string, DTypeResolver> = new Map<string, DTypeResolver>([
  ["numpy", numpy],
  ["ml_dtypes", mlDTypes],
  ["cpp", cpp],
  ["stridebuf", stridebuf],
  ["gguf", gguf],
  ["packed", packed],
]);
