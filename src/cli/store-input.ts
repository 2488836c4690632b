/** The arrays of a Zarr store as tensors, of which only the chunks are read that are asked for. */

import type { FileTensor } from "../io/tensor-file.js";
import { arraySource } from "../zarr/array-source.js";
import { readHierarchy } from "../zarr/hierarchy.js";
import { FolderStore } from "../zarr/store.js";
import type { RawOptions } from "./arguments.js";
import { InputFailure } from "./failure.js";
import { type InputTensor, type TensorInput, withPath } from "./inputs.js";

/** @throws the system's errors, FileFormatError and InputFailure, all naming the path */
export async function openStore(path: string, raw: RawOptions): Promise<TensorInput> {
  try {
    if (raw.maxHeaderBytes !== undefined) throw new InputFailure("a store has no header: leave --max-header out");
    for (const name of ["format", "shape", "byteOffset", "order"] as const) {
      if (raw[name] !== undefined)
        throw new InputFailure("the metadata of a store say what its bytes are; leave that out");
    }
    const store = new FolderStore(path);
    const { arrays } = await readHierarchy(store);
    const tensors: InputTensor[] = [];
    const unreadable = new Map<string, Error>();
    for (const array of arrays) {
      const name = array.path;
      try {
        const source = arraySource(store, array);
        const { dtype } = array.items();
        const what = { shape: array.grid.shape, order: "C", byteOffset: 0, nbytes: source.byteLength } as const;
        const tensor: FileTensor = { name, dtype, ...what, type: `Zarr v${array.version}` };
        tensors.push({ source, tensor });
      } catch (error) {
        // The others can be read.
        unreadable.set(name, error as Error);
      }
    }
    if (tensors.length === 0) for (const error of unreadable.values()) throw error;
    const byteLength = tensors.reduce((sum, { tensor }) => sum + tensor.nbytes, 0);
    return { path, kind: "zarr", byteLength, tensors, metadata: new Map(), unreadable, close: () => {} };
  } catch (error) {
    throw withPath(path, error);
  }
}
