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

/** Milliseconds of processor time of this process, all threads together, and of the clock. */
interface Spent {
  readonly processor: number;
  readonly clock: number;
}

function spent(): Spent {
  const { user, system } = process.cpuUsage();
  return { processor: (user + system) / 1000, clock: performance.now() };
}

const aside = { processor: 0, clock: 0 };

/** The result of `call`, whose cost is not counted: what a target compares with, not what it tests. */
export function uncounted<T>(call: () => T): T {
  const start = spent();
  try {
    return call();
  } finally {
    const end = spent();
    aside.processor += end.processor - start.processor;
    aside.clock += end.clock - start.clock;
  }
}

/** How often a slow run is repeated before it counts as slow: compiling and collecting are paid once. */
const TURNS = 8;

/**
 * Runs a target; slow or large runs are run again, so that neither a collection nor compilation is taken for one. A target that
 * waits is not timed.
 */
export function withinCost(byteLength: number, target: () => void | Promise<void>): void | Promise<void> {
  const limit = FREE_MS + byteLength * MS_PER_BYTE;
  const start = performance.now();
  const pending = target();
  if (pending !== undefined) return pending;
  if (performance.now() - start < 1) return;
  const before = memory();
  let took = performance.now() - start;
  for (let turn = 0; turn < TURNS && took > limit; turn++) took = Math.min(took, timed(target));
  if (took > limit) throw new Error(`cost: ${took.toFixed(0)} ms of processor time for ${byteLength} bytes of input`);
  const grown = memory() - before;
  if (grown > FREE_BYTES + byteLength * BYTES_PER_BYTE)
    throw new Error(`cost: ${(grown / 2 ** 20).toFixed(0)} MiB for ${byteLength} bytes of input`);
}

/** The smaller of both: other processes cost time of the clock only, other threads of this one processor time only. */
function timed(target: () => unknown): number {
  const [start, already] = [spent(), { ...aside }];
  target();
  const end = spent();
  const cost = (what: keyof Spent) => end[what] - start[what] - (aside[what] - already[what]);
  return Math.min(cost("processor"), cost("clock"));
}

/** @throws Error with both sides where they differ */
export function same(what: string, a: unknown, b: unknown): void {
  if (!Object.is(a, b)) throw new Error(`${what}: ${String(a)} and ${String(b)}`);
}
