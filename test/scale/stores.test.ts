/** Zarr stores in shards, done by processes that are killed at random: the same set of files and bytes as of one process. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { built, main } from "../lib/built-command.js";
import { cli, temporaryFolder } from "../lib/cli.js";

const KILLS = process.env.STRIDEBUF_SLOW ? 120 : 20;
const folder = temporaryFolder();

/** Every file of a folder with a digest of its bytes. */
const contents = (path: string): string[] =>
  readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(path, name)).isFile())
    .sort()
    .map(
      (name) =>
        `${name} ${createHash("sha256")
          .update(readFileSync(join(path, name)))
          .digest("hex")}`,
    );

function write(path: string, data: Uint8Array | object): void {
  mkdirSync(dirname(folder.path(path)), { recursive: true });
  writeFileSync(folder.path(path), data instanceof Uint8Array ? data : JSON.stringify(data));
}

/** Chunks of doubles, of which every seventh is missing. */
function writeChunks(
  path: string,
  rows: number,
  columns: number,
  items: number,
  key: (i: number, j: number) => string,
) {
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      if ((i * columns + j) % 7 === 5) continue;
      const values = Float64Array.from({ length: items }, (_, n) => Math.sin(n + i * 31 + j));
      write(`${path}/${key(i, j)}`, new Uint8Array(values.buffer));
    }
}

beforeAll(() => {
  write("v2.zarr/.zgroup", { zarr_format: 2 });
  write("v2.zarr/.zattrs", { title: "two" });
  for (const [name, separator, order] of [
    ["dots", ".", "C"],
    ["deep/slashes", "/", "F"],
  ] as const) {
    if (name.includes("/")) write("v2.zarr/deep/.zgroup", { zarr_format: 2 });
    write(`v2.zarr/${name}/.zarray`, {
      ...{ zarr_format: 2, shape: [58, 117], chunks: [10, 20], dtype: "<f8", order, dimension_separator: separator },
      ...{ fill_value: -1.5, compressor: null, filters: null },
    });
    writeChunks(`v2.zarr/${name}`, 6, 6, 200, (i, j) => [i, j].join(separator));
  }
  write("v2.zarr/kept/.zarray", {
    ...{ zarr_format: 2, shape: [3], chunks: [1], dtype: "|O", order: "C", compressor: null, fill_value: 0 },
    filters: [{ id: "pickle" }],
  });
  for (const i of [0, 2]) write(`v2.zarr/kept/${i}`, Buffer.from(`object ${i}`));
  write("v3.zarr/zarr.json", {
    ...{ zarr_format: 3, node_type: "array", shape: [58, 117], data_type: "float64", fill_value: "NaN" },
    ...{ attributes: { units: "m" }, dimension_names: ["y", "x"] },
    chunk_grid: { name: "regular", configuration: { chunk_shape: [10, 20] } },
    chunk_key_encoding: { name: "default", configuration: { separator: "." } },
    codecs: [{ name: "bytes", configuration: { endian: "little" } }],
  });
  writeChunks("v3.zarr", 6, 6, 200, (i, j) => `c.${i}.${j}`);
});

/** The bytes of a single process, and a plan for the same. */
async function planned(name: string, src: string, shard: string, ...options: string[]) {
  const [one, dst, plan] = [`${name}.one.zarr`, `${name}.dst.zarr`, `${name}.ndjson`].map(folder.path) as [
    string,
    string,
    string,
  ];
  expect((await cli("convert", folder.path(src), one, ...options)).status).toBe(0);
  const arrange = () => cli("plan", folder.path(src), dst, "--shard", shard, ...options);
  const { status, err, bytes } = await arrange();
  expect([status, err]).toEqual([0, ""]);
  writeFileSync(plan, bytes);
  expect(Buffer.from((await arrange()).bytes).equals(Buffer.from(bytes))).toBe(true);
  const head = JSON.parse(readFileSync(plan, "utf8").split("\n", 1)[0]!) as { shards: number; work: string };
  return { one, dst, plan, shards: head.shards, work: head.work };
}

