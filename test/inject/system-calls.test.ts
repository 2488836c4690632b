/**
 * The n-th system call fails, for every n of every command and file operation: the output is what was there before or complete, one
 * line says what happened, no temporary file is left (but where its removal is what failed), and the next run is right.
 */
import { execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import { beforeEach, expect, test } from "vitest";
import { view } from "../../src/index.js";
import { writeNpy, writeNpz } from "../../src/io/npy.js";
import { writeSafetensors } from "../../src/io/safetensors.js";
import { convertFile } from "../../src/io/stream.js";
import { fileSink, fileSource } from "../../src/node/index.js";
import { cli, temporaryFolder } from "../lib/cli.js";
import { contentsOf, failingCalls, writeStore } from "./calls.js";

const folder = temporaryFolder();
const calls = failingCalls(folder.path(""));

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
  writeStore(folder.path("a.zarr"));
});

/** What is there of a file, if anything. */
const there = (name: string): string | undefined => contentsOf(folder.path(name));

interface Done {
  readonly status: number;
  readonly err: string;
}

type Put = (path: string) => void;
const file =
  (bytes: Uint8Array): Put =>
  (path) =>
    fs.writeFileSync(path, bytes);

/** @param old puts there what the target is before, if anything */
async function everyCall(operation: () => Promise<Done>, target?: string, old?: Put): Promise<Set<string>> {
  let before: string | undefined;
  const reset = (): void => {
    if (target !== undefined) fs.rmSync(folder.path(target), { force: true, recursive: true });
    if (target !== undefined) old?.(folder.path(target));
    before = target && there(target);
  };
  const names = folder.files();
  reset();
  expect(await operation()).toEqual({ status: 0, err: "" });
  const complete = target && there(target);
  return calls.every(operation, reset, async (done, { call, n }) => {
    const what = `call ${n}, ${call}: ${done.err}`;
    if (call === undefined) expect(done, what).toEqual({ status: 0, err: "" });
    if (target !== undefined) expect([before, complete].includes(there(target)), what).toBe(true);
    if (done.status === 0) expect(target && there(target), what).toBe(complete);
    else
      expect(done, what).toMatchObject({
        status: 1,
        err: expect.stringMatching(/^stridebuf: [^\n]*input\/output error[^\n]*$/),
      });
    const left = folder.files().filter((name) => !names.includes(name) && name !== target);
    expect(call === "unlinkSync" || call === "rmSync" ? [] : left, what).toEqual([]);
    for (const name of left) fs.rmSync(folder.path(name), { recursive: true });
    reset();
    expect(await operation(), what).toEqual({ status: 0, err: "" });
    expect(target && there(target), what).toBe(complete);
  });
}

const command =
  (...args: string[]) =>
  async (): Promise<Done> => {
    const { status, err } = await cli(...args.map((arg) => (arg.includes(".") ? folder.path(arg) : arg)));
    return { status, err };
  };

test.each<[args: string[], target: string, old?: Put]>([
  [["convert", "a.npy", "new.npy", "--to", "float16"], "new.npy"],
  [["convert", "a.npy", "new.npy", "--to", "float16", "--clobber"], "new.npy", file(Uint8Array.of(1, 2, 3))],
  [["convert", "a.npy", "new.npy", "--order", "F"], "new.npy"],
  [["convert", "a.npz", "new.npz", "--to", "float16"], "new.npz"],
  [["convert", "a.safetensors", "new.safetensors", "--to", "float16"], "new.safetensors"],
  [["convert", "a.npy", "a.npy", "--to", "float64", "--clobber"], "a.npy", file(sources["a.npy"]!())],
])("%j", async (args, target, old) => {
  const met = await everyCall(command(...args, "--quiet"), target, old);
  for (const call of ["openSync", "fstatSync", "readSync", "fsync", "renameSync", "closeSync"])
    expect(met).toContain(call);
  expect(met.has("write") || met.has("writeSync")).toBe(true);
});

test.each<[args: string[], target: string, old?: Put]>([
  [["convert", "a.zarr", "new.zarr", "--to", "float16"], "new.zarr"],
  [["convert", "a.zarr", "new.npy", "--to", "float16"], "new.npy"],
  [["convert", "a.zarr", "new.zarr", "--to", "float16", "--clobber"], "new.zarr", writeStore],
])("a store: %j", async (args, target, old) => {
  const met = await everyCall(command(...args, "--quiet"), target, old);
  const those = target === "new.npy" ? ["writeSync", "fsync", "renameSync"] : ["open", "writeFile", "sync", "rename"];
  for (const call of ["readFile", ...those]) expect(met).toContain(call);
});

test.each([[["info", "a.zarr"]], [["show", "a.zarr"]], [["diff", "a.zarr", "a.zarr"]]])("a store: %j", async (args) => {
  expect(await everyCall(command(...args))).toContain("readFile");
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

test.each([[["info", "pipe.npy"]], [["convert", "pipe.npy", "new.npy", "--to", "float16"], "new.npy"]] as [
  args: string[],
  target?: string,
][])("out of a pipe: %j", async (args, target) => {
  execFileSync("mkfifo", [folder.path("pipe.npy")]);
  const temporary = process.env.TMPDIR;
  process.env.TMPDIR = folder.path("");
  try {
    const met = await everyCall(async () => {
      const writer = spawn("sh", ["-c", 'exec cat "$0" > "$1"', folder.path("b.npy"), folder.path("pipe.npy")], {
        stdio: "ignore",
      });
      const ended = new Promise((resolve) => writer.on("close", resolve));
      try {
        return await command(...args)();
      } finally {
        writer.kill();
        await ended;
      }
    }, target);
    for (const call of ["mkdtempSync", "openSync", "rmSync", "read", "write", "closeSync"]) expect(met).toContain(call);
  } finally {
    if (temporary === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = temporary;
  }
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
