/** `convert --jobs`: threads make the bytes that one thread makes, and fail, report and end as one does. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { convert, view } from "../../src/index.js";
import { writeNpy } from "../../src/io/npy.js";
import { writeNpz } from "../../src/io/npz.js";
import { writeSafetensors } from "../../src/io/safetensors.js";
import { built, command, main } from "../lib/built-command.js";
import { temporaryFolder } from "../lib/cli.js";

const folder = temporaryFolder();

const sha256 = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

/** Every file below a folder, and its digest. */
const digests = (path: string): string[][] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => [file.slice(path.length), sha256(file)])
    .sort();

const numbers = (count: number, seed = 0): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(i + seed) * 1000);

const grid = (count: number, shape: number[]) => view(numbers(count), { shape });

function written(name: string, bytes: Uint8Array): string {
  const path = folder.path(name);
  writeFileSync(path, bytes);
  return path;
}

describe.skipIf(!built)("convert --jobs", () => {
  test.each([
    ["a.npy", "out.npy", ["--to", "float16"]],
    ["a.npy", "out.bin", ["--to", ">i4", "--scale", "3"]],
    ["a.npy", "turned.npy", ["--order", "F", "--to", "float64"]],
    ["a.npy", "plain.npy", []],
    ["raw.bin", "raw.npy", ["--format", "<f", "--shape", "1001,97", "--to", "bfloat16"]],
    ["m.safetensors", "m2.safetensors", ["--to", "bfloat16", "--skip", "norm.*"]],
    ["m.npz", "m3.safetensors", ["--to", "float16"]],
    ["m.npz", "m4.npz", ["--to", "float16"]],
  ])("one %s becomes %s by three threads as by one %s", (source, target, options) => {
    const items = grid(1001 * 97, [1001, 97]);
    const layers = {
      "norm.weight": grid(40, [40]),
      "layer.0": items,
      "layer.1": grid(30_000, [100, 300]),
      steps: view(Int32Array.of(1, 2, 3)),
      none: view(new Float32Array(0)),
    };
    written("a.npy", writeNpy(items));
    written("raw.bin", items.toBytes());
    written("m.safetensors", writeSafetensors(layers));
    written("m.npz", writeNpz(layers, { compress: true }));
    const [one, three] = [`one.${target}`, `three.${target}`].map(folder.path) as [string, string];
    expect(command("convert", folder.path(source), one, ...options, "--quiet")).toMatchObject({ status: 0 });
    const shared = command("convert", folder.path(source), three, ...options, "--jobs", "3", "--shard", "10kB");
    expect([shared.status, shared.stderr.replace(/^note: .*\n/gm, "")]).toEqual([0, ""]);
    expect(sha256(three)).toBe(sha256(one));
  });

  test("a Zarr store, chunk by chunk", () => {
    const store = folder.path("in.zarr");
    mkdirSync(join(store, "a"), { recursive: true });
    const meta = { zarr_format: 2, shape: [64, 64], chunks: [8, 8], dtype: "<f4", order: "C", fill_value: 0 };
    writeFileSync(join(store, ".zgroup"), '{"zarr_format": 2}');
    writeFileSync(join(store, "a", ".zarray"), JSON.stringify({ ...meta, compressor: null, filters: null }));
    for (let i = 0; i < 8; i++)
      for (let j = 0; j < 8; j++)
        if (i !== j) writeFileSync(join(store, "a", `${i}.${j}`), new Uint8Array(numbers(64, i * 8 + j).buffer));
    const [one, three] = ["one.zarr", "three.zarr"].map(folder.path) as [string, string];
    const options = ["--to", "float16", "--chunks", "16,8"];
    expect(command("convert", store, one, ...options)).toMatchObject({ status: 0, stderr: "" });
    const shared = command("convert", store, three, ...options, "--jobs", "3", "--shard", "1kB");
    expect([shared.status, shared.stderr]).toEqual([0, ""]);
    expect(digests(three)).toEqual(digests(one));
    expect(digests(one).length).toBe(2 + 32);
    expect(folder.files().filter((name) => name.includes(".part"))).toEqual([]);
  });

  test("many files: lines in the order of the names, a failure of one is its own", () => {
    mkdirSync(folder.path("many"));
    // Larger ones first, so that they end last.
    for (let i = 0; i < 6; i++) written(`many/${i}.npy`, writeNpy(grid(60_000 - i * 10_000, [60_000 - i * 10_000])));
    writeFileSync(folder.path("many/3.npy"), "no array");
    const args = [folder.path("many/*.npy"), "--to", "float16"];
    const run = (name: string, ...more: string[]) =>
      command("convert", ...args, "-o", folder.path(name), "--shard", "64kB", ...more);
    const [one, shared] = [run("by-one"), run("by-three", "--jobs", "3")];
    const told = (text: string) => text.replace(/in [\d.]+ s.*|by-\w+/g, "");
    expect([one.status, shared.status]).toEqual([1, 1]);
    expect(told(shared.stdout)).toBe(told(one.stdout));
    expect(shared.stdout.match(/(\d)\.npy:/g)).toEqual(["0", "1", "2", "4", "5"].map((name) => `${name}.npy:`));
    expect(shared.stderr).toBe(one.stderr);
    expect(shared.stderr).toMatch(/^stridebuf: [^\n]*3\.npy: [^\n]*\nstridebuf: 1 of 6 files failed\n$/);
    expect(digests(folder.path("by-three"))).toEqual(digests(folder.path("by-one")));
    const json = JSON.parse(run("by-json", "--jobs", "3", "--json").stdout) as { src: string; error?: unknown }[];
    expect(json.map(({ src, error }) => [src.at(-5), error !== undefined])).toEqual(
      [..."012345"].map((name) => [name, name === "3"]),
    );
  });

  test("of several failures the first in the file is told, and nothing is left", () => {
    const values = numbers(100_000);
    for (const at of [99_999, 70_000, 30_001]) values[at] = Number.NaN;
    const source = written("nan.npy", writeNpy(view(values)));
    mkdirSync(folder.path("failed"));
    const args = ["convert", source, folder.path("failed/out.npy"), "--to", "i2", "--overflow", "error"];
    const one = command(...args);
    for (let i = 0; i < 3; i++) {
      const shared = command(...args, "--jobs", "2", "--shard", "20kB");
      expect([shared.status, shared.stdout, shared.stderr]).toEqual([1, "", one.stderr]);
    }
    expect(one.stderr).toContain("30001");
    expect(readdirSync(folder.path("failed"))).toEqual([]);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("%s leaves nothing behind", async (signal) => {
    const target = folder.path(`jobs-${signal}`);
    mkdirSync(target);
    const source = folder.path("large.bin");
    writeFileSync(source, "");
    truncateSync(source, 2 ** 32);
    const args = ["convert", source, `${target}/out.npy`, "--format", ">f", "--to", "float8_e4m3fn", "--jobs", "2"];
    const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "ignore", "pipe"] });
    const end = new Promise((resolve) => child.on("close", (code, by) => resolve([code, by])));
    while (!readdirSync(target).some((name) => name.endsWith(".part"))) await new Promise((go) => setTimeout(go, 5));
    child.kill(signal);
    expect(await end).toEqual([null, signal]);
    expect(readdirSync(target)).toEqual([]);
  });

  test("small work is done without threads, by the same bytes", () => {
    const source = written("small.npy", writeNpy(grid(10, [10])));
    expect(command("convert", source, folder.path("small-out.npy"), "--to", "e", "--jobs", "8").status).toBe(0);
    expect(readFileSync(folder.path("small-out.npy"))).toEqual(Buffer.from(writeNpy(convert(grid(10, [10]), "e"))));
  });
});
