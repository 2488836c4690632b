/** stridebuf/geotiff on files that GDAL wrote, where it is installed, and on those that geotiff.js and this test write. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fromArrayBuffer, GeoTIFF, type GeoTIFFImage, Pool, writeArrayBuffer } from "geotiff";
import { array, contiguous, convert, copy, dtypes, ellipsis, empty, fill, type StridedView, view } from "stridebuf";
import { type ReadRasterOptions, readRaster } from "stridebuf/geotiff";
import { afterAll, describe, expect, test } from "vitest";
import { pythonWith } from "../lib/python.js";

const folder = mkdtempSync(join(tmpdir(), "geotiff-"));
afterAll(() => rmSync(folder, { recursive: true }));

const bufferOf = (path: string): ArrayBuffer => new Uint8Array(readFileSync(path)).buffer;
const imageOf = async (file: ArrayBuffer): Promise<GeoTIFFImage> => (await fromArrayBuffer(file)).getImage();

/** `readRasters` as one view, of the type that the library gives. */
async function theirs(image: GeoTIFFImage, options: object): Promise<StridedView> {
  const bands = (await image.readRasters(options)) as unknown as Float32Array[] & { width: number; height: number };
  const result = empty([bands.length, bands.height, bands.width], view(bands[0]!).dtype);
  for (const [i, band] of bands.entries()) copy(result.slice(i), view(band, { shape: [bands.height, bands.width] }));
  return result;
}

/** Bit by bit: `toEqual` of arrays takes seconds. */
const isSame = (actual: StridedView, expected: StridedView): boolean =>
  Buffer.compare(actual.toBytes(), convert(expected, actual.dtype).toBytes()) === 0;

interface Written {
  name: string;
  path: string;
  bands: number;
  kind: string;
  dtype: keyof typeof dtypes;
}

/** What `readRasters` reads otherwise than GDAL. When one of these agrees, the library was mended: docs/interop.md has to say so. */
const readOtherwise = [
  /^BIG (?!u1).*predictor [23]/,
  /bits PIXEL/,
  /^BIG 1\d bits/,
  /^BIG sparse/,
  /sparse (float16|NaN)/,
];

const python = pythonWith("osgeo.gdal", "numpy");
const script = fileURLToPath(new URL("geotiff-files.py", import.meta.url));
const files: Written[] =
  python.path === null ? [] : JSON.parse(execFileSync(python.path, [script, folder], { encoding: "utf8" }));

describe.skipIf(python.path === null)(`files of GDAL, ${python.title}`, () => {
  test.each(files)("$name", async ({ name, path, bands, kind, dtype }) => {
    const image = await imageOf(bufferOf(path));
    const stored = view(readFileSync(`${path}.raw`), { format: kind, shape: [bands, 75, 117] });
    const raster = await readRaster(image);
    expect(raster.dtype).toBe(dtypes[dtype]);
    expect(isSame(raster, stored)).toBe(true);

    const own = await theirs(image, {});
    const isOtherwise = readOtherwise.some((pattern) => pattern.test(name));
    expect(isSame(own, raster)).toBe(!isOtherwise);

    const window = [30, 7, 100, 75];
    const samples = Array.from({ length: bands }, (_, i) => bands - 1 - i);
    const out = empty([68, 70, bands], "<d", { order: "F" });
    expect(await readRaster(image, { window, samples, interleave: true, out })).toBe(out);
    expect(isSame(out, stored.slice("::-1, 7:75, 30:100").transpose([1, 2, 0]))).toBe(true);
  });

  const named = async (name: string, options?: ReadRasterOptions) =>
    readRaster(await imageOf(bufferOf(files.find((file) => file.name === name)!.path)), options);

  test("workers of the library's pool decode", async () => {
    const pool = new Pool(1);
    try {
      for (const name of ["LITTLE f4 PIXEL tiles, predictor 3", "BIG f4 PIXEL tiles, predictor 2"])
        expect((await named(name, { pool })).equals(await named(name))).toBe(true);
    } finally {
      pool.destroy();
    }
  });

  test("the library's cache of tiles serves both, and nothing is written to it", async () => {
    for (const name of ["LITTLE u2 PIXEL tiles, predictor 2", "BIG u1 BAND tiles, predictor 2"]) {
      const { source } = (await fromArrayBuffer(
        bufferOf(files.find((file) => file.name === name)!.path),
      )) as unknown as {
        source: Parameters<typeof GeoTIFF.fromSource>[0];
      };
      const image = await (await GeoTIFF.fromSource(source, { cache: true })).getImage();
      const first = await theirs(image, {});
      expect((await readRaster(image)).equals(first)).toBe(true);
      expect((await readRaster(image, { as: ">d" })).equals(first)).toBe(true);
      expect((await theirs(image, {})).equals(first)).toBe(true);
    }
  });

  test("a tile that does not decode: what had arrived stays, nothing is written any more", async () => {
    const file = bufferOf(files.find(({ name }) => name === "LITTLE u2 BAND tiles")!.path);
    const image = await imageOf(file);
    const whole = await readRaster(image);
    const directory = image.fileDirectory;
    const offset = Number(await directory.loadValueIndexed("TileOffsets", 5));
    new Uint8Array(file, offset, Number(await directory.loadValueIndexed("TileByteCounts", 5))).fill(255);
    const broken = await imageOf(file);
    const out = empty([3, 75, 117], ">h");
    fill(out, -1);
    await expect(readRaster(broken, { out })).rejects.toContain("header");
    const after = contiguous(out, "F");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isSame(out, after)).toBe(true);
    expect(isSame(out.slice("0, 16:32, 32:64"), array(-1, "<h").broadcastTo([16, 32]))).toBe(true);
    const elsewhere = await readRaster(broken, { window: [0, 32, 117, 75] });
    expect(elsewhere.equals(whole.slice(":, 32:75"))).toBe(true);
  });
});

