/** geotiff.js' images, read by shape. */

import type { AbortSignalLike } from "../../platform.js";

/** The tags of an image, geotiff.js' `ImageFileDirectory`. */
export interface RasterDirectory {
  /** A tag's value, fetched where it is not there yet. */
  loadValue(tag: "Predictor"): Promise<number | undefined>;
  /** One value of a tag that has many. */
  loadValueIndexed(tag: string, index: number): Promise<unknown>;
}

/** A tile or strip of geotiff.js. */
export interface RasterTile {
  /** Its bytes, decoded. */
  readonly data: ArrayBufferLike;
}

/** What {@link readRaster} needs of geotiff.js' `GeoTIFFImage`. */
export interface RasterImage {
  /** Its tags. */
  readonly fileDirectory: RasterDirectory;
  /** The byte order of the file. */
  readonly littleEndian: boolean;
  /** Whether it lies in tiles; in strips otherwise. */
  readonly isTiled: boolean;
  /** 1: the samples of a pixel lie together; 2: each sample has tiles of its own. */
  readonly planarConfiguration: number;
  /** Pixels per row. */
  getWidth(): number;
  /** Rows. */
  getHeight(): number;
  /** Samples per pixel. */
  getSamplesPerPixel(): number;
  /** Pixels per row of a tile. */
  getTileWidth(): number;
  /** Rows of a tile. */
  getTileHeight(): number;
  /** Rows of a tile or strip in one row of them: the last strips have fewer. */
  getBlockHeight(row: number): number;
  /** 1: unsigned, 2: signed, 3: float. */
  getSampleFormat(sample: number): number;
  /** Bits of a sample. */
  getBitsPerSample(sample: number): number;
  /** The value that stands for no data; null where none does. */
  getGDALNoData(): number | null;
  /** One tile or strip, decoded. */
  getTileOrStrip(x: number, y: number, sample: number, decoder: never, signal?: AbortSignalLike): Promise<RasterTile>;
  /** The library's own reading. */
  readRasters(options: never): Promise<unknown>;
}

/** The decoder that geotiff.js takes for an image, which it hands out nowhere: what the tile of one pixel is asked for with. */
export async function decoderOf(image: RasterImage, pool: object | null): Promise<never> {
  let found: unknown;
  const asked: RasterImage = Object.create(image, {
    getTileOrStrip: {
      value: async (x: number, y: number, sample: number, decoder: unknown) => {
        found = decoder;
        return { x, y, sample, data: new ArrayBuffer(8) };
      },
    },
  });
  await asked.readRasters({ window: [0, 0, 1, 1], samples: [0], pool } as never);
  return found as never;
}

/** The same image as if it had no predictor; its tiles do not go to the cache of the first one. */
export function unpredicted(image: RasterImage): RasterImage {
  const { fileDirectory } = image;
  const loadValue: RasterDirectory["loadValue"] = async (tag) =>
    tag === "Predictor" ? 1 : fileDirectory.loadValue(tag);
  return Object.create(image, {
    fileDirectory: { value: Object.create(fileDirectory, { loadValue: { value: loadValue } }) },
    tiles: { value: null },
  });
}
