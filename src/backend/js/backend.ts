/**
 * The backend in plain TypeScript: what runs where WebAssembly may not be compiled, and what the other one is compared
 * with. Resident memory is an ordinary ArrayBuffer per allocation.
 */

import { stridebufError } from "../../errors.js";
import type { Allocation, Backend } from "../backend.js";
import { choosePlatform, moveHere } from "../platform.js";
import { proveTwins, transformJs } from "./transform.js";

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
    isResident: () => true,
    chooseMove: (move, overlap, placement) =>
      choosePlatform(move, overlap, placement, () => true) ?? ["js", "no WebAssembly"],
    chooseTransform(_, conversion) {
      proveTwins(conversion);
      return ["js", "no WebAssembly"];
    },
    move: moveHere,
    transform: (dst, src, { loop }, conversion) => transformJs(dst, src, loop, conversion),
    allocate,
  };
}