test.each([
  ["v2 to float16", "v2.zarr", "--to", "float16"],
  ["v3 to big-endian, packed", "v3.zarr", "--to", ">f4", "--compressor", "zstd"],
  ["other chunks", "v2.zarr/deep/slashes", "--chunks", "16,64", "--compressor", "gzip"],
  ["as it is", "v2.zarr"],
])("%s: in shards as in one piece", async (name, src, ...options) => {
  const { one, dst, plan, shards, work } = await planned(name.replace(/\W/g, "-"), src, "5000", ...options);
  expect(shards).toBeGreaterThan(1);
  expect((await cli("verify", plan)).status).toBe(3);
  expect((await cli("run", plan, "--index", "0")).status).toBe(0);
  // An unfinished store is no store: neither its place nor the folder beside it says that it is one.
  expect([existsSync(dst), contents(work).filter((each) => /\.z|zarr\.json/.test(each))]).toEqual([false, []]);
  for (const slice of ["2/3", "0/3", "1/3", "1/3"]) expect((await cli("run", plan, "--slice", slice)).status).toBe(0);
  expect((await cli("run", plan)).out).toContain(`0 shards done, ${shards} done before`);
  expect((await cli("verify", plan)).out).toContain("in place");
  expect(contents(dst)).toEqual(contents(one));
  expect(existsSync(work)).toBe(false);
  expect((await cli("run", plan)).out).toContain(`0 shards done, ${shards} done before`);
  expect((await cli("verify", plan)).status).toBe(0);
});

test("strangers under every plausible temporary name are noticed, wherever they lie", async () => {
  const { one, dst, plan, work } = await planned("strays", "v2.zarr", "20000", "--to", "float32");
  expect((await cli("run", plan)).status).toBe(0);
  const store = join(work, "0.data");
  const names = [
    ...["0.1.abc123", "0.1.tmp", "0.1~", ".0.1.swp", "0.1.partial", "0.1.3f2b.partial", "00.1", "9.9", "tmp.0.1"],
    ...["new.123.0a1b2c", ".stridebuf-host-123-0a1b.part", "zarr.json", "c/0/1", "1.0.0"],
  ].flatMap((name) => [`dots/${name}`, `deep/slashes/1/${name}`, name]);
  for (const name of names) {
    mkdirSync(dirname(join(store, name)), { recursive: true });
    writeFileSync(join(store, name), "x");
    const { status, err } = await cli("verify", plan);
    expect([status, err]).toEqual([3, expect.stringContaining(`no shard has written ${join(store, name)}:`)]);
    expect(existsSync(dst)).toBe(false);
    rmSync(join(store, name));
  }
  // What a killed writer leaves lies outside of the store, and goes.
  writeFileSync(join(work, "new.123.0a1b2c"), "half a chunk");
  expect((await cli("verify", plan)).status).toBe(0);
  expect(contents(dst)).toEqual(contents(one));
  expect(existsSync(work)).toBe(false);
});

test("chunks that are damaged, cut or gone are found, done again and right", async () => {
  const { one, dst, plan, work } = await planned("damaged", "v3.zarr", "5000", "--to", "float32");
  expect((await cli("run", plan)).status).toBe(0);
  const at = (name: string) => join(work, "0.data", name);
  const bytes = readFileSync(at("c.0.1"));
  bytes[5]! ^= 1;
  writeFileSync(at("c.0.1"), bytes);
  writeFileSync(at("c.2.2"), readFileSync(at("c.2.2")).subarray(0, 100));
  rmSync(at("c.5.5"));
  // One that is missing in the source, and thus in the result.
  writeFileSync(at("c.0.5"), bytes);
  const found = JSON.parse((await cli("verify", plan, "--json")).out);
  expect([found.damaged.length, found.missing, found.files]).toEqual([3, [], []]);
  expect((await cli("run", plan)).out).toContain("3 shards done");
  expect((await cli("verify", plan)).err).toMatch(/no shard has written .*c\.0\.5/);
  rmSync(at("c.0.5"));
  expect((await cli("verify", plan)).status).toBe(0);
  expect(contents(dst)).toEqual(contents(one));
});

