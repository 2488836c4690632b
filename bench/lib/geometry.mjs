/**
 * The geometries of the cases as plain data: shape, byte strides, byte offset and the bytes that are touched. A geometry
 * is made for a payload, which is the bytes of its larger side.
 */

const rowMajor = (shape, width) => {
  const strides = [];
  let step = width;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis];
  }
  return strides;
};

const dense = (shape, width) => ({
  shape,
  strides: rowMajor(shape, width),
  offset: 0,
  bytes: shape.reduce((n, s) => n * s, width),
});

/** 2^a by 2^b with a + b fixed and a >= b. */
const nearSquare = (count) => {
  const bits = Math.floor(Math.log2(count));
  return [2 ** Math.ceil(bits / 2), 2 ** Math.floor(bits / 2)];
};

const imageOf = (count, channels) => {
  const pixels = Math.max(1, Math.floor(count / channels));
  const height = 2 ** Math.floor(Math.log2(pixels) / 2);
  return [height, Math.floor(pixels / height)];
};

/**
 * Each entry: (payload in bytes or null, element count or null, width) to `{ src, dst }`, where `dst` is C-contiguous
 * and `src` is what the copy reads.
 */
const withSource = (shape, width, src) => ({ src: { shape, ...src }, dst: dense(shape, width) });

export const geometries = {
  contiguous: (count, width) => withSource([count], width, dense([count], width)),
  stride: (step) => (count, width) =>
    withSource([count], width, { strides: [step * width], offset: 0, bytes: count * step * width }),
  record: (itemsize, offset) => (count, width) =>
    withSource([count], width, { strides: [itemsize], offset, bytes: count * itemsize }),
  reverse: (count, width) =>
    withSource([count], width, { strides: [-width], offset: (count - 1) * width, bytes: count * width }),
  transpose: (count, width) => {
    const [rows, columns] = nearSquare(count);
    return withSource([columns, rows], width, {
      strides: [width, columns * width],
      offset: 0,
      bytes: count * width,
    });
  },
  permute210: (count, width) => {
    const bits = Math.round(Math.log2(count));
    const shape = [2 ** Math.ceil(bits / 3), 2 ** Math.ceil((bits - 1) / 3), 2 ** Math.floor(bits / 3)];
    const strides = rowMajor(shape, width).reverse();
    return withSource(shape.toReversed(), width, { strides, offset: 0, bytes: count * width });
  },
  /** [1, H, W, C] in memory, read as [1, C, H, W]. */
  toChannelsFirst: (channels) => (count, width) => {
    const [h, w] = imageOf(count, channels);
    const [sn, sh, sw, sc] = rowMajor([1, h, w, channels], width);
    return withSource([1, channels, h, w], width, {
      strides: [sn, sc, sh, sw],
      offset: 0,
      bytes: h * w * channels * width,
    });
  },
  /** [1, C, H, W] in memory, read as [1, H, W, C]. */
  toChannelsLast: (channels) => (count, width) => {
    const [h, w] = imageOf(count, channels);
    const [sn, sc, sh, sw] = rowMajor([1, channels, h, w], width);
    return withSource([1, h, w, channels], width, {
      strides: [sn, sh, sw, sc],
      offset: 0,
      bytes: h * w * channels * width,
    });
  },
};

export const sizes = {
  e16: { label: "16 elements", count: 16 },
  e128: { label: "128 elements", count: 128 },
  "64K": { label: "64 KiB", bytes: 2 ** 16 },
  "256K": { label: "256 KiB", bytes: 2 ** 18 },
  "1M": { label: "1 MiB", bytes: 2 ** 20 },
  "64M": { label: "64 MiB", bytes: 2 ** 26 },
};
