/** Kernels of a module over shared memory, run by several threads: loops are cut along one axis into chunks, which threads claim. */

import type { ModuleMemory } from "../backend/wasm/memory.js";
import type { ModuleExports } from "../backend/wasm/run.js";
import { stridebufError } from "../errors.js";
import { CHUNK_BITS, CONTROL_BYTES, job, word } from "./control.js";

/** Below this many bytes one thread is done before others are awake: bench/NOTES.md, several cores. */
export const LEAST_BYTES = 4194304;
/** Bytes of a chunk at least, where jobs of fewer than two of them are not asked for, and how many chunks a thread gets at most. */
const CHUNK_BYTES = 65536;
const CHUNKS_PER_THREAD = 16;
/** The number of a chunk that there never is: nobody claims anything. */
const CLOSED = (1 << CHUNK_BITS) - 1;
/** Looks at what is not done yet before the thread gives its core away, where it may. */
const SPINS = 20_000;
/** Words of a row of the descriptor. */
const ROW = 3;

type Move = ModuleExports["move"];
type Transform = ModuleExports["transform"];

/** A call of a kernel. */
interface Kernel {
  readonly kind: number;
  readonly dst: number;
  readonly src: number;
  readonly ndim: number;
  readonly width: number;
  readonly unit: number;
}

/** The same for each of several chunks. */
interface Job extends Kernel {
  readonly chunks: number;
  readonly dstStep: number;
  readonly srcStep: number;
}

const JOB_WORDS = ["chunks", "dst", "src", "dstStep", "srcStep", "ndim", "width", "unit"] as const;
const NOTHING = { kind: job.end, dst: 0, src: 0, ndim: 0, width: 0, unit: 0, dstStep: 0, srcStep: 0 };

/** The kernel over one chunk, in this thread. */
type Run = (dst: number, src: number) => void;

export class Crew {
  readonly #memory: ModuleMemory;
  readonly #exports: ModuleExports;
  readonly #words: Int32Array;
  readonly #descriptor: number;
  readonly #conversion: number;
  #generation = 0;
  #mayWait = true;
  /** Threads that take part, this one among them. */
  threads = 1;
  /** Bytes of a job that is shared. */
  leastBytes: number = LEAST_BYTES;

  /** @param control - byte address of the control words */
  constructor(memory: ModuleMemory, exports: ModuleExports, control: number) {
    this.#memory = memory;
    this.#exports = exports;
    this.#words = new Int32Array(memory.buffer, control, CONTROL_BYTES / 4);
    this.#words[word.claim] = CLOSED;
    this.#descriptor = exports.DESCRIPTOR.value / 4;
    this.#conversion = exports.CONVERSION.value / 4;
  }

  /** The module's exports with kernels that share their work. */
  get exports(): ModuleExports {
    const move: Move = (dst, src, ndim, width, unit) => this.#move(dst, src, ndim, width, unit);
    const transform: Transform = (dst, src, ndim) => this.#transform(dst, src, ndim);
    return { ...this.#exports, move, transform };
  }

  /** Sends the other threads home. */
  end(): void {
    const others = this.threads - 1;
    this.threads = 1;
    if (others > 0) this.#offer({ ...NOTHING, chunks: others });
  }

  #move(dst: number, src: number, ndim: number, width: number, unit: number): void {
    const { move } = this.#exports;
    if (ndim > 0) {
      const nest = { kind: job.move, dst, src, ndim, width, unit };
      this.#cut(nest, width, (to, from) => move(to, from, ndim, width, unit));
      return;
    }
    const wanted = this.#chunksFor(width);
    const step = Math.ceil(width / wanted / (64 * unit)) * 64 * unit;
    const chunks = wanted < 2 ? 0 : Math.floor(width / step);
    if (chunks > 0) {
      const run = { kind: job.move, dst, src, ndim, width: step, unit, chunks, dstStep: step, srcStep: step };
      this.#share(run, (to, from) => move(to, from, 0, step, unit));
    }
    const done = chunks * step;
    if (done < width) move(dst + done, src + done, 0, width - done, unit);
  }

