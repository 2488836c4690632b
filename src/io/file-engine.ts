/** The package's own engine, as the conversions of files use it. */

import { copy, empty, view } from "../index.js";
import type { FileEngine } from "./stream-task.js";

export const fileEngine: FileEngine = { copy, empty, view };
