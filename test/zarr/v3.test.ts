/** Zarr v3: stores written by zarrita (its own codecs cannot write shards: these are put together here), converted, and read back by it. */
import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import FileSystemStore from "@zarrita/storage/fs";
import crc32c from "crc-32/crc32c.js";
import { expect, test } from "vitest";
import * as zarr from "zarrita";
import { array, convert as converted, dtype, slice, view } from "../../src/index.js";
import { getView, withDTypes } from "../../src/interop/zarrita/index.js";
import { cli, temporaryFolder } from "../lib/cli.js";
import { brokenRules } from "./v3-rules.js";

const folder = temporaryFolder();
const files = (name: string): string[] =>
  readdirSync(folder.path(name), { recursive: true, encoding: "utf8" })
    .filter((each) => statSync(join(folder.path(name), each)).isFile())
    .sort();
const metadata = (path: string) => JSON.parse(readFileSync(folder.path(`${path}/zarr.json`), "utf8"));
const items = Float64Array.from({ length: 7 * 9 }, (_, i) => Math.sin(i) * 50);

/** An array of 7 by 9 doubles in chunks of 3 by 4, of which zarrita writes all but those of the middle row. */
async function written(path: string, codecs: zarr.CodecMetadata[]): Promise<void> {
  const store = new FileSystemStore(folder.path(path));
  const created = await zarr.create(zarr.root(store), {
    shape: [7, 9],
    chunkShape: [3, 4],
    dtype: "float64",
    fillValue: -1.5,
    codecs,
    attributes: { units: "m", deep: { list: [1, null] } },
    dimensionNames: ["y", "x"],
  });
  for (const [from, to] of [
    [0, 3],
    [6, 7],
  ] as const) {
    const data = items.slice(from * 9, to * 9);
    await zarr.set(created, [zarr.slice(from, to), null], { data, shape: [to - from, 9], stride: [9, 1] });
  }
}

/** The items with the missing ones filled. */
const filled = view(
  items.map((value, i) => (i >= 27 && i < 54 ? -1.5 : value)),
  { shape: [7, 9] },
);

async function read(path: string) {
  const location = zarr.root(withDTypes(new FileSystemStore(folder.path(path))));
  return zarr.open.v3(location, { kind: "array" });
}

async function expectItems(path: string, as: string): Promise<void> {
  const found = await getView(await read(path));
  expect(found.dtype).toBe(dtype(as));
  expect(found.toArray()).toEqual(converted(filled, as).toArray());
}

const bytes = (endian: "little" | "big") => ({ name: "bytes", configuration: { endian } });
const transpose = { name: "transpose", configuration: { order: [1, 0] } };
const blosc = {
  name: "blosc",
  configuration: { cname: "lz4", clevel: 5, shuffle: "shuffle", typesize: 8, blocksize: 0 },
};
const zstd = { name: "zstd", configuration: { level: 3, checksum: false } };
const convert = (src: string, dst: string, ...options: string[]) =>
  cli("convert", folder.path(src), folder.path(dst), ...options);

test.each([
  ["plain", [bytes("little")]],
  ["big-endian", [bytes("big")]],
  ["transposed", [transpose, bytes("little")]],
  ["transposed, big-endian and packed", [transpose, bytes("big"), zstd]],
] as const)("%s", async (name, codecs) => {
  const path = name.replace(/\W+/g, "-");
  await written(path, codecs as never);
  for (const [to, as, type] of [
    ["float32", "<f", "float32"],
    [">f2", ">e", "float16"],
    ["bfloat16", "<[ml_dtypes:bfloat16]", "bfloat16"],
  ] as const) {
    const out = `${path}.${type}`;
    const { status, err } = await convert(path, out, "--to", to);
    expect([status, err]).toEqual([0, ""]);
    await expectItems(out, as);
    expect(files(out)).toEqual(files(path));
    const { data_type: dataType, fill_value: fill, codecs: changed, ...rest } = metadata(out);
    const { data_type: _, fill_value: __, codecs: ___, ...kept } = metadata(path);
    expect([dataType, fill, rest]).toEqual([type, -1.5, kept]);
    expect(changed.map((each: { name: string }) => each.name)).toEqual(codecs.map((each) => each.name));
  }
});

