/**
 * The n-th system call fails, for every n of every command and file operation: the output is what was there before or complete, one
 * line says what happened, no temporary file is left (but where its removal is what failed), and the next run is right.
 */
import * as fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { view } from "../../src/index.js";
import { writeNpy, writeNpz } from "../../src/io/npy.js";
import { writeSafetensors } from "../../src/io/safetensors.js";
import { convertFile } from "../../src/io/stream.js";
import { fileSink, fileSource } from "../../src/node/index.js";
import { cli, temporaryFolder } from "../lib/cli.js";
import { type Countdown, due, Injected } from "./failing.js";

const folder = temporaryFolder();
const root = folder.path("");

let armed: Countdown | undefined;
/** The call that failed. */
let failed: string | undefined;
const ours = new Set<number>();

/** Whether a call is about a file of this test: the runner reads files of its own. */
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

type AnyFunction = (...args: unknown[]) => unknown;
const real = (fs as unknown as { default: Record<string, AnyFunction> }).default;
const originals = new Map<string, AnyFunction>();

const atOnce =
  "openSync closeSync readSync writeSync fsyncSync fstatSync statSync lstatSync realpathSync readdirSync renameSync unlinkSync " +
  "fchmodSync mkdirSync readFileSync writeFileSync";
const later = "read write fsync";

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

const numbers = view(
  Float32Array.from({ length: 200_000 }, (_, i) => i % 1000),
  { format: ">f", shape: [400, 500] },
);
const sources: Record<string, () => Uint8Array> = {
  "a.npy": () => writeNpy(numbers),
  "b.npy": () => writeNpy(view(new Float32Array(200_000), { shape: [400, 500] })),
  "a.npz": () => writeNpz({ x: numbers, y: view(Int16Array.of(1, 2)) }, { compress: true }),
  "a.safetensors": () => writeSafetensors({ x: numbers, y: view(Int16Array.of(1, 2)) }),
};

beforeEach(() => {
  for (const name of folder.files()) fs.rmSync(folder.path(name), { recursive: true });
  for (const [name, bytes] of Object.entries(sources)) fs.writeFileSync(folder.path(name), bytes());
});

/** What is there of a file, if anything. */
const there = (name: string): string | undefined =>
  fs.existsSync(folder.path(name)) ? fs.readFileSync(folder.path(name)).toString("latin1") : undefined;

interface Done {
  readonly status: number;
  readonly err: string;
}

/** @param old what the target is before, if anything */
async function everyCall(operation: () => Promise<Done>, target?: string, old?: Uint8Array): Promise<Set<string>> {
  const reset = (): string | undefined => {
    if (target !== undefined) fs.rmSync(folder.path(target), { force: true });
    if (target !== undefined && old !== undefined) fs.writeFileSync(folder.path(target), old);
    return target && there(target);
  };
  const names = folder.files();
  reset();
  expect(await operation()).toEqual({ status: 0, err: "" });
  const complete = target && there(target);
  const met = new Set<string>();
  for (let n = 0; ; n++) {
    if (n === 500) throw new Error("no end");
    const before = reset();
    const countdown: Countdown = { left: n, fired: false };
    armed = countdown;
    let done: Done;
    try {
      done = await operation();
    } finally {
      armed = undefined;
    }
    if (!countdown.fired) {
      expect(done).toEqual({ status: 0, err: "" });
      return met;
    }
    met.add(failed!);
    const what = `call ${n}, ${failed}: ${done.err}`;
    if (target !== undefined) expect([before, complete].includes(there(target)), what).toBe(true);
    if (done.status === 0) expect(target && there(target), what).toBe(complete);
    else
      expect(done, what).toMatchObject({
        status: 1,
        err: expect.stringMatching(/^stridebuf: [^\n]*input\/output error[^\n]*$/),
      });
    const left = folder.files().filter((name) => !names.includes(name) && name !== target);
    expect(failed === "unlinkSync" ? [] : left, what).toEqual([]);
    for (const name of left) fs.rmSync(folder.path(name));
    reset();
    expect(await operation(), what).toEqual({ status: 0, err: "" });
    expect(target && there(target), what).toBe(complete);
  }
}

const command =
  (...args: string[]) =>
  async (): Promise<Done> => {
    const { status, err } = await cli(...args.map((arg) => (arg.includes(".") ? folder.path(arg) : arg)));
    return { status, err };
  };

test.each<[args: string[], target: string, old?: Uint8Array]>([
  [["convert", "a.npy", "new.npy", "--to", "float16"], "new.npy"],
  [["convert", "a.npy", "new.npy", "--to", "float16", "--clobber"], "new.npy", Uint8Array.of(1, 2, 3)],
  [["convert", "a.npy", "new.npy", "--order", "F"], "new.npy"],
  [["convert", "a.npz", "new.npz", "--to", "float16"], "new.npz"],
  [["convert", "a.safetensors", "new.safetensors", "--to", "float16"], "new.safetensors"],
  [["convert", "a.npy", "a.npy", "--to", "float64", "--clobber"], "a.npy", sources["a.npy"]!()],
])("%j", async (args, target, old) => {
  const met = await everyCall(command(...args, "--quiet"), target, old);
  for (const call of ["openSync", "fstatSync", "readSync", "fsync", "renameSync", "closeSync"])
    expect(met).toContain(call);
  expect(met.has("write") || met.has("writeSync")).toBe(true);
});

test.each([
  [["info", "a.npy"]],
  [["info", "a.npz"]],
  [["info", "a.safetensors"]],
  [["show", "a.npy"]],
  [["diff", "a.npy", "a.npy"]],
])("%j", async (args) => {
  const met = await everyCall(command(...args));
  for (const call of ["openSync", "fstatSync", "readSync"]) expect(met).toContain(call);
});

test("fileSource, convertFile and fileSink", async () => {
  const met = await everyCall(async () => {
    let source: ReturnType<typeof fileSource> | undefined;
    let sink: ReturnType<typeof fileSink> | undefined;
    try {
      source = fileSource(folder.path("a.npy"));
      sink = fileSink(folder.path("new.npy"));
      await convertFile(sink, source, { to: "float16", into: "npy" });
      sink.close();
      source.close();
      return { status: 0, err: "" };
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe("EIO");
      sink?.discard();
      source?.close();
      return { status: 1, err: "stridebuf: input/output error" };
    }
  }, "new.npy");
  for (const call of ["openSync", "read", "write", "fsyncSync", "renameSync"]) expect(met).toContain(call);
});
