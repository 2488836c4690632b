/** zarrita → onnxruntime → apache-arrow → scijs → tfjs by the `ndbuffer` contract alone: each step knows only the object before it. */
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import * as arrow from "apache-arrow";
import ndarray from "ndarray";
import { Tensor } from "onnxruntime-web";
import { contiguous, view } from "stridebuf";
import { acquire, check, NDBUFFER, type NDBuffer, type NDExporter } from "stridebuf/exchange";
import { expect, test } from "vitest";
import * as zarr from "zarrita";

/** What each library would write: a float32 block of its own array. */
const block = (
  data: Float32Array,
  shape: readonly number[],
  strides: readonly number[] | null,
  items = 0,
): NDBuffer => ({
  version: 1,
  buffer: data.buffer,
  byteOffset: data.byteOffset + items * 4,
  shape,
  strides: strides?.map((n) => n * 4) ?? null,
  format: "<f",
  itemsize: 4,
  readonly: false,
});
const exporting = (shown: NDBuffer): NDExporter => ({
  [NDBUFFER]: (request) => acquire({ [NDBUFFER]: () => shown }, request),
});
/** A consumer that needs dense float32 data: the memory itself where it is that, else a copy. */
function dense(exporter: NDExporter): Float32Array {
  return contiguous(view(exporter)).toTypedArray() as Float32Array;
}

test("five libraries, the same values, copies only where the order of the axes demands them", async () => {
  const array = await zarr.create(new Map(), {
    shape: [30, 20],
    chunkShape: [30, 20],
    dtype: "float32",
    codecs: [
      { name: "transpose", configuration: { order: [1, 0] } },
      { name: "bytes", configuration: { endian: "little" } },
    ],
  });
  const values = Float32Array.from({ length: 600 }, (_, i) => i / 3);
  await zarr.set(array, null, { data: values, shape: [30, 20], stride: [20, 1] });
  const chunk = await array.getChunk([0, 0]);
  const fromZarr = exporting(block(chunk.data as Float32Array, chunk.shape, chunk.stride));
  expect(view(fromZarr).strides).toEqual([4, 120]);

  const tensor = new Tensor("float32", dense(fromZarr), [30, 20]);
  const fromOrt = exporting(block(tensor.data as Float32Array, tensor.dims, null));
  const vector = arrow.makeVector({
    type: new arrow.Float32(),
    data: dense(fromOrt),
  } as never) as arrow.Vector<arrow.Float32>;
  const fromArrow = exporting(block(vector.data[0]!.values, [30, 20], null));
  const grid = ndarray(dense(fromArrow), [30, 20]).transpose(1, 0);
  const fromScijs = exporting(block(grid.data, grid.shape, grid.stride, grid.offset));
  const result = tf.tensor(dense(fromScijs), [20, 30], "float32");

  for (const exporter of [fromZarr, fromOrt, fromArrow, fromScijs]) expect(check(exporter)).toEqual([]);
  for (const exporter of [fromOrt, fromArrow, fromScijs])
    expect((exporter[NDBUFFER]() as NDBuffer).buffer).toBe((tensor.data as Float32Array).buffer);
  expect(dense(fromZarr)).toEqual(values);
  expect(tf.transpose(result, [1, 0]).dataSync()).toEqual(values);
});
