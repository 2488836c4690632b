import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { dtypes } from "../../src/dtype/dtypes.js";
import { convert, view } from "../../src/index.js";
import { readNpy, readNpz, writeNpy, writeNpz } from "../../src/io/npy.js";
import { readSafetensors, writeSafetensors } from "../../src/io/safetensors.js";
import { cli, temporaryFolder } from "../lib/cli.js";
import { fill, toHex } from "../lib/vectors.js";

const folder = temporaryFolder();
const put = (name: string, bytes: Uint8Array): string => {
  writeFileSync(folder.path(name), bytes);
  return folder.path(name);
};
const get = (name: string): Uint8Array => new Uint8Array(readFileSync(folder.path(name)));

const grid = view(
  new Float32Array(24).map((_, i) => i * 1.5 - 7),
  { shape: [4, 6] },
);

/** Runs a conversion that must go well. */
async function converted(...args: string[]): Promise<Uint8Array> {
  const result = await cli("convert", ...args);
  expect(result).toMatchObject({ status: 0 });
  return new Uint8Array(readFileSync(args[1]!));
}

test("raw with a header becomes .npy", async () => {
  const raw = put("grid.gtx", Uint8Array.of(9, 9, 9, ...convert(grid, ">f").toBytes()));
  const place = ["--format", ">f", "--shape", "4,6", "--offset", "3"];
  const bytes = await converted(raw, folder.path("grid.npy"), "--to", "float32", ...place);
  expect(readNpy(bytes).toArray()).toEqual(grid.toArray());
  expect(readNpy(bytes).dtype).toBe(dtypes.float32);
  const alias = await converted(raw, folder.path("alias.npy"), "--from", ">f", "--shape", "4x6", "--offset", "3");
  expect(readNpy(alias).format).toBe(">f");
  const old = await cli("convert", raw, folder.path("old.npy"), "--from", ">f", "--shape", "4x6", "--offset", "3");
  const notes = "note: --from is deprecated, now --format\nnote: --offset is deprecated, now --byte-offset";
  expect([old.status, old.err]).toEqual([0, notes]);
  // Options of the command are none of the file's.
  const flags = ["--quiet", "--clobber", "--jobs", "1"];
  const again = await converted(raw, folder.path("alias.npy"), "--to", "float32", ...place, ...flags);
  expect(toHex(again)).toBe(toHex(bytes));
});

test(".npy becomes other dtypes, orders and raw bytes", async () => {
  const npy = put("a.npy", writeNpy(grid));
  const fortran = readNpy(await converted(npy, folder.path("f.npy"), "--to", ">d", "--order", "F"));
  expect([fortran.isContiguous("F"), fortran.format]).toEqual([true, ">d"]);
  expect(fortran.toArray()).toEqual(grid.toArray());
  const raw = await converted(npy, folder.path("a.bin"), "--to", "e", "--order", "F");
  expect(toHex(raw)).toBe(toHex(convert(grid, "e").toBytes("F")));
  expect(toHex(await converted(folder.path("f.npy"), folder.path("c.bin"), "--to", "f"))).toBe(toHex(grid.toBytes()));
  // The order of the result says nothing of that of raw bytes.
  const place = ["--format", grid.format, "--shape", grid.shape.join(",")];
  const ordered = await converted(put("c.raw", grid.toBytes()), folder.path("d.npy"), ...place, "--order", "F");
  expect(readNpy(ordered).toArray()).toEqual(grid.toArray());
});

test("types that .npy has no name for come with a note, and need --format to be read back", async () => {
  const npy = put("b.npy", writeNpy(grid));
  const there = await cli("convert", npy, folder.path("bf.npy"), "--to", "bfloat16");
  expect(there).toMatchObject({ status: 0 });
  expect(there.err).toMatch(/^note: .*<V2.*--format bfloat16/);
  const back = await converted(folder.path("bf.npy"), folder.path("b2.npy"), "--to", "f", "--format", "bfloat16");
  expect(readNpy(back).toArray()).toEqual(convert(convert(grid, dtypes.bfloat16), "f").toArray());
});

