/** What costs more than its size lets expect, and what is no input at all: linear, or refused where it enters. */
import { expect, test } from "vitest";
import { readNpy, writeNpy } from "../../src/io/npy.js";
import { readSafetensors } from "../../src/io/safetensors.js";
import { BytesSink, bytesSource, convertFile } from "../../src/io/stream.js";
import { isStridebufError, slice } from "../../src/shared.js";
import { backends } from "../lib/backends.js";
import { errorOf } from "../lib/errors.js";

const milliseconds = (call: () => unknown): number => {
  let least = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 3; turn++) {
    const start = process.cpuUsage();
    call();
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
};

const [{ api }] = backends as [(typeof backends)[number]];

test.each([
  [":", "x"],
  ["", "x"],
  ["1", ":x"],
  [":", ":x"],
])("an index of %j, 100,000 blanks and %j is refused in linear time", (before, after) => {
  const base = api.view(new Uint8Array(10));
  const text = before + " ".repeat(100_000) + after;
  expect(
    isStridebufError(
      errorOf(() => base.slice(text)),
      "FormatSyntaxError",
    ),
  ).toBe(true);
  expect(milliseconds(() => errorOf(() => base.slice(text)))).toBeLessThan(200);
});

test("index text with blanks around every part reads as before", () => {
  const base = api.view(Uint8Array.of(0, 1, 2, 3, 4, 5));
  expect(base.slice(" 1 : -1 : 2 ").toArray()).toEqual(base.slice(slice(1, -1, 2)).toArray());
  expect(base.slice(" : : -1 ").toArray()).toEqual([5, 4, 3, 2, 1, 0]);
  for (const text of ["1:2:3:4", "1 2", "- 1", "1::0"]) expect(() => base.slice(text), text).toThrow();
});

test("the cost of a record grows with its fields", () => {
  const cost = (fields: number) => {
    const names = Array.from({ length: fields }, (_, i) => i);
    const format = (letter: string, order: number[]) => `T{${order.map((i) => `${letter}:f${i}:`).join("")}}`;
    return milliseconds(() => {
      const bytes = api.view(new Uint8Array(2 * fields), { format: format("B", names) });
      const words = api.view(new Uint8Array(4 * fields), { format: format("H", names.toReversed()) });
      api.copy(words, bytes);
      words.set(0, words.get(1));
    });
  };
  expect(cost(10_000)).toBeLessThan(40 * cost(1000) + 100);
});

test.each(["(0,)", "(0, 5)"])("a .npy of shape %s whose items claim 4 GB costs nothing", (shape) => {
  const head = `{'descr': [('a', '<f4', (1000000000,))], 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117);
  const bytes = new Uint8Array(128);
  bytes.set(Buffer.from(`\x93NUMPY\x01\x00\x76\x00${head}\n`, "latin1"));
  const read = readNpy(bytes);
  expect([read.size, read.toArray(), read.equals(read)]).toEqual([0, [], true]);
  expect(writeNpy(read).length).toBeLessThan(1000);
});

for (const { name, api } of backends)
  test(`${name}: arrays over detached memory are no empty arrays`, () => {
    const gone = new Float32Array(4);
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    const empty = new Float32Array(0);
    for (const call of [
      () => api.view(gone),
      () => api.copy(gone, empty),
      () => api.copy(empty, gone),
      () => api.convert(gone, "d"),
      () => api.byteswap(gone as never),
    ])
      expect(isStridebufError(errorOf(call), "BoundsError"), String(call)).toBe(true);
    for (const read of [readNpy, readSafetensors]) expect(() => read(gone)).toThrow(/^"bytes"/);
  });

test.each([[[-1, -64]], [[Number.NaN]], [[1.5]], [[Number.POSITIVE_INFINITY]]])(
  "a raw shape of %j is refused",
  async (shape) => {
    const converted = convertFile(new BytesSink(), bytesSource(new Uint8Array(64)), {
      ...{ container: "raw", format: "B", shape, to: "f" },
    });
    await expect(converted).rejects.toThrow(/^"shape\[0\]"/);
  },
);
