/** Shuffle of numcodecs. */

import { copy, view } from "../../index.js";

type Change = (bytes: Uint8Array) => Uint8Array;

/** Bytes grouped by their place in elements of `elementsize` bytes; a rest stays as it is. */
export function shuffled(elementsize: number): { encode: Change; decode: Change } {
  return { encode: (bytes) => moved(bytes, true), decode: (bytes) => moved(bytes, false) };

  function moved(bytes: Uint8Array, isEncoding: boolean): Uint8Array {
    const out = new Uint8Array(bytes.length);
    const shape = [Math.floor(bytes.length / elementsize), elementsize];
    const grouped = view(isEncoding ? out : bytes, { shape: [...shape].reverse() }).transpose();
    const plain = view(isEncoding ? bytes : out, { shape });
    if (isEncoding) copy(grouped, plain);
    else copy(plain, grouped);
    out.set(bytes.subarray(shape[0]! * elementsize), shape[0]! * elementsize);
    return out;
  }
}