test("a checkpoint converts by name pattern", async () => {
  const file = put("m.safetensors", writeSafetensors({ "a.w": grid, "a.norm": grid, n: view(fill(4, 0)) }, { k: "v" }));
  const bytes = await converted(
    file,
    folder.path("h.safetensors"),
    "--to",
    "bfloat16",
    "--only",
    "a.*",
    "--skip",
    "*norm",
  );
  const half = readSafetensors(bytes);
  expect(half.metadata.k).toBe("v");
  expect(half.names.map((name) => half.info(name).type)).toEqual(["F32", "BF16", "U8"]);
  const one = await converted(file, folder.path("w.npy"), "--to", "d", "--tensor", "a.w");
  expect(readNpy(one).toArray()).toEqual(grid.toArray());
});

test("archives are unpacked and packed", async () => {
  const npz = put("two.npz", writeNpz({ x: grid, y: view(Uint8Array.of(1, 2)) }));
  const half = readNpz(await converted(npz, folder.path("half.npz"), "--to", "e", "--only", "x"));
  expect([...half].map(([name, array]) => [name, array.format])).toEqual([
    ["x", "e"],
    ["y", "B"],
  ]);
  const file = readSafetensors(
    await converted(npz, folder.path("two.safetensors"), "--to", "bfloat16", "--no-floats-only"),
  );
  expect(file.names.map((name) => file.info(name).type)).toEqual(["BF16", "BF16"]);
  const back = readNpz(await converted(folder.path("two.safetensors"), folder.path("back.npz"), "--to", "f"));
  expect(back.get("y")!.toArray()).toEqual([1, 2]);
  expect(readNpy(await converted(npz, folder.path("y.npy"), "--tensor", "y")).toArray()).toEqual([1, 2]);
  expect(await cli("convert", npz, folder.path("z.npy"))).toMatchObject({
    status: 1,
    err: expect.stringMatching(/two\.npz: holds 2 tensors, say which one with --tensor, .*; there are: x, y$/),
  });
});

test("what is skipped in an archive is kept as it is, scale and all", async () => {
  const npz = put("skip.npz", writeNpz({ x: view(Uint8Array.of(1, 2)), keep: view(Uint8Array.of(3)) }));
  const file = readNpz(await converted(npz, folder.path("skipped.npz"), "--skip", "keep", "--scale", "10"));
  expect([file.get("x")!.toArray(), file.get("keep")!.toArray()]).toEqual([[10, 20], [3]]);
});

test("--scale, --add and --overflow", async () => {
  const raw = put("s.bin", Uint8Array.of(0, 10, 200));
  const scaled = await converted(
    raw,
    folder.path("s.npy"),
    "--format",
    "B",
    "--to",
    "f",
    "--scale",
    "0.5",
    "--add",
    "-1",
  );
  expect(readNpy(scaled).toArray()).toEqual([-1, 4, 99]);
  const failed = await cli("convert", raw, folder.path("o.npy"), "--format", "B", "--to", "b", "--overflow", "error");
  expect(failed.status).toBe(1);
  expect(failed.err).toMatch(/\[2\]/);
  expect(folder.files()).not.toContain("o.npy");
});

test("--json tells what was done", async () => {
  const npy = put("j.npy", writeNpy(grid));
  const { out } = await cli("convert", npy, folder.path("j2.npy"), "--to", "d", "--json");
  expect(JSON.parse(out)).toMatchObject({
    container: "npy",
    byteLength: 128 + 24 * 8,
    tensors: [{ from: "float32", to: "float64", shape: [4, 6], nbytes: 192 }],
    notes: [],
  });
});

test("a file is converted onto itself only with --clobber, and nothing that is there is replaced with --no-clobber", async () => {
  const npy = put("self.npy", writeNpy(grid));
  symlinkSync(npy, folder.path("link.npy"));
  for (const dst of [npy, folder.path("link.npy")]) {
    expect(await cli("convert", npy, dst, "--to", "d")).toMatchObject({
      status: 1,
      err: expect.stringMatching(/is the source itself; --clobber replaces it/),
    });
  }
  expect(readNpy(await converted(npy, npy, "--to", "d", "--clobber")).toArray()).toEqual(grid.toArray());
  const there = put("there.npy", writeNpy(grid));
  expect(await cli("convert", npy, there, "--no-clobber")).toMatchObject({
    status: 1,
    err: expect.stringMatching(/there\.npy: is there already; leave out --no-clobber/),
  });
});

