/** Pixels as the input of a network. */

import { stridebufError } from "../../errors.js";
import { copy, empty, type StridedView, view } from "../../index.js";
import { requireKnownOptions } from "../../options.js";
import { argumentError, integer } from "../../view/checks.js";
import { requireOut } from "../out.js";
import { type TensorType, typeOf } from "./types.js";

/** `ImageData` of a canvas, or anything like it: 8-bit RGBA. */
export interface ImageLike {
  /** RGBA, one byte each, row by row. */
  readonly data: Uint8Array | Uint8ClampedArray;
  /** Pixels per row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
}

/** How pixels become numbers. */
export interface FromImageOptions {
  /** Order of the axes of the result: `NCHW` (the default) is [1, 3, height, width], `NHWC` [1, height, width, 3]. */
  readonly layout?: "NCHW" | "NHWC";
  /** Per channel, of values from 0 to 1: (x / 255 - mean) / std. */
  readonly mean?: readonly number[];
  /** What the difference is divided by, per channel. */
  readonly std?: readonly number[];
  /** `float32` unless given. Integers are 0 to 255 as they are, and take no mean or std. */
  readonly type?: TensorType;
  /** Where to write: a view of the result's shape, whose type decides when `type` is not given. */
  readonly out?: StridedView;
}

/**
 * An RGBA image as a batch of one, without alpha, scaled and normalised in one pass.
 *
 * @throws LayoutError when the data is no image of that size, and when `out` has another shape; TypeError and RangeError for
 * options of the wrong type or length
 *
 * @example
 * const pixels = { data: Uint8ClampedArray.of(255, 0, 51, 255), width: 1, height: 1 }; // or context.getImageData(…)
 * fromImage(pixels).shape; // [1, 3, 1, 1]
 * fromImage(pixels, { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }).get(0, 1, 0, 0); // -1
 */
export function fromImage(image: ImageLike, options: FromImageOptions = {}): StridedView {
  requireKnownOptions(options, ["layout", "mean", "std", "type", "out"]);
  const { layout = "NCHW", mean, std, type, out } = options;
  if (layout !== "NCHW" && layout !== "NHWC") throw argumentError("options.layout", '"NCHW" or "NHWC"', layout);
  const [width, height] = [integer("image.width", image.width, 0), integer("image.height", image.height, 0)];
  if (image.data.length !== width * height * 4)
    throw stridebufError("LayoutError", `"image.data" has ${image.data.length} bytes, not ${width} × ${height} × 4`, {
      reason: "shape",
    });
  const rgb = view(image.data, { format: "B", shape: [height, width, 4] }).slice("..., :3");
  const pixels = layout === "NCHW" ? rgb.transpose([2, 0, 1]) : rgb;
  const shape = [1, ...pixels.shape];
  const result = out ?? empty(shape, typeOf(type ?? "float32"));
  if (out !== undefined) requireOut(out, type === undefined ? out.dtype : typeOf(type), shape);
  if (result.dtype.kind !== "float") {
    if (mean !== undefined || std !== undefined)
      throw argumentError("options.mean", "a float type to go with mean and std", result.dtype.name, true);
    copy(result, pixels);
    return result;
  }
  const [means, stds] = [channels("options.mean", mean, 0), channels("options.std", std, 1)];
  if (stds.includes(0)) throw argumentError("options.std", "numbers other than 0", 0);
  const perChannel = (values: number[]) => view(Float64Array.from(values)).reshape(layout === "NCHW" ? [3, 1, 1] : [3]);
  copy(result, pixels, {
    scale: perChannel(stds.map((s) => 1 / (255 * s))),
    offset: perChannel(stds.map((s, i) => -means[i]! / s)),
  });
  return result;
}

function channels(name: string, values: readonly number[] | undefined, otherwise: number): number[] {
  if (values === undefined) return [otherwise, otherwise, otherwise];
  if (Array.isArray(values) && values.length === 3 && values.every(Number.isFinite)) return values;
  throw argumentError(name, "3 finite numbers", values, !Array.isArray(values));
}
