/** Shards of a plan, done by processes that are killed at random: the bytes are those of one conversion in one process. */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { beforeAll, describe, expect, test } from "vitest";
import { view } from "../../src/index.js";
import { writeNpy } from "../../src/io/npy.js";
import { writeSafetensors } from "../../src/io/safetensors.js";
import { built, main } from "../lib/built-command.js";
import { cli, temporaryFolder } from "../lib/cli.js";

const KILLS = process.env.STRIDEBUF_SLOW ? 120 : 12;
const folder = temporaryFolder();
const values = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i) * 100);
const digest = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

beforeAll(() => {
  const tensors = Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [`layer.${i}`, view(values(9000 + 700 * i), { shape: [90 + 7 * i, 100] })]),
  );
  writeFileSync(folder.path("m.safetensors"), writeSafetensors({ ...tensors, steps: view(new Int32Array(77)) }));
  writeFileSync(folder.path("c.npy"), writeNpy(view(values(31 * 40 * 53), { shape: [31, 40, 53] })));
  writeFileSync(folder.path("r.bin"), new Uint8Array(values(40000).buffer));
});

/** The bytes of a single process, and a plan for the same. */
async function planned(name: string, src: string, extension: string, shard: string, ...options: string[]) {
  const one = folder.path(`${name}.one.${extension}`);
  const dst = folder.path(`${name}.dst.${extension}`);
  const plan = folder.path(`${name}.ndjson`);
  expect((await cli("convert", folder.path(src), one, ...options)).err).not.toMatch(/^stridebuf/);
  const result = await cli("plan", folder.path(src), dst, "--shard", shard, ...options);
  expect([result.status, result.err]).toEqual([0, ""]);
  writeFileSync(plan, result.bytes);
  const again = await cli("plan", folder.path(src), dst, "--shard", shard, ...options);
  expect(Buffer.from(again.bytes).equals(Buffer.from(result.bytes))).toBe(true);
  const { shards, work } = JSON.parse(readFileSync(plan, "utf8").split("\n", 1)[0]!) as {
    shards: number;
    work: string;
  };
  return { one, dst, plan, shards, work };
}

test.each([
  ["safetensors", "m.safetensors", "safetensors", "20kB", "--to", "bfloat16"],
  ["big-endian", "r.bin", "bin", "7777", "--format", "<f", "--to", ">d", "--scale", "0.5"],
  ["npy", "c.npy", "npy", "10000", "--to", "float16"],
  ["F order", "c.npy", "npy", "10000", "--order", "F"],
  ["F order to float16", "c.npy", "npy", "3001", "--order", "F", "--to", "float16"],
  ["one shard", "c.npy", "npy", "1GB"],
])("%s: in shards as in one piece", async (name, src, extension, shard, ...options) => {
  const { one, dst, plan, shards, work } = await planned(name.replace(/\W/g, "-"), src, extension, shard, ...options);
  const unfinished = await cli("verify", plan);
  expect([unfinished.status, existsSync(dst)]).toEqual([3, false]);
  expect((await cli("run", plan, "--index", "0")).status).toBe(0);
  for (const slice of ["2/3", "0/3", "1/3", "1/3"]) expect((await cli("run", plan, "--slice", slice)).status).toBe(0);
  expect((await cli("run", plan)).out).toContain(`0 shards done, ${shards} done before`);
  expect((await cli("verify", plan)).status).toBe(0);
  expect(digest(dst)).toBe(digest(one));
  expect(existsSync(work)).toBe(false);
  expect((await cli("run", plan)).out).toContain(`0 shards done, ${shards} done before`);
  expect((await cli("verify", plan)).status).toBe(0);
});

test("torn records, flipped bytes and cut files are found, done again and right", async () => {
  const { one, dst, plan, work, shards } = await planned("damaged", "m.safetensors", "safetensors", "20kB");
  expect((await cli("run", plan)).status).toBe(0);
  const data = readFileSync(`${work}/0.data`);
  data[50_000]! ^= 1;
  writeFileSync(`${work}/0.data`, data);
  const records = readFileSync(`${work}/done`);
  records[128 + 40]! ^= 1;
  writeFileSync(`${work}/done`, records);
  const found = JSON.parse((await cli("verify", plan, "--json")).out);
  expect(found).toMatchObject({ missing: [1], damaged: [2], files: [] });
  expect((await cli("run", plan)).out).toContain(`2 shards done, ${shards - 2} done before`);
  truncateSync(`${work}/0.data`, 30_000);
  expect((await cli("verify", plan)).status).toBe(3);
  expect((await cli("run", plan)).status).toBe(0);
  expect((await cli("verify", plan)).status).toBe(0);
  expect(digest(dst)).toBe(digest(one));
});

