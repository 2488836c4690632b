/** Rasters of 1024 × 1024 pixels in tiles of 256 × 256 without compression. */
import { fromArrayBuffer } from "geotiff";
import { empty } from "stridebuf";
import { readRaster } from "stridebuf/geotiff";
import { tiledTiff } from "../tiled-tiff.mjs";
import { version } from "../version.mjs";

const library = version("geotiff");
const SIZE = 1024;

async function read(job, way, { bits, format, data, samples }, options, type, theirs) {
  const file = tiledTiff({ size: SIZE, tile: 256, samples, bits, format, data });
  const image = await (await fromArrayBuffer(file)).getImage();
  const shape = options.interleave ? [SIZE, SIZE, samples] : [samples, SIZE, SIZE];
  const out = empty(shape, type);
  const values = out.toTypedArray();
  return {
    library,
    job,
    way,
    theirs: () => theirs(image),
    async ours() {
      await readRaster(image, { ...options, out });
      return values;
    },
    values: (rasters) => (ArrayBuffer.isView(rasters) ? rasters : rasters.flatMap((band) => Array.from(band))),
  };
}

const counted = (make, samples) => make.from({ length: SIZE * SIZE * samples }, (_, i) => i % 251);

export const planar = () =>
  read(
    "4 float32 samples, interleaved in tiles → planes",
    "`readRasters()`",
    { bits: 32, format: 3, samples: 4, data: counted(Float32Array, 4) },
    {},
    "<f",
    (image) => image.readRasters(),
  );

export const interleaved = () =>
  read(
    "RGBA of 8 bits → interleaved float32",
    "`Float32Array.from(readRasters({ interleave }))`",
    { bits: 8, format: 1, samples: 4, data: counted(Uint8Array, 4) },
    { interleave: true },
    "<f",
    async (image) => Float32Array.from(await image.readRasters({ interleave: true })),
  );

export const float16 = () =>
  read(
    "1 float16 sample → float32",
    "`readRasters()`",
    { bits: 16, format: 3, samples: 1, data: counted(Uint16Array, 1).map((x) => 0x3c00 + x) },
    {},
    "<f",
    (image) => image.readRasters(),
  );
