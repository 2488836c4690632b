/** The other threads of a crew. */

import { CHUNK_BITS, CONTROL_BYTES, job, word } from "./control.js";

/** What a thread is given. */
export interface WorkerStart {
  readonly module: WebAssembly.Module;
  readonly relaxed: WebAssembly.Module | undefined;
  readonly memory: WebAssembly.Memory;
  /** Byte addresses of the control words and of scratch of its own. */
  readonly control: number;
  readonly scratch: number;
  /** Kernels in the order of the table's slots. */
  readonly kernels: readonly string[];
  readonly constants: {
    readonly word: typeof word;
    readonly job: typeof job;
    readonly chunkBits: number;
    readonly words: number;
  };
}

export const constants: WorkerStart["constants"] = {
  word,
  job,
  chunkBits: CHUNK_BITS,
  words: CONTROL_BYTES / 4,
};

/**
 * What a thread does. It stands alone, since its text is all that the thread gets: no name from outside but those of the
 * language, and no syntax that a compiler would answer with a helper.
 */
export function workerMain(start: WorkerStart, isReady: () => void): void {
  const { module, relaxed, memory, constants } = start;
  const { word, job, chunkBits } = constants;
  const exports = new WebAssembly.Instance(module, { env: { memory } }).exports as Record<string, unknown>;
  const better = (relaxed && new WebAssembly.Instance(relaxed, { env: { memory } }).exports) as
    | Record<string, unknown>
    | undefined;
  const table = exports.table as WebAssembly.Table;
  for (const name of start.kernels) table.set(table.grow(1), (better?.[name] ?? exports[name]) as CallableFunction);
  (exports.SCRATCH_SHIFT as WebAssembly.Global).value = start.scratch - (exports.SCRATCH as WebAssembly.Global).value;
  const move = exports.move as (dst: number, src: number, ndim: number, width: number, unit: number) => void;
  const transform = exports.transform as (dst: number, src: number, ndim: number) => void;
  const words = new Int32Array(memory.buffer, start.control, constants.words);
  const at = (name: keyof typeof word): number => words[word[name]] as number;
  isReady();
  for (let idle = 0; ; ) {
    const claim = Atomics.load(words, word.claim);
    const chunk = claim & ((1 << chunkBits) - 1);
    if (chunk >= at("chunks")) {
      // A thread that sleeps is woken in tens of microseconds, one that looks again at once: small jobs often follow each other.
      if (++idle > 2000) Atomics.wait(words, word.claim, claim);
      continue;
    }
    if (Atomics.compareExchange(words, word.claim, claim, claim + 1) !== claim) continue;
    idle = 0;
    if (at("job") === job.end) return;
    const dst = at("dst") + chunk * at("dstStep");
    const src = at("src") + chunk * at("srcStep");
    try {
      if (at("job") === job.move) move(dst, src, at("ndim"), at("width"), at("unit"));
      else transform(dst, src, at("ndim"));
    } catch {
      Atomics.store(words, word.failed, 1);
    }
    if (Atomics.add(words, word.done, 1) + 1 === at("chunks")) Atomics.notify(words, word.done);
  }
}