/** A TIFF of one strip, uncompressed, its samples `[bits, format]` one behind the other. */
function tiff(
  order: "<" | ">",
  [height, width]: [number, number],
  samples: [number, number][],
  pixels: Uint8Array,
  predictor = 1,
) {
  const tags: [number, string, number[]][] = [
    [256, "H", [width]],
    [257, "H", [height]],
    [258, "H", samples.map(([bits]) => bits)],
    [259, "H", [1]],
    [262, "H", [1]],
    [273, "I", [1024]],
    [277, "H", [samples.length]],
    [278, "H", [height]],
    [279, "I", [pixels.length]],
    [284, "H", [1]],
    [317, "H", [predictor]],
    [339, "H", samples.map(([, format]) => format)],
  ];
  const file = new Uint8Array(1024 + pixels.length);
  file.set(pixels, 1024);
  const put = (format: string, byteOffset: number, values: number[]) =>
    copy(view(file, { format: order + format, shape: [values.length], byteOffset }), Float64Array.from(values));
  file.set(new TextEncoder().encode(order === "<" ? "II" : "MM"));
  put("H", 2, [42]);
  put("I", 4, [8]);
  put("H", 8, [tags.length]);
  let free = 512;
  tags.forEach(([tag, format, values], i) => {
    const at = 10 + 12 * i;
    const size = format === "H" ? 2 : 4;
    put("H", at, [tag, format === "H" ? 3 : 4]);
    put("I", at + 4, [values.length]);
    if (values.length * size <= 4) put(format, at + 8, values);
    else {
      put("I", at + 8, [free]);
      put(format, free, values);
      free += values.length * size;
    }
  });
  return file.buffer;
}

