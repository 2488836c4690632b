/**
 * stridebuf: typed, strided memory. Formats of the buffer protocol (PEP 3118) with custom dtypes, zero-copy views, and copies and
 * conversions in bulk. Importing this module compiles the engine, synchronously; where WebAssembly is refused the same API
 * runs on plain TypeScript, and `backend` says which and why.
 */

import { createApi } from "./api.js";
import { createJsBackend } from "./backend/js/backend.js";
import { loadWasm } from "./backend/wasm/load.js";

export * from "./shared.js";

const loaded = loadWasm();
const api = createApi("move" in loaded ? loaded : createJsBackend(loaded.reason));

export const {
  areContiguous,
  array,
  backend,
  byteswap,
  contiguous,
  convert,
  copy,
  empty,
  explainPlan,
  fill,
  fromDescription,
  planAssignment,
  view,
} = api;
