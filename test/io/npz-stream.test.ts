/** Archives as sources and targets of conversions in bounded memory. */
import { describe, expect, test } from "vitest";
import { crc32, PiecewiseCrc32 } from "../../src/io/crc32.js";
import { readNpy, readNpz, writeNpy, writeNpz } from "../../src/io/npy.js";
import { openTensorFile } from "../../src/io/open-file.js";
import { readSafetensors, writeSafetensors } from "../../src/io/safetensors.js";
import { BytesSink, bytesSource } from "../../src/io/stream.js";
import { type ConvertFileOptions, convertFileWith, convertStreamWith } from "../../src/io/stream-core.js";
import { directory, localHeader, type ZipMember } from "../../src/io/zip-write.js";
import { backends } from "../lib/backends.js";
import { fill } from "../lib/vectors.js";

const { view, copy, convert, empty } = backends[0]!.api;
const files = { view, copy, empty };

async function converted(bytes: Uint8Array, options: ConvertFileOptions): Promise<Uint8Array> {
  const sink = new BytesSink();
  const { byteLength } = await convertFileWith(files, sink, bytesSource(bytes), options);
  expect(byteLength).toBe(sink.bytes().length);
  return sink.bytes();
}

const grid = view(fill(6 * 7 * 4, 1), { format: "<i", shape: [6, 7] });
const ids = view(BigInt64Array.of(5n, 6n));
const archive = (compress: boolean) => writeNpz({ grid, "deep/ids": ids, turned: grid.transpose() }, { compress });

describe.each([false, true])("an archive (compressed: %s)", (compress) => {
  test.each([16, 1 << 20])("keeps names, shapes and orders; %i bytes at once", async (memoryBytes) => {
    const read = readNpz(await converted(archive(compress), { to: ">d", only: "*r*", memoryBytes }));
    expect([...read].map(([name, { format }]) => [name, format])).toEqual([
      ["grid", ">d"],
      ["deep/ids", "q"],
      ["turned", ">d"],
    ]);
    expect(read.get("grid")!.toArray()).toEqual(convert(grid, "d").toArray());
    expect(read.get("turned")!.isContiguous("F")).toBe(true);
    const fortran = readNpz(await converted(archive(compress), { intoOrder: "F", memoryBytes }));
    expect(fortran.get("grid")!.isContiguous("F")).toBe(true);
    expect(fortran.get("grid")!.toArray()).toEqual(grid.toArray());
  });

  test("becomes and comes from the other containers", async () => {
    const checkpoint = readSafetensors(await converted(archive(compress), { into: "safetensors" }));
    expect(checkpoint.get("turned").toArray()).toEqual(grid.transpose().toArray());
    const one = await converted(archive(compress), { into: "npy", tensor: "deep/ids" });
    expect(readNpy(one).toArray()).toEqual([5n, 6n]);
    const back = readNpz(await converted(writeSafetensors({ grid, ids }), { into: "npz" }));
    expect(back.get("grid")!.toArray()).toEqual(grid.toArray());
    expect([...readNpz(await converted(one, { into: "npz" })).keys()]).toEqual(["arr_0"]);
    expect([...readNpz(await converted(one, { into: "npz", tensor: "x" })).keys()]).toEqual(["x"]);
  });

  test("tells damage, and which arrays there are", async () => {
    const bytes = archive(compress);
    const { tensors } = await openTensorFile(bytesSource(bytes));
    bytes[compress ? tensors.length + 400 : tensors[0]!.byteOffset + 30]! ^= 1;
    await expect(converted(bytes, { to: "d" })).rejects.toThrow(/member "(grid|turned)\.npy"|size|damaged/);
    await expect(converted(archive(compress), { tensor: "nope" })).rejects.toThrow(
      'no tensor "nope"; the file has: grid, deep/ids, turned',
    );
  });
});

test("a stored array is found in the archive itself", async () => {
  const bytes = archive(false);
  const file = await openTensorFile(bytesSource(bytes));
  for (const { name, byteOffset, nbytes } of file.tensors) {
    const stored = bytes.subarray(byteOffset, byteOffset + nbytes);
    expect(stored, name).toEqual(readNpz(bytes).get(name)!.toBytes("A"));
  }
});

