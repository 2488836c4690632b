/** What costs more than its size lets expect, and what is no input at all: linear, or refused where it enters. */
import { describe, expect, test } from "vitest";
import { array, dtype, empty, fromName, newaxis, view } from "../../src/index.js";
import { readNpy, writeNpy } from "../../src/io/npy.js";
import { readSafetensors } from "../../src/io/safetensors.js";
import { namePattern } from "../../src/io/selection.js";
import { BytesSink, bytesSource, convertFile } from "../../src/io/stream.js";
import { isStridebufError, slice } from "../../src/shared.js";
import { pack, packInto, unpack } from "../../src/struct/index.js";
import { isRefusal } from "../fuzz/lib/oracle.js";
import { backends } from "../lib/backends.js";
import { errorOf } from "../lib/errors.js";

/** What the compiler's library does not know yet. */
type ResizableBuffer = new (
  nbytes: number,
  options: { maxByteLength: number },
) => ArrayBuffer & { resize(n: number): void };

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

test.each([
  ["one letter and a star, again and again", "a*".repeat(40)],
  ["stars in a row", "*".repeat(80)],
  ["stars and question marks", "*a?".repeat(25)],
])("a name pattern of %s costs what the name is long", (_, pattern) => {
  const cost = (length: number) => {
    const [name, matches] = ["a".repeat(length), namePattern(`${pattern}b`)];
    return milliseconds(() => expect(matches(name)).toBe(false));
  };
  cost(50_000);
  expect(cost(400_000)).toBeLessThan(8 * 5 * cost(50_000) + 100);
});

const hasGone = (call: () => unknown) => isStridebufError(errorOf(call), "BoundsError");

/** Arrays that look empty, because their memory is gone or has shrunk away under them. */
const gone: Record<string, () => Float32Array> = {
  detached: () => {
    const array = new Float32Array(4);
    structuredClone(array.buffer, { transfer: [array.buffer] });
    return array;
  },
  "out of bounds": () => shrunk(4),
  "out of bounds, following the length": () => shrunk(undefined),
};

/** An array over the second half of a memory that then loses it. */
function shrunk(length: number | undefined): Float32Array {
  const buffer = new (ArrayBuffer as unknown as ResizableBuffer)(64, { maxByteLength: 64 });
  const array = new Float32Array(buffer, 32, length);
  buffer.resize(16);
  return array;
}

for (const { name, api } of backends)
  describe.each(Object.keys(gone))(`${name}: an array that is %s is no empty array`, (kind) => {
    const { view, array, convert, copy, fill, byteswap } = api;
    const empty = new Float32Array(0);
    const bytes = () => view(new Uint8Array(8), { format: "4s", shape: [2] });
    test.each<[string, (gone: Float32Array) => unknown]>([
      ["view", (a) => view(a)],
      ["view of no items", (a) => view(a, { shape: [0] })],
      ["view of a DataView", () => view(dataViewOf(kind))],
      ["array", (a) => array(a)],
      ["array of a format", (a) => array(a, "d")],
      ["array, nested", (a) => array([a])],
      ["array, nested later", (a) => array([[], a], "d")],
      ["copy to", (a) => copy(a, empty)],
      ["copy from", (a) => copy(empty, a)],
      ["convert", (a) => convert(a, "d")],
      ["byteswap", (a) => byteswap(a as never)],
      ["fill", (a) => fill(a, 1)],
      ["set bytes", (a) => bytes().set(0, a as never)],
      ["set a sub-array", (a) => view(new Uint8Array(4), { format: "(0)f", shape: [1] }).set(0, a as never)],
      ["out", (a) => view(empty).toTypedArray({ out: a })],
      ["a source of bytes", (a) => bytesSource(a as never)],
      ["unpack", (a) => unpack("", a)],
      ["packInto", (a) => packInto("", a, 0)],
      ["pack", (a) => pack("4s", a as never)],
    ])("%s", (_, call) => expect(hasGone(() => call(gone[kind]!()))).toBe(true));

    test("readers", () => {
      for (const read of [readNpy, readSafetensors]) expect(() => read(gone[kind]!())).toThrow(/^"bytes"/);
    });
  });

function dataViewOf(kind: string): DataView {
  if (kind !== "detached") {
    const buffer = new (ArrayBuffer as unknown as ResizableBuffer)(64, { maxByteLength: 64 });
    const data = new DataView(buffer, 32);
    buffer.resize(16);
    return data;
  }
  const data = new DataView(new ArrayBuffer(8));
  structuredClone(data.buffer, { transfer: [data.buffer as ArrayBuffer] });
  return data;
}

test.each(["[", "{", '{"a":', "r", "std::", "list<"])("100,000 times %j is no type of anybody's", (text) => {
  const name = text.repeat(100_000);
  for (const system of ["zarr", "numpy", "arrow", "onnx", "gguf"] as const)
    expect(milliseconds(() => expect(isRefusal(errorOf(() => fromName(system, name)))).toBe(true))).toBeLessThan(2000);
});

test("names of types that nest 100,000 deep", () => {
  let fields: unknown = "int8";
  let object: unknown = "int8";
  for (let i = 0; i < 100_000; i++) {
    fields = { name: "struct", configuration: { fields: [{ name: "a", data_type: fields }] } };
    object = { name: object };
  }
  for (const name of [fields, object]) expect(isStridebufError(errorOf(() => fromName("zarr", name)))).toBe(true);
});

test("a record of an empty Pascal string keeps the field behind it", () => {
  const bytes = new Uint8Array(12).fill(7);
  const records = view(bytes.subarray(4, 8), { format: "T{0p:a:<H:b:2x}" });
  records.set(0, { a: Uint8Array.of(1, 2, 3), b: 258 });
  expect([...bytes]).toEqual([7, 7, 7, 7, 2, 1, 7, 7, 7, 7, 7, 7]);
  expect(records.toArray()).toEqual([{ a: new Uint8Array(0), b: 258 }]);
});

test("65 axes", () => {
  const axes = Array<number>(65).fill(1);
  const one = view(new Uint8Array(1));
  let nested: unknown = 1;
  for (const _ of axes) nested = [nested];
  for (const call of [
    () => view(new Uint8Array(1), { shape: axes }),
    () => empty(axes, "B"),
    () => one.broadcastTo(axes),
    () => one.reshape(axes),
    () => one.slice(...Array<typeof newaxis>(65).fill(newaxis)),
    () => array(nested as never),
    () => dtype(`(${axes})B`),
    () => view(new Uint8Array(1), { format: `(${axes.slice(5)})B`, shape: axes.slice(5) }).expandItems(),
  ])
    expect(isStridebufError(errorOf(call)), String(call)).toBe(true);
});

test.each(["(0,)", "(0, 5)"])("a .npy of shape %s whose items claim 4 GB costs nothing", (shape) => {
  const head = `{'descr': [('a', '<f4', (1000000000,))], 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117);
  const bytes = new Uint8Array(128);
  bytes.set(Buffer.from(`\x93NUMPY\x01\x00\x76\x00${head}\n`, "latin1"));
  const read = readNpy(bytes);
  expect([read.size, read.toArray(), read.equals(read)]).toEqual([0, [], true]);
  expect(writeNpy(read).length).toBeLessThan(1000);
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
