/** Archives that say more than they hold, or something else to each reader. */
import { zipSync } from "fflate";
import { expect, test } from "vitest";
import { readNpz, writeNpy, writeNpz } from "../../src/io/npy.js";
import { openTensorFile } from "../../src/io/open-file.js";
import { bytesSource } from "../../src/io/stream.js";
import { backends } from "../lib/backends.js";

const { view } = backends[0]!.api;
const npy = (nbytes: number) => writeNpy(view(new Uint8Array(nbytes)));

/** Changes fields of every header of an archive: `at` bytes after each signature. */
function changed(zip: Uint8Array, edits: readonly { where: "local" | "directory"; at: number; set: number[] }[]) {
  const bytes = zip.slice();
  const data = new DataView(bytes.buffer);
  for (let at = 0; at + 4 <= bytes.length; at++) {
    const where = { 67324752: "local", 33639248: "directory" }[data.getUint32(at, true)];
    for (const edit of edits) if (edit.where === where) bytes.set(edit.set, at + edit.at);
  }
  return bytes;
}

const stored = () => zipSync({ "a.npy": npy(100) }, { level: 0 });
const u32 = (value: number) => [...new Uint8Array(Uint32Array.of(value).buffer)];

/** One stream under many names: the directory lists it a thousand times. */
function thousandNames(): Uint8Array {
  const zip = zipSync({ "0000.npy": npy(1 << 16) });
  const data = new DataView(zip.buffer);
  const start = data.getUint32(zip.length - 6, true);
  const entry = zip.subarray(start, zip.length - 22);
  const entries = Array.from({ length: 1000 }, (_, i) => {
    const copy = entry.slice();
    copy.set(new TextEncoder().encode(String(i).padStart(4, "0")), 46);
    return copy;
  });
  const end = zip.slice(-22);
  const endData = new DataView(end.buffer);
  endData.setUint16(8, 1000, true);
  endData.setUint16(10, 1000, true);
  endData.setUint32(12, 1000 * entry.length, true);
  return new Uint8Array(Buffer.concat([zip.subarray(0, start), ...entries, end]));
}

/** A member that states one byte, and inflates to 64 MiB. */
const understated = () =>
  changed(zipSync({ "a.npy": new Uint8Array(64 << 20) }), [
    { where: "local", at: 22, set: u32(1) },
    { where: "directory", at: 24, set: u32(1) },
  ]);

test.each<[what: string, zip: Uint8Array, error: RegExp]>([
  ["a directory of a thousand names for one member", thousandNames(), /overlaps/],
  ["a member that states 1 byte and inflates to 64 MiB", understated(), /not of the size stated/],
  [
    "a size that the packed bytes cannot have",
    changed(zipSync({ "a.npy": npy(100) }), [{ where: "directory", at: 24, set: u32(1 << 30) }]),
    /cannot hold/,
  ],
  ["an encrypted member", changed(stored(), [{ where: "directory", at: 8, set: [1, 0] }]), /is encrypted/],
  ["a member encrypted by its own header", changed(stored(), [{ where: "local", at: 6, set: [1, 0] }]), /is encrypted/],
  [
    "a member of another name",
    changed(stored(), [{ where: "local", at: 30, set: [0x62] }]),
    /named otherwise.*"b\.npy"/,
  ],
  ["a member packed otherwise", changed(stored(), [{ where: "local", at: 8, set: [8, 0] }]), /own header/],
  ["an unknown method", changed(stored(), [{ where: "directory", at: 10, set: [9, 0] }]), /method 9/],
])("%s is refused", async (_, zip, error) => {
  expect(() => readNpz(zip)).toThrow(expect.objectContaining({ name: "FileFormatError", container: "npz" }));
  expect(() => readNpz(zip)).toThrow(error);
  const opened = openTensorFile(bytesSource(zip)).then(({ unreadable }) => {
    for (const each of unreadable.values()) throw each;
  });
  await expect(opened).rejects.toThrow(error);
});

test("inflating stops where a member has stated its end", () => {
  const zip = understated();
  const before = process.memoryUsage().arrayBuffers;
  expect(() => readNpz(zip)).toThrow(/not of the size stated/);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(48 << 20);
});

test("maxBytes counts what members unpack to", () => {
  const zip = writeNpz({ a: view(new Uint8Array(1000)), b: view(new Uint8Array(1000)) }, { compress: true });
  expect(readNpz(zip, { maxBytes: 2256 }).size).toBe(2);
  expect(() => readNpz(zip, { maxBytes: 2255 })).toThrow(/unpacks to 2256 bytes, more than the limit of 2255/);
});
