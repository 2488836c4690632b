/**
 * Compiles the module that stands in binary.ts, at once and synchronously. Where that is refused (a Content Security
 * Policy, an engine without SIMD) the reason is returned instead, and the caller takes the other backend.
 */

import type { Backend } from "../backend.js";
import { createWasmBackend, type ModuleExports } from "./backend.js";
import { base64 } from "./binary.js";
import { ModuleMemory } from "./memory.js";

/** What turns base64 into bytes natively; which of them exists depends on the platform. */
interface NativeBase64 {
  readonly Buffer?: { from?(text: string, encoding: "base64"): Uint8Array<ArrayBuffer> };
  readonly Uint8Array: { fromBase64?(text: string): Uint8Array<ArrayBuffer> };
}

/** A loop over the characters takes milliseconds at start-up, when nothing is compiled yet: it is the last resort. */
function decode(text: string): Uint8Array<ArrayBuffer> {
  const { Buffer, Uint8Array: Bytes } = globalThis as unknown as NativeBase64;
  if (Bytes.fromBase64 !== undefined) return Bytes.fromBase64(text);
  if (Buffer?.from !== undefined) return Buffer.from(text, "base64");
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
