/** The backend over the Wasm module. Buffers outside the module's memory pass through its staging window. */

import type { Backend, Conversion, Loop, Place } from "../backend.js";
import { moveScript } from "../js/move.js";
import { transformScript } from "../js/transform.js";
import { type Allocator, allocateIn, type ModuleMemory } from "./memory.js";

export interface ModuleExports extends Allocator {
  readonly DESCRIPTOR: WebAssembly.Global;
  readonly HAS_SIMD: WebAssembly.Global;
  readonly table: WebAssembly.Table;
  move(dst: number, src: number, ndim: number, width: number, unit: number): void;
}

export function createWasmBackend(memory: ModuleMemory, exports: ModuleExports): Backend {
  const descriptor = exports.DESCRIPTOR.value / 4;

  function describe(loop: Loop): number {
    const words = memory.words;
    const ndim = loop.sizes.length;
    for (let axis = 0, at = descriptor; axis < ndim; axis++) {
      words[at++] = loop.sizes[axis]!;
      words[at++] = loop.dstStrides[axis]!;
      words[at++] = loop.srcStrides[axis]!;
    }
    return ndim;
  }

  const holds = (buffer: ArrayBufferLike): boolean => buffer === memory.buffer;

  return {
    name: "wasm",
    holds,
    move(dst: Place, src: Place, loop: Loop, width: number, swapUnit: number): void {
      if (holds(dst.buffer) && holds(src.buffer))
        exports.move(dst.byteOffset, src.byteOffset, describe(loop), width, swapUnit);
      else moveScript(dst, src, loop, width, swapUnit);
    },
    transform(dst: Place, src: Place, loop: Loop, conversion: Conversion): void {
      transformScript(dst, src, loop, conversion);
    },
    allocate: (nbytes) => allocateIn(memory, exports, nbytes),
  };
}
