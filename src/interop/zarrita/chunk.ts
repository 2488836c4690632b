/** zarrita's arrays and chunks, read by shape, and what their items are. */

import { stridebufError } from "../../errors.js";
import { type DType, dtypeFromNumpyDescr, fromName, type StridedView, view } from "../../index.js";
import type { AbortSignalLike } from "../../platform.js";
import type { Carried } from "./metadata.js";
import { carriedBy } from "./store.js";

/** What {@link getView} needs of zarrita's `Array`. */
export interface ZarrArray {
  /** Where its chunks come from. */
  readonly store: object;
  /** Where in the store it stands. */
  readonly path: string;
  /** Items per axis. */
  readonly shape: readonly number[];
  /** Items per axis of a chunk. */
  readonly chunks: readonly number[];
  /** zarrita's name of the type. */
  readonly dtype: string;
  /** One decoded chunk by its place in the grid of chunks. */
  getChunk(coordinates: number[], options?: { signal?: AbortSignalLike }): Promise<ZarrChunk>;
}

/** zarrita's `Chunk`; strides count items. */
export interface ZarrChunk {
  /** The items. */
  readonly data: object;
  /** Items per axis, the same for all chunks: those at the edges are padded. */
  readonly shape: readonly number[];
  /** Items to the next one, per axis. */
  readonly stride: readonly number[];
}

/** The bytes of zarrita's data: a typed array, or its own arrays of bools and strings. */
export function bytesOf(data: object): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = data as Uint8Array<ArrayBuffer>;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** What an array holds, whoever opened it. @throws UnsupportedFormatError for items of variable length */
export function itemsOfArray(array: ZarrArray): { readonly dtype: DType; readonly carried: Carried | undefined } {
  const carried = carriedBy(array.store, array.path);
  if (carried !== undefined) return { dtype: carried.dtype, carried };
  return { dtype: typeOfName(array.dtype), carried };
}

/** The dtype of zarrita's own name, in the machine's order, in which zarrita holds chunks. */
export function typeOfName(name: string): DType {
  if (name !== "string" && name !== "v2:object")
    return name.startsWith("v2:") ? dtypeFromNumpyDescr(`<${name.slice(3)}`) : fromName("zarr", name);
  throw stridebufError("UnsupportedFormatError", `items of ${name} have no fixed number of bytes`, {
    format: name,
    index: 0,
    feature: "variable length",
  });
}

/** A chunk where it lies. */
export function chunkView({ data, shape, stride }: ZarrChunk, dtype: DType): StridedView {
  const strides = stride.map((items) => items * dtype.itemsize);
  return view(bytesOf(data), { format: dtype, shape, strides, readonly: true });
}
