/**
 * stridebuf/parallel: the functions of `stridebuf` on several cores. Resident arrays lie in memory that a few workers share, and loops over
 * them are cut into chunks, which whoever is free takes. What is not resident is copied and converted on one core, as always.
 */

import { type Api, createApi } from "../api.js";
import type { Backend } from "../backend/backend.js";
import { createWasmBackend } from "../backend/wasm/backend.js";
import { allocateIn, ModuleMemory } from "../backend/wasm/memory.js";
import { createRunner, type ModuleExports } from "../backend/wasm/run.js";
import { KernelTable } from "../backend/wasm/table.js";
import { moduleBinary, relaxedBinary } from "../backend/wasm/unpack.js";
import { requireKnownOptions } from "../options.js";
import { parallelBackend } from "./backend.js";
import { CONTROL_BYTES } from "./control.js";
import { Crew, LEAST_BYTES } from "./crew.js";
import { sharedBinary } from "./shared-module.js";
import { availableThreads, startThread, type Thread } from "./threads.js";

/** How many threads there are. */
export interface ParallelOptions {
  /** Threads that work together, this one among them; as many as the machine runs at once, but 8 at most, when not given. */
  threads?: number;
  /** Bytes, of the wider side, from which work is shared: 4 MiB when not given; less pays where calls follow each other at once. */
  leastBytes?: number;
}

/** The functions of `stridebuf`, over several threads. */
export interface Parallel extends Omit<Api, "engine"> {
  /** Threads that work together, this one among them. */
  readonly threads: number;
  /** Why there are fewer threads than were asked for. */
  readonly reason?: string;
  /** Ends the other threads; arrays stay, and everything goes on in this one. Also by `using`. */
  close(): void;
  /** `close()`. */
  [Symbol.dispose](): void;
}

const MOST_THREADS = 8;

/**
 * Starts threads. Where there is no memory that they can share (a page that is not cross-origin isolated) or no worker starts (a
 * Content Security Policy without `blob:`), everything runs in this thread, and `reason` says why.
 *
 * @throws TypeError, RangeError for options that are unknown or out of range
 *
 * @example
 * const cores = await parallel({ threads: 2 });
 * const weights = cores.empty([1 << 20], "f", { resident: true });
 * cores.fill(weights, 1.5);
 * cores.convert(weights, "float16", { resident: true }).get(1000); // 1.5
 * cores.close();
 */
export async function parallel(options: ParallelOptions = {}): Promise<Parallel> {
  requireKnownOptions(options, ["threads", "leastBytes"]);
  const wanted = options.threads ?? Math.min(availableThreads(), MOST_THREADS);
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > 64)
    throw new RangeError(`"options.threads" expected 1 to 64, got ${wanted}`);
  const { leastBytes = LEAST_BYTES } = options;
  if (!Number.isSafeInteger(leastBytes) || leastBytes < 0)
    throw new RangeError(`"options.leastBytes" expected a number of bytes, got ${leastBytes}`);
  const own = createWasmBackend();
  if (own.reason !== undefined) return alone(createApi(own), own.reason);
  try {
    return await together(own, wanted, leastBytes);
  } catch (error) {
    return alone(createApi(own), error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  }
}

function alone(api: Api, reason: string): Parallel {
  const close = (): void => {};
  return { ...withoutEngine(api), threads: 1, reason, close, [Symbol.dispose]: close };
}

function withoutEngine({ engine: _, ...functions }: Api): Omit<Api, "engine"> {
  return functions;
}

function relaxedModule(): WebAssembly.Module | undefined {
  try {
    return new WebAssembly.Module(sharedBinary(relaxedBinary()));
  } catch {
    return undefined;
  }
}

async function together(own: Backend, wanted: number, leastBytes: number): Promise<Parallel> {
  const memory = new ModuleMemory(undefined, true);
  const module = new WebAssembly.Module(sharedBinary(moduleBinary()));
  const relaxed = relaxedModule();
  const env = { memory: memory.memory };
  const exports = new WebAssembly.Instance(module, { env }).exports as unknown as ModuleExports;
  const better = relaxed && new WebAssembly.Instance(relaxed, { env }).exports;
  const table = new KernelTable(memory, exports, (name) => better?.[name]);
  // The same slots in every thread.
  const kernels = WebAssembly.Module.exports(module).flatMap(({ name, kind }) => (kind === "function" ? [name] : []));
  for (const name of kernels) table.slotOfKernel(name);

  const control = allocateIn(memory, exports, CONTROL_BYTES).byteOffset;
  const crew = new Crew(memory, exports, control);
  const scratchBytes = (exports.SCRATCH_ALL as WebAssembly.Global).value as number;
  const started = await Promise.allSettled(
    Array.from({ length: wanted - 1 }, () => {
      const scratch = allocateIn(memory, exports, scratchBytes).byteOffset;
      return startThread({ module, relaxed, memory: memory.memory, control, scratch, kernels });
    }),
  );
  const threads: Thread[] = started.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const failure = started.find((one) => one.status === "rejected");
  crew.threads = 1 + threads.length;
  crew.leastBytes = leastBytes;

  const shared = createWasmBackend(() => createRunner(memory, crew.exports, table));
  const close = (): void => {
    crew.end();
    for (const thread of threads.splice(0)) thread.terminate();
  };
  return {
    ...withoutEngine(createApi(parallelBackend(own, shared))),
    get threads() {
      return crew.threads;
    },
    ...(failure === undefined ? {} : { reason: String(failure.reason) }),
    close,
    [Symbol.dispose]: close,
  };
}
