/**
 * The module's memory, and the only file that makes typed arrays over it. Growth detaches every array, so they are
 * asked for at each use and never kept across a call that may allocate.
 */

import { stridebufError } from "../../errors.js";
import type { Allocation } from "../backend.js";

/** 64 KiB pages at the start: static data, scratch tiles and the staging window. */
const INITIAL_PAGES = 48;

/** The most bytes of one block: the allocator's own limit, less the line that a block is moved up to. */
export const MAX_BLOCK: number = 2 ** 30 - 16 - 64;

export class ModuleMemory {
  readonly memory: WebAssembly.Memory;
  /** Kept beside `#bytes`: asking an array for its buffer costs more than a small copy. */
  #buffer: ArrayBuffer;
  #bytes: Uint8Array<ArrayBuffer>;
  #words: Int32Array<ArrayBuffer>;

  /**
   * @param maximumPages how far it may grow, in pages of 64 KiB; 65536 (4 GiB) when not given
   * @param shared whether other threads can have it too
   */
  constructor(maximumPages = 65536, shared = false) {
    this.memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: maximumPages, shared });
    this.#buffer = this.memory.buffer as ArrayBuffer;
    this.#bytes = new Uint8Array(this.#buffer);
    this.#words = new Int32Array(this.#buffer);
  }

  /** All of the memory as bytes. */
  get bytes(): Uint8Array<ArrayBuffer> {
    if (this.#bytes.length === 0) this.#refresh();
    return this.#bytes;
  }

  /** All of the memory as 32-bit words. */
  get words(): Int32Array<ArrayBuffer> {
    if (this.#words.length === 0) this.#refresh();
    return this.#words;
  }

  get buffer(): ArrayBuffer {
    if (this.#bytes.length === 0) this.#refresh();
    return this.#buffer;
  }

  /** To be called when a block ends at `end`: growth detaches arrays of private memory, those of shared memory just end too early. */
  reach(end: number): void {
    if (end > this.#bytes.length) this.#refresh();
  }

  #refresh(): void {
    this.#buffer = this.memory.buffer as ArrayBuffer;
    this.#bytes = new Uint8Array(this.#buffer);
    this.#words = new Int32Array(this.#buffer);
  }
}

export interface Allocator {
  allocate(nbytes: number, zeroed: boolean): number;
  release(block: number): void;
}

/**
 * A block of module memory.
 *
 * @param zeroed - false where every byte is written before it is read
 * @throws EngineError (`memory`) when there is no room; everything allocated before stays as it was
 */
export function allocateIn(memory: ModuleMemory, exports: Allocator, nbytes: number, zeroed = true): Allocation {
  let block: number;
  try {
    if (nbytes > MAX_BLOCK) throw new RangeError(`one block has at most ${MAX_BLOCK} bytes`);
    block = exports.allocate(nbytes, zeroed) >>> 0;
  } catch (cause) {
    throw stridebufError("EngineError", `no resident memory for ${nbytes} bytes`, { phase: "memory" }, cause);
  }
  memory.reach(block + nbytes);
  let live = true;
  return {
    get buffer() {
      return memory.buffer;
    },
    byteOffset: block,
    nbytes,
    free() {
      if (!live) return;
      live = false;
      exports.release(block);
    },
  };
}
