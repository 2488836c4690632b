/** New memory: ordinary ArrayBuffers, and resident blocks in the backend's memory that are given back. */

/// <reference lib="esnext.disposable" preserve="true" />

import type { Allocation, Backend } from "../backend/backend.js";
import type { DType } from "../dtype/dtype.js";
import { stridebufError } from "../errors.js";
import { requireKnownOptions } from "../options.js";
import { integers, orderOf } from "../view/checks.js";
import type { ViewHost } from "../view/host.js";
import { keepWith, letGo } from "../view/keep.js";
import type { Arrays } from "../view/known.js";
import { newBuffer, type Storage } from "../view/storage.js";
import { contiguousStrides, itemCount } from "../view/strides.js";
import type { Value } from "../view/values.js";
import { StridedView } from "../view/view.js";

/** How `empty` lays out and where it takes memory from. */
export interface EmptyOptions {
  /** How the items lie: C (the default) or F. */
  order?: "C" | "F";
  /** In the backend's own memory, where kernels reach it without staging. */
  resident?: boolean;
}

/**
 * A view over resident memory, which is given back by `dispose()`, `using`, or when no view of it is left. Once its `buffer` or a
 * typed array over it (`toTypedArray()`) has been handed out, which may outlive every view, only by the first two, or after the memory
 * has grown and so ended what was handed out.
 */
export interface ResidentView<out T = Value, out Rank extends number = number, out Values = Arrays>
  extends StridedView<T, Rank, Values> {
  /**
   * Gives the memory back; every view over it is dead from then on. Safe to call again.
   *
   * @example
   * const block = empty([2], "f", { resident: true });
   * block.dispose();
   * block.get(0); // throws EngineError
   */
  dispose(): void;
  /** {@link ResidentView.dispose}, for `using`. */
  [Symbol.dispose](): void;
}

/** Frees blocks whose last view was collected; where the runtime cannot tell, `dispose()` alone gives memory back. */
const finalizers =
  typeof FinalizationRegistry === "function"
    ? /* @__PURE__ */ new FinalizationRegistry<Allocation>((allocation) => allocation.free())
    : undefined;

class ResidentStorage implements Storage {
  #allocation: Allocation | undefined;
  readonly moves = true;
  declare data?: DataView;

  constructor(allocation: Allocation) {
    this.#allocation = allocation;
    finalizers?.register(this, allocation, this);
  }

  get allocation(): Allocation {
    if (this.#allocation !== undefined) return this.#allocation;
    throw stridebufError("EngineError", "the memory of this view has been disposed", { phase: "memory" });
  }

  get buffer(): ArrayBufferLike {
    return this.allocation.buffer;
  }

  keep(): void {
    keepWith(this.buffer, this);
  }

  dispose(): void {
    if (this.#allocation === undefined) return;
    finalizers?.unregister(this);
    letGo(this.buffer, this);
    this.#allocation.free();
    this.#allocation = undefined;
    // A cached DataView would still reach the block.
    delete this.data;
  }
}

class ResidentArray extends StridedView implements ResidentView {
  dispose(): void {
    (this.storage as ResidentStorage).dispose();
  }
  [Symbol.dispose](): void {
    this.dispose();
  }
}

export function emptyView(
  backend: Backend,
  host: ViewHost,
  shape: readonly number[],
  dtype: DType,
  options: EmptyOptions = {},
  format = dtype.format,
): StridedView {
  requireKnownOptions(options, ["order", "resident"]);
  const sizes = integers("shape", shape, 0);
  const order = orderOf("options.order", options.order);
  const nbytes = itemCount(sizes, dtype.itemsize) * dtype.itemsize;
  const strides = contiguousStrides(sizes, dtype.itemsize, order);
  if (options.resident) {
    const allocation = backend.allocate(nbytes);
    const layout = { byteOffset: allocation.byteOffset, shape: sizes, strides, suboffsets: null };
    return new ResidentArray(host, new ResidentStorage(allocation), dtype, layout, false, format);
  }
  const buffer = newBuffer(nbytes);
  return new StridedView(
    host,
    { buffer },
    dtype,
    { byteOffset: 0, shape: sizes, strides, suboffsets: null },
    false,
    format,
  );
}
