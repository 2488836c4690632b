/** What is wrong gives one line that names the way out, and nothing else happens. */
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { dtypeFromNumpyDescr, empty, view } from "../../src/index.js";
import { writeNpy, writeNpz } from "../../src/io/npy.js";
import { writeSafetensors } from "../../src/io/safetensors.js";
import { cli, temporaryFolder } from "../lib/cli.js";

const folder = temporaryFolder();
const put = (name: string, bytes: Uint8Array): string => {
  writeFileSync(folder.path(name), bytes);
  return folder.path(name);
};
const npy = put("a.npy", writeNpy(view(new Float32Array(6), { shape: [2, 3] })));
const npz = put("two.npz", writeNpz({ x: view(new Float32Array(2)), y: view(new Int32Array(2)) }));
const checkpoint = put("a.safetensors", writeSafetensors({ weights: view(new Float32Array([1, 2, 3, 4])) }));
const raw = put("raw.bin", new Uint8Array(24));
const text = put("text.npy", writeNpy(empty([2], dtypeFromNumpyDescr("S4"))));
const OUT = folder.path("out.npy");

test.each<[args: string[], status: 1 | 2, wayOut: RegExp]>([
  [["show", npz], 1, /say which one with --tensor, or as in .*:x; there are: x, y/],
  [["show", `${npz}:z`], 1, /no tensor "z"; there are: x, y/],
  [["show", npy, "--tensor", "w"], 1, /the file holds one, without a name/],
  [["show", npy, "[0, 0, 0]"], 1, /the tensor has 2 axes: \[2,3\]/],
  [["show", npy, "[5]"], 1, /axis 0 of length 2/],
  [["show", npy, "a:b"], 1, /expected an integer, start:stop:step/],
  [["show", raw], 1, /format/],
  [["show", raw, "--format", "f", "--shape", "3,3"], 1, /needs 36 bytes, 24/],
  [["show", npy, "--head", "-3"], 2, /--head takes whole numbers >= 0/],
  [["info", npy, "--shape", "6"], 1, /--shape describes raw bytes only; npy says it itself: leave it out/],
  [["info", npz, "--only", "q*"], 1, /--only "q\*" matches no tensor; there are: x, y/],
  [["info", npy, "--max-header", "64"], 1, /header of 118 bytes is over the limit of 64; allow more by --max-header/],
  [["convert", checkpoint, OUT, "--max-header", "64"], 1, /is over the limit of 64 bytes; allow more by --max-header/],
  [["info", npy, "--max-header", "long"], 2, /--max-header takes a number of bytes such as 256MiB/],
  [["info", npy, "--sort", "age"], 2, /Allowed choices are file, name, size, dtype/],
  [["plot", npy, "-o", "x.jpg"], 1, /\.png or \.svg/],
  [["plot", text], 1, /no numbers to draw; "show" prints its values/],
  [["plot", npy, "0", "--kind", "image"], 1, /use --kind line/],
  [["plot", npy, "--colormap", "jet"], 2, /Allowed choices are viridis/],
  [["diff", npy, `${npz}:q`], 1, /no tensor "q"/],
  [["diff", npy, npy, "--rtol", "much"], 2, /--rtol takes a number/],
  [["convert", npy], 2, /missing DST: .*-o DIR/],
  [["convert", npy, npy, npy], 2, /several sources with -o DIR/],
  [["convert", npy, folder.path("x.png")], 1, /stridebuf plot SRC -o OUT\.png .*--into raw/],
  [["convert", npy, folder.path("x.h5")], 1, /no writer for it .*--into raw/],
  [["convert", npy, folder.path("x.csv")], 1, /show SRC --csv/],
  [["convert", npz, OUT], 1, /say which one with --tensor/],
  [["convert", npz, folder.path("o.npz"), "--skip", "z*"], 1, /--skip "z\*" matches no tensor; there are: x, y/],
  [["convert", npy, OUT, "--tensor", "w"], 1, /leave --tensor out/],
  [["convert", npy, npy], 1, /--clobber replaces it/],
  [["convert", npy, npz, "--no-clobber"], 1, /leave out --no-clobber/],
  [["convert", npy, OUT, "--to", "flaot32"], 1, /float32/],
  [["convert", folder.path("*.xyz"), "-o", folder.path("dir")], 1, /no file matches the pattern/],
  [["convert", folder.path("none.npy"), OUT], 1, /none\.npy: no such file/],
  [["convert", npy, OUT, "--ordr", "F"], 2, /--order.*--help/],
  [["explain", "T{i"], 1, /index 3/],
  [["completion", "tcsh"], 2, /bash, zsh, fish/],
  [["shwo", npy], 2, /show/],
])("%j", async (args, status, wayOut) => {
  const before = folder.files();
  const result = await cli(...args);
  expect([result.status, result.out]).toEqual([status, ""]);
  expect(result.err).toMatch(/^stridebuf: [^\n]+$/);
  expect(result.err).toMatch(wayOut);
  expect(folder.files()).toEqual(before);
});

test("with --json the complaint is JSON", async () => {
  const { err, status } = await cli("info", folder.path("none.npy"), "--json");
  expect([JSON.parse(err), status]).toEqual([
    { error: { message: expect.stringMatching(/none\.npy: no such file/), status: 1 } },
    1,
  ]);
});

test("text from files never reaches a terminal raw", async () => {
  const nasty = "a\u001b[31m\u009b1m\u202eb\u2066\u200f\u2028c";
  const file = put("nasty.npz", writeNpz({ [nasty]: view(new Float32Array(2)), other: view(new Float32Array(2)) }));
  const names = put("names.npy", writeNpy(empty([1], `T{f:${"x\u202e"}:}`)));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is the point
  const raw = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/;
  for (const args of [
    ["info", file],
    ["info", file, "--json"],
    ["show", file],
    ["show", `${file}:${nasty}`],
    ["show", `${file}:${nasty}`, "--json"],
    ["show", names],
    ["plot", `${file}:${nasty}`],
    ["diff", file, npz],
    ["convert", file, folder.path("o.npz"), "--dry-run"],
  ]) {
    const { out, err } = await cli(...args);
    expect(out + err).not.toBe("");
    expect(raw.test(out + err), args.join(" ")).toBe(false);
  }
});

test("a header that is longer than usual is read where --max-header allows it, also by the shards of a plan", async () => {
  const bytes = writeNpy(view(Float32Array.of(1, 2)));
  const [head, data] = [bytes.subarray(10, bytes.length - 8), bytes.subarray(bytes.length - 8)];
  const long = Buffer.alloc(12 + (2 << 20), " ");
  long.set([...bytes.subarray(0, 6), 2, 0]);
  long.writeUInt32LE(2 << 20, 8);
  long.set(head.subarray(0, -1), 12);
  long[long.length - 1] = 10;
  const path = put("long.npy", Buffer.concat([long, data]));
  expect((await cli("info", path)).err).toMatch(/over the limit of 1048576; allow more by --max-header$/);
  const allowed = ["--max-header", "4MiB"];
  expect(JSON.parse((await cli("show", path, ...allowed, "--json")).out)).toMatchObject({ values: [1, 2] });
  expect((await cli("convert", path, OUT, "--to", "f8", ...allowed, "--quiet")).status).toBe(0);
  const plan = folder.path("long.plan");
  writeFileSync(plan, (await cli("plan", path, folder.path("planned.npy"), "--to", "f8", ...allowed)).bytes);
  expect([(await cli("run", plan)).status, (await cli("verify", plan)).status]).toEqual([0, 0]);
  expect(readFileSync(folder.path("planned.npy"))).toEqual(readFileSync(OUT));
});