test("codecs that zarrita cannot write: gzip, zlib, Blosc and checksums, put in by --compressor and read by it", async () => {
  await written("codecs", [bytes("little")]);
  for (const name of ["gzip", "zlib", "blosc", "zstd", "lz4", "none"]) {
    expect((await convert("codecs", `codecs-${name}`, "--compressor", name, "--chunks", "2,5")).err).toBe("");
    await expectItems(`codecs-${name}`, "<d");
    expect((await convert(`codecs-${name}`, `codecs-${name}-half`, "--to", "float32")).err).toBe("");
    await expectItems(`codecs-${name}-half`, "<f");
  }
  expect(metadata("codecs-blosc-half").codecs[1].configuration.typesize).toBe(4);
  const checked = { ...metadata("codecs-zstd"), codecs: [bytes("little"), { name: "crc32c" }] };
  mkdirSync(folder.path("crc/c/0"), { recursive: true });
  writeFileSync(folder.path("crc/zarr.json"), JSON.stringify({ ...checked, shape: [2, 5] }));
  const raw = Buffer.from(items.slice(0, 10).buffer);
  const sum = Buffer.alloc(4);
  sum.writeInt32LE(crc32c.buf(raw));
  writeFileSync(folder.path("crc/c/0/0"), Buffer.concat([raw, sum]));
  expect((await convert("crc", "crc-half", "--to", "float32")).err).toBe("");
  expect([...(await getView(await read("crc-half"))).toTypedArray()]).toEqual([
    ...Float32Array.from(items.slice(0, 10)),
  ]);
  raw[3]! ^= 1;
  writeFileSync(folder.path("crc/c/0/0"), Buffer.concat([raw, sum]));
  expect((await convert("crc", "crc-half", "--to", "float32")).err).toMatch(/c\/0\/0: crc32c: the checksum/);
});

/** Shards of 4 by 6 in chunks of 2 by 3, the last chunk of each missing. */
function writeSharded(path: string, location: "start" | "end", index: object[]): void {
  const codecs = [bytes("big")];
  const sharding = { chunk_shape: [2, 3], codecs, index_codecs: [bytes("little"), ...index], index_location: location };
  const document = {
    ...{ zarr_format: 3, node_type: "array", shape: [7, 9], data_type: "float64", fill_value: "NaN", attributes: {} },
    chunk_grid: { name: "regular", configuration: { chunk_shape: [4, 6] } },
    chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
    codecs: [{ name: "sharding_indexed", configuration: sharding }],
  };
  mkdirSync(folder.path(path));
  writeFileSync(folder.path(`${path}/zarr.json`), JSON.stringify(document));
  const grid = array(
    Array.from({ length: 8 }, (_, y) => Array.from({ length: 12 }, (_, x) => items[(y * 9 + x) % 63]!)),
    ">d",
  );
  const indexBytes = 4 * 16 + 4 * index.length;
  for (const [row, column] of [
    [0, 0],
    [0, 1],
    [1, 1],
  ] as const) {
    const parts: Uint8Array[] = [];
    const table = new BigUint64Array(8).fill(2n ** 64n - 1n);
    let at = location === "start" ? indexBytes : 0;
    for (const inside of [0, 1, 2]) {
      const [y, x] = [row * 4 + (inside >> 1) * 2, column * 6 + (inside & 1) * 3];
      const chunk = grid.slice(slice(y, y + 2), slice(x, x + 3)).toBytes();
      table.set([BigInt(at), BigInt(chunk.length)], inside * 2);
      parts.push(chunk);
      at += chunk.length;
    }
    const encoded = Buffer.alloc(indexBytes);
    Buffer.from(table.buffer).copy(encoded);
    if (index.length > 0) encoded.writeInt32LE(crc32c.buf(Buffer.from(table.buffer)), 64);
    const file = folder.path(`${path}/c/${row}/${column}`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, Buffer.concat(location === "start" ? [encoded, ...parts] : [...parts, encoded]));
  }
}

test.each([
  ["end", []],
  ["end", [{ name: "crc32c" }]],
  ["start", []],
] as const)("shards with the index at the %s, %j", async (location, index) => {
  const path = `shards-${location}-${index.length}`;
  writeSharded(path, location, index as never);
  // zarrita reads indices at the end only.
  const before = location === "end" ? await getView(await read(path), null, { as: "float32" }) : null;
  const { status, err } = await convert(path, `${path}.half`, "--to", "float32");
  expect([status, err]).toEqual([0, ""]);
  expect(files(`${path}.half`)).toEqual(files(path));
  if (before !== null) expect((await getView(await read(`${path}.half`))).toArray()).toEqual(before.toArray());
  else {
    const shard = readFileSync(folder.path(`${path}.half/c/0/1`));
    const at = Number(shard.readBigUInt64LE(0));
    const found = Array.from({ length: 6 }, (_, i) => shard.readFloatLE(at + 4 * i));
    expect(found).toEqual([...Float32Array.from([6, 7, 8, 15, 16, 17], (i) => items[i]!)]);
  }
  const inner = await convert(`${path}.half`, `${path}.inner`, "--chunks", "4,2", "--compressor", "zstd");
  expect(inner.err).toBe("");
  const back = await convert(`${path}.inner`, `${path}.back`, "--chunks", "2,3", "--compressor", "none");
  expect(back.err).toBe("");
  if (before !== null) {
    expect((await getView(await read(`${path}.inner`))).toArray()).toEqual(before.toArray());
    expect((await getView(await read(`${path}.back`))).toArray()).toEqual(before.toArray());
  }
  const uneven = await convert(path, `${path}.uneven`, "--chunks", "3,3");
  expect([uneven.status, uneven.err]).toEqual([1, expect.stringMatching(/do not fill its shards of 4, 6 evenly/)]);
  const cut = folder.path(`${path}/c/0/1`);
  truncateSync(cut, statSync(cut).size - 90);
  expect((await convert(path, `${path}.cut`, "--to", "float32")).status).toBe(1);
});

