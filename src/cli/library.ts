/** The library as the commands use it. */

import { copy, view } from "../index.js";
import type { FileEngine } from "../io/stream-convert.js";

export const files: FileEngine = { view, copy };

/** Archives are unpacked and packed in memory; beyond this there is no room for them. */
export const MAX_NPZ_BYTES = 1 << 30;
