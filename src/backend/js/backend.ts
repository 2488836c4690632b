/**
 * The backend in plain TypeScript: what runs where WebAssembly may not be compiled, and what the other one is compared
 * with. Resident memory is an ordinary ArrayBuffer per allocation.
 */

import { stridebufError } from "../../errors.js";
import type { Allocation, Backend } from "../backend.js";
import { moveScript } from "./move.js";
import { transformScript } from "./transform.js";

function allocate(nbytes: number): Allocation {
  let buffer: ArrayBuffer;
  try {
    buffer = new ArrayBuffer(nbytes);
  } catch (cause) {
    throw stridebufError("EngineError", `no memory for ${nbytes} bytes`, { phase: "memory" }, cause);
  }
  return { buffer, byteOffset: 0, nbytes, free() {} };
}

/** @param reason why this backend stands in for another one */
export function createJsBackend(reason?: string): Backend {
  return {
    name: "js",
    ...(reason === undefined ? {} : { reason }),
    holds: () => true,
    move: moveScript,
    transform: transformScript,
    allocate,
  };
}
