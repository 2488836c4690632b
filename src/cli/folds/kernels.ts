/** What folds ask of the machine: a piece of values → its extremes, sum, spread and zeros, by Wasm or by loops with the same results. */

import { jsKernels } from "./kernels-js.js";
import { wasmKernels } from "./kernels-wasm.js";
import type { Kernels } from "./piece.js";

let chosen: Kernels | undefined;

/** Wasm, where the platform has it. */
export function kernels(): Kernels {
  try {
    chosen ??= wasmKernels();
  } catch {
    chosen = jsKernels;
  }
  return chosen;
}
