import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { NaT } from "../../src/datetime/index.js";
import { dtypes } from "../../src/dtype/dtypes.js";
import { convert, dtypeFromNumpyDescr, empty, view } from "../../src/index.js";
import { writeNpy, writeNpz } from "../../src/io/npy.js";
import { writeSafetensors } from "../../src/io/safetensors.js";
import { cli, temporaryFolder } from "../lib/cli.js";

const folder = temporaryFolder();
const put = (name: string, bytes: Uint8Array): string => {
  writeFileSync(folder.path(name), bytes);
  return folder.path(name);
};
const json = async (...args: string[]) => {
  const result = await cli("info", ...args, "--json");
  expect(result).toMatchObject({ status: 0, err: "" });
  return JSON.parse(result.out);
};

test("shape, dtype, order and place of an array", async () => {
  const grid = view(new Int16Array([1, 2, 3, -4, 5, 6]), { shape: [2, 3] }).transpose();
  const [file] = await json(put("grid.npy", writeNpy(convert(grid, ">h", { order: "K" }))));
  expect(file).toMatchObject({ container: "npy", byteLength: 128 + 12 });
  expect(file.tensors).toEqual([
    {
      name: "",
      dtype: "int16",
      format: ">h",
      itemsize: 2,
      byteOrder: "big",
      type: ">i2",
      shape: [3, 2],
      order: "F",
      byteOffset: 128,
      nbytes: 12,
      statistics: {
        ...{ min: -4, max: 6, mean: 13 / 6, std: expect.closeTo(Math.sqrt(91 / 6 - (13 / 6) ** 2), 12) },
        ...{ nan: 0, inf: 0, negInf: 0, zeros: 0, unique: 6, histogram: null },
      },
      parts: [],
    },
  ]);
});

test("statistics leave out NaN and Inf, which are counted", async () => {
  const values = new Float32Array([1, Number.NaN, Number.POSITIVE_INFINITY, -3, Number.NEGATIVE_INFINITY]);
  const odd = { nan: 1, inf: 2, negInf: 1, zeros: 0, unique: 5, histogram: null };
  const expected = { min: -3, max: 1, mean: -1, std: 2, ...odd };
  for (const format of ["f", ">d", "e", "[ml_dtypes:bfloat16]"]) {
    const path = put("s.bin", convert(view(values), format).toBytes());
    expect((await json(path, "--format", format))[0].tensors[0].statistics, format).toEqual(expected);
  }
  const none = (await json(put("n.npy", writeNpy(view(new Float32Array([Number.NaN]))))))[0].tensors[0];
  expect(none.statistics).toMatchObject({ min: null, max: null, mean: null, std: null, nan: 1, inf: 0 });
  const empty = (await json(put("e.npy", writeNpy(view(new Float32Array(0))))))[0].tensors[0];
  expect(empty.statistics).toMatchObject({ min: null, max: null, mean: null, std: null, nan: 0, unique: 0 });
});

test("64-bit integers keep every bit", async () => {
  const signed = new BigInt64Array([2n ** 62n + 1n, -(2n ** 63n), -1n, 5n]);
  const [wide] = await json(put("q.npy", writeNpy(convert(view(signed), ">q"))));
  expect(wide.tensors[0].statistics).toMatchObject({ min: "-9223372036854775808", max: "4611686018427387905" });
  const unsigned = new BigUint64Array([2n ** 64n - 1n, 2n ** 63n]);
  const [large] = await json(put("Q.npy", writeNpy(view(unsigned))));
  expect(large.tensors[0].statistics).toMatchObject({ min: "9223372036854775808", max: "18446744073709551615" });
  expect(large.tensors[0].statistics.mean).toBeCloseTo(2 ** 63 * 1.5, -50);
});

test("chunks add up", async () => {
  const values = new Uint8Array(3_000_000).map((_, i) => i % 251);
  const [file] = await json(put("large.bin", values), "--format", "B");
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(file.tensors[0].statistics).toMatchObject({ min: 0, max: 250, mean, nan: 0, unique: null });
});

