/**
 * stridebuf/tensor: tensors of onnxruntime, transformers.js, tfjs and WebNN as views and back, images as network input, and rows
 * padded for WebGPU. No library is imported.
 */

export { type FromImageOptions, fromImage, type ImageLike } from "./image.js";
export { fromTensor, type TensorLike } from "./read.js";
export { type PackedRows, packRows } from "./rows.js";
export { type TensorDescriptor, type TensorFactory, type ToTensorOptions, toTensor } from "./write.js";
