/** Ordinary memory that is used again: fresh pages of a large result cost more time than the conversion that fills them. */

/// <reference lib="esnext.disposable" preserve="true" />

import type { Allocation } from "../backend/backend.js";
import { stridebufError } from "../errors.js";
import { requireKnownOptions } from "../options.js";
import { argumentError, integer } from "../view/checks.js";
import { newBuffer } from "../view/storage.js";

/** How much an `outputPool` keeps. */
export interface OutputPoolOptions {
  /** The most bytes of free blocks that are kept; the oldest go first. 256 MiB when not given. */
  maxBytes?: number;
}

/**
 * Memory for results: `convert(x, format, { pool })` takes a block from it, and `dispose()` or `using` of that view gives the block
 * back for the next one. So does the garbage collector, when no view of it is left and its memory was never handed out.
 */
export interface OutputPool {
  /** Bytes of the blocks that lie ready. */
  readonly freeBytes: number;
  /** Leaves the free blocks to the garbage collector. */
  clear(): void;
  /** Ends the pool: nothing is taken from it any more. Views of its blocks stay as they are. Safe to call again. */
  dispose(): void;
  /** {@link OutputPool.dispose}, for `using`. */
  [Symbol.dispose](): void;
}

/** Blocks of fewer bytes are new each time: the runtime has them at hand. */
const LEAST = 65536;

/** The most free blocks. */
const MOST = 64;

interface Block {
  readonly buffer: ArrayBuffer;
  readonly nbytes: number;
}

/** Sizes a sixteenth of a power of two apart, so that results of about the same size share blocks. */
function blockBytes(nbytes: number): number {
  const step = 2 ** (Math.ceil(Math.log2(nbytes)) - 4);
  return Math.ceil(nbytes / step) * step;
}

/**
 * The same memory as another buffer: whatever still reached the old one finds it detached. Undefined where the platform has no
 * such call, or the buffer was detached already.
 */
function moved(buffer: ArrayBuffer): ArrayBuffer | undefined {
  const { transfer } = buffer as { transfer?: () => ArrayBuffer };
  try {
    if (transfer !== undefined) return transfer.call(buffer);
    return typeof structuredClone === "function" ? structuredClone(buffer, { transfer: [buffer] }) : undefined;
  } catch {
    return undefined;
  }
}

export class MemoryPool implements OutputPool {
  readonly #free: Block[] = [];
  readonly #maxBytes: number;
  #freeBytes = 0;
  #isOpen = true;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get freeBytes(): number {
    return this.#freeBytes;
  }

  /**
   * A block of `nbytes` or more, which its `free` gives back.
   *
   * @param zeroed - false where every byte is written before it is read
   * @throws EngineError (`memory`) when there is no memory, or the pool has been disposed
   */
  allocate(nbytes: number, zeroed: boolean): Allocation {
    if (!this.#isOpen) throw stridebufError("EngineError", "the pool has been disposed", { phase: "memory" });
    if (nbytes < LEAST) return { buffer: newBuffer(nbytes), byteOffset: 0, nbytes, free() {} };
    const size = blockBytes(nbytes);
    const buffer = this.#take(size, zeroed ? nbytes : 0) ?? newBuffer(size);
    let live = true;
    const free = () => {
      if (!live) return;
      live = false;
      this.#put(buffer, size);
    };
    return { buffer, byteOffset: 0, nbytes, free };
  }

  #take(size: number, zeros: number): ArrayBuffer | undefined {
    for (let i = this.#free.length - 1; i >= 0; i--) {
      const { buffer, nbytes } = this.#free[i]!;
      if (nbytes !== size) continue;
      this.#free.splice(i, 1);
      this.#freeBytes -= nbytes;
      if (zeros > 0) new Uint8Array(buffer, 0, zeros).fill(0);
      return buffer;
    }
    return undefined;
  }

  #put(used: ArrayBuffer, nbytes: number): void {
    if (!this.#isOpen || nbytes > this.#maxBytes) return;
    const buffer = moved(used);
    if (buffer === undefined) return;
    this.#free.push({ buffer, nbytes });
    this.#freeBytes += nbytes;
    while (this.#freeBytes > this.#maxBytes || this.#free.length > MOST) this.#freeBytes -= this.#free.shift()!.nbytes;
  }

  clear(): void {
    this.#free.length = 0;
    this.#freeBytes = 0;
  }

  dispose(): void {
    this.#isOpen = false;
    this.clear();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/**
 * A pool that results are taken from. When a block comes back, everything that still reached it, a typed array or a buffer that was
 * handed out, is detached: nothing sees what is written there next.
 *
 * @throws TypeError, RangeError for options that are unknown or out of range
 *
 * @example
 * const pool = outputPool();
 * for (const frame of [new Float32Array(65536), new Float32Array(65536)]) {
 *   const wide = convert(frame, "d", { pool }); // one block of memory for all frames
 *   wide.dispose();
 * }
 * pool.freeBytes // 524288
 */
export function outputPool(options: OutputPoolOptions = {}): OutputPool {
  requireKnownOptions(options, ["maxBytes"]);
  const { maxBytes = 2 ** 28 } = options;
  return new MemoryPool(integer("options.maxBytes", maxBytes, 0));
}

/** @throws TypeError for what `outputPool` did not make */
export function requirePool(pool: unknown): MemoryPool {
  if (pool instanceof MemoryPool) return pool;
  throw argumentError("options.pool", "what outputPool() gives", pool, true);
}
