import { array, convert, slice, view } from "stridebuf";

/** RGBA rows of a canvas as the planes that networks take: (x / 255 - mean) / std per channel. */
export function planes(image: { data: Uint8ClampedArray; width: number; height: number }): Float32Array {
  const mean = [0.485, 0.456, 0.406];
  const std = [0.229, 0.224, 0.225];
  const rgb = view(image.data, { shape: [image.height, image.width, 4] }).slice(null, null, slice(0, 3));
  const scale = array(std.map((s) => [[1 / (255 * s)]]));
  const offset = array(mean.map((m, channel) => [[-m / std[channel]!]]));
  return convert(rgb.transpose([2, 0, 1]), "float32", { scale, offset }).toTypedArray();
}
