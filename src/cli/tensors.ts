/** Opens what is only read: a file of tensors, or a Zarr store. */

import type { RawOptions } from "./arguments.js";
import { openInput, type TensorInput } from "./inputs.js";
import { isStore } from "./stores.js";

/** @throws the system's errors, FileFormatError and InputFailure, all naming the path */
export async function openTensors(path: string, raw: RawOptions): Promise<TensorInput> {
  return isStore(path) ? (await import("./store-input.js")).openStore(path, raw) : openInput(path, raw);
}
