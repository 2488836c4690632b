/** stridebuf/gguf on files written here and read by @huggingface/gguf. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gguf } from "@huggingface/gguf";
import { convert, empty, view } from "stridebuf";
import { type GgufHeader, tensor } from "stridebuf/gguf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeGguf } from "../../examples/interop/gguf/write.mjs";

const folder = mkdtempSync(join(tmpdir(), "gguf-"));
afterAll(() => rmSync(folder, { recursive: true }));

// q8_0: a half for the scale, then 32 bytes.
const block = (scale: number) => [
  ...new Uint8Array(new Uint16Array([scale]).buffer),
  ...Array.from({ length: 32 }, (_, i) => i),
];
const floats = Float32Array.from({ length: 6 }, (_, i) => i / 2);
const bytes = writeGguf([
  { name: "f", type: 0, shape: [3, 2], data: new Uint8Array(floats.buffer) },
  { name: "q", type: 8, shape: [64, 1], data: new Uint8Array([...block(0x3c00), ...block(0x4000)]) },
  { name: "b", type: 30, shape: [2], data: new Uint8Array(new Uint16Array([0x3f80, 0x4000]).buffer) },
]);
let header: GgufHeader;
beforeAll(async () => {
  const path = join(folder, "a.gguf");
  writeFileSync(path, bytes);
  header = await gguf(path, { allowLocalFile: true });
});

describe("tensors", () => {
  test("plain types are views of the file", () => {
    const f = tensor(bytes, header, "f");
    expect(f.buffer).toBe(bytes.buffer);
    expect(f.readonly).toBe(true);
    expect(f.toArray()).toEqual([
      [0, 0.5, 1],
      [1.5, 2, 2.5],
    ]);
    expect(tensor(bytes, header, "b").toArray()).toEqual([1, 2]);
  });

  test("blocks stay blocks, or become values", () => {
    const q = tensor(bytes, header, "q");
    expect([q.shape, q.itemsize]).toEqual([[1, 2], 34]);
    const values = [...Array.from({ length: 32 }, (_, i) => i), ...Array.from({ length: 32 }, (_, i) => 2 * i)];
    expect(tensor(bytes, header, "q", { as: "<f" }).toArray()).toEqual([values]);
    const out = empty([1, 64], "<d");
    expect(tensor(bytes, header, "q", { out })).toBe(out);
    expect(out.toArray()).toEqual([values]);
    expect(convert(q, "<f").equals(out)).toBe(true);
  });

  test("refusals", () => {
    const fault = (run: () => unknown) =>
      expect(run).toThrow(expect.objectContaining({ name: "FileFormatError", container: "gguf" }));
    fault(() => tensor(bytes, header, "nothing"));
    fault(() => tensor(bytes.subarray(0, bytes.length - 40), header, "b"));
    fault(() => tensor(bytes, { ...header, tensorInfos: [{ ...header.tensorInfos[1]!, shape: [40n] }] }, "q"));
    expect(() => tensor(bytes, { ...header, tensorInfos: [{ ...header.tensorInfos[0]!, dtype: 99 }] }, "f")).toThrow(
      expect.objectContaining({ name: "UnknownDTypeError" }),
    );
    expect(view(bytes).nbytes).toBe(bytes.length);
  });
});