test("several sources, globs and a folder; failures are told file by file", async () => {
  for (const name of ["one", "two"]) put(`many-${name}.npy`, writeNpy(grid));
  put("many-bad.npy", Uint8Array.of(1, 2, 3));
  const out = folder.path("out");
  const args = [folder.path("many-*.npy"), "-o", out, "--to", "e", "--into", "safetensors", "--jobs", "2"];
  const { status, out: text, err } = await cli("convert", ...args);
  expect(status).toBe(1);
  expect(text.split("\n").sort()).toEqual([
    expect.stringMatching(/out\/many-one\.safetensors: \(4, 6\) float32 to float16/),
    expect.stringMatching(/out\/many-two\.safetensors: /),
  ]);
  expect(err).toMatch(/^stridebuf: .*many-bad\.npy: .*\nstridebuf: 1 of 3 files failed$/);
  expect(readSafetensors(get("out/many-one.safetensors")).names).toEqual(["data"]);
  const json = JSON.parse((await cli("convert", ...args, "--json")).out);
  expect(json.map((each: { error?: object }) => each.error !== undefined)).toEqual([true, false, false]);
  expect(await cli("convert", folder.path("none-*.npy"), "-o", out)).toMatchObject({
    status: 1,
    err: expect.stringMatching(/no file matches/),
  });
});

test("--dry-run says what would be read, written and lost, and writes nothing", async () => {
  const file = put(
    "dry.safetensors",
    writeSafetensors({ w: convert(grid, "d"), n: view(new Int32Array(3)) }, { k: "v" }),
  );
  const before = folder.files();
  const { out, status } = await cli("convert", file, folder.path("new.npz"), "--to", "f", "--dry-run");
  expect(status).toBe(0);
  expect(out.split("\n")).toEqual([
    expect.stringMatching(/^would read {3}.*dry\.safetensors {2}safetensors, \d+ B$/),
    expect.stringMatching(/^would write {2}.*new\.npz {2}npz$/),
    "  w (4, 6) float64 to float32; values round, large ones overflow",
    "  n (3,) int32 kept",
    "  note: kept as they are, being no floats: n (--no-floats-only converts them too)",
  ]);
  const plan = JSON.parse((await cli("convert", file, folder.path("new.npz"), "--to", "f", "--dry-run", "--json")).out);
  expect(plan.tensors[0]).toMatchObject({
    name: "w",
    from: "float64",
    to: "float32",
    nbytes: 96,
    loses: "values round, large ones overflow",
  });
  expect(folder.files()).toEqual(before);
});

test("integers of containers are kept unless they are asked for", async () => {
  const file = put("ints.safetensors", writeSafetensors({ w: grid, n: view(new Int32Array([70000])) }));
  const types = async (...args: string[]) => {
    const bytes = await converted(file, folder.path("ints-out.safetensors"), "--to", "bfloat16", ...args);
    const read = readSafetensors(bytes);
    return Object.fromEntries(read.names.map((name) => [name, read.info(name).type]));
  };
  expect(await types()).toEqual({ w: "BF16", n: "I32" });
  expect(await types("--no-floats-only")).toEqual({ w: "BF16", n: "BF16" });
  expect(await types("--only", "n")).toEqual({ w: "F32", n: "BF16" });
  expect((await cli("convert", file, folder.path("x.safetensors"), "--to", "e")).err).toMatch(
    /^note: kept as they are, being no floats: n /,
  );
});

test("to standard output, in order or by way of a file, with nothing else there", async () => {
  const npy = put("pipe.npy", writeNpy(grid));
  const toOut = async (...args: string[]) => {
    const result = await cli("convert", npy, "-", ...args);
    expect(result).toMatchObject({ status: 0, out: "", err: "" });
    return result.bytes;
  };
  expect(toHex(new Uint8Array(await toOut("--to", ">d")))).toBe(toHex(writeNpy(convert(grid, ">d"))));
  expect(readNpy(new Uint8Array(await toOut("--order", "F"))).isContiguous("F")).toBe(true);
  expect(
    readNpz(new Uint8Array(await toOut("--into", "npz")))
      .get("arr_0")!
      .toArray(),
  ).toEqual(grid.toArray());
  expect(toHex(new Uint8Array(await toOut("--into", "raw")))).toBe(toHex(grid.toBytes()));
});

