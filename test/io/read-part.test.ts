/** Parts of tensors are what the same index of the whole gives, and cost only their bytes. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { dtypes } from "../../src/dtype/dtypes.js";
import { convert, empty, newaxis, type StridedView, slice, view } from "../../src/index.js";
import { readNpy, writeNpy, writeNpz } from "../../src/io/npy.js";
import { readSafetensors, writeSafetensors } from "../../src/io/safetensors.js";
import { bytesSource, openFile } from "../../src/io/stream.js";
import { fill } from "../lib/vectors.js";

const axis = (length: number) =>
  fc.oneof(
    fc.integer({ min: -length, max: length - 1 }),
    fc.constant(null),
    fc
      .tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }), fc.constantFrom(-3, -1, 1, 2))
      .map(([start, stop, step]) => slice(start, stop, step)),
    fc.constant(newaxis),
  );

test("any index of any container", async () => {
  const grid = view(fill(5 * 6 * 7 * 4, 1), { format: "<i", shape: [5, 6, 7] });
  const codes = view(fill(5 * 6 * 8, 2, 15), { format: dtypes.float4_e2m1fn, shape: [5, 6, 8] });
  const files = [
    [writeNpy(grid), "", grid],
    [writeNpy(grid.transpose()), "", grid.transpose()],
    [writeNpz({ grid }), "grid", grid],
    [writeNpz({ grid }, { compress: true }), "grid", grid],
    [writeSafetensors({ codes, grid }), "codes", codes],
  ] as const;
  for (const [bytes, name, whole] of files) {
    const file = await openFile(bytes);
    await fc.assert(
      fc.asyncProperty(axis(5), axis(5), axis(5), async (...index) => {
        const expected = (whole as StridedView).slice(...index);
        const part = await file.read(name, ...index);
        expect(part.shape).toEqual(expected.shape);
        expect(part.toBytes()).toEqual(expected.toBytes());
      }),
      { numRuns: 60 },
    );
    expect((await file.read(name, "..., ::-2")).toBytes()).toEqual(whole.slice("..., ::-2").toBytes());
  }
});

test("only the bytes that are needed are read, near ones at once", async () => {
  const wide = view(new Float64Array(64 * 4096), { shape: [64, 4096] });
  const bytes = writeNpy(wide);
  const reads: [number, number][] = [];
  const inner = bytesSource(bytes);
  const source = {
    byteLength: bytes.length,
    read(dst: Uint8Array, at: number) {
      reads.push([at, dst.length]);
      return inner.read(dst, at);
    },
  };
  const file = await openFile(source);
  reads.length = 0;
  await file.read("", slice(10, 12));
  expect(reads).toEqual([[128 + 10 * 32768, 2 * 32768]]);
  reads.length = 0;
  await file.read("", null, slice(0, 4));
  expect(reads.length).toBe(64);
  expect(reads[1]).toEqual([128 + 32768, 32]);
  reads.length = 0;
  await file.read("", null, slice(null, null, 100));
  expect(reads.length).toBe(1);
});

test("out is filled and given back, by every reader", async () => {
  const grid = view(Float32Array.of(1, 2, 3, 4), { shape: [2, 2] });
  const bytes = writeNpy(grid);
  const out = empty([2, 2], "d");
  const file = await openFile(bytes);
  expect(await file.read("", { out })).toBe(out);
  expect(out.toArray()).toEqual(grid.toArray());
  const row = empty([2], "d");
  expect((await file.read("", 1, { out: row })).toArray()).toEqual([3, 4]);
  expect(readNpy(bytes, { out: empty([2, 2], "i") }).toArray()).toEqual(grid.toArray());
  expect(readSafetensors(writeSafetensors({ grid })).get("grid", { out }).toArray()).toEqual(grid.toArray());
  await expect(file.read("", { out: row })).rejects.toThrow(/out has shape \[2\], the part \[2, 2\]/);
  await expect(file.read("", { oout: row } as never)).rejects.toThrow(/"out"/);
});

test("bytes are taken wherever they are", async () => {
  const bytes = writeNpy(view(Int16Array.of(1, 2)));
  const buffer = new ArrayBuffer(bytes.length + 8);
  new Uint8Array(buffer, 8).set(bytes);
  const described = { buffer, byteOffset: 8, byteLength: bytes.length };
  for (const source of [bytes, described, new DataView(buffer, 8), buffer.slice(8)]) {
    expect(readNpy(source).toArray()).toEqual([1, 2]);
    expect((await (await openFile(source)).read("")).toArray()).toEqual([1, 2]);
  }
  for (const source of [new Blob([bytes]), new Response(bytes)]) {
    expect((await (await openFile(source)).read("")).toArray()).toEqual([1, 2]);
  }
  await expect(openFile(new Response("no", { status: 404 }))).rejects.toThrow(/status 404/);
  const detached = bytes.slice();
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  expect(() => readNpy(detached)).toThrow(TypeError);
  expect(() => readNpy("x" as never)).toThrow(/expected bytes/);
});

test("names that are not there are answered with those that are; bytes left over can be refused", async () => {
  const file = await openFile(writeNpz({ a: view(Uint8Array.of(1)), b: view(Uint8Array.of(2)) }));
  await expect(file.read("c")).rejects.toThrow('no tensor "c"; the file has: a, b');
  expect(file.info("a")).toMatchObject({ shape: [1], nbytes: 1 });
  const bytes = new Uint8Array([...writeNpy(view(Uint8Array.of(1))), 0, 0]);
  expect(readNpy(bytes).toArray()).toEqual([1]);
  expect(() => readNpy(bytes, { trailing: "refuse" })).toThrow(/2 bytes are left over after the array/);
  expect(convert(readNpy(bytes), "i").toArray()).toEqual([1]);
});
