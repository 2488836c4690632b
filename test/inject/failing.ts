/**
 * Failure on demand, as SQLite's tests do it ("How SQLite Is Tested", anomaly testing): the n-th allocation or call into somebody
 * else's code throws, for n from 1 on until an operation gets through without meeting one.
 */

/** What an injected failure throws; nothing else of the runtime throws it. */
export class Injected extends RangeError {}

export interface Countdown {
  /** Failures still to pass over; the one after them throws. */
  left: number;
  fired: boolean;
}

/** Counts a call that may fail. */
export function due(countdown: Countdown, what: string): void {
  if (countdown.left-- > 0 || countdown.fired) return;
  countdown.fired = true;
  throw new Injected(what);
}

const arrays = [
  "ArrayBuffer",
  "Uint8Array",
  "Float64Array",
  "Float32Array",
  "BigInt64Array",
  "Int32Array",
  "Uint16Array",
];

/** Runs `call` while every constructor that takes memory counts down. Arrays over memory that exists take none. */
export function withAllocations<T>(countdown: Countdown, call: () => T): T {
  const globals = globalThis as unknown as Record<string, unknown>;
  const originals = arrays.map((name) => [name, globals[name]] as const);
  for (const [name, original] of originals)
    globals[name] = new Proxy(original as new (...args: unknown[]) => object, {
      construct(target, args, newTarget) {
        // A single number is never what runs out.
        if (typeof args[0] === "number" && args[0] > 1) due(countdown, `no memory for ${name}(${args[0]})`);
        return Reflect.construct(target, args, newTarget);
      },
    });
  try {
    return call();
  } finally {
    for (const [name, original] of originals) globals[name] = original;
  }
}

/** Runs `operation` with the first, second, … failure until none is met. @returns how many were met */
export function everyFailure(operation: (countdown: Countdown) => void, most = 2000): number {
  for (let n = 0; n < most; n++) {
    const countdown: Countdown = { left: n, fired: false };
    operation(countdown);
    if (!countdown.fired) return n;
  }
  throw new Error(`no end after ${most} failures`);
}
