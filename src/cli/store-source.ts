/** Opens Zarr stores, in folders and on servers. */

import { isRemote } from "../remote/address.js";
import { RemoteStore } from "../zarr/remote-store.js";
import { FolderStore, type SourceStore } from "../zarr/store.js";

export const openSourceStore = async (path: string): Promise<SourceStore> =>
  isRemote(path) ? RemoteStore.open(path) : new FolderStore(path);
