/** stridebuf/zarrita against real stores: Zarr v2 by zarr-python, Zarr v3 written here byte by byte. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import FileSystemStore from "@zarrita/storage/fs";
import {
  copy,
  dtype,
  dtypes,
  empty,
  fromName,
  isStridebufError,
  type StridedView,
  slice,
  view,
  withByteOrder,
} from "stridebuf";
import { readNpy } from "stridebuf/npy";
import { getView, registerCodecs, withDTypes } from "stridebuf/zarrita";
import { afterAll, describe, expect, test } from "vitest";
import * as zarr from "zarrita";
import { pythonWith } from "../lib/python.js";

const python = pythonWith("zarr", "numpy");
const folder = mkdtempSync(join(tmpdir(), "stridebuf-zarr-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(python.path === null)(`Zarr v2, ${python.title}`, () => {
  const script = fileURLToPath(new URL("zarr-stores.py", import.meta.url));
  if (python.path !== null) execFileSync(python.path, [script, folder]);
  const names = python.path === null ? [] : readdirSync(folder).filter((name) => name.endsWith(".npy"));
  const expected = (name: string) => readNpy(new Uint8Array(readFileSync(join(folder, name))));
  const open = (name: string) =>
    zarr.open.v2(zarr.root(withDTypes(new FileSystemStore(join(folder, "v2.zarr")))).resolve(name.slice(0, -4)), {
      kind: "array",
    });

  test.each(names)("%s", async (name) => {
    const array = await open(name);
    const wanted = expected(name);
    const result = await getView(array);
    expect(result.toBytes()).toEqual(aligned(wanted, result));
    if (array.shape.length === 0) return;
    const part = await getView(array, [zarr.slice(1, 7, 2), null]);
    expect(part.toBytes()).toEqual(aligned(wanted.slice(slice(1, 7, 2)), part));
    const backwards = await getView(array, [slice(5, null, -2), 4]);
    expect(backwards.toBytes()).toEqual(aligned(wanted.slice(slice(5, null, -2), 4), backwards));
  });

  test("out of any layout, and conversions", async () => {
    const array = await open("num_bf4.npy");
    const wanted = expected("num_bf4.npy");
    const out = empty([9, 7], "<d").transpose();
    expect(await getView(array, null, { out })).toBe(out);
    const doubles = empty([7, 9], "<d");
    copy(doubles, wanted);
    expect(out.equals(doubles)).toBe(true);
    expect((await getView(array, [0, 0], { as: "<i" })).get()).toBe(Math.trunc(wanted.get(0, 0) as number));
    for (const wrong of [empty([7, 8], "<d"), out.asReadonly()])
      await expect(getView(array, null, { out: wrong })).rejects.toThrow(/options.out/);
    await expect(getView(array, null, { out, as: "<f" })).rejects.toThrow(/options.out holds/);
  });
});

/** Bytes in the order that `like` has them. */
function aligned(wanted: StridedView, like: StridedView): Uint8Array {
  const same = empty(wanted.shape, like.dtype);
  copy(same, wanted);
  return same.toBytes();
}

/** A v3 array of one or more chunks, from the items in C order. */
interface V3 {
  readonly items: StridedView;
  readonly chunks: readonly number[];
  readonly type: unknown;
  readonly endian?: "little" | "big";
  readonly fill?: unknown;
  readonly codecs?: readonly object[];
  /** Chunks that are not written. */
  readonly missing?: readonly string[];
  readonly encode?: (chunk: StridedView) => Uint8Array;
}

function v3Store({
  items,
  chunks,
  type,
  endian = "little",
  fill = null,
  codecs,
  missing = [],
  encode = (c) => c.toBytes(),
}: V3): Map<string, Uint8Array> {
  const store = new Map<string, Uint8Array>();
  const metadata = {
    zarr_format: 3,
    node_type: "array",
    shape: items.shape,
    data_type: type,
    chunk_grid: { name: "regular", configuration: { chunk_shape: chunks } },
    chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
    codecs: codecs ?? [{ name: "bytes", configuration: { endian } }],
    fill_value: "FILL",
    attributes: { big: 12 },
  };
  store.set(
    "/zarr.json",
    new TextEncoder().encode(
      JSON.stringify(metadata).replace('"FILL"', typeof fill === "bigint" ? String(fill) : JSON.stringify(fill)),
    ),
  );
  for (let i = 0; i * chunks[0]! < items.shape[0]!; i++)
    for (let j = 0; j * chunks[1]! < items.shape[1]!; j++) {
      if (missing.includes(`${i}/${j}`)) continue;
      const whole = empty(chunks, items.dtype);
      const part = items.slice(
        slice(i * chunks[0]!, (i + 1) * chunks[0]!),
        slice(j * chunks[1]!, (j + 1) * chunks[1]!),
      );
      copy(whole.slice(slice(0, part.shape[0]!), slice(0, part.shape[1]!)), part);
      store.set(`/c/${i}/${j}`, encode(whole));
    }
  return store;
}

