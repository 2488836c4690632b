/** A little-endian TIFF of square tiles, chunky and uncompressed, which geotiff.js does not write. */
import { copy, view } from "stridebuf";

const SHORT = 3;
const LONG = 4;

/** @param {{ size: number, tile: number, samples: number, bits: number, format: number, data: ArrayBufferView<ArrayBuffer> }} raster `data` row by row */
export function tiledTiff({ size, tile, samples, bits, format, data }) {
  const across = size / tile;
  const tileBytes = (tile * tile * samples * bits) / 8;
  const count = across * across;
  const all = (value) => Array(samples).fill(value);
  const start = 4096;
  const starts = Array.from({ length: count }, (_, i) => start + i * tileBytes);
  const tags = [
    [256, LONG, [size]],
    [257, LONG, [size]],
    [258, SHORT, all(bits)],
    [259, SHORT, [1]],
    [262, SHORT, [1]],
    [277, SHORT, [samples]],
    [284, SHORT, [1]],
    [322, LONG, [tile]],
    [323, LONG, [tile]],
    [324, LONG, starts],
    [325, LONG, starts.map(() => tileBytes)],
    [339, SHORT, all(format)],
  ];
  const file = new DataView(new ArrayBuffer(start + count * tileBytes));
  file.setUint32(0, 0x002a4949, true);
  file.setUint32(4, 8, true);
  file.setUint16(8, tags.length, true);
  let free = 10 + tags.length * 12 + 4;
  for (const [i, [tag, type, values]] of tags.entries()) {
    const at = 10 + i * 12;
    file.setUint16(at, tag, true);
    file.setUint16(at + 2, type, true);
    file.setUint32(at + 4, values.length, true);
    const width = type === SHORT ? 2 : 4;
    const inline = values.length * width <= 4;
    if (!inline) file.setUint32(at + 8, free, true);
    const to = inline ? at + 8 : free;
    for (const [k, value] of values.entries())
      width === 2 ? file.setUint16(to + 2 * k, value, true) : file.setUint32(to + 4 * k, value, true);
    if (!inline) free += values.length * width;
  }
  const pixel = `(${(samples * bits) / 8})B`;
  const pixels = view(data, { format: pixel, shape: [across, tile, across, tile] }).transpose([0, 2, 1, 3]);
  copy(view(file.buffer, { format: pixel, shape: pixels.shape, byteOffset: start }), pixels);
  return file.buffer;
}
