/** Runs single kernels of the Wasm module over their own little memory, to compare them with their TypeScript twins. */

import type { ConvertStep } from "../../src/backend/backend.js";
import { moduleBinary } from "../../src/backend/wasm/unpack.js";

const memory = new WebAssembly.Memory({ initial: 256 });
const instance = new WebAssembly.Instance(new WebAssembly.Module(moduleBinary()), { env: { memory } });
export const kernelExports = instance.exports as Record<string, unknown>;

const IN = 4 << 20;
const OUT = 10 << 20;
const GUARD = 0xa5;

/** The result of a step's kernel on `src`, both placed `skew` bytes off alignment; throws when guard bytes around it change. */
export function runKernel(step: ConvertStep, src: Uint8Array, skew = 0): Uint8Array<ArrayBuffer> {
  const count = src.length / step.srcWidth;
  const size = count * step.dstWidth;
  const heap = new Uint8Array(memory.buffer);
  if (step.params) {
    const area = kernelExports[step.params.area] as WebAssembly.Global;
    heap.set(step.params.bytes, area.value);
  }
  heap.set(src, IN + skew);
  heap.fill(GUARD, OUT, OUT + size + 64);
  const kernel = kernelExports[step.kernel!] as (dst: number, src: number, count: number) => void;
  kernel(OUT + 16 + skew, IN + skew, count);
  for (let i = 0; i < 16 + skew; i++) if (heap[OUT + i] !== GUARD) throw new Error(`${step.kernel} wrote before dst`);
  for (let i = 16 + skew + size; i < size + 64; i++)
    if (heap[OUT + i] !== GUARD) throw new Error(`${step.kernel} wrote beyond dst`);
  return heap.slice(OUT + 16 + skew, OUT + 16 + skew + size);
}

/** The result of a step's twin on `src`. */
export function runTwin(step: ConvertStep, src: Uint8Array): Uint8Array<ArrayBuffer> {
  const count = src.length / step.srcWidth;
  const input = src.slice();
  const out = new Uint8Array(count * step.dstWidth);
  step.js(out.buffer, 0, input.buffer, 0, count);
  return out;
}

/** Small, fast, seeded. */
export function random(seed: number): () => number {
  let s = seed >>> 0;
  return () => {
    s = (s + 0x6d2b79f5) >>> 0;
    let t = Math.imul(s ^ (s >>> 15), s | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
}