/** Items of arbitrary bytes, masked for types whose upper bits are nothing. */
function anyItems(type: ReturnType<typeof dtype>, mask = 0xff): StridedView {
  const bytes = Uint8Array.from({ length: 5 * 7 * type.itemsize }, (_, i) => ((i * 2654435761) >>> 13) & mask);
  return view(bytes, { format: type, shape: [5, 7] });
}

const openV3 = async (store: Map<string, Uint8Array>) => zarr.open.v3(withDTypes(store), { kind: "array" });

describe("Zarr v3", () => {
  const struct = {
    name: "struct",
    configuration: {
      fields: [
        { name: "a", data_type: "int16" },
        { name: "b", data_type: "bfloat16" },
        { name: "c", data_type: "complex64" },
      ],
    },
  };
  const named = (name: string, configuration: object) => ({ name, configuration });
  const types: [string, unknown, number?][] = [
    ["float16", "float16"],
    ["bfloat16", "bfloat16"],
    ["float8_e4m3fn", "float8_e4m3fn"],
    ["float8_e8m0fnu", "float8_e8m0fnu"],
    ["int4", "int4", 0x0f],
    ["uint2", "uint2", 0x03],
    ["float4_e2m1fn", "float4_e2m1fn", 0x0f],
    ["complex64", "complex64"],
    ["complex128", "complex128"],
    ["datetime64", named("numpy.datetime64", { unit: "ns", scale_factor: 10 })],
    ["timedelta64", named("numpy.timedelta64", { unit: "s", scale_factor: 1 })],
    ["text", named("fixed_length_utf32", { length_bytes: 12 }), 0x0f],
    ["bytes", named("null_terminated_bytes", { length_bytes: 5 })],
    ["r24", "r24"],
    ["raw_bytes", named("raw_bytes", { length_bytes: 16 })],
    ["struct", struct],
    ["int64", "int64"],
    ["float64", "float64", 0x3f],
  ];
  test.each(
    types.flatMap(([name, type, mask]) =>
      (["little", "big"] as const).map((order) => [name, order, type, mask] as const),
    ),
  )("%s, %s-endian: whole, part, and the chunks untouched", async (_, order, type, mask) => {
    const items = anyItems(withByteOrder(fromName("zarr", type), order), mask);
    const store = v3Store({ items, chunks: [2, 3], type, endian: order });
    const before = new Map([...store].map(([key, bytes]) => [key, bytes.slice()]));
    const array = await openV3(store);
    for (let again = 0; again < 2; again++) {
      expect((await getView(array)).toBytes()).toEqual(aligned(items, await getView(array)));
      const part = await getView(array, [slice(4, 0, -3), zarr.slice(2, 6)]);
      expect(part.toBytes()).toEqual(aligned(items.slice(slice(4, 0, -3), slice(2, 6)), part));
    }
    expect(new Map(store)).toEqual(before);
    expect(array.attrs).toEqual({ big: 12 });
  });

  const fills: [string, unknown, unknown, unknown][] = [
    ["int64 beyond 2^53", "int64", 2n ** 60n + 1n, 2n ** 60n + 1n],
    ["hex bits", "bfloat16", "0x4048", 3.125],
    ["hex NaN", "float32", "0x7fc00000", Number.NaN],
    ["NaN", "float16", "NaN", Number.NaN],
    ["-Infinity", "float8_e5m2", "-Infinity", Number.NEGATIVE_INFINITY],
    ["complex", "complex128", [1.5, "-Infinity"], { re: 1.5, im: Number.NEGATIVE_INFINITY }],
    ["date", named("numpy.datetime64", { unit: "s", scale_factor: 1 }), 1234567890123456789n, 1234567890123456789n],
    ["NaT", named("numpy.timedelta64", { unit: "s", scale_factor: 1 }), "NaT", -(2n ** 63n)],
    ["bytes, base64", named("null_terminated_bytes", { length_bytes: 3 }), "/wAB", Uint8Array.of(255, 0, 1)],
    ["raw bytes, listed", "r24", [1, 128, 255], Uint8Array.of(1, 128, 255)],
    ["text", named("fixed_length_utf32", { length_bytes: 12 }), "ä€", "ä€\0"],
    ["struct", struct, { a: -2, b: "NaN", c: [1, 2] }, { a: -2, b: Number.NaN, c: { re: 1, im: 2 } }],
    [
      "wide and not ASCII",
      named("raw_bytes", { length_bytes: 12 }),
      [200, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
      Uint8Array.of(200, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
    ],
  ];
  test.each(
    fills.flatMap(([name, type, fill, value]) =>
      (["little", "big"] as const).map((o) => [name, o, type, fill, value] as const),
    ),
  )("fill value: %s, %s-endian", async (_, order, type, fill, value) => {
    const items = anyItems(withByteOrder(fromName("zarr", type), order), 0x3f);
    const array = await openV3(v3Store({ items, chunks: [5, 4], type, endian: order, fill, missing: ["0/1"] }));
    const result = await getView(array);
    expect(result.get(0, 5)).toEqual(value);
    const part = result.slice(null, slice(0, 4));
    expect(part.toBytes()).toEqual(aligned(items.slice(null, slice(0, 4)), part));
  });

  test("transposed, compressed and sharded", async () => {
    const items = anyItems(dtype(">Zd"));
    const gzip = { name: "gzip", configuration: { level: 1 } };
    const bytes = { name: "bytes", configuration: { endian: "big" } };
    const transpose = { name: "transpose", configuration: { order: [1, 0] } };
    const packed = v3Store({
      items,
      chunks: [2, 3],
      type: "complex128",
      codecs: [transpose, bytes, gzip],
      encode: (c) => gzipSync(c.toBytes("F")),
    });
    expect((await getView(await openV3(packed))).toBytes()).toEqual(items.toBytes());

    const sharding = {
      name: "sharding_indexed",
      configuration: {
        chunk_shape: [2, 2],
        codecs: [bytes],
        index_codecs: [{ name: "bytes", configuration: { endian: "little" } }],
        index_location: "end",
      },
    };
    const encode = (shard: StridedView): Uint8Array => {
      const inner = [0, 2].flatMap((i) => [0, 2].map((j) => shard.slice(slice(i, i + 2), slice(j, j + 2)).toBytes()));
      const index = new BigUint64Array(inner.flatMap((chunk, i) => [BigInt(i * chunk.length), BigInt(chunk.length)]));
      return Buffer.concat([...inner, new Uint8Array(index.buffer)]);
    };
    const sharded = v3Store({ items, chunks: [4, 4], type: "complex128", codecs: [sharding], encode });
    const store = Object.assign(withDTypes({ get: (key: string) => sharded.get(key), getRange: rangeOf(sharded) }));
    expect((await getView(await zarr.open.v3(store as never, { kind: "array" }))).toBytes()).toEqual(items.toBytes());
  });

  test("behind and in front of a cache", async () => {
    const items = anyItems(dtype(">[ml_dtypes:bfloat16]"));
    const files = v3Store({ items, chunks: [2, 3], type: "bfloat16", endian: "big" });
    const store = { get: async (key: string) => files.get(key) };
    for (const wrapped of [zarr.withByteCaching(withDTypes(store)), withDTypes(zarr.withByteCaching(store))]) {
      const array = await zarr.open.v3(wrapped, { kind: "array" });
      for (let again = 0; again < 2; again++) expect((await getView(array)).toBytes()).toEqual(items.toBytes());
    }
  });

  test("what cannot be read says why", async () => {
    const items = anyItems(dtypes.float32);
    const unknown = await openV3(
      v3Store({ items, chunks: [2, 3], type: { name: "made.up", configuration: {} } }),
    ).catch((e) => e);
    expect(isStridebufError(unknown, "UnknownDTypeError")).toBe(true);
    const array = await openV3(v3Store({ items, chunks: [2, 3], type: "float32" }));
    for (const [selection, tag] of [
      [[9], "BoundsError"],
      [[0, 0, 0], "LayoutError"],
    ] as const) {
      const error = await getView(array, selection).catch((e) => e);
      expect(isStridebufError(error, tag)).toBe(true);
    }
    await expect(getView(array, ["x"] as never)).rejects.toThrow(TypeError);
    const strings = await zarr.create(new Map(), { shape: [2], chunkShape: [2], dtype: "string" as never });
    await expect(getView(strings as never)).rejects.toThrow(/no fixed number of bytes/);
    const stop = new AbortController();
    stop.abort(new Error("enough"));
    await expect(getView(array, null, { signal: stop.signal })).rejects.toThrow("enough");
  });
});

const rangeOf =
  (store: Map<string, Uint8Array>) =>
  (key: string, range: { offset?: number; length?: number; suffixLength?: number }) => {
    const bytes = store.get(key);
    if (range.suffixLength !== undefined) return bytes?.slice(-range.suffixLength);
    return bytes?.slice(range.offset, range.offset! + range.length!);
  };

type Codecs = ReadonlyMap<string, () => Promise<{ fromConfig(configuration: object, meta: object): Codec }>>;
interface Codec {
  encode(decoded: unknown): unknown;
  decode(encoded: unknown): unknown;
}

describe("registered codecs give what zarrita's own do", () => {
  const own = new Map(zarr.registry);
  const mine = new Map(zarr.registry);
  registerCodecs(mine);
  const both = (name: string, configuration: object, meta: object) =>
    Promise.all(
      [own, mine].map(async (registry) =>
        (await (registry as unknown as Codecs).get(name)!()).fromConfig(configuration, meta),
      ),
    ) as Promise<[Codec, Codec]>;
  /** Bytes of each type that make values of it. */
  const types: [string, number, (i: number) => number][] = [
    ["uint8", 1, (i) => i],
    ["int16", 2, (i) => i],
    ["float32", 4, (i) => i],
    ["uint64", 8, (i) => i],
    ["v2:U3", 12, (i) => (i % 4 === 1 || i % 4 === 2 ? (i & 7) + 1 : 0)],
    ["v2:S3", 3, (i) => i + 1],
    ["bool", 1, (i) => i & 1],
  ];

  test.each(types)("%s", async (dataType, itemsize, byte) => {
    const meta = { dataType, shape: [3, 4], codecs: [], fillValue: null };
    const bytes = Uint8Array.from({ length: 12 * itemsize }, (_, i) => byte(i));
    const before = bytes.slice();
    for (const endian of ["big", "little"]) {
      // zarrita turns the bytes of strings and bools around, too, in fours.
      const isBytes = dataType === "bool" || dataType === "v2:S3";
      const [bytesOfZarrita, ours] = await both("bytes", { endian: isBytes ? "little" : endian }, meta);
      const chunk = bytesOfZarrita.decode(bytes);
      expect(ours.decode(bytes)).toEqual(chunk);
      expect(new Uint8Array(ours.encode(chunk) as Uint8Array)).toEqual(bytesOfZarrita.encode(chunk));
      expect(bytes).toEqual(before);
      for (const order of ["F", "C", [1, 0]]) {
        const [theirs, transpose] = await both("transpose", { order }, meta);
        expect(transpose.decode(chunk)).toEqual(theirs.decode(chunk));
        // zarrita cuts characters beyond U+FFFF.
        if (dataType !== "v2:U3") expect(transpose.encode(chunk)).toEqual(theirs.encode(chunk));
      }
    }
    const [theirs, shuffle] = await both("numcodecs.shuffle", { elementsize: itemsize }, meta);
    expect(shuffle.encode(bytes)).toEqual(theirs.encode(bytes));
    expect(shuffle.decode(shuffle.encode(bytes))).toEqual(bytes);
  });

  test("a transposed chunk of strings is written in its order", async () => {
    const store = new Map();
    registerCodecs(zarr.registry);
    const codecs = [{ name: "transpose", configuration: { order: [1, 0] } }];
    const array = await zarr.create(store, {
      shape: [2, 2],
      chunkShape: [2, 2],
      dtype: "v2:S2",
      codecs: codecs as never,
    });
    const data = new zarr.ByteStringArray(2, ["ab", "cd", "ef", "gh"] as never);
    await zarr.set(array, null, { data, shape: [2, 2], stride: [2, 1] });
    expect(Buffer.from((await getView(array)).toBytes()).toString()).toBe("abcdefgh");
    expect(Buffer.from(store.get("/c/0/0")).toString()).toBe("abefcdgh");
  });

  test("no registry is refused", () => {
    expect(() => registerCodecs(new Map())).toThrow(/zarrita's registry/);
    expect(() => registerCodecs(null as never)).toThrow(TypeError);
  });
});

test("out of a reading that fails: chunks that had arrived stay, later ones are not written", async () => {
  const files = new Map();
  const array = await zarr.create(files, { shape: [3, 4], chunkShape: [1, 4], dtype: "int16" });
  await zarr.set(array, null, 7);
  let release = () => {};
  const late = new Promise<void>((resolve) => {
    release = resolve;
  });
  const store = {
    async get(key: string) {
      if (key.endsWith("c/1/0")) throw new RangeError("no such disk");
      if (key.endsWith("c/2/0")) await late;
      return files.get(key);
    },
  };
  const opened = await zarr.open(zarr.root(store as never).resolve("/"), { kind: "array" });
  const out = empty([3, 4], "<h");
  await expect(getView(opened, null, { out })).rejects.toThrow("no such disk");
  const before = out.toBytes();
  expect([0, 7]).toContain(out.get(0, 0));
  release();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(out.toBytes()).toEqual(before);
  expect(out.slice("1:").toArray()).toEqual([
    [0, 0, 0, 0],
    [0, 0, 0, 0],
  ]);
});
