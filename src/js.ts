/** The API of `stridebuf` with the plain TypeScript backend, whatever the platform allows. */

import { createApi } from "./api.js";
import { createJsBackend } from "./backend/js/backend.js";

export * from "./shared.js";

const api = createApi(createJsBackend());

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