test("a pickled array beside good ones hinders only who asks for it", async () => {
  const pickle = writeNpy(ids);
  pickle.set(new TextEncoder().encode("'|O' "), pickle.indexOf(0x3c) - 1);
  const good = writeNpy(grid);
  const members: { member: ZipMember; crc: number }[] = [];
  const parts: Uint8Array[] = [];
  let localOffset = 0;
  for (const [name, bytes] of Object.entries({ "bad.npy": pickle, "good.npy": good })) {
    const size = bytes.length;
    const member = { name, method: 0, size, compressedSize: size, localOffset, describedBehind: false } as const;
    members.push({ member, crc: crc32(bytes) });
    parts.push(localHeader(member, crc32(bytes)), bytes);
    localOffset += parts.at(-2)!.length + size;
  }
  const bytes = new Uint8Array(Buffer.concat([...parts, directory(members, localOffset)]));
  expect(readNpy(await converted(bytes, { tensor: "good", into: "npy" })).toArray()).toEqual(grid.toArray());
  await expect(converted(bytes, { tensor: "bad" })).rejects.toThrow(/member "bad\.npy" .*Python objects/);
  await expect(converted(bytes, {})).rejects.toThrow(/member "bad\.npy"/);
  expect([...(await openTensorFile(bytesSource(bytes))).unreadable.keys()]).toEqual(["bad"]);
});

test("archives are written forwards, but not read so", async () => {
  async function* pieces(bytes: Uint8Array) {
    for (let at = 0; at < bytes.length; at += 11) yield bytes.subarray(at, at + 11);
  }
  const parts: Uint8Array[] = [];
  const options = { into: "npz", to: "d", memoryBytes: 16 } as const;
  for await (const part of convertStreamWith(files, pieces(writeSafetensors({ grid, ids })), options)) parts.push(part);
  const bytes = new Uint8Array(Buffer.concat(parts));
  expect(readNpz(bytes).get("grid")!.toArray()).toEqual(convert(grid, "d").toArray());
  expect(
    readNpz(await converted(bytes, {}))
      .get("ids")!
      .toArray(),
  ).toEqual([5, 6]);
  await expect(convertStreamWith(files, pieces(archive(false)), {}).next()).rejects.toThrow(/directory .* at its end/);
});

test("archives larger than memory go through a few chunks", async () => {
  const nbytes = 96 << 20;
  const npyHead = writeNpy(view(new Float32Array(0))).subarray(0, 128);
  const header = npyHead.slice();
  header.set(new TextEncoder().encode(`(${nbytes / 4},), }`), Buffer.from(header).indexOf("(0,)"));
  const size = header.length + nbytes;
  const member = {
    name: "big.npy",
    method: 0,
    size,
    compressedSize: size,
    localOffset: 0,
    describedBehind: false,
  } as const;
  const crc = new PiecewiseCrc32();
  crc.add(header, nbytes);
  const chunk = new Uint8Array(1 << 20);
  for (let at = 0; at < nbytes; at += chunk.length) crc.add(chunk, nbytes - at - chunk.length);
  const before = Buffer.concat([localHeader(member, crc.value), header]);
  const behind = directory([{ member, crc: crc.value }], before.length + nbytes);
  const source = {
    byteLength: before.length + nbytes + behind.length,
    read(dst: Uint8Array, byteOffset: number) {
      dst.fill(0);
      for (const [part, at] of [
        [before, 0],
        [behind, before.length + nbytes],
      ] as const) {
        const from = Math.max(at, byteOffset);
        const to = Math.min(at + part.length, byteOffset + dst.length);
        if (from < to) dst.set(part.subarray(from - at, to - at), from - byteOffset);
      }
    },
  };
  const start = process.memoryUsage().arrayBuffers;
  let peak = 0;
  let written = 0;
  const sink = {
    write(src: Uint8Array) {
      written += src.length;
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - start);
    },
  };
  await convertFileWith(files, sink, source, { to: "float16" });
  expect(written).toBeGreaterThan(nbytes / 2);
  expect(peak).toBeLessThan(32 << 20);
});

test("a checksum of pieces in any order is that of the whole", () => {
  const bytes = fill(5000, 3);
  const pieces = [0, 1, 7, 64, 1000, 4096].map((at, i, all) => bytes.subarray(at, all[i + 1]));
  const sum = new PiecewiseCrc32();
  for (const piece of [3, 0, 5, 1, 4, 2].map((i) => pieces[i]!)) {
    sum.add(piece, bytes.length - (piece.byteOffset - bytes.byteOffset) - piece.length);
  }
  expect(sum.value).toBe(crc32(bytes));
});
