/** The library as the commands use it. */

import { copy, dtype, view } from "../index.js";
import type { FileApi } from "../io/stream-core.js";

export const files: FileApi = { view, copy, dtype };

/** Archives are unpacked and packed in memory; beyond this there is no room for them. */
export const MAX_NPZ_BYTES = 1 << 30;
