/** Memory that views give back: resident blocks, and blocks of a pool. */

/// <reference lib="esnext.disposable" preserve="true" />

import type { Allocation } from "../backend/backend.js";
import { stridebufError } from "../errors.js";
import { keepWith, letGo } from "../view/keep.js";
import type { Arrays } from "../view/known.js";
import type { Storage } from "../view/storage.js";
import type { Value } from "../view/values.js";
import { StridedView } from "../view/view.js";

/**
 * A view over memory that is given back by `dispose()`, `using`, or when no view of it is left: resident memory, or a block of an
 * `outputPool`. Once its `buffer` or a typed array over it (`toTypedArray()`) has been handed out, which may outlive every view,
 * only by the first two, or after the memory has grown and so ended what was handed out.
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

export class OwnedStorage implements Storage {
  #allocation: Allocation | undefined;
  declare readonly moves?: true;
  declare data?: DataView;

  /** @param moves - whether the block lies in memory that grows */
  constructor(allocation: Allocation, moves: boolean) {
    this.#allocation = allocation;
    if (moves) this.moves = true;
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
    if (this.moves) keepWith(this.buffer, this);
    // What would be finalized holds the buffer: a block of a pool that was handed out is left to the garbage collector.
    else finalizers?.unregister(this);
  }

  dispose(): void {
    if (this.#allocation === undefined) return;
    finalizers?.unregister(this);
    if (this.moves) letGo(this.buffer, this);
    this.#allocation.free();
    this.#allocation = undefined;
    // A cached DataView would still reach the block.
    delete this.data;
  }
}

export class OwnedView extends StridedView implements ResidentView {
  dispose(): void {
    (this.storage as OwnedStorage).dispose();
  }
  [Symbol.dispose](): void {
    this.dispose();
  }
}