describe("files without GDAL", () => {
  test("of geotiff.js' own writer", async () => {
    const values = Float32Array.from({ length: 3 * 20 * 30 }, (_, i) => i / 8);
    const file = writeArrayBuffer(values, {
      height: 20,
      width: 30,
      SamplesPerPixel: 3,
      BitsPerSample: [32, 32, 32],
      SampleFormat: [3, 3, 3],
    });
    const image = await imageOf(file);
    const raster = await readRaster(image);
    expect(raster).toMatchObject({ shape: [3, 20, 30], dtype: dtypes.float32 });
    expect(raster.equals(view(values, { shape: [20, 30, 3] }).transpose([2, 0, 1]))).toBe(true);
    expect(raster.equals(await theirs(image, {}))).toBe(true);
  });

  test.each(["<", ">"] as const)("samples of several types (%s) need a common one", async (order) => {
    const records = empty([4, 5], `${order}T{B:a:H:b:H:c:e:d:}`);
    const values = view(Float64Array.from({ length: 80 }, (_, i) => i * 3)).reshape([4, 4, 5]);
    for (const [i, name] of ["a", "b", "c", "d"].entries()) copy(records.field(name), values.slice(i));
    const samples = [
      [8, 1],
      [16, 1],
      [16, 1],
      [16, 3],
    ] as [number, number][];
    const image = await imageOf(tiff(order, [4, 5], samples, records.toBytes()));
    await expect(readRaster(image)).rejects.toMatchObject({ name: "LayoutError", reason: "dtype" });
    expect((await readRaster(image, { as: "<d" })).equals(values)).toBe(true);
    expect((await readRaster(image, { out: empty([4, 4, 5], ">f") })).equals(convert(values, ">f"))).toBe(true);
    expect(await readRaster(image, { samples: [2, 1] })).toMatchObject({ shape: [2, 4, 5], dtype: dtypes.uint16 });
    const mixed = await readRaster(image, { samples: [3, 1, 2, 3], as: "<f", interleave: true });
    for (const [i, sample] of [3, 1, 2, 3].entries())
      expect(mixed.slice(ellipsis, i).toArray()).toEqual(values.slice(sample).toArray());
  });

  const plain = () => imageOf(tiff("<", [4, 5], [[16, 1]], new Uint8Array(40)));
  test("nothing to read", async () => {
    expect((await readRaster(await plain(), { window: [2, 2, 2, 4] })).shape).toEqual([1, 2, 0]);
  });

  test.each([
    [{ window: [0, 0, 6, 4] }, { name: "BoundsError" }],
    [{ window: [-1, 0, 5, 4] }, { name: "BoundsError" }],
    [{ window: [3, 0, 2, 4] }, { name: "BoundsError" }],
    [{ window: [0, 0, 5] }, { name: "RangeError" }],
    [{ window: [0, 0, 2.5, 4] }, { name: "RangeError" }],
    [{ samples: [1] }, { name: "BoundsError", index: 1 }],
    [{ samples: [] }, { name: "RangeError" }],
    [{ samples: 0 }, { name: "TypeError" }],
    [{ interleave: 1 }, { name: "TypeError" }],
    [{ windows: [] }, { name: "TypeError" }],
    [
      { as: "<d", out: empty([1, 4, 5], "<f") },
      { name: "LayoutError", reason: "dtype" },
    ],
    [{ out: empty([4, 5], "<H") }, { name: "LayoutError", reason: "shape" }],
    [{ out: empty([1, 4, 5], "<H").asReadonly() }, { name: "LayoutError", reason: "readonly" }],
    [{ signal: AbortSignal.abort(new RangeError("enough")) }, { name: "RangeError", message: "enough" }],
  ])("options %# are refused", async (options, fields) => {
    await expect(readRaster(await plain(), options as never)).rejects.toMatchObject(fields);
  });

  test.each([
    [[24, 1], "24 bits of uint"],
    [[64, 1], "64 bits of uint"],
    [[12, 2], "12 bits of int"],
    [[24, 3], "24 bits of float"],
    [[64, 6], "64 bits of format 6"],
  ] as [[number, number], string][])("samples of %j are refused", async (sample, feature) => {
    const image = await imageOf(tiff("<", [2, 2], [sample], new Uint8Array(64)));
    await expect(readRaster(image)).rejects.toMatchObject({ name: "UnsupportedFormatError", feature });
  });

  test.each(["<", ">"] as const)("a predictor over samples of several sizes (%s) is refused", async (order) => {
    const samples = [
      [8, 1],
      [16, 1],
    ] as [number, number][];
    const image = await imageOf(tiff(order, [2, 2], samples, new Uint8Array(12), 2));
    await expect(readRaster(image, { as: "<d" })).rejects.toThrow(order === "<" ? /same size/ : /a predictor over/);
  });

  test("what is no image, and a strip that is too short", async () => {
    await expect(readRaster(null as never)).rejects.toBeInstanceOf(TypeError);
    await expect(readRaster({} as never)).rejects.toBeInstanceOf(TypeError);
    const image = await imageOf(tiff("<", [4, 5], [[16, 1]], new Uint8Array(30)));
    await expect(readRaster(image)).rejects.toMatchObject({ name: "BoundsError" });
  });
});