const truncated = () => put("cut.npy", writeNpy(grid).subarray(0, 150));
const missing = folder.path("missing.npy");
const good = () => put("good.npy", writeNpy(grid));

test.each<[what: string, args: () => string[], status: number, err: RegExp]>([
  ["a missing file", () => [missing, "OUT"], 1, /missing\.npy: no such file/],
  ["a cut file", () => [truncated(), "OUT"], 1, /cut\.npy: \.npy: data of 96 bytes expected, 22 there$/],
  ["an unknown format", () => [good(), "OUT", "--to", "zz9"], 1, /index 0 of the format/],
  ["an unknown type", () => [good(), "OUT", "--to", "[a:b]"], 1, /./],
  [
    "a shape that does not fit",
    () => [put("r", fill(10, 0)), "OUT", "--format", "h", "--shape", "3,2"],
    1,
    /needs 12 bytes, 10/,
  ],
  ["a size that does not divide", () => [put("r", fill(10, 0)), "OUT", "--format", "i"], 1, /whole number/],
  ["a huge shape", () => [put("r", fill(10, 0)), "OUT", "--format", "i", "--shape", "9007199254740991,2"], 1, /2\^53/],
  ["a shape for .npy", () => [good(), "OUT", "--shape", "2"], 1, /--shape describes raw bytes only/],
  ["raw bytes without a format", () => [put("r", fill(10, 0)), "OUT"], 1, /format/],
  ["a folder that is missing", () => [good(), folder.path("no/where.npy")], 1, /where\.npy: no such file/],
  ["a folder as the target", () => [good(), folder.path(".")], 1, /is a folder/],
  ["a folder as the source", () => [folder.path("."), "OUT"], 1, /is a folder/],
  ["a record as a number", () => [put("r", fill(8, 0)), "OUT", "--format", "T{<i:a:<i:b:}", "--to", "f"], 1, /./],
  ["a dtype without a safetensors name", () => [good(), folder.path("OUT.safetensors"), "--to", "M"], 1, /./],
  ["a missing argument", () => [good()], 2, /DST/],
  ["an unknown option", () => [good(), "OUT", "--fast"], 2, /--fast/],
  ["a wrong choice", () => [good(), "OUT", "--order", "K"], 2, /C, F/],
  ["a shape that is none", () => [good(), "OUT", "--shape", "2,b"], 2, /--shape/],
  ["a number that is none", () => [good(), "OUT", "--scale", "x"], 2, /--scale/],
])("refuses %s in one line and leaves nothing behind", async (_, args, status, err) => {
  const list = args().map((arg) => (arg === "OUT" ? folder.path("OUT.npy") : arg));
  const before = folder.files();
  const result = await cli("convert", ...list);
  expect([result.status, result.out]).toEqual([status, ""]);
  expect(result.err).toMatch(err);
  if (status === 1) expect(result.err).toMatch(/^stridebuf: [^\n]*$/);
  expect(folder.files()).toEqual(before);
});

test("what was there before stays when a conversion fails", async () => {
  const target = put("keep.npy", Uint8Array.of(1, 2, 3));
  const raw = put("wide.bin", Uint8Array.of(1, 2, 255));
  const result = await cli("convert", raw, target, "--format", "B", "--to", "b", "--overflow", "error");
  expect(result.status).toBe(1);
  expect([...get("keep.npy")]).toEqual([1, 2, 3]);
});

test("a dry run of several files tells of each what it is, or what is wrong with it", async () => {
  writeFileSync(folder.path("dry-a.npy"), writeNpy(view(new Float32Array(3))));
  writeFileSync(folder.path("dry-b.npy"), "no array");
  const args = ["convert", folder.path("dry-*.npy"), "-o", folder.path("dry"), "--to", "float16", "--dry-run"];
  const { status, out, err } = await cli(...args);
  expect([status, out.match(/would write/g)?.length]).toEqual([1, 1]);
  expect(err).toMatch(/^stridebuf: [^\n]*dry-b\.npy: [^\n]*$/);
  const json = JSON.parse((await cli(...args, "--json")).out);
  expect(json.map((each: { error?: unknown }) => each.error === undefined)).toEqual([true, false]);
});
