/** What every target holds: refusals are tagged, work is proportional to the input, and most of the grammar is accepted. */
import { isStridebufError } from "../../../src/errors.js";

/** Milliseconds of a call that nobody minds, and of each byte of its input; instrumented code runs several times slower. */
const FREE_MS = 60;
const MS_PER_BYTE = 0.02;
/** Bytes of memory that nobody minds, and for each byte of input. */
const FREE_BYTES = 64 * 2 ** 20;
const BYTES_PER_BYTE = 4096;

export const tally = { accepted: 0, refused: 0 };

/** Whether an error is one that the package promises: tagged, or an argument of the wrong type or range named in quotes. */
export function isRefusal(error: unknown): error is Error {
  if (isStridebufError(error)) return true;
  return (
    (error instanceof TypeError || error instanceof RangeError) && /^"|^unknown option|^(a|the) /.test(error.message)
  );
}

/** The result of `call`; undefined when it was refused. @throws what no refusal is */
export function attempt<T>(call: () => T): T | undefined {
  try {
    const result = call();
    tally.accepted++;
    return result;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    tally.refused++;
    return undefined;
  }
}

const memory = () => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

/**
 * Runs a target; slow or large runs are run again, so that neither a collection nor a neighbour is taken for one. A target that
 * waits is not timed.
 */
export function withinCost(byteLength: number, target: () => void | Promise<void>): void | Promise<void> {
  const limit = FREE_MS + byteLength * MS_PER_BYTE;
  const start = performance.now();
  const pending = target();
  if (pending !== undefined) return pending;
  let took = performance.now() - start;
  if (took < 1) return;
  const before = memory();
  for (let turn = 0; turn < 4 && took > limit; turn++) took = Math.min(took, timed(target));
  if (took > limit) throw new Error(`cost: ${took.toFixed(0)} ms for ${byteLength} bytes of input`);
  const grown = memory() - before;
  if (grown > FREE_BYTES + byteLength * BYTES_PER_BYTE)
    throw new Error(`cost: ${(grown / 2 ** 20).toFixed(0)} MiB for ${byteLength} bytes of input`);
}

function timed(target: () => unknown): number {
  const start = performance.now();
  target();
  return performance.now() - start;
}

/** @throws Error with both sides where they differ */
export function same(what: string, a: unknown, b: unknown): void {
  if (!Object.is(a, b)) throw new Error(`${what}: ${String(a)} and ${String(b)}`);
}