test("a source that changed is refused for good; so is a plan that was edited", async () => {
  const { plan, dst } = await planned("changed", "r.bin", "bin", "20kB", "--format", "<f", "--to", "<d");
  expect((await cli("run", plan, "--index", "1")).status).toBe(0);
  const text = readFileSync(plan, "utf8");
  writeFileSync(plan, text.replace('"shard":2,', '"shard":2 ,').replace('[["",10000,', '[["",10001,'));
  expect((await cli("run", plan, "--index", "4")).status).toBe(1);
  writeFileSync(plan, text.slice(0, text.length - 5));
  expect((await cli("verify", plan)).status).toBe(1);
  writeFileSync(plan, text);
  utimesSync(folder.path("r.bin"), 1, 1);
  const refused = await cli("run", plan);
  expect(refused.status).toBe(1);
  expect(refused.err).toMatch(/r\.bin: has changed since the plan was made/);
  expect(existsSync(dst)).toBe(false);
});

test("platforms that tell times in milliseconds do plans of those that tell nanoseconds", async () => {
  const src = folder.path("times.bin");
  writeFileSync(src, new Uint8Array(values(40).buffer));
  const written = 1_000_000_000.125;
  utimesSync(src, written, written + 1 / 8192);
  const { plan } = await planned("times", "times.bin", "bin", "1kB", "--format", "<f", "--to", "<d");
  expect(readFileSync(plan, "utf8")).toContain('"1000000000125122000"');
  utimesSync(src, written, written + 0.125);
  expect((await cli("run", plan)).status).toBe(1);
  utimesSync(src, written, written);
  expect((await cli("run", plan)).status).toBe(0);
});

test("an archive is refused as a target, and the way out named", async () => {
  const refused = await cli("plan", folder.path("m.safetensors"), folder.path("m.npz"));
  expect([refused.status, refused.err]).toEqual([
    1,
    expect.stringMatching(/m\.npz: an archive cannot be made in shards; plan a \.safetensors.*stridebuf convert/),
  ]);
});

const elsewhere = "/dev/shm";
const isElsewhere = existsSync(elsewhere) && statSync(elsewhere).dev !== statSync(tmpdir()).dev;
if (!isElsewhere) console.warn("skipped: a link to another file system, for want of one at /dev/shm");

test.skipIf(!isElsewhere)(
  "a link to a file on another file system goes on pointing, and its mode is kept",
  async () => {
    const target = `${elsewhere}/stridebuf-test-${process.pid}`;
    writeFileSync(target, "before");
    try {
      chmodSync(target, 0o640);
      symlinkSync(target, folder.path("link.dst.npy"));
      const { one, dst, plan, work } = await planned("link", "c.npy", "npy", "1MB", "--to", "float16");
      expect([(await cli("run", plan)).status, (await cli("verify", plan)).status]).toEqual([0, 0]);
      expect(readlinkSync(dst)).toBe(target);
      expect([digest(target), statSync(target).mode & 0o777]).toEqual([digest(one), 0o640]);
      expect(existsSync(work)).toBe(false);
    } finally {
      unlinkSync(target);
    }
  },
);

test("a folder that is not there sends the work elsewhere", async () => {
  const plan = folder.path("absent.ndjson");
  mkdirSync(folder.path("gone"));
  const made = await cli("plan", folder.path("c.npy"), folder.path("gone/o.npy"));
  writeFileSync(plan, Buffer.from(made.bytes).toString().replaceAll("gone/", "away/"));
  expect((await cli("run", plan)).status).toBe(1);
  writeFileSync(plan, made.bytes);
  spawnSync("rmdir", [folder.path("gone")]);
  expect((await cli("run", plan)).status).toBe(75);
});

describe.skipIf(!built)("processes", () => {
  test(`${KILLS} workers killed at random moments, each shard submitted twice`, { timeout: 300_000 }, async () => {
    const { one, dst, plan } = await planned("killed", "m.safetensors", "safetensors", "4kB", "--to", "float16");
    const worker = (...args: string[]) =>
      spawn(process.execPath, [main, "run", plan, "--quiet", ...args], { stdio: "ignore" });
    for (let kills = 0; kills < KILLS; kills++) {
      const pair = [worker(), worker("--slice", `${kills % 2}/2`)];
      const ended = pair.map((child) => new Promise((resolve) => child.on("close", resolve)));
      await new Promise((resolve) => setTimeout(resolve, 80 + Math.random() * 300));
      for (const child of pair) child.kill("SIGKILL");
      await Promise.all(ended);
    }
    expect((await cli("run", plan)).status).toBe(0);
    expect((await cli("verify", plan)).status).toBe(0);
    expect(digest(dst)).toBe(digest(one));
  });

  test("a full disk sends the work elsewhere, and leaves what was done", async () => {
    const { one, dst, plan } = await planned("full", "r.bin", "bin", "20kB", "--format", "<f", "--to", "<d");
    // A limit of 100 kB for files stands for the full disk.
    const limited = spawnSync(
      "bash",
      ["-c", `trap '' XFSZ; ulimit -f 100; exec "$0" "$@"`, process.execPath, main, "run", plan],
      { encoding: "utf8" },
    );
    expect(limited.status).toBe(75);
    expect((await cli("run", plan)).status).toBe(0);
    expect((await cli("verify", plan)).status).toBe(0);
    expect(digest(dst)).toBe(digest(one));
  });
});
