/** The library as the commands use it. */

import { copy, view } from "../index.js";
import type { FileEngine } from "../io/stream-convert.js";

export const files: FileEngine = { view, copy };
