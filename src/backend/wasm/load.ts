/**
 * Compiles the module that stands in binary.ts, at once and synchronously. Where that is refused (a Content Security
 * Policy, an engine without SIMD) the reason is returned instead, and the caller takes the other backend.
 */

import type { Backend } from "../backend.js";
import { createWasmBackend, type ModuleExports } from "./backend.js";
import { base64 } from "./binary.js";
import { ModuleMemory } from "./memory.js";

function decode(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/**
 * A backend over a fresh instance of the module, or why there is none.
 *
 * @param maximumPages how far its memory may grow, in pages of 64 KiB
 */
export function loadWasm(maximumPages?: number): Backend | { readonly reason: string } {
  try {
    const module = new WebAssembly.Module(decode(base64));
    const memory = new ModuleMemory(maximumPages);
    const instance = new WebAssembly.Instance(module, { env: { memory: memory.memory } });
    return createWasmBackend(memory, instance.exports as unknown as ModuleExports);
  } catch (error) {
    return { reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}
