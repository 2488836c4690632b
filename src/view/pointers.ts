/** Which axes of a view go through pointers, and the memory that these lie in. */

import type { Abi } from "../format/abi.js";
import type { Layout } from "./geometry.js";
import type { Storage } from "./storage.js";

/** Memory in which pointers lie that lead through `tables`; it follows `memory` when that moves. */
export class PointerStorage implements Storage {
  readonly #memory: Storage;
  declare readonly moves?: true;
  readonly pointerSize: 4 | 8;
  declare readonly tables?: readonly Storage[];
  declare abi?: Abi;
  declare data?: DataView;

  constructor(memory: Storage, pointerSize: 4 | 8, tables?: readonly Storage[]) {
    this.#memory = memory;
    this.pointerSize = pointerSize;
    if (memory.moves) this.moves = true;
    if (tables !== undefined) this.tables = tables;
  }

  get buffer(): ArrayBufferLike {
    return this.#memory.buffer;
  }
}

/** The suboffsets as the protocol states them: null unless one is >= 0. */
export function normalSuboffsets(suboffsets: readonly number[] | null): readonly number[] | null {
  return suboffsets?.some((s) => s >= 0) ? suboffsets : null;
}

/** How many leading axes lie before the last pointer; the axes after them are plain strided memory. */
export function indirectAxes(layout: Layout): number {
  if (layout.suboffsets === null) return 0;
  return layout.suboffsets.findLastIndex((s) => s >= 0) + 1;
}
