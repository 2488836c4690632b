/**
 * System calls that fail on demand: the n-th call of Node's `fs` about a file of a test gives EIO, for n from 0 on until an operation
 * gets through without meeting one.
 */
import * as fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { type Countdown, due, Injected } from "./failing.js";

type AnyFunction = (...args: unknown[]) => unknown;
const real = (fs as unknown as { default: Record<string, AnyFunction> }).default;
const promises = real.promises as unknown as Record<string, AnyFunction>;

const atOnce =
  "openSync closeSync readSync writeSync fsyncSync fstatSync statSync lstatSync realpathSync readdirSync renameSync unlinkSync " +
  "fchmodSync ftruncateSync mkdirSync mkdtempSync rmSync readFileSync writeFileSync copyFileSync";
const later = "read write fsync";
/** Those of `node:fs/promises`, and of the files that its `open` gives. */
const promised = "open mkdir rename unlink readFile readdir stat";
const ofHandles = "read writeFile sync stat close";
const MOST_CALLS = 2000;

/** A Zarr store of 100 × 120 numbers in four chunks, one of which is not there. */
export function writeStore(path: string): void {
  fs.mkdirSync(path);
  const grid = { shape: [100, 120], chunks: [25, 120], dtype: "<f4", order: "C", fill_value: 7 };
  const head = { zarr_format: 2, ...grid, compressor: null, filters: null };
  fs.writeFileSync(join(path, ".zarray"), JSON.stringify(head));
  fs.writeFileSync(join(path, ".zattrs"), JSON.stringify({ unit: "m" }));
  for (const i of [0, 1, 3])
    fs.writeFileSync(
      join(path, `${i}.0`),
      Float32Array.from({ length: 3000 }, (_, k) => (k % 100) + i),
    );
}

/** The bytes of a file, those of all files of a folder, or undefined where nothing is there. */
export function contentsOf(path: string): string | undefined {
  if (!fs.existsSync(path)) return undefined;
  if (!fs.statSync(path).isDirectory()) return fs.readFileSync(path, "latin1");
  const files = fs.readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return paths.map((each) => `${each.slice(path.length)}:${fs.readFileSync(each, "latin1")}`).join();
}

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
  const restore: (() => void)[] = [];
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

  /** What Node does by calls of its own counts as one. */
  function asOne<T>(call: () => T): T {
    const counting = armed;
    armed = undefined;
    try {
      return call();
    } finally {
      armed = counting;
    }
  }

  const failingHandle = (path: unknown) => (handle: Record<string, AnyFunction>) => {
    for (const name of ofHandles.split(" ")) {
      const original = handle[name]!.bind(handle);
      handle[name] = async (...args) => {
        const error = failure(name, path);
        if (error !== undefined && name === "close") await original();
        if (error !== undefined) throw error;
        return original(...args);
      };
    }
    return handle;
  };

  beforeAll(() => {
    const replaceIn = (
      object: Record<string, AnyFunction>,
      name: string,
      wrapper: (original: AnyFunction) => AnyFunction,
    ) => {
      const original = object[name]!;
      restore.push(() => {
        object[name] = original;
      });
      object[name] = wrapper(original);
    };
    const replace = (name: string, wrapper: (original: AnyFunction) => AnyFunction) => replaceIn(real, name, wrapper);
    for (const name of promised.split(" "))
      replaceIn(promises, name, (original) => async (...args) => {
        const error = failure(name, args[0]);
        if (error !== undefined) throw error;
        const result = original(...args) as Promise<Record<string, AnyFunction>>;
        return name === "open" && isOurs(args[0]) ? result.then(failingHandle(args[0])) : result;
      });
    for (const name of atOnce.split(" "))
      replace(name, (original) => (...args) => {
        const error = failure(name, args[0]);
        // A file whose closing fails is closed.
        if (error !== undefined && name === "closeSync") original(...args);
        if (error !== undefined) throw error;
        const result = name === "rmSync" ? asOne(() => original(...args)) : original(...args);
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
    for (const each of restore) each();
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
