/** Which paths are Zarr stores: folders with metadata, or with the extension that says so. */

import { statSync } from "node:fs";
import { extname } from "node:path";
import { isStoreFolder } from "../zarr/documents.js";

export const isStore = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true &&
  (extname(path).toLowerCase() === ".zarr" || isStoreFolder(path));