test.each([
  ["a chunk written to", (source: string) => writeFileSync(join(source, "c.1.1"), new Uint8Array(1600))],
  ["a chunk more", (source: string) => writeFileSync(join(source, "c.0.5"), new Uint8Array(1600))],
  ["a chunk less", (source: string) => rmSync(join(source, "c.3.3"))],
  [
    "other metadata",
    (source: string) =>
      writeFileSync(join(source, "zarr.json"), readFileSync(join(source, "zarr.json"), "utf8").replace('"m"', '"km"')),
  ],
  ["nothing", (source: string) => rmSync(source, { recursive: true })],
] as const)("a source that changed is refused for good: %s", async (what, change) => {
  const name = what.replace(/\W/g, "-");
  cpSync(folder.path("v3.zarr"), folder.path(`${name}.zarr`), { recursive: true });
  const { plan, dst } = await planned(name, `${name}.zarr`, "5000", "--to", "float32");
  change(folder.path(`${name}.zarr`));
  const { status, err } = await cli("run", plan);
  expect([status, err]).toEqual([1, expect.stringMatching(/has changed since the plan was made/)]);
  expect(existsSync(dst)).toBe(false);
});

test("stores and other files share no plan; what cannot be done is refused when it is planned", async () => {
  write("x.bin", new Uint8Array(8));
  const mixed = await cli("plan", folder.path("v2.zarr"), folder.path("x.bin"), "-o", folder.path("out"));
  expect([mixed.status, mixed.err]).toEqual([2, expect.stringMatching(/cannot share a plan/)]);
  const refused = await cli("plan", folder.path("v2.zarr"), folder.path("y.zarr"), "--to", "bfloat16");
  expect([refused.status, refused.err]).toEqual([1, expect.stringMatching(/Zarr v2 has no bfloat16/)]);
});

describe.skipIf(!built)("processes", () => {
  test(`${KILLS} workers killed at random moments, each shard submitted twice`, { timeout: 3_600_000 }, async () => {
    const { one, dst, plan } = await planned("killed", "v2.zarr", "1600", "--to", "float16", "--compressor", "zstd");
    let seed = 19;
    const random = () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed / 2 ** 32;
    };
    const worker = (...args: string[]) =>
      spawn(process.execPath, [main, "run", plan, "--quiet", ...args], { stdio: "ignore" });
    for (let kills = 0; kills < KILLS; kills += 2) {
      const pair = [worker(), worker("--slice", `${(kills / 2) % 2}/2`)];
      const ended = pair.map((child) => new Promise((resolve) => child.on("close", resolve)));
      await new Promise((resolve) => setTimeout(resolve, 150 + random() * 1500));
      for (const child of pair) child.kill("SIGKILL");
      await Promise.all(ended);
    }
    expect((await cli("run", plan)).status).toBe(0);
    // A verification that is killed leaves no store, or a whole one.
    for (let kills = 0; kills < 4; kills++) {
      const child = spawn(process.execPath, [main, "verify", plan, "--quiet"], { stdio: "ignore" });
      const ended = new Promise((resolve) => child.on("close", resolve));
      await new Promise((resolve) => setTimeout(resolve, 100 + random() * 900));
      child.kill("SIGKILL");
      await ended;
      if (existsSync(dst)) expect(contents(dst)).toEqual(contents(one));
    }
    expect((await cli("verify", plan)).status).toBe(0);
    expect(contents(dst)).toEqual(contents(one));
    expect(folder.files().filter((name) => name.startsWith("killed"))).toEqual([
      ...["killed.dst.zarr", "killed.ndjson", "killed.ndjson.verified", "killed.one.zarr"],
    ]);
  });
});
