/** Memory of a Python object, until it is given back. */

import { stridebufError } from "../../errors.js";
import type { Storage } from "../../view/storage.js";
import { type HeldBuffer, heapOf, type Pyodide } from "./python.js";

/** Gives buffers back whose last view was collected. */
const finalizers =
  typeof FinalizationRegistry === "function"
    ? /* @__PURE__ */ new FinalizationRegistry<HeldBuffer>(giveBack)
    : undefined;

function giveBack(held: HeldBuffer): void {
  held.release();
  held.destroy();
}

/** The storage of all views of one buffer: their last one, or `release`, lets go of the exporter. */
export class PythonStorage implements Storage {
  readonly isRevocable = true;
  readonly pointerSize = 4;
  readonly pyodide: Pyodide;
  declare data?: DataView;
  #held: HeldBuffer | undefined;

  constructor(pyodide: Pyodide, held: HeldBuffer) {
    this.pyodide = pyodide;
    this.#held = held;
    finalizers?.register(this, held, this);
  }

  /** @throws BoundsError after the release */
  get held(): HeldBuffer {
    if (this.#held !== undefined) return this.#held;
    throw stridebufError("BoundsError", "the buffer of this view was released: its memory is Python's again", {});
  }

  get buffer(): ArrayBufferLike {
    return this.held && heapOf(this.pyodide);
  }

  release(): void {
    if (this.#held === undefined) return;
    finalizers?.unregister(this);
    giveBack(this.#held);
    this.#held = undefined;
    // A cached DataView would still reach the memory.
    delete this.data;
  }
}
