/** Tensors of onnxruntime, transformers.js and tfjs. */
import { Tensor as TransformersTensor } from "@huggingface/transformers";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { Tensor } from "onnxruntime-web";
import { convert, empty, view } from "stridebuf";
import { fromImage, fromTensor, toTensor } from "stridebuf/tensor";
import { version } from "../version.mjs";

tf.env().set("IS_NODE", false);
const ort = version("onnxruntime-web");
const tfjs = version("@tensorflow/tfjs-core");
const data = (tensor) => tensor.data ?? tensor;

export function onnx() {
  const ids = Int32Array.from({ length: 1 << 18 }, (_, i) => i * 7);
  const out = new BigInt64Array(ids.length);
  return {
    library: ort,
    job: "256 Ki int32 → a tensor of int64",
    way: "`BigInt64Array.from(ids, BigInt)`",
    theirs: () => new Tensor("int64", BigInt64Array.from(ids, BigInt), [ids.length]),
    ours: () => toTensor(Tensor, view(ids), { type: "int64", out }),
    values: data,
  };
}

export function nchw() {
  const [width, height] = [640, 480];
  const image = { data: Uint8ClampedArray.from({ length: width * height * 4 }, (_, i) => i * 31), width, height };
  const out = empty([1, 3, height, width], "<f");
  const values = out.toTypedArray();
  const [mean, std] = [
    [0.5, 0.25, 0.125],
    [0.5, 0.25, 0.5],
  ];
  return {
    library: ort,
    job: "640 × 480 RGBA → float32 NCHW with mean and std",
    way: "a loop over pixels, into memory used again",
    theirs: normalised(image, mean, std),
    ours() {
      fromImage(image, { mean, std, out });
      return values;
    },
    values: (x) => x.map(Math.fround).map((v) => Math.round(v * 1e5)),
  };
}

/** The loop that a page would write for its images. */
function normalised({ data: pixels, width, height }, mean, std) {
  const plane = width * height;
  const out = new Float32Array(3 * plane);
  const [r, g, b] = std.map((s) => 1 / (255 * s));
  const [dr, dg, db] = mean.map((m, i) => m / std[i]);
  return () => {
    for (let i = 0, p = 0; i < plane; i++, p += 4) {
      out[i] = pixels[p] * r - dr;
      out[plane + i] = pixels[p + 1] * g - dg;
      out[2 * plane + i] = pixels[p + 2] * b - db;
    }
    return out;
  };
}

export function transformers() {
  const [height, width] = [480, 640];
  const values = Float32Array.from({ length: height * width * 3 }, (_, i) => i);
  const tensor = new TransformersTensor("float32", values, [height, width, 3]);
  const out = new Float32Array(values.length);
  return {
    library: version("@huggingface/transformers"),
    job: "480 × 640 × 3 float32, channels first",
    way: "`permute(2, 0, 1)`",
    theirs: () => tensor.permute(2, 0, 1),
    ours: () => toTensor(TransformersTensor, fromTensor(tensor).transpose([2, 0, 1]), { out }),
    values: data,
  };
}

export function tfjsTranspose() {
  const [height, width] = [480, 640];
  const values = Float32Array.from({ length: height * width * 3 }, (_, i) => i);
  const tensor = tf.tensor(values, [height, width, 3], "float32");
  const out = new Float32Array(values.length);
  return {
    library: tfjs,
    job: "480 × 640 × 3 float32, channels first, on the CPU",
    way: "`tf.transpose`",
    theirs() {
      const moved = tf.transpose(tensor, [2, 0, 1]);
      const result = moved.dataSync();
      moved.dispose();
      return result;
    },
    ours() {
      const moved = toTensor(tf, fromTensor(tensor).transpose([2, 0, 1]), { out });
      const result = moved.dataSync();
      moved.dispose();
      return result;
    },
  };
}
export { tfjsTranspose as tfjs };

export function weights() {
  const count = 1 << 20;
  const bits = Uint16Array.from({ length: count }, (_, i) => 0x3000 + (i % 4096));
  const manifest = [
    { name: "w", shape: [count], dtype: "float32", quantization: { dtype: "float16", original_dtype: "float32" } },
  ];
  const out = empty([count], "<f");
  return {
    library: tfjs,
    job: "1 Mi weights stored as float16 → a tensor of float32",
    way: "`io.decodeWeights`",
    theirs() {
      const { w } = tf.io.decodeWeights(bits.buffer, manifest);
      const result = w.dataSync();
      w.dispose();
      return result;
    },
    ours() {
      const w = toTensor(tf, convert(view(bits.buffer, { format: "<e" }), "<f", { out }));
      const result = w.dataSync();
      w.dispose();
      return result;
    },
  };
}
