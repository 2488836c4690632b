/**
 * Compiles the module that stands in binary.ts, at once and synchronously. Where that is refused (a Content Security
 * Policy, an engine without SIMD) the reason is returned instead, and the caller takes the other backend.
 */

import type { Backend } from "../backend.js";
import { createWasmBackend, type ModuleExports } from "./backend.js";
import { base64, relaxedBase64, relaxedNames } from "./binary.js";
import { ModuleMemory } from "./memory.js";
import { KernelTable } from "./table.js";

/** What turns base64 into bytes natively; which of them exists depends on the platform. */
interface NativeBase64 {
  readonly Buffer?: { from?(text: string, encoding: "base64"): Uint8Array<ArrayBuffer> };
  readonly Uint8Array: { fromBase64?(text: string): Uint8Array<ArrayBuffer> };
}

/** Base64 as bytes. A loop over the characters takes milliseconds at start-up, when nothing is compiled yet: it is the last resort. */
export function decode(text: string): Uint8Array<ArrayBuffer> {
  const { Buffer, Uint8Array: Bytes } = globalThis as unknown as NativeBase64;
  if (Bytes.fromBase64 !== undefined) return Bytes.fromBase64(text);
  if (Buffer?.from !== undefined) return Buffer.from(text, "base64");
  if (typeof atob !== "function") return decodePlainly(text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Of whole groups of four characters, with or without padding. */
function decodePlainly(text: string): Uint8Array<ArrayBuffer> {
  const values = new Uint8Array(128);
  for (let i = 0; i < ALPHABET.length; i++) values[ALPHABET.charCodeAt(i)] = i;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  for (let i = 0, at = 0; i < text.length; i += 4, at += 3) {
    let group = 0;
    for (let k = 0; k < 4; k++) group = (group << 6) | values[text.charCodeAt(i + k)]!;
    for (let k = 0; k < 3 && at + k < bytes.length; k++) bytes[at + k] = group >> (16 - 8 * k);
  }
  return bytes;
}

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
        kernels = new WebAssembly.Instance(new WebAssembly.Module(decode(relaxedBase64)), { env: { memory } }).exports;
      } catch {
        // The kernels of the first module do the same.
      }
    }
    return kernels[name];
  };
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
    const exports = instance.exports as unknown as ModuleExports;
    return createWasmBackend(memory, exports, new KernelTable(memory, exports, relaxedKernels(memory.memory)));
  } catch (error) {
    return { reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}
