/** What the samples of an image are: TIFF 6.0's SampleFormat and BitsPerSample as dtypes. */

import { stridebufError } from "../../errors.js";
import { type DType, dtypes } from "../../shared.js";
import type { RasterImage } from "./image.js";

/** A sample of each pixel, as decoded tiles have it. */
export interface Sample {
  /** In native byte order. */
  readonly dtype: DType;
  /** Bytes from the start of its pixel, where the samples of a pixel lie together. */
  readonly byteOffset: number;
  /** Whether geotiff.js has made whole bytes of its bits. */
  readonly isExpanded: boolean;
}

const kinds: Readonly<Record<number, string>> = { 1: "uint", 2: "int", 3: "float" };
const widths: Readonly<Record<number, readonly number[]>> = { 1: [8, 16, 32], 2: [8, 16, 32], 3: [16, 32, 64] };

/** @throws UnsupportedFormatError for samples that geotiff.js decodes to nothing */
export function samplesOf(image: RasterImage): Sample[] {
  const samples: Sample[] = [];
  let byteOffset = 0;
  for (let i = 0; i < image.getSamplesPerPixel(); i++) {
    const format = image.getSampleFormat(i);
    const bits = image.getBitsPerSample(i);
    const isExpanded = format === 1 && bits % 8 !== 0;
    const width = widths[format]?.find((n) => n === bits || (isExpanded && n > bits));
    if (width === undefined || bits < 1) throw unsupported(i, `bits of ${kinds[format] ?? `format ${format}`}`, bits);
    // geotiff.js expands all samples like the first one.
    if (i > 0 && isExpanded !== samples[0]!.isExpanded)
      throw unsupported(i, "bits beside samples of other sizes", bits);
    const dtype = dtypes[`${kinds[format]}${width}` as keyof typeof dtypes];
    samples.push({ dtype, byteOffset, isExpanded });
    byteOffset += dtype.itemsize;
  }
  return samples;
}

function unsupported(sample: number, feature: string, bits: number): Error {
  return stridebufError(
    "UnsupportedFormatError",
    `sample ${sample} has ${bits} ${feature}, which geotiff.js cannot show`,
    {
      format: `${bits} bits`,
      index: 0,
      feature: `${bits} ${feature}`,
    },
  );
}
