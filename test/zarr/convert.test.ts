/** Zarr v2 stores by zarr-python: converted, and read back by it. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, test } from "vitest";
import { cli, temporaryFolder } from "../lib/cli.js";
import { pythonWith } from "../lib/python.js";

const python = pythonWith("zarr", "numcodecs", "numpy");
const folder = temporaryFolder();
const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const allFiles = (path: string): string[] =>
  readdirSync(path, { recursive: true, encoding: "utf8" }).filter((name) => statSync(join(path, name)).isFile());
const digests = (path: string) =>
  allFiles(path)
    .sort()
    .map(
      (name) =>
        `${name} ${createHash("sha256")
          .update(readFileSync(join(path, name)))
          .digest("hex")}`,
    );

/** What zarr-python finds different. */
function compared(source: string, result: string, descr: string): { arrays: number; wrong: string[][] } {
  const args = [script("compare.py"), folder.path(source), folder.path(result), descr];
  return JSON.parse(execFileSync(python.path!, args, { encoding: "utf8" }));
}

const convert = (source: string, result: string, ...options: string[]) =>
  cli("convert", folder.path(source), folder.path(result), ...options);

describe.skipIf(python.path === null)(python.title, () => {
  if (python.path !== null) execFileSync(python.path, [script("stores.py"), folder.path("")]);

  test.each(["<f2", ">f4", "<f8"])("floats become %s, everything else stays", async (descr) => {
    const { status, err } = await convert("numbers.zarr", `numbers${descr.slice(1)}.zarr`, "--to", descr);
    expect(status, err).toBe(0);
    expect(err).toMatch(/^note: kept as they are, being no floats: b1, bi2, .*\(--no-floats-only converts them too\)$/);
    const { arrays, wrong } = compared("numbers.zarr", `numbers${descr.slice(1)}.zarr`, descr);
    expect([arrays > 70, wrong]).toEqual([true, []]);
    expect(allFiles(folder.path(`numbers${descr.slice(1)}.zarr`)).sort()).toEqual(
      allFiles(folder.path("numbers.zarr")).sort(),
    );
  });

  test("nothing asked for: every byte is kept, of arrays that nobody here could read too", async () => {
    expect((await convert("other.zarr", "kept.zarr")).err).toBe("");
    expect(digests(folder.path("kept.zarr"))).toEqual(digests(folder.path("other.zarr")));
    expect(folder.files().filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("filters and codecs that are not known are refused by name, and --skip keeps such arrays", async () => {
    const delta = await convert("other.zarr", "refused.zarr", "--to", "float16");
    expect([delta.status, delta.err]).toEqual([
      1,
      expect.stringMatching(/bz2\/\.zarray: the codec "bz2" is not known here .*; --skip "bz2"/),
    ]);
    expect(existsSync(folder.path("refused.zarr"))).toBe(false);
    const filter = await convert("other.zarr", "refused.zarr", "--to", "float16", "--skip", "bz2");
    expect(filter.err).toMatch(/delta\/\.zarray: the codec "delta" is not known here .*; --skip "delta"/);
    expect((await convert("other.zarr", "w.zarr", "--to", "float16", "--only", "[wc]*")).status).toBe(0);
    const done = await convert("other.zarr", "some.zarr", "--to", "float16", "--only", "weights");
    expect([done.status, compared("other.zarr", "some.zarr", "").wrong]).toEqual([
      0,
      [
        ["weights", "dtype"],
        ["weights", "values"],
      ],
    ]);
  });

  test.each([
    ["complex", "complex64", "<c8"],
    ["date_big", "<M8[ms]", "<M8[ms]"],
    ["text", "<U7", "<U7"],
    ["bytes", "S7", "|S7"],
  ])("%s to %s", async (name, to, descr) => {
    const result = await convert(`other.zarr/${name}`, `typed_${name}.zarr`, "--to", to, "--no-floats-only");
    expect([result.status, result.err]).toEqual([0, ""]);
    const script = `
import json, sys, numpy as np, zarr
a, b = (zarr.open(each, mode="r") for each in sys.argv[1:3])
same = lambda x, y: np.asarray(x).astype(sys.argv[3]).tobytes() == np.asarray(y).tobytes()
print(json.dumps([b.dtype.str, same(a[...], b[...]), same(a.fill_value, np.asarray(b.fill_value, b.dtype)), a.nchunks_initialized == b.nchunks_initialized]))`;
    const found = python.json(script, folder.path(`other.zarr/${name}`), folder.path(`typed_${name}.zarr`), descr);
    expect(found).toEqual([descr, true, true, true]);
  });

  test("other chunks and another compressor; chunks of which nothing is there stay missing", async () => {
    const result = await convert("one.zarr", "re.zarr", "--chunks", "64,50", "--compressor", "zstd", "--to", "float32");
    expect([result.status, result.err]).toEqual([0, ""]);
    const wrong = compared("one.zarr", "re.zarr", "<f4").wrong.map(([, what]) => what);
    expect(wrong).toEqual(["initialized", "compressor", "chunks"]);
    expect(allFiles(folder.path("re.zarr")).sort()).toEqual([
      ".zarray",
      ".zattrs",
      "0.0",
      "0.1",
      "0.2",
      "1.0",
      "1.1",
      "1.2",
    ]);
    const cut = await convert("numbers.zarr/inner/deeper/Fslashf8", "cut.zarr", "--chunks", "2,2", "--scale", "2");
    expect(cut.err).toBe("");
    // Chunks 0,0 and 2,1 and 2,2 of 3 by 4 items are there: rows 0-2 and 6, columns 0-3 and 4-8.
    const there = [0, 1].flatMap((row) => [0, 1].map((column) => `${row}/${column}`));
    expect(allFiles(folder.path("cut.zarr")).sort()).toEqual([".zarray", ".zattrs", ...there, "3/2", "3/3", "3/4"]);
    const values = python.json(
      "import json, sys, numpy as np, zarr; a, b = (zarr.open(p, mode='r') for p in sys.argv[1:]); print(json.dumps(np.array_equal(a[...] * 2, b[...])))",
      folder.path("numbers.zarr/inner/deeper/Fslashf8"),
      folder.path("cut.zarr"),
    );
    expect(values).toBe(true);
  });

  test("a failed conversion leaves nothing; a store is replaced, anything else is not", async () => {
    const before = folder.files();
    const failed = await convert("one.zarr", "int.zarr", "--to", "int8", "--scale", "1000", "--overflow", "error");
    expect([failed.status, failed.err]).toEqual([1, expect.stringMatching(/one\.zarr: /)]);
    expect(folder.files()).toEqual(before);
    mkdirSync(folder.path("mine.zarr"));
    writeFileSync(folder.path("mine.zarr/thesis.txt"), "x");
    expect((await convert("one.zarr", "mine.zarr")).err).toMatch(/mine\.zarr: is there, and is no Zarr store/);
    expect(readFileSync(folder.path("mine.zarr/thesis.txt"), "utf8")).toBe("x");
    cpSync(folder.path("other.zarr"), folder.path("again.zarr"), { recursive: true });
    expect((await convert("one.zarr", "again.zarr", "--no-clobber")).err).toMatch(/is there already/);
    expect((await convert("one.zarr", "again.zarr")).status).toBe(0);
    expect(digests(folder.path("again.zarr"))).toEqual(digests(folder.path("one.zarr")));
    // What a run leaves that is killed between the two renames.
    renameSync(folder.path("again.zarr"), folder.path(".again.zarr.replaced"));
    expect((await convert("one.zarr", "again.zarr")).status).toBe(0);
    expect(digests(folder.path("again.zarr"))).toEqual(digests(folder.path("one.zarr")));
    expect(existsSync(folder.path(".again.zarr.replaced"))).toBe(false);
    expect((await convert("one.zarr", "one.zarr")).err).toMatch(/is the source itself/);
    expect((await convert("other.zarr", "other.zarr/inside.zarr")).err).toMatch(/lies in the source/);
    expect((await convert("one.zarr", "one.npz")).err).toMatch(/a Zarr store becomes another one/);
    expect((await convert("one.zarr", "x.zarr", "--shape", "3")).err).toMatch(/--shape: not of Zarr stores/);
    expect((await convert("one.zarr", "x.zarr", "--to", "bfloat16")).err).toMatch(/Zarr v2 has no bfloat16/);
    expect((await convert("one.zarr", "x.zarr", "--chunks", "3")).err).toMatch(/no array has 1 axes/);
  });

  test("files that are no chunks are left out, and named", async () => {
    cpSync(folder.path("one.zarr"), folder.path("stray.zarr"), { recursive: true });
    for (const name of ["0.1.abc123", "5.0", "00.1", "0.0.partial"])
      writeFileSync(folder.path(`stray.zarr/${name}`), "x");
    const { err } = await convert("stray.zarr", "clean.zarr", "--to", "float32");
    expect(err).toMatch(/^note: left out, being no chunks: 0\.0\.partial, 0\.1\.abc123, 00\.1, 5\.0$/);
    expect(compared("one.zarr", "clean.zarr", "<f4").wrong).toEqual([]);
    writeFileSync(folder.path("stray.zarr/1.1"), "x");
    expect((await convert("stray.zarr", "x.zarr", "--to", "float32")).err).toMatch(
      /stray\.zarr: 1\.1: blosc: a Blosc frame/,
    );
    rmSync(folder.path("stray.zarr"), { recursive: true });
  });
});

describe("hostile metadata", () => {
  beforeEach(() => rmSync(folder.path("h.zarr"), { recursive: true, force: true }));
  const sound = {
    ...{ zarr_format: 2, shape: [4], chunks: [2], dtype: "<f4", order: "C" },
    ...{ fill_value: 0, compressor: null, filters: null },
  };
  test.each([
    [{ chunks: [2 ** 53] }, /"chunks" expected whole numbers/],
    [{ chunks: [2 ** 40] }, /more than 2 GiB at once/],
    [{ chunks: [0] }, /"chunks" expected whole numbers >= 1, got \[0\]/],
    [{ shape: [-4] }, /"shape" expected whole numbers >= 0/],
    [{ shape: [2 ** 40, 2 ** 40], chunks: [1, 1] }, /beyond 2\^53/],
    [{ shape: [4, 4] }, /2 axes, but chunks of 1/],
    [{ dimension_separator: "/../" }, /separator expected/],
    [{ dtype: "<f3" }, /f3/],
    [{ fill_value: "much" }, /"fill_value" "much" is no float32/],
    [{ order: "K" }, /"order" expected/],
    [{ compressor: { id: "../x" } }, /the codec "\.\.\/x" is not known here/],
    [{ compressor: 3 }, /a codec without "id"/],
    [{ zarr_format: 4 }, /"zarr_format" expected 2/],
  ])("%j is refused", async (change, message) => {
    rmSync(folder.path("hostile.zarr"), { recursive: true, force: true });
    mkdirSync(folder.path("hostile.zarr"));
    writeFileSync(folder.path("hostile.zarr/.zarray"), JSON.stringify({ ...sound, ...change }));
    const { status, err } = await convert("hostile.zarr", "h.zarr", "--to", "float64");
    expect([status, existsSync(folder.path("h.zarr"))]).toEqual([1, false]);
    expect(err).toMatch(message);
  });

  test("what is no JSON, says a thing twice, or is no store", async () => {
    for (const [text, message] of [
      ['{"shape": [1]', /./],
      ['{"zarr_format": 2, "zarr_format": 2}', /"zarr_format" is there twice/],
      ["[]", /is no JSON object/],
    ] as const) {
      writeFileSync(folder.path("hostile.zarr/.zarray"), text);
      expect((await convert("hostile.zarr", "h.zarr", "--to", "float64")).err).toMatch(message);
    }
    rmSync(folder.path("hostile.zarr/.zarray"));
    expect((await convert("hostile.zarr", "h.zarr")).err).toMatch(/is no Zarr store/);
  });
});
