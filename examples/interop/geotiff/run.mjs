/**
 * The EGM96 geoid grid as a GeoTIFF of geotiff.js, and windows of it in the layout that is wanted.
 * Usage: npm run build && npm ci --prefix test/interop && node examples/interop/geotiff/run.mjs
 */
import { readFileSync } from "node:fs";
import { fromArrayBuffer, writeArrayBuffer } from "geotiff";
import { convert, empty, view } from "stridebuf";
import { readRaster } from "stridebuf/geotiff";

const file = readFileSync(new URL("../../data/egm96_15.gtx", import.meta.url));
const grid = view(file, { format: ">f", shape: [721, 1440], byteOffset: 40 });

// North up, beside each height its change to the east; the library's writer puts samples beside each other.
const heights = convert(grid.slice("::-1"), "<f");
const pixels = new Float32Array(721 * 1440 * 2);
heights.toTypedArray().forEach((height, i, all) => {
  pixels[2 * i] = height;
  pixels[2 * i + 1] = (all[i % 1440 === 1439 ? i - 1439 : i + 1] - height) / 0.25;
});
const tiff = writeArrayBuffer(pixels, {
  height: 721,
  width: 1440,
  SamplesPerPixel: 2,
  BitsPerSample: [32, 32],
  SampleFormat: [3, 3],
  PlanarConfiguration: 1,
  ModelTiepoint: [0, 0, 0, -180, 90, 0],
  ModelPixelScale: [0.25, 0.25, 0],
});
const image = await (await fromArrayBuffer(tiff)).getImage();
console.log("file:", tiff.byteLength, "bytes, origin", image.getOrigin());

const all = await readRaster(image);
console.log("all:", all.shape, all.dtype.name, "first band equal:", all.slice(0).equals(heights));

// Europe, one sample, as halves in memory that is used again.
const window = [640, 80, 880, 220];
const out = empty([1, 140, 240], "<e");
await readRaster(image, { window, samples: [0], out });
console.log("Europe:", out.shape, out.dtype.name, "highest", Math.max(...convert(out, "<f").toTypedArray()));
const [own] = await image.readRasters({ window, samples: [0] });
console.log("as readRasters:", out.equals(convert(view(own, { shape: [1, 140, 240] }), "<e")));
const slopes = await readRaster(image, { window, samples: [1, 0], interleave: true, as: "<d" });
console.log("interleaved:", slopes.shape, slopes.get(0, 0, 0), slopes.get(0, 0, 1));
