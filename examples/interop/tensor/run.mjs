/**
 * The EGM96 geoid grid as tensors: halves for onnxruntime, float32 for tfjs, which averages it, and rows for a WebGPU texture.
 * Usage: npm run build && npm ci --prefix test/interop && node examples/interop/tensor/run.mjs
 */
import "@tensorflow/tfjs-backend-cpu";
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { Tensor } from "onnxruntime-web";
import { newaxis, view } from "stridebuf";
import { fromTensor, packRows, toTensor } from "stridebuf/tensor";

const file = readFileSync(new URL("../../data/egm96_15.gtx", import.meta.url));
const grid = view(file, { format: ">f", shape: [721, 1440], byteOffset: 40 });

// A batch of one picture with one channel, as networks take it: [1, 1, 721, 1440], swapped and rounded in one pass.
const half = toTensor(Tensor, grid.slice(newaxis, newaxis), { type: "float16" });
console.log("onnxruntime:", half.type, half.dims, half.data.byteLength, "bytes");
console.log("back:", fromTensor(half).slice("0, 0, 360, :4").toArray());

const full = toTensor(tf, grid.slice("..., newaxis"), { type: "float32" });
const means = tf.avgPool(tf.slice(full, [0, 0, 0], [720, 1440, 1]), [180, 180], [180, 180], "valid");
const result = fromTensor({ dtype: means.dtype, shape: means.shape, data: means.dataSync() });
console.log("tfjs:", means.shape, "mean heights of 45° × 45°:");
console.log(
  result
    .slice("..., 0")
    .toArray()
    .map((row) => row.map((x) => x.toFixed(2)).join(" "))
    .join("\n"),
);

// Rows of a texture start at multiples of 256 bytes.
const { bytesPerRow, rowsPerImage } = packRows(grid.slice(":, :1000"), { bytesPerRow: 256 });
console.log("WebGPU:", { bytesPerRow, rowsPerImage });
