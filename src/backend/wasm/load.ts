/**
 * Compiles the module, at once and synchronously. Where that is refused (a Content Security
 * Policy, an engine without SIMD) the reason is returned instead, and the caller takes the other backend.
 */

import { relaxedNames } from "./binary.js";
import { ModuleMemory } from "./memory.js";
import { createRunner, type ModuleExports, type ModuleRunner } from "./run.js";
import { KernelTable } from "./table.js";
import { moduleBinary, relaxedBinary } from "./unpack.js";

/**
 * Finds kernels by relaxed instructions, over `memory`. Their module is compiled when the first of them is looked for; an
 * engine without these instructions, or one that compiles nothing any more, has none.
 */
function relaxedKernels(memory: WebAssembly.Memory): (name: string) => WebAssembly.ExportValue | undefined {
  const names = relaxedNames.split(" ");
  let kernels: WebAssembly.Exports | undefined;
  return (name) => {
    if (!names.includes(name)) return undefined;
    if (kernels === undefined) {
      kernels = {};
      try {
        kernels = new WebAssembly.Instance(new WebAssembly.Module(relaxedBinary()), { env: { memory } }).exports;
      } catch {
        // The kernels of the first module do the same.
      }
    }
    return kernels[name];
  };
}

/**
 * A fresh instance of the module, or why there is none.
 *
 * @param maximumPages how far its memory may grow, in pages of 64 KiB
 */
export function loadModule(maximumPages?: number): ModuleRunner | { readonly reason: string } {
  try {
    const module = new WebAssembly.Module(moduleBinary());
    const memory = new ModuleMemory(maximumPages);
    const instance = new WebAssembly.Instance(module, { env: { memory: memory.memory } });
    const exports = instance.exports as unknown as ModuleExports;
    return createRunner(memory, exports, new KernelTable(memory, exports, relaxedKernels(memory.memory)));
  } catch (error) {
    return { reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}
