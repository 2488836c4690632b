/** Zarr stores on a server, which tells no names: read, shown and converted; and arrays of stores as `.npy` files. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readNpy } from "../../src/io/npy.js";
import { cli, temporaryFolder } from "../lib/cli.js";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
if (!existsSync(main)) console.warn("skipped: the built command line (npm run build makes it)");
const folder = temporaryFolder();
const root = folder.path("served");
/** What the server does instead, by path. */
const instead = new Map<string, { status?: number; body?: string; etag?: string; times: number }>();
const asked: string[] = [];
const server = createServer((request, response) => {
  const path = decodeURIComponent(new URL(request.url!, "http://localhost").pathname);
  asked.push(path);
  const other = instead.get(path);
  if (other !== undefined && other.times-- > 0) {
    response.writeHead(other.status ?? 200).end(other.body);
    return;
  }
  const file = join(root, path);
  if (!existsSync(file) || statSync(file).isDirectory()) {
    response.writeHead(404).end();
    return;
  }
  const bytes = readFileSync(file);
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
  const begin = from === undefined ? 0 : from === "" ? Math.max(0, bytes.length - Number(to)) : Number(from);
  const end = from === undefined || from === "" ? bytes.length : Math.min(bytes.length, Number(to) + 1);
  response.writeHead(from === undefined ? 200 : 206, { etag: other?.etag ?? '"1"', "content-length": end - begin });
  response.end(bytes.subarray(begin, end));
});
const at = (path: string): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`;

function write(path: string, data: Uint8Array | object): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, data instanceof Uint8Array ? data : JSON.stringify(data, null, 2));
}

const values = (count: number, begin: number) => Float64Array.from({ length: count }, (_, i) => Math.sin(begin + i));
const contents = (path: string): string[] =>
  readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(path, name)).isFile())
    .map(
      (name) =>
        `${name} ${createHash("sha256")
          .update(readFileSync(join(path, name)))
          .digest("hex")}`,
    )
    .sort();

/** In a process of its own: threads begin in the built program. */
async function jobs(...args: string[]): Promise<void> {
  const child = spawn(process.execPath, [main, "convert", ...args, "--jobs", "2", "--quiet"], { stdio: "inherit" });
  expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
}

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const zarray = {
    ...{ zarr_format: 2, shape: [7, 9], chunks: [3, 4], dtype: "<f8", order: "C", fill_value: 2.5 },
    ...{ compressor: null, filters: null },
  };
  const documents = {
    ".zgroup": { zarr_format: 2 },
    ".zattrs": { title: "v2" },
    "a/b/.zarray": zarray,
    "a/.zgroup": { zarr_format: 2 },
  };
  for (const [name, json] of Object.entries(documents)) write(`v2.zarr/${name}`, json);
  write("v2.zarr/.zmetadata", { zarr_consolidated_format: 1, metadata: documents });
  for (let i = 0; i < 9; i++)
    if (i !== 4) write(`v2.zarr/a/b/${Math.floor(i / 3)}.${i % 3}`, new Uint8Array(values(12, i).buffer));
  const sharded = {
    ...{ zarr_format: 3, node_type: "array", shape: [6, 8], data_type: "float64", fill_value: 0, attributes: {} },
    chunk_grid: { name: "regular", configuration: { chunk_shape: [6, 4] } },
    chunk_key_encoding: { name: "default" },
    codecs: [
      {
        name: "sharding_indexed",
        configuration: {
          chunk_shape: [3, 4],
          codecs: [{ name: "bytes", configuration: { endian: "little" } }],
          index_codecs: [{ name: "bytes", configuration: { endian: "little" } }],
          index_location: "end",
        },
      },
    ],
  };
  for (let shard = 0; shard < 2; shard++) {
    const chunks = [0, 1].map((i) => Buffer.from(values(12, shard * 20 + i).buffer));
    const index = BigUint64Array.of(0n, 96n, 96n, 96n);
    write(`v3.zarr/s/c/0/${shard}`, Buffer.concat([...chunks, new Uint8Array(index.buffer)]));
  }
  write("v3.zarr/s/zarr.json", sharded);
  write("v3.zarr/zarr.json", {
    ...{ zarr_format: 3, node_type: "group", attributes: { n: 1 } },
    consolidated_metadata: { kind: "inline", must_understand: false, metadata: { s: sharded } },
  });
  write("bare.zarr/.zgroup", { zarr_format: 2 });
});
afterAll(() => void server.close());

test.each([
  ["v2.zarr", "a/b", "--to", "float32"],
  ["v3.zarr", "s", "--to", "float16"],
  ["v2.zarr", "a/b", "--chunks", "2,9"],
  ["v2.zarr/a/b", "", "--to", ">f4"],
])("%s: read, shown and converted as the same store in a folder", async (store, array, ...options) => {
  const [one, two] = [folder.path("one.zarr"), folder.path("two.zarr")];
  expect(await cli("convert", join(root, store), one, ...options)).toMatchObject({ status: 0 });
  expect(await cli("convert", at(`${store}/`), two, ...options)).toMatchObject({ status: 0, err: "" });
  expect(contents(two)).toEqual(contents(one));
  for (const each of [one, two]) rmSync(each, { recursive: true });
  const info = async (path: string) => JSON.parse((await cli("info", path, "--json")).out)[0].tensors;
  expect(await info(at(store))).toEqual(await info(join(root, store)));
  const place = `${store}/${array}`.replace(/\/$/, "");
  asked.length = 0;
  const shown = await cli("show", at(place), "[0, :3]", "--csv");
  expect(shown.out).toBe((await cli("show", join(root, place), "[0, :3]", "--csv")).out);
  expect(asked.filter((path) => /\d$/.test(path)).length).toBeLessThanOrEqual(2);
});

test.skipIf(!existsSync(main))("--jobs makes the same", async () => {
  const [one, two] = [folder.path("one.zarr"), folder.path("two.zarr")];
  expect((await cli("convert", join(root, "v2.zarr"), one, "--to", "float32")).status).toBe(0);
  await jobs(at("v2.zarr"), two, "--to", "float32");
  expect(contents(two)).toEqual(contents(one));
  const file = folder.path("jobs.npy");
  await jobs(join(root, "v2.zarr/a/b"), file, "--to", "float32");
  expect(readNpy(readFileSync(file)).get(0, 1)).toBe(Math.fround(Math.sin(1)));
});

test("a group without consolidated metadata, no store, and names that lead elsewhere are refused", async () => {
  const refused = async (store: string, why: string) =>
    expect(await cli("convert", at(store), folder.path("no.zarr"), "--to", "float32")).toMatchObject({
      status: 1,
      err: expect.stringContaining(why),
    });
  await refused("bare.zarr", "needs consolidated metadata");
  await refused("none.zarr", "is no Zarr store");
  for (const name of ["../x/.zarray", "a//.zarray", "a/../../.zarray", "/etc/.zarray", "a\\b/.zarray"]) {
    write("evil.zarr/.zmetadata", { zarr_consolidated_format: 1, metadata: { [name]: { zarr_format: 2 } } });
    await refused("evil.zarr", "which is no place in a store");
  }
  expect(existsSync(folder.path("no.zarr"))).toBe(false);
  const plan = await cli("plan", at("v2.zarr"), folder.path("no.zarr"));
  expect(plan).toMatchObject({ status: 1, err: expect.stringContaining("stridebuf convert alone") });
});

test("what passes is tried again; refusals, short answers and shards that change are told", async () => {
  instead.set("/v2.zarr/a/b/1.0", { status: 503, times: 2 });
  const two = folder.path("again.zarr");
  expect(await cli("convert", at("v2.zarr"), two, "--to", "float32")).toMatchObject({ status: 0, err: "" });
  instead.set("/v2.zarr/a/b/1.0", { status: 403, times: 1 });
  const denied = await cli("convert", at("v2.zarr"), folder.path("no.zarr"), "--to", "float32");
  expect(denied).toMatchObject({ status: 1, err: expect.stringContaining("403") });
  instead.set("/v2.zarr/a/b/1.0", { body: "short", times: 1 });
  expect((await cli("convert", at("v2.zarr"), folder.path("no.zarr"), "--to", "float32")).err).toContain(
    "5 bytes where",
  );
  const shard = join(root, "v3.zarr/s/c/0/1");
  const whole = readFileSync(shard);
  writeFileSync(shard, whole.subarray(0, 20));
  expect((await cli("convert", at("v3.zarr"), folder.path("no.zarr"), "--to", "float32")).err).toContain(
    "20 bytes of the 32",
  );
  writeFileSync(shard, whole);
  expect(existsSync(folder.path("no.zarr"))).toBe(false);
});

test("an array becomes a .npy file, from a folder and from a server", async () => {
  const expected = readNpyOf(await npy(join(root, "v2.zarr/a/b")));
  expect(expected.slice(0, 3)).toEqual(Array.from(values(3, 0)));
  // The missing chunk has the fill value.
  expect([expected[3 * 9 + 4], expected[5 * 9 + 7]]).toEqual([2.5, 2.5]);
  expect(readNpyOf(await npy(at("v2.zarr/a/b")))).toEqual(expected);
  // A store of one array is that array.
  expect(readNpyOf(await npy(join(root, "v2.zarr")))).toEqual(expected);
  const half = readNpy(readFileSync(await npy(join(root, "v3.zarr/s"), "--to", "float16", "--order", "F")));
  expect([half.dtype.name, half.shape, half.isContiguous("F")]).toEqual(["float16", [6, 8], true]);

  write("pair.zarr/.zgroup", { zarr_format: 2 });
  for (const name of ["x", "y"]) {
    const zarray = { zarr_format: 2, shape: [1], chunks: [1], dtype: "<f8", order: "C", fill_value: 0 };
    write(`pair.zarr/${name}/.zarray`, { ...zarray, compressor: null, filters: null });
  }
  const pair = await cli("convert", join(root, "pair.zarr"), folder.path("no.npy"));
  expect(pair).toMatchObject({
    status: 1,
    err: expect.stringContaining(`${join(root, "pair.zarr")}/x; there are: x, y`),
  });

  async function npy(path: string, ...options: string[]): Promise<string> {
    const file = folder.path("array.npy");
    expect(await cli("convert", path, file, ...options)).toMatchObject({ status: 0, err: "" });
    return file;
  }
  function readNpyOf(path: string): number[] {
    return (readNpy(readFileSync(path)).toArray() as number[][]).flat();
  }
});
