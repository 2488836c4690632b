/** The conformance check of the contract, for the tests of whoever exports. */

import { answers, BASIC, stridesOf } from "./acquire.js";
import {
  NDBUFFER,
  NDBUFFER_CHUNKS,
  type NDBuffer,
  type NDChunkExporter,
  type NDExporter,
  type NDRequest,
} from "./ndbuffer.js";

/** A few requests that between them name every flag but devices. */
const formats = "any";
const REQUESTS: readonly (NDRequest | undefined)[] = [
  undefined,
  { formats },
  { formats, mask: true, indirect: true },
  { formats, writable: true, contiguous: "C" },
  { formats, contiguous: "F" },
];

/** What must hold for a block, by the name of the fault; a test may throw. The extent of pointers is their user's to prove. */
const rules: Readonly<Record<string, (block: NDBuffer, request: NDRequest | undefined) => unknown>> = {
  request: answers,
  readonly: (b) => b.readonly === !!b.readonly,
  sizes: (b) => [b.byteOffset, b.itemsize, ...b.shape].every((n) => Number.isInteger(n) && n >= 0),
  strides: (b) =>
    [stridesOf(b), b.suboffsets ?? b.shape].every((n) => n.length === b.shape.length && n.every(Number.isInteger)),
  itemsize: (b) => !BASIC.test(b.format) || b.itemsize === 1 << ("?bBhHeiIfqQd".indexOf(b.format.at(-1)!) / 3),
  /** No letters of native size, no references, and no multi-byte letter before a byte order. */
  format: (b) => !/[@^=!lLnNPOgX&]|^[^<>]*[hHiIqQefdFDZuw]/.test(b.format.replace(/\[.*?]|:.*?:/g, "")),
  extent(b) {
    const end = (most: (a: number, b: number) => number) =>
      stridesOf(b).reduce((at, stride, axis) => at + most(stride * (b.shape[axis]! - 1), 0), b.byteOffset);
    const isInside = end(Math.min) >= 0 && end(Math.max) + b.itemsize <= b.buffer.byteLength;
    return isInside || b.device || b.suboffsets || b.shape.includes(0);
  },
  clone: (b) => b.owner || b.release || b.device || structuredClone({ ...b, buffer: 0, mask: 0 }),
};

/**
 * Holds an exporter to the contract, for its own tests: `expect(check(x)).toEqual([])`.
 *
 * @returns what is wrong: `method` (it has none of the two), `request` (a version other than 1, or not null where what was
 * asked cannot be given), `readonly`, `sizes` (byteOffset, itemsize and shape), `strides` (or suboffsets), `itemsize` (not
 * that of the format), `format` (byte order not spelled, native sizes), `extent` (items outside the buffer), `clone` (the
 * descriptor cannot be cloned)
 * @throws what the exporter throws
 *
 * @example
 * check(view(Float32Array.of(1, 2))); // []
 * check({}); // ["method"]
 */
export function check(exporter: unknown): string[] {
  const from = exporter as Partial<NDExporter & NDChunkExporter>;
  const faults = new Set((from[NDBUFFER] ?? from[NDBUFFER_CHUNKS]) ? [] : ["method"]);
  for (const request of REQUESTS)
    for (const block of [from[NDBUFFER]?.(request), ...(from[NDBUFFER_CHUNKS]?.(request) ?? [])])
      for (const name in rules)
        try {
          if (block && !rules[name]!(block, request)) faults.add(name);
        } catch {
          faults.add(name);
        }
  return [...faults];
}
