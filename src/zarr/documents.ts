/** The names under which Zarr keeps metadata, in either version. */

import { existsSync } from "node:fs";
import { join } from "node:path";

export const DOCUMENTS: ReadonlySet<string> = new Set([".zgroup", ".zattrs", ".zarray", ".zmetadata", "zarr.json"]);

/** Whether a folder holds documents of Zarr. */
export const isStoreFolder = (path: string): boolean => [...DOCUMENTS].some((name) => existsSync(join(path, name)));
