import { crc32 as nodeCrc32 } from "node:zlib";
import { zipSync } from "fflate";
import { expect, test } from "vitest";
import { type StridedView, view } from "../../src/index.js";
import { crc32 } from "../../src/io/crc32.js";
import { readNpz, writeNpy, writeNpz } from "../../src/io/npy.js";
import { fill, toHex } from "../lib/vectors.js";

const arrays = () =>
  new Map<string, StridedView>([
    ["grid", view(new Float32Array([1, 2, 3, 4, 5, 6]), { shape: [2, 3] })],
    ["deep/er", view(Uint8Array.of(0, 1, 0, 2), { format: ">h" })],
    ["none", view(new Uint8Array(0))],
  ]);

test.each([false, true])("arrays go out and in again (compress: %s)", (compress) => {
  const read = readNpz(writeNpz(arrays(), { compress }));
  expect([...read.keys()]).toEqual(["grid", "deep/er", "none"]);
  expect(read.get("grid")!.toArray()).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect(read.get("deep/er")!.toArray()).toEqual([1, 2]);
});

test("equal arrays make equal bytes", () => {
  expect(toHex(writeNpz(arrays()))).toBe(toHex(writeNpz(arrays())));
});

test("what an archive may unpack to is limited before it is unpacked", () => {
  const bomb = zipSync({ "a.npy": new Uint8Array(1 << 20), "b.npy": new Uint8Array(1 << 20) });
  expect(bomb.length).toBeLessThan(5000);
  expect(() => readNpz(bomb, { maxBytes: 1 << 20 })).toThrow(/more than the limit of 1048576 bytes/);
});

test.each([-1, 1, 100_000])("a member that states %i bytes more than it has is refused", (lie) => {
  const npy = writeNpy(view(new Uint8Array(1000)));
  const zip = zipSync({ "a.npy": npy });
  const data = new DataView(zip.buffer);
  for (let at = 0; at + 4 <= zip.length; at++) {
    const signature = data.getUint32(at, true);
    if (signature === 0x02014b50) data.setUint32(at + 24, npy.length + lie, true);
    if (signature === 0x04034b50) data.setUint32(at + 22, npy.length + lie, true);
  }
  expect(() => readNpz(zip)).toThrow(expect.objectContaining({ name: "FileFormatError", container: "npz" }));
});

test("broken archives are FileFormatErrors", () => {
  const zip = writeNpz(arrays(), { compress: true });
  const failures: number[] = [];
  for (let cut = 0; cut < zip.length; cut += 7) {
    try {
      readNpz(zip.subarray(0, cut));
      failures.push(cut);
    } catch (error) {
      if ((error as Error).name !== "FileFormatError") failures.push(cut);
    }
  }
  expect(failures).toEqual([]);
  expect(() => readNpz(zipSync({ "a.npy": Uint8Array.of(1, 2, 3) }))).toThrow(/member "a.npy|member "a"/);
  expect(() => readNpz("x" as never)).toThrow(TypeError);
});

test("members that are no arrays are left alone", () => {
  const zip = zipSync({ "readme.txt": Uint8Array.of(1), "a.npy": writeNpy(view(Uint8Array.of(5))) });
  expect([...readNpz(zip).keys()]).toEqual(["a"]);
});

test("damaged members are found by their checksum", () => {
  const npy = writeNpy(view(new Uint8Array(1000).fill(7)));
  const zip = zipSync({ "a.npy": npy }, { level: 0 });
  zip[zip.indexOf(7) + 500]! ^= 1;
  expect(() => readNpz(zip)).toThrow(/"a\.npy" is damaged: wrong checksum/);
});

test("crc32 of the check value of its standard, at every length and start", () => {
  expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
  const bytes = fill(64, 1);
  for (let from = 0; from < 8; from++) {
    for (let to = from; to <= 64; to++) {
      const part = bytes.subarray(from, to);
      expect(crc32(part)).toBe(nodeCrc32(part));
    }
  }
  // The platform's from 64 KiB on.
  for (const length of [65_535, 65_536, 200_003]) {
    const long = fill(length, 3);
    expect(crc32(long, 12345)).toBe(nodeCrc32(long, 12345));
    expect(crc32(long.subarray(1), crc32(long.subarray(0, 1)))).toBe(nodeCrc32(long));
  }
});
