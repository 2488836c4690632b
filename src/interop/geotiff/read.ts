/** Rasters of geotiff.js as views. */

import { dtype as readDType } from "../../dtype/read.js";
import { stridebufError } from "../../errors.js";
import { copy, type DType, empty, type StridedView, slice } from "../../index.js";
import { requireKnownOptions } from "../../options.js";
import type { AbortSignalLike } from "../../platform.js";
import { argumentError, integers } from "../../view/checks.js";
import { READ_OPTIONS, type ReadOptions, requireOut } from "../out.js";
import { partsOf, writePieces } from "../pieces.js";
import type { RasterImage } from "./image.js";
import { type Sample, samplesOf } from "./samples.js";
import { type Run, type Tile, tileReader } from "./tiles.js";

/** What to read, and where it goes. */
export interface ReadRasterOptions extends ReadOptions {
  /** Pixels, as `[left, top, right, bottom]`, the last two exclusive; by default the whole image. */
  readonly window?: readonly number[];
  /** Which samples of each pixel, in which order; by default all. */
  readonly samples?: readonly number[];
  /** Whether the samples of a pixel lie together: `[rows, columns, samples]`; by default `[samples, rows, columns]`. */
  readonly interleave?: boolean;
  /** Stops reading. */
  readonly signal?: AbortSignalLike;
  /** geotiff.js' `Pool`, whose workers decode. */
  readonly pool?: object | null;
}

/**
 * A raster of geotiff.js, or a window of it, as a C-contiguous view, or in `out`: the values of `image.readRasters`, of float16 and
 * packed bits too. The library fetches and decodes tiles and strips; each is copied once, swapped and converted
 * on the way. Big-endian files with a predictor, several samples of fewer than 8 bits, and tiles that the file leaves out are read as
 * GDAL reads them, which `readRasters` of geotiff.js 3.0.5 does not.
 *
 * @param image - `await tiff.getImage()` of geotiff.js
 * @throws BoundsError for a window or sample that is not in the image; LayoutError when `out` has another shape or dtype or is
 * read-only, and for samples of several types unless `as` or `out` says what they become; UnsupportedFormatError for samples
 * that geotiff.js does not decode; what the library throws, and the signal's reason. `out` is untouched by wrong arguments. When
 * reading fails it keeps the tiles that had arrived, and gets no more
 *
 * @example
 * const image = await tiff.getImage(); // 64 × 64 pixels, 4 samples
 * const bands = await readRaster(image, { window: [16, 16, 64, 48], samples: [3, 2, 1], as: "float32" });
 * bands.shape; // [3, 32, 48]
 */
export async function readRaster(image: RasterImage, options: ReadRasterOptions = {}): Promise<StridedView> {
  requireKnownOptions(options, ["window", "samples", "interleave", ...READ_OPTIONS, "signal", "pool"]);
  if (typeof image?.getTileOrStrip !== "function" || typeof image.fileDirectory?.loadValueIndexed !== "function")
    throw argumentError("image", "an image of geotiff.js 3", image, true);
  const { interleave = false, as, out, signal, pool = null } = options;
  if (typeof interleave !== "boolean") throw argumentError("options.interleave", "a boolean", interleave, true);
  const [left, top, right, bottom] = windowOf(options.window, image);
  const samples = samplesOf(image);
  const chosen = chosenOf(options.samples, samples.length);
  const to = as === undefined ? (out?.dtype ?? commonOf(chosen.map((i) => samples[i]!.dtype))) : readDType(as);
  const size = [bottom - top, right - left];
  const shape = interleave ? [...size, chosen.length] : [chosen.length, ...size];
  if (out !== undefined) requireOut(out, to, shape);
  const result = out ?? empty(shape, to);
  if (result.size === 0) return result;

  const pixels = interleave ? result : result.transpose([1, 2, 0]);
  const isChunky = image.planarConfiguration === 1;
  const runs = runsOf(chosen, samples, isChunky);
  const tile = await tileReader(image, samples, pool, signal);
  const rows = partsOf({ start: top, step: 1, count: bottom - top }, image.getTileHeight());
  const columns = partsOf({ start: left, step: 1, count: right - left }, image.getTileWidth());
  const pieces = rows.flatMap((row) =>
    columns.flatMap((column) =>
      // Tiles that hold all samples are read once.
      (isChunky ? [runs] : runs.map((run) => [run])).map((shown) => ({
        read: () => tile(column.chunk, row.chunk, shown[0]!.first),
        write(items: Tile) {
          for (const run of shown)
            copy(
              pixels.slice(row.to, column.to, slice(run.at, run.at + run.count)),
              items(run).slice(row.from, column.from),
            );
        },
      })),
    ),
  );
  await writePieces(pieces, signal);
  return result;
}

/** @throws BoundsError for a window that is not in the image */
function windowOf(window: readonly number[] | undefined, image: RasterImage): [number, number, number, number] {
  const [width, height] = [image.getWidth(), image.getHeight()];
  const edges = window === undefined ? [0, 0, width, height] : integers("options.window", window);
  if (edges.length !== 4) throw argumentError("options.window", "[left, top, right, bottom]", window);
  const [left, top, right, bottom] = edges as [number, number, number, number];
  if (left < 0 || top < 0 || left > right || top > bottom || right > width || bottom > height)
    throw stridebufError(
      "BoundsError",
      `options.window [${edges}] is not in an image of ${width} × ${height} pixels`,
      {},
    );
  return [left, top, right, bottom];
}

/** @throws BoundsError for a sample that is not in the image */
function chosenOf(chosen: readonly number[] | undefined, count: number): number[] {
  if (chosen === undefined) return Array.from({ length: count }, (_, i) => i);
  const indices = integers("options.samples", chosen, 0);
  if (indices.length === 0) throw argumentError("options.samples", "at least one sample", chosen);
  return indices.map((index) => {
    if (index < count) return index;
    throw stridebufError("BoundsError", `sample ${index} is not in an image of ${count}`, { index });
  });
}

/** @throws LayoutError where there is none */
function commonOf(types: readonly DType[]): DType {
  const distinct = [...new Set(types)];
  if (distinct.length === 1) return distinct[0]!;
  const text = `the samples hold ${distinct.map(({ name }) => name).join(" and ")}: say what they become ("as")`;
  throw stridebufError("LayoutError", text, { reason: "dtype" });
}

/** The chosen samples, those of one type that follow each other in the file together. */
function runsOf(chosen: readonly number[], samples: readonly Sample[], isChunky: boolean): (Run & { at: number })[] {
  const runs: { first: number; count: number; at: number }[] = [];
  chosen.forEach((sample, at) => {
    const last = runs.at(-1);
    const isNext = last !== undefined && last.first + last.count === sample;
    if (isChunky && isNext && samples[last.first]!.dtype === samples[sample]!.dtype) last.count++;
    else runs.push({ first: sample, count: 1, at });
  });
  return runs;
}
