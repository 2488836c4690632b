/** The arrays of a Zarr store as tensors, of which only the chunks are read that are asked for. */

import { listNames } from "../io/selection.js";
import type { FileTensor } from "../io/tensor-file.js";
import { arraySource } from "../zarr/array-source.js";
import { readHierarchy } from "../zarr/hierarchy.js";
import type { RawOptions } from "./arguments.js";
import { InputFailure } from "./failure.js";
import { type Input, type InputTensor, oneTensor, type TensorInput, withPath } from "./inputs.js";
import { openSourceStore } from "./store-source.js";

export interface ArrayInput extends Input {
  /** What its bytes are. */
  readonly says: RawOptions;
}

/**
 * One array as if its items lay in a file, in C order: what an array file is made from.
 *
 * @throws InputFailure for a store of several arrays, naming them
 */
export async function openArray(path: string, raw: RawOptions): Promise<ArrayInput> {
  const store = await openStore(path, raw);
  try {
    const { source, tensor } = oneTensor(store, undefined);
    return {
      ...{ path, source, kind: "raw", byteLength: source.byteLength, metadata: new Map(), unreadable: new Map() },
      tensors: [{ source, tensor: { ...tensor, name: "" } }],
      says: { format: tensor.dtype, shape: [...tensor.shape] },
      close: () => store.close(),
    };
  } catch (error) {
    store.close();
    const names = store.tensors.map(({ tensor }) => tensor.name);
    if (names.length < 2) throw withPath(path, error);
    throw new InputFailure(`${path}: say which array, as in ${path}/${names[0]}; there are: ${listNames(names)}`);
  }
}

/** @throws the system's errors, FileFormatError and InputFailure, all naming the path */
export async function openStore(path: string, raw: RawOptions): Promise<TensorInput> {
  try {
    if (raw.maxHeaderBytes !== undefined) throw new InputFailure("a store has no header: leave --max-header out");
    for (const name of ["format", "shape", "byteOffset", "order"] as const) {
      if (raw[name] !== undefined)
        throw new InputFailure("the metadata of a store say what its bytes are; leave that out");
    }
    const store = await openSourceStore(path);
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