test("a table for containers, with metadata, types that have no statistics, and hostile names", async () => {
  const bytes = writeSafetensors(
    {
      "layer\u001b[31m.w": view(new Float32Array(6), { shape: [2, 3] }),
      z: view(new Float32Array(4), { format: "Zf" }),
    },
    { format: "pt" },
  );
  const { out } = await cli("info", put("m.safetensors", bytes));
  expect(out).toMatch(/m\.safetensors {2}safetensors, .*2 tensors\n {2}format: pt\n/);
  expect(out).toMatch(/^layer\?\[31m\.w +float32 +little +\(2, 3\) +C +\d+ +24 +0 +0 +0 +0 +6 +0 +0 +1$/m);
  expect(out).toMatch(/^z +complex64 .*- +-$\n^ {2}re +float32 +little +0 +0 +0 +0 +2 /m);
  expect(out).not.toContain("\u001b");
  const [only] = await json(folder.path("m.safetensors"), "--tensor", "z");
  expect(only.tensors.map((tensor: { name: string }) => tensor.name)).toEqual(["z"]);
});

test("archives, packed values, and several files", async () => {
  const npz = put("a.npz", writeNpz({ x: view(Uint8Array.of(1, 2)), y: view(Uint8Array.of(3)) }));
  const four = view(Uint8Array.of(2, 4, 6, 7), { format: dtypes.float4_e2m1fn });
  const files = await json(npz, put("four.safetensors", writeSafetensors({ four })));
  expect(files[0].tensors.map(({ name, statistics }: never) => [name, statistics])).toMatchObject([
    ["x", { mean: 1.5 }],
    ["y", { mean: 3 }],
  ]);
  expect(files[1].tensors[0]).toMatchObject({ type: "F4", nbytes: 2, statistics: { min: 1, max: 6, mean: 3.25 } });
});

test("--no-stats leaves the data unread", async () => {
  const path = put("plain.npy", writeNpy(view(Uint8Array.of(1))));
  expect((await json(path, "--no-stats"))[0].tensors[0].statistics).toBeNull();
});

test("raw bytes and wrong input", async () => {
  const path = put("r.bin", Uint8Array.of(0, 1, 0, 2, 0, 3, 0, 4));
  const [file] = await json(path, "--format", ">h", "--shape", "2,2", "--order", "F");
  expect(file.tensors[0]).toMatchObject({ shape: [2, 2], order: "F", statistics: { min: 1, max: 4 } });
  expect(await cli("info", path)).toMatchObject({
    status: 1,
    err: expect.stringMatching(/^stridebuf: .*r\.bin: [^\n]*format[^\n]*$/),
  });
  expect(await cli("info", folder.path("nope"))).toMatchObject({ status: 1 });
  expect(await cli("info")).toMatchObject({ status: 2 });
});

test("each field of a record, dates as dates, texts by their letters", async () => {
  const fields: [string, string, number[]?][] = [
    ["day", "<M8[D]"],
    ["n", "<i8"],
    ["tag", "S4"],
    ["xy", "<f4", [2]],
    ["z", "<c16"],
  ];
  const items = empty([2], dtypeFromNumpyDescr(fields));
  items.set(0, { day: 19000n, n: -5n, tag: Uint8Array.of(98, 0, 0, 0), xy: [1, 2], z: { re: 1, im: -1 } });
  items.set(1, { day: NaT, n: 2n ** 60n, tag: Uint8Array.of(97, 98, 0, 0), xy: [3, Number.NaN], z: { re: 0, im: 7 } });
  const path = put("records.npy", writeNpy(items));
  const [{ tensors }] = await json(path);
  const parts = Object.fromEntries(
    tensors[0].parts.map((part: { name: string; statistics: unknown }) => [part.name, part.statistics]),
  );
  expect(parts).toMatchObject({
    day: { min: "2022-01-08", max: "2022-01-08", nan: 1 },
    n: { min: "-5", max: String(2n ** 60n), zeros: 0 },
    tag: { min: "ab", max: "b", unique: 2 },
    xy: { min: 1, max: 3, mean: 2, nan: 1 },
    "z.re": { min: 0, max: 1, zeros: 1 },
    "z.im": { min: -1, max: 7 },
  });
  const { out } = await cli("info", path);
  expect(out).toMatch(/^ {2}day +datetime64\[D\] .* 2022-01-08 +2022-01-08 +2022-01-08 +0 D +0 +1 /m);
});

test("histograms count every finite value", async () => {
  const values = new Float32Array(10_000).map((_, i) => (i % 100) - 20);
  values[0] = Number.NaN;
  for (const format of ["f", "e", "<i", "<q", "b"]) {
    const path = put("hist.bin", convert(view(values), format).toBytes());
    const [{ tensors }] = await json(path, "--format", format, "--hist");
    const { histogram, nan } = tensors[0].statistics;
    expect([histogram.low, histogram.high], format).toEqual([-20, 79]);
    expect(histogram.counts.reduce((sum: number, count: number) => sum + count) + nan, format).toBe(10_000);
    for (const count of histogram.counts) expect(Math.abs(count - 625), format).toBeLessThanOrEqual(125);
  }
  expect((await cli("info", folder.path("hist.bin"), "--format", "b", "--hist")).out).toMatch(/^ +-20 +\d+ █+/m);
});

test("a checkpoint is summed up by dtype and by prefix, filtered and sorted", async () => {
  const ones = (count: number) => view(new Float32Array(count));
  const bytes = writeSafetensors({ "a.x.w": ones(2), "a.y.w": ones(4), "b.w": convert(ones(3), "e") });
  const path = put("sum.safetensors", bytes);
  const { out } = await cli("info", path, "--no-stats", "--prefixes");
  expect(out).toMatch(/^a\.\* +2 +6 +24 +24 B$\n^b\.\* +1 +3 +6 +6 B$/m);
  expect(out).toMatch(/^float32 +2 +6 +24/m);
  expect(out).toMatch(/^total: 3 tensors, 9 items, 30 B$/m);
  const names = async (...args: string[]) =>
    (await json(path, ...args))[0].tensors.map(({ name }: { name: string }) => name);
  expect(await names("--only", "a.*", "--sort", "size")).toEqual(["a.y.w", "a.x.w"]);
  expect(await cli("info", path, "--only", "c*")).toMatchObject({
    status: 1,
    err: expect.stringMatching(/--only "c\*" matches no tensor; there are: a\.x\.w/),
  });
});

test.each([20, 3 * 100_003])(
  "records of %i bytes, which do not fill the pieces that files are read in",
  async (itemsize) => {
    const count = Math.ceil((3 << 20) / itemsize);
    const bytes = new Uint8Array(count * itemsize);
    for (let i = 0; i < count; i++) bytes[i * itemsize + itemsize - 1] = i % 7;
    const [file] = await json(put("odd.bin", bytes), "--format", `T{${itemsize - 1}x:pad:B:last:}`);
    const last = file.tensors[0].parts.find(({ name }: { name: string }) => name === "last");
    expect(last.statistics).toMatchObject({ min: 0, max: Math.min(6, count - 1), zeros: Math.ceil(count / 7) });
  },
);