  #transform(dst: number, src: number, ndim: number): void {
    const { transform } = this.#exports;
    const { words } = this.#memory;
    const widest = Math.max(words[this.#conversion]!, words[this.#conversion + 1]!);
    const nest = { kind: job.transform, dst, src, ndim, width: 0, unit: 0 };
    this.#cut(nest, widest, (to, from) => transform(to, from, ndim));
  }

  #chunksFor(nbytes: number): number {
    if (this.threads < 2 || nbytes < this.leastBytes) return 1;
    const chunkBytes = Math.max(1, Math.min(CHUNK_BYTES, this.leastBytes / 2));
    return Math.min(Math.floor(nbytes / chunkBytes), this.threads * CHUNKS_PER_THREAD, CLOSED - 1);
  }

  /** Runs the nest in the descriptor, cut along its outermost axis that is long enough, or else the longest. */
  #cut(nest: Kernel, itemBytes: number, run: Run): void {
    const { words } = this.#memory;
    const { dst, src, ndim } = nest;
    let items = 1;
    for (let axis = 0; axis < ndim; axis++) items *= words[this.#descriptor + axis * ROW]!;
    const wanted = this.#chunksFor(items * itemBytes);
    if (wanted < 2) {
      run(dst, src);
      return;
    }
    let row = this.#descriptor;
    for (let axis = 1; axis < ndim && words[row]! < wanted; axis++) {
      const next = this.#descriptor + axis * ROW;
      if (words[next]! > words[row]!) row = next;
    }
    const count = words[row]!;
    const even = Math.ceil(count / wanted);
    // Whole lines of the cache where there are enough of them.
    const step = even < 64 ? even : Math.ceil(even / 64) * 64;
    const dstStep = step * words[row + 1]!;
    const srcStep = step * words[row + 2]!;
    const chunks = Math.floor(count / step);
    words[row] = step;
    this.#share({ ...nest, chunks, dstStep, srcStep }, run);
    const rest = count - chunks * step;
    if (rest === 0) return;
    words[row] = rest;
    run(dst + chunks * dstStep, src + chunks * srcStep);
  }

  /** Returns when all chunks are done, this thread having done what nobody else claimed. */
  #share(chunked: Job, run: Run): void {
    const words = this.#words;
    const { dst, src, dstStep, srcStep, chunks } = chunked;
    this.#offer(chunked);
    for (;;) {
      const claim = Atomics.load(words, word.claim);
      const chunk = claim & CLOSED;
      if (chunk >= chunks) break;
      if (Atomics.compareExchange(words, word.claim, claim, claim + 1) !== claim) continue;
      run(dst + chunk * dstStep, src + chunk * srcStep);
      Atomics.add(words, word.done, 1);
    }
    for (let spins = 0; ; spins++) {
      const done = Atomics.load(words, word.done);
      if (done === chunks) break;
      if (spins > SPINS) this.#wait(done);
    }
    if (Atomics.exchange(words, word.failed, 0) !== 0)
      throw stridebufError("EngineError", "a thread failed", { phase: "run" });
  }

  /** Nothing may be claimed while the words of a job change. */
  #offer(offered: Job): void {
    const words = this.#words;
    const generation = ++this.#generation << CHUNK_BITS;
    Atomics.store(words, word.claim, generation | CLOSED);
    words[word.job] = offered.kind;
    for (const name of JOB_WORDS) words[word[name]] = offered[name];
    Atomics.store(words, word.done, 0);
    Atomics.store(words, word.claim, generation);
    Atomics.notify(words, word.claim);
  }

  /** A page of a browser may not sleep, and looks again. */
  #wait(done: number): void {
    if (!this.#mayWait) return;
    try {
      Atomics.wait(this.#words, word.done, done, 1);
    } catch {
      this.#mayWait = false;
    }
  }
}
