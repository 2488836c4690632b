/**
 * The n-th system call of `plan`, `run` and `verify` fails, for every n: results are what they were or complete, one line says what
 * happened, the exit status sends the work elsewhere, and the next calls finish it.
 */
import * as fs from "node:fs";
import { beforeEach, expect, test } from "vitest";
import { view } from "../../src/index.js";
import { writeNpy } from "../../src/io/npy.js";
import { writeSafetensors } from "../../src/io/safetensors.js";
import { cli, temporaryFolder } from "../lib/cli.js";
import { contentsOf, failingCalls, writeStore } from "./calls.js";

const folder = temporaryFolder();
const calls = failingCalls(folder.path(""));
const ELSEWHERE = 75;
const OLD = "what was there before";

const values = (length: number) => Float32Array.from({ length }, (_, i) => i % 1000);
const sources: Readonly<Record<string, () => Uint8Array>> = {
  "a.npy": () => writeNpy(view(values(12_000), { shape: [100, 120] })),
  "a.safetensors": () => writeSafetensors({ x: view(values(9000)), y: view(values(77)) }),
};

beforeEach(() => {
  for (const name of folder.files()) fs.rmSync(folder.path(name), { recursive: true });
  for (const [name, bytes] of Object.entries(sources)) fs.writeFileSync(folder.path(name), bytes());
  writeStore(folder.path("a.zarr"));
});

const there = (name: string): string | undefined => contentsOf(folder.path(name));

/** Something that the result takes the place of: a file, or a store. */
function putOld(path: string): void {
  fs.rmSync(path, { recursive: true, force: true });
  if (!path.endsWith(".zarr")) fs.writeFileSync(path, OLD);
  else {
    fs.mkdirSync(path);
    fs.writeFileSync(`${path}/.zgroup`, '{"zarr_format":2}');
  }
}

const command =
  (...args: string[]) =>
  async () => {
    const { status, err, bytes } = await cli(...args);
    return { status, err, bytes: Buffer.from(bytes).toString("latin1") };
  };

/** A conversion of three shards or more, its plan, and what it makes. */
async function planned(source: string, target: string, ...options: string[]) {
  const [src, dst, plan] = [source, target, "plan"].map((name) => folder.path(name)) as [string, string, string];
  const one = folder.path(`one${target.slice(target.indexOf("."))}`);
  expect((await cli("convert", src, one, "--quiet", ...options)).status).toBe(0);
  const complete = contentsOf(one)!;
  const planning = command("plan", src, dst, "--shard", "6000", ...options);
  fs.writeFileSync(plan, (await planning()).bytes, "latin1");
  const { work } = JSON.parse(fs.readFileSync(plan, "utf8").split("\n", 1)[0]!) as { work: string };
  /** Nothing done yet. */
  const reset = (): void => {
    for (const path of [work, `${plan}.verified`]) fs.rmSync(path, { recursive: true, force: true });
    putOld(dst);
  };
  putOld(dst);
  const old = contentsOf(dst)!;
  fs.rmSync(dst, { recursive: true });
  const run = command("run", plan, "--quiet");
  const verify = command("verify", plan, "--quiet");
  /** That the rest is done as if nothing had happened. */
  const finish = async (what: string): Promise<void> => {
    expect((await run()).status, what).toBe(0);
    expect(await verify(), what).toMatchObject({ status: 0, err: "" });
    expect(there(target), what).toBe(complete);
    expect(fs.existsSync(work), what).toBe(false);
    expect((await run()).status, what).toBe(0);
  };
  return { target, old, complete, planning, reset, run, verify, finish };
}

const failureLine = (call: string | undefined) => ({
  status: call === undefined ? 0 : ELSEWHERE,
  err: call === undefined ? "" : expect.stringMatching(/^stridebuf: [^\n]*input\/output error[^\n]*$/),
});

const conversions: [source: string, target: string, ...options: string[]][] = [
  ["a.npy", "b.npy", "--to", "float16"],
  ["a.safetensors", "b.safetensors", "--to", "bfloat16"],
  ["a.zarr", "b.zarr", "--to", "float16"],
];

test.each(conversions)("plan %s %s", async (...conversion) => {
  const { planning, complete } = await planned(...conversion);
  const expected = (await planning()).bytes;
  const met = await calls.every(
    planning,
    () => {},
    (done, { call, n }) => {
      const what = `call ${n}, ${call}`;
      if (done.status === 0) expect(done, what).toEqual({ status: 0, err: "", bytes: expected });
      else expect(done, what).toMatchObject({ ...failureLine(call), status: 1 });
    },
  );
  expect(complete.length).toBeGreaterThan(18_000);
  const isStore = conversion[0] === "a.zarr";
  for (const call of isStore ? ["readFile", "stat", "readdir"] : ["openSync", "fstatSync", "readSync"])
    expect(met).toContain(call);
});

test.each(conversions)("run %s %s", async (...conversion) => {
  const { target, old, reset, run, finish } = await planned(...conversion);
  const met = await calls.every(run, reset, async (done, { call, n }) => {
    const what = `call ${n}, ${call}: ${done.err}`;
    if (done.status !== 0) expect(done, what).toMatchObject(failureLine(call));
    else expect(done.err, what).toBe("");
    expect(there(target), what).toBe(old);
    await finish(what);
  });
  const those =
    conversion[0] === "a.zarr"
      ? ["readFile", "readdir", "open", "writeFile", "sync", "close", "mkdir", "rename"]
      : ["ftruncateSync", "write", "fsync"];
  for (const call of ["openSync", "mkdirSync", "readSync", "writeSync", "fsyncSync", ...those])
    expect(met).toContain(call);
});

test.each(conversions)("verify %s %s", async (...conversion) => {
  const { target, old, complete, reset, run, verify, finish } = await planned(...conversion);
  const done = async () => {
    reset();
    expect((await run()).status).toBe(0);
  };
  const met = await calls.every(verify, done, async (verified, { call, n }) => {
    const what = `call ${n}, ${call}: ${verified.err}`;
    if (verified.status !== 0) expect(verified, what).toMatchObject(failureLine(call));
    else expect([verified.err, there(target)], what).toEqual(["", complete]);
    expect([old, complete].includes(there(target)!), what).toBe(true);
    await finish(what);
  });
  for (const call of [
    "openSync",
    conversion[0] === "a.zarr" ? "readFile" : "read",
    "fsyncSync",
    "renameSync",
    "rmSync",
    "writeFileSync",
  ])
    expect(met).toContain(call);
});
