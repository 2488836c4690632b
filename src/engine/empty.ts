/** New memory: ordinary ArrayBuffers, resident blocks in the backend's memory, and blocks of a pool. */

import type { Backend } from "../backend/backend.js";
import type { DType } from "../dtype/dtype.js";
import { requireKnownOptions } from "../options.js";
import { argumentError, integers, orderOf } from "../view/checks.js";
import type { ViewHost } from "../view/host.js";
import { newBuffer } from "../view/storage.js";
import { contiguousStrides, itemCount } from "../view/strides.js";
import { StridedView } from "../view/view.js";
import { OwnedStorage, OwnedView } from "./owned.js";
import { type OutputPool, requirePool } from "./pool.js";

/** Which memory; ordinary memory of its own when nothing is said. */
export interface MemoryOptions {
  /** In the backend's own memory, where kernels reach it without staging. */
  resident?: boolean;
  /** A block of this pool, given back by `dispose()` or `using`. */
  pool?: OutputPool;
}

/** How `empty` lays out and where it takes memory from. */
export interface EmptyOptions extends MemoryOptions {
  /** How the items lie: C (the default) or F. */
  order?: "C" | "F";
}

/** @throws TypeError for a pool that is none, or both kinds of memory */
export function requireMemory({ resident, pool }: MemoryOptions): void {
  if (pool === undefined) return;
  requirePool(pool);
  if (resident) throw argumentError("options.pool", "nothing beside resident memory", pool, true);
}

/** A view over all of `buffer`. */
export function viewOver(
  buffer: ArrayBuffer,
  host: ViewHost,
  shape: readonly number[],
  strides: readonly number[],
  dtype: DType,
  format: string | undefined,
): StridedView {
  return new StridedView(host, { buffer }, dtype, { byteOffset: 0, shape, strides, suboffsets: null }, false, format);
}

/** A view over new, zeroed memory of JavaScript's own, in C order. */
export function plainView(host: ViewHost, shape: readonly number[], dtype: DType): StridedView {
  const { itemsize } = dtype;
  const buffer = newBuffer(itemCount(shape, itemsize) * itemsize);
  return viewOver(buffer, host, shape, contiguousStrides(shape, itemsize), dtype, undefined);
}

/**
 * A view over new memory, contiguous in whatever order of axes its strides have.
 *
 * @param zeroed - false where every byte is written before it is read
 */
export function newView(
  backend: Backend,
  host: ViewHost,
  shape: readonly number[],
  strides: readonly number[],
  dtype: DType,
  { resident, pool }: MemoryOptions,
  zeroed: boolean,
  format: string | undefined,
): StridedView {
  const nbytes = itemCount(shape, dtype.itemsize) * dtype.itemsize;
  if (!resident && pool === undefined) return viewOver(newBuffer(nbytes), host, shape, strides, dtype, format);
  const allocation = resident ? backend.allocate(nbytes, zeroed) : requirePool(pool).allocate(nbytes, zeroed);
  const layout = { byteOffset: allocation.byteOffset, shape, strides, suboffsets: null };
  return new OwnedView(host, new OwnedStorage(allocation, resident === true), dtype, layout, false, format);
}

export function emptyView(
  backend: Backend,
  host: ViewHost,
  shape: readonly number[],
  dtype: DType,
  options: EmptyOptions = {},
  format: string = dtype.format,
): StridedView {
  requireKnownOptions(options, ["order", "resident", "pool"]);
  requireMemory(options);
  const sizes = integers("shape", shape, 0);
  const order = orderOf("options.order", options.order);
  return newView(backend, host, sizes, contiguousStrides(sizes, dtype.itemsize, order), dtype, options, true, format);
}
