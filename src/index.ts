/**
 * stridebuf: typed, strided memory. Formats of the buffer protocol (PEP 3118) with custom dtypes, zero-copy views, and copies and
 * conversions in bulk. The engine is compiled, synchronously, when it is first needed; where WebAssembly is refused the same API
 * runs on plain TypeScript, and `backend` says which and why.
 */

import type { Api } from "./api.js";
import { host } from "./host.js";
import { createArray } from "./view/array.js";
import { createView } from "./view/create.js";
import { createFromDescription } from "./view/describe.js";

export { areContiguous } from "./api.js";
export {
  backend,
  byteswap,
  contiguous,
  convert,
  copy,
  empty,
  explainPlan,
  fill,
  planAssignment,
} from "./linked.js";
export * from "./shared.js";

/**
 * A view of memory that belongs to someone else, without copying. The items of a literal format have the type that it
 * says: `view(b, { format: "T{<i:x:<d:y:}" }).get(0)` is a `{ x: number; y: number }`.
 *
 * @throws BoundsError when an item would lie outside the source; LayoutError when shape, strides and suboffsets do not
 * go together; TypeError and RangeError for arguments of the wrong type or range; the errors of `dtype()`
 *
 * @example
 * const bytes = new Uint8Array(40);
 * view(bytes, { format: "<f", shape: [2, 3], strides: [4, 8], byteOffset: 16 }).get(1, 2); // 0
 * view(bytes, { format: "T{<i:id:<f:x:}" }).get(0); // { id: 0, x: 0 }
 */
export const view: Api["view"] = /* @__PURE__ */ createView(host);

/**
 * Nested arrays as a view over new memory, C order, one axis per level of arrays. Without a format numbers are float64,
 * bigints int64 (uint64 from 2^63 on), booleans bool, text as long as the longest, complex numbers complex128, and typed
 * arrays keep their type. Records are objects by field name.
 *
 * @throws LayoutError (`shape`) for lists of unequal lengths; TypeError, RangeError naming the place of a value that its
 * dtype cannot hold, and where values of several kinds need a format
 *
 * @example
 * array([[1, 2], [3, 4]], "<f").shape; // [2, 2]
 */
export const array: Api["array"] = /* @__PURE__ */ createArray(view) as Api["array"];

/**
 * The view that `describe` described.
 *
 * @throws TypeError for what is no description; whatever `view` throws
 *
 * @example
 * fromDescription(structuredClone(describe(array([1, 2, 3])))).toArray(); // [1, 2, 3]
 */
export const fromDescription: Api["fromDescription"] = /* @__PURE__ */ createFromDescription(view);
