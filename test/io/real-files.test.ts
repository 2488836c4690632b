/** Files that other programs wrote, against what NumPy makes of them (test/files). */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { dtypes } from "../../src/dtype/dtypes.js";
import { numpyDescr } from "../../src/dtype/names/numpy-descr.js";
import { copy, empty, type StridedView, view } from "../../src/index.js";
import { readNpy, writeNpy } from "../../src/io/npy.js";
import { readSafetensors, writeSafetensors } from "../../src/io/safetensors.js";
import { BytesSink, bytesSource, convertFile } from "../../src/io/stream.js";
import { toHex } from "../lib/vectors.js";

const file = (name: string) => new Uint8Array(readFileSync(new URL(`../files/${name}`, import.meta.url)));
const expected = JSON.parse(new TextDecoder().decode(file("expected.json")));
const sha = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const names = Object.keys(expected);

const raw: Record<string, { format: string; byteOffset: number; shape: number[]; order: "C" | "F" }> = {
  "resampled_anat_moved.nii": { format: ">f", byteOffset: 352, shape: [17, 21, 3], order: "F" },
  "scale.fits": { format: ">h", byteOffset: 5760, shape: [21, 20], order: "C" },
  "kokoro-af_heart-8.bin": { format: "<f", byteOffset: 0, shape: [8, 1, 256], order: "C" },
};

const open = (name: string): StridedView => (name.endsWith(".npy") ? readNpy(file(name)) : view(file(name), raw[name]));

test.each(names)("%s reads as NumPy reads it", (name) => {
  const array = open(name);
  const { descr, shape, fortran, bytes_C } = expected[name];
  expect([numpyDescr(array.dtype), array.shape, sha(array.toBytes("C"))]).toEqual([descr, shape, bytes_C]);
  expect(array.isContiguous("F") && !array.isContiguous("C")).toBe(fortran);
  // Older NumPy padded headers less; the items are what must be the same.
  if (name.endsWith(".npy"))
    expect(toHex(writeNpy(array).slice(-array.nbytes))).toBe(toHex(file(name).slice(-array.nbytes)));
});

test.each(names.filter((name) => expected[name].float64_C))("%s converts as NumPy converts it", async (name) => {
  const array = open(name);
  const wide = empty(array.shape, dtypes.float64);
  copy(wide, array);
  expect(sha(wide.toBytes())).toBe(expected[name].float64_C);
  const place = raw[name];
  const options = place ? { container: "raw" as const, ...place } : {};
  for (const memoryBytes of [4096, 1 << 20]) {
    const sink = new BytesSink();
    await convertFile(sink, bytesSource(file(name)), {
      ...options,
      to: "e",
      into: "raw",
      intoOrder: "F",
      memoryBytes,
    });
    expect(sha(sink.bytes())).toBe(expected[name].float16_F);
  }
});

test("a FITS image is scaled as its header says", async () => {
  const sink = new BytesSink();
  await convertFile(sink, bytesSource(file("scale.fits")), {
    container: "raw",
    ...raw["scale.fits"],
    to: ">d",
    scale: 0.045777764213996,
    offset: 1500,
  });
  expect(toHex(sink.bytes())).toBe(expected["scale.fits"].scaled.join(""));
});

test("model weights become a checkpoint", () => {
  const voice = open("kokoro-af_heart-8.bin");
  const bytes = writeSafetensors({ voice });
  expect(sha(readSafetensors(bytes).bytes("voice"))).toBe(expected["kokoro-af_heart-8.bin"].bytes_C);
});