test("groups: attributes as they were written, consolidated metadata, and what cannot be read kept", async () => {
  const store = new FileSystemStore(folder.path("group"));
  await zarr.create(store, { attributes: { title: "t" } });
  await written("group/inner/a", [bytes("little"), blosc]);
  mkdirSync(folder.path("group/words/c"), { recursive: true });
  const words = {
    ...{ zarr_format: 3, node_type: "array", shape: [2], data_type: "string", fill_value: "", attributes: {} },
    chunk_grid: { name: "regular", configuration: { chunk_shape: [2] } },
    chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
    codecs: [{ name: "vlen-utf8" }],
  };
  writeFileSync(folder.path("group/words/zarr.json"), JSON.stringify(words));
  writeFileSync(folder.path("group/words/c/0"), "anything");
  const text = `{"zarr_format": 3, "node_type": "group", "attributes": {"exact": 1152921504606846977, "one": 1.0},
  "consolidated_metadata": {"kind": "inline", "must_understand": false, "metadata": {
    "words": ${JSON.stringify(words)}, "inner/a": ${JSON.stringify(metadata("group/inner/a"))} } } }`;
  writeFileSync(folder.path("group/zarr.json"), text);
  const { status, err } = await convert("group", "group.half", "--to", "float16");
  expect([status, err]).toEqual([0, expect.stringMatching(/kept as they are, being no floats: words/)]);
  expect(files("group.half")).toEqual(files("group"));
  expect(readFileSync(folder.path("group.half/words/c/0"), "utf8")).toBe("anything");
  const root = readFileSync(folder.path("group.half/zarr.json"), "utf8");
  expect(root).toContain('"attributes": {"exact": 1152921504606846977, "one": 1.0}');
  expect(JSON.parse(root).consolidated_metadata.metadata["inner/a"]).toEqual(metadata("group.half/inner/a"));
  expect(JSON.parse(root).consolidated_metadata.metadata.words).toEqual(words);
  await expectItems("group.half/inner/a", "<e");
  const refused = await convert("group", "group.words", "--to", "float16", "--no-floats-only");
  expect(refused.err).toMatch(/items of string have no fixed number of bytes; --skip "words"/);
});

test("what is not known is refused by name", async () => {
  await written("odd", [bytes("little")]);
  const sound = metadata("odd");
  for (const [change, message] of [
    [{ chunk_grid: { name: "rectilinear", configuration: {} } }, /the grid "rectilinear" is not known/],
    [{ chunk_key_encoding: { name: "hilbert" } }, /keys of chunks are encoded as "hilbert"/],
    [{ chunk_key_encoding: { name: "default", configuration: { separator: ".." } } }, /separator expected/],
    [{ codecs: [{ name: "scale_offset" }, bytes("little")] }, /codec "scale_offset" is not known here/],
    [{ codecs: [bytes("little"), { name: "numcodecs.fletcher32" }] }, /codec "fletcher32" is not known here/],
    [{ codecs: [{ name: "transpose", configuration: { order: [0, 0] } }, bytes("little")] }, /each of 2 axes once/],
    [{ fill_value: "0xzz" }, /"fill_value" "0xzz" is no float64/],
    [{ node_type: "thing" }, /"node_type" expected/],
    [{ storage_transformers: [{ name: "x" }] }, /storage transformers/],
  ] as const) {
    writeFileSync(folder.path("odd/zarr.json"), JSON.stringify({ ...sound, ...change }));
    const { status, err } = await convert("odd", "odd.half", "--to", "float16");
    expect([status, err]).toEqual([1, expect.stringMatching(message)]);
  }
});

test("every document that was written here is one by the rules of the specification", () => {
  const documents = files(".").filter((name) => name.endsWith("zarr.json"));
  const broken = documents.flatMap((name) => {
    const document = JSON.parse(readFileSync(folder.path(name), "utf8"));
    return brokenRules(document).map((rule) => `${name}: ${rule}`);
  });
  expect([documents.length > 40, broken]).toEqual([true, []]);
  // And the rules notice what breaks them.
  const good = metadata("codecs-blosc-half");
  for (const change of [
    { zarr_format: 2 },
    { fill_value: "many" },
    { codecs: [{ name: "bytes" }] },
    { codecs: [good.codecs[1], good.codecs[0]] },
    { codecs: [good.codecs[0], { name: "blosc", configuration: { ...good.codecs[1].configuration, typesize: 0 } }] },
    { chunk_grid: { name: "regular", configuration: { chunk_shape: [2] } } },
    { dimension_names: ["y"] },
    { compressor: null },
  ]) {
    expect(brokenRules({ ...good, ...change }), JSON.stringify(change)).not.toEqual([]);
  }
});
