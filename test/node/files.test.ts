/** Files of this machine: opened by their head, read in parts, written whole or not at all. */
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { slice, view } from "../../src/index.js";
import { readNpy } from "../../src/io/npy.js";
import { writeSafetensors } from "../../src/io/safetensors.js";
import { convertFile } from "../../src/io/stream.js";
import { fileSink, fileSource, open } from "../../src/node/index.js";
import { temporaryFolder } from "../lib/cli.js";

const folder = temporaryFolder();
const grid = view(new Float32Array([1, 2, 3, 4, 5, 6]), { shape: [3, 2] });
const path = folder.path("m.safetensors");
writeFileSync(path, writeSafetensors({ grid, ids: view(BigInt64Array.of(7n)) }, { k: "v" }));

test("open gives names, tensors and parts of them", async () => {
  for (const where of [path, pathToFileURL(path)]) {
    const file = await open(where);
    expect([file.container, file.names, file.metadata.get("k")]).toEqual(["safetensors", ["ids", "grid"], "v"]);
    expect((await file.read("grid", slice(1, null))).toArray()).toEqual(grid.slice("1:").toArray());
    expect((await file.read("ids")).toArray()).toEqual([7n]);
    await file.close();
    await expect(file.read("grid")).rejects.toThrow(/EBADF|closed/);
  }
});

test("a conversion from file to file, named when it is closed", async () => {
  const source = fileSource(path);
  const target = folder.path("grid.npy");
  const sink = fileSink(target);
  await convertFile(sink, source, { tensor: "grid", to: "float64", into: "npy" });
  expect(folder.files()).not.toContain("grid.npy");
  sink.close();
  source.close();
  expect(readNpy(readFileSync(target)).toArray()).toEqual(grid.toArray());
  const given = fileSink(target);
  await given.write(Uint8Array.of(1), 0);
  given.discard();
  given.close();
  expect(readNpy(readFileSync(target)).toArray()).toEqual(grid.toArray());
  expect(folder.files()).toEqual(["grid.npy", "m.safetensors"]);
});

test("no number of a closed file is used: it may be another file's", async () => {
  const target = folder.path("late.bin");
  const sink = fileSink(target);
  const writing = sink.write(new Uint8Array(1 << 20).fill(1), 0);
  expect(() => sink.close()).toThrow(/^EBUSY: writes have not ended \(1\): await them before close\(\)$/);
  await writing;
  sink.close();
  const other = folder.path("other.bin");
  const next = fileSink(other);
  await expect(sink.write(Uint8Array.of(9), 0)).rejects.toThrow(/EBADF/);
  await next.write(Uint8Array.of(7), 0);
  next.close();
  expect([...readFileSync(other)]).toEqual([7]);
  expect(readFileSync(target).every((byte) => byte === 1)).toBe(true);

  const given = fileSink(folder.path("given.bin"));
  const last = given.write(new Uint8Array(1 << 20), 0);
  given.discard();
  await last;
  await expect(given.write(Uint8Array.of(1), 0)).rejects.toThrow(/EBADF/);
  expect(folder.files()).not.toContain("given.bin");
  expect(folder.files().filter((name) => name.endsWith(".part"))).toEqual([]);
});

test("reads that have begun end although the file is closed meanwhile", async () => {
  const source = fileSource(folder.path("late.bin"));
  const bytes = new Uint8Array(1 << 20);
  const reading = source.read(bytes, 0);
  source.close();
  const others = [fileSource(path), fileSource(path)];
  await reading;
  expect(bytes.every((byte) => byte === 1)).toBe(true);
  for (const other of others) {
    await other.read(new Uint8Array(8), 0);
    other.close();
  }
  await expect((async () => source.read(bytes, 0))()).rejects.toThrow(/EBADF/);
});

test("what cannot be opened says why", async () => {
  await expect(open(folder.path("none.npy"))).rejects.toThrow(/ENOENT/);
  expect(() => fileSource(folder.path("."))).toThrow(/ordinary file/);
  await expect(open(path, { shpe: [1] } as never)).rejects.toThrow(/"shape"/);
});
