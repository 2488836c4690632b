/**
 * System calls that fail on demand: the n-th call of Node's `fs` about a file of a test gives EIO, for n from 0 on until an operation
 * gets through without meeting one.
 */
import * as fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { afterAll, beforeAll } from "vitest";
import { type Countdown, due, Injected } from "./failing.js";

type AnyFunction = (...args: unknown[]) => unknown;
const real = (fs as unknown as { default: Record<string, AnyFunction> }).default;

const atOnce =
  "openSync closeSync readSync writeSync fsyncSync fstatSync statSync lstatSync realpathSync readdirSync renameSync unlinkSync " +
  "fchmodSync ftruncateSync mkdirSync mkdtempSync rmSync readFileSync writeFileSync copyFileSync";
const later = "read write fsync";
const MOST_CALLS = 2000;

export interface FailingCalls {
  /**
   * Runs `operation` until no call is left that fails; `reset` goes before each run, `check` after it.
   *
   * @returns the names of the calls that failed
   */
  every<T>(
    operation: () => Promise<T>,
    reset: () => void | Promise<void>,
    check: (outcome: T, what: { readonly call: string | undefined; readonly n: number }) => void | Promise<void>,
  ): Promise<Set<string>>;
}

/** For the tests of a file; calls about what is not under `root` are left alone, since the runner has files of its own. */
export function failingCalls(root: string): FailingCalls {
  const originals = new Map<string, AnyFunction>();
  const ours = new Set<number>();
  let armed: Countdown | undefined;
  let failed: string | undefined;

  const isOurs = (where: unknown): boolean =>
    typeof where === "number" ? ours.has(where) : String(where).startsWith(root);

  function failure(call: string, where: unknown): NodeJS.ErrnoException | undefined {
    if (armed === undefined || !isOurs(where)) return undefined;
    try {
      due(armed, call);
      return undefined;
    } catch (error) {
      if (!(error instanceof Injected)) throw error;
      failed = call;
      return Object.assign(new Error(`EIO: injected, ${call}`), { code: "EIO", errno: -5, syscall: call });
    }
  }

  beforeAll(() => {
    const replace = (name: string, wrapper: (original: AnyFunction) => AnyFunction) => {
      const original = real[name]!;
      originals.set(name, original);
      real[name] = wrapper(original);
    };
    for (const name of atOnce.split(" "))
      replace(name, (original) => (...args) => {
        const error = failure(name, args[0]);
        // A file whose closing fails is closed.
        if (error !== undefined && name === "closeSync") original(...args);
        if (error !== undefined) throw error;
        const result = original(...args);
        if (name === "openSync" && isOurs(args[0])) ours.add(result as number);
        if (name === "closeSync") ours.delete(args[0] as number);
        return result;
      });
    for (const name of later.split(" "))
      replace(name, (original) => (...args) => {
        const error = failure(name, args[0]);
        if (error === undefined) return original(...args);
        const callback = args.at(-1) as (error: Error) => void;
        setImmediate(() => callback(error));
      });
    syncBuiltinESMExports();
  });

  afterAll(() => {
    for (const [name, original] of originals) real[name] = original;
    syncBuiltinESMExports();
  });

  return {
    async every(operation, reset, check) {
      const met = new Set<string>();
      for (let n = 0; n < MOST_CALLS; n++) {
        await reset();
        const countdown: Countdown = { left: n, fired: false };
        failed = undefined;
        armed = countdown;
        let outcome: Awaited<ReturnType<typeof operation>>;
        try {
          outcome = await operation();
        } finally {
          armed = undefined;
        }
        await check(outcome, { call: failed, n });
        if (!countdown.fired) return met;
        met.add(failed!);
      }
      throw new Error(`no end after ${MOST_CALLS} calls`);
    },
  };
}
