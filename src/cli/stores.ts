/** Which paths are Zarr stores: folders with metadata, or with the extension that says so; of addresses, those with a part that ends so. */

import { statSync } from "node:fs";
import { extname } from "node:path";
import { isRemote } from "../remote/address.js";
import { isStoreFolder } from "../zarr/documents.js";

const isStoreAddress = (address: string): boolean => /\.zarr(\/|$)/i.test(new URL(address).pathname);

export const isStore = (path: string): boolean =>
  isRemote(path)
    ? isStoreAddress(path)
    : statSync(path, { throwIfNoEntry: false })?.isDirectory() === true &&
      (extname(path).toLowerCase() === ".zarr" || isStoreFolder(path));
