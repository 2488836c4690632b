/** Tiles and strips as views of their pixels. */

import { stridebufError } from "../../errors.js";
import { convert, type DType, type StridedView, view, withByteOrder } from "../../index.js";
import type { AbortSignalLike } from "../../platform.js";
import { decoderOf, type RasterImage, unpredicted } from "./image.js";
import { type Items, NONE, withoutPredictor } from "./predictor.js";
import type { Sample } from "./samples.js";

/** Samples of one type that lie behind each other in a pixel. */
export interface Run {
  readonly first: number;
  readonly count: number;
}

/** A tile that was read: some of its samples, `[rows, columns, count]`. */
export type Tile = (run: Run) => StridedView;

/**
 * Reads the tiles of an image: by column, row and, where each sample has its own, sample. Tiles that the file leaves out hold GDAL's
 * no-data value, or 0.
 */
export async function tileReader(
  image: RasterImage,
  samples: readonly Sample[],
  pool: object | null,
  signal: AbortSignalLike | undefined,
): Promise<(x: number, y: number, sample: number) => Promise<Tile>> {
  const { fileDirectory, littleEndian, isTiled } = image;
  const isChunky = image.planarConfiguration === 1;
  const width = image.getTileWidth();
  const across = Math.ceil(image.getWidth() / width);
  const down = Math.ceil(image.getHeight() / image.getTileHeight());
  const predictor = littleEndian ? NONE : ((await fileDirectory.loadValue("Predictor")) ?? NONE);
  const source = predictor === NONE ? image : unpredicted(image);
  const decoder = await decoderOf(source, pool);
  if (predictor !== NONE) requireOneType(samples);
  const isNative = littleEndian || samples[0]!.isExpanded;

  const isMissing = async (index: number): Promise<boolean> =>
    Number(await fileDirectory.loadValueIndexed(isTiled ? "TileByteCounts" : "StripByteCounts", index)) === 0;

  const itemsOf = (data: ArrayBufferLike, sample: number): Items => {
    const bytes = new Uint8Array(data);
    if (isNative) return { bytes, order: "little" };
    const step = isChunky ? samples.length : 1;
    return withoutPredictor(predictor, bytes, { length: width * step, step, dtype: samples[sample]!.dtype });
  };

  return async (x, y, sample) => {
    const rows = image.getBlockHeight(y);
    const tile = y * across + x;
    if (await isMissing(isChunky ? tile : sample * across * down + tile)) {
      const noData = image.getGDALNoData() ?? 0;
      return ({ first, count }) => single(noData, samples[first]!.dtype).broadcastTo([rows, width, count]);
    }
    const { data } = await source.getTileOrStrip(x, y, sample, decoder, signal);
    const { bytes, order } = itemsOf(data, sample);
    return ({ first, count }) => {
      const { dtype, byteOffset } = samples[first]!;
      const { itemsize } = dtype;
      const pixel = isChunky ? samples.reduce((sum, each) => sum + each.dtype.itemsize, 0) : itemsize;
      return view(bytes, {
        format: withByteOrder(dtype, order),
        shape: [rows, width, count],
        strides: [width * pixel, pixel, itemsize],
        byteOffset: isChunky ? byteOffset : 0,
      });
    };
  };
}

/** @throws UnsupportedFormatError where rows cannot be added up */
function requireOneType(samples: readonly Sample[]): void {
  const other = samples.find(({ dtype }) => dtype !== samples[0]!.dtype);
  if (other === undefined) return;
  const feature = `a predictor over ${samples[0]!.dtype.name} and ${other.dtype.name}`;
  throw stridebufError("UnsupportedFormatError", `${feature} cannot be undone`, {
    format: other.dtype.name,
    index: 0,
    feature,
  });
}

/** One item; what a type cannot hold becomes the nearest that it can, as GDAL has it. */
const single = (value: number, dtype: DType): StridedView =>
  convert(view(Float64Array.of(value)), dtype, { overflow: "saturate" });
