/** Views as tensors. */

import type { TypedArray } from "../../dtype/typed-arrays.js";
import { stridebufError } from "../../errors.js";
import { convert, copy, empty, type StridedView, view } from "../../index.js";
import { requireKnownOptions } from "../../options.js";
import type { DType } from "../../shared.js";
import { argumentError } from "../../view/checks.js";
import { isPacked, nameOf, packedFormat, type TensorType, typeOf } from "./types.js";

/** WebNN's `MLOperandDescriptor` and the data for it. */
export interface TensorDescriptor {
  /** The name of the type. */
  readonly dataType: TensorType;
  /** Items per axis. */
  readonly shape: number[];
  /** The items, in C order. */
  readonly data: TypedArray;
}

/** A class `new Tensor(type, data, dims)` (onnxruntime, transformers.js), or the module of tfjs, with its `tensor()`. */
export type TensorFactory<Tensor> =
  | (new (
      type: never,
      data: never,
      dims: number[],
    ) => Tensor)
  | { tensor(data: never, shape: number[], dtype: never): Tensor };

/** Whose names of types are used. */
export interface ToTensorOptions {
  /** The tensor's type; by default that of the view. */
  readonly type?: TensorType;
  /** In which array halves go: raw bits (the default), or Float16Array where the runtime has one. */
  readonly float16?: "Uint16Array" | "Float16Array";
  /** The memory of the tensor: as many elements as the view has items. */
  readonly out?: TypedArray;
}

/**
 * A view as a tensor: dense, in native byte order, converted to `type` where that differs. The tensor shares the view's memory
 * when nothing has to change. Values of 4 bits are packed over the flat array, as ONNX does.
 *
 * @param Tensor - the library's class, tfjs' module, or null for WebNN's `{ dataType, shape, data }`
 * @throws UnknownDTypeError for a type that has no such name, and for tfjs any but float32, int32, bool and complex64;
 * LayoutError (`shape`) for an `out` of another length
 *
 * @example
 * const pixels = empty([2, 4, 3], "f");
 * toTensor(null, pixels.transpose([2, 0, 1])).shape; // [3, 2, 4]
 * class Tensor { constructor(public type: string, public data: unknown, public dims: readonly number[]) {} } // or ort.Tensor
 * toTensor(Tensor, pixels, { type: "float16" }).dims; // [2, 4, 3]
 */
export function toTensor(Tensor: null, source: StridedView, options?: ToTensorOptions): TensorDescriptor;
export function toTensor<T>(Tensor: TensorFactory<T>, source: StridedView, options?: ToTensorOptions): T;
export function toTensor<T>(
  Tensor: TensorFactory<T> | null,
  source: StridedView,
  options: ToTensorOptions = {},
): T | TensorDescriptor {
  requireKnownOptions(options, ["type", "float16", "out"]);
  const { type = nameOf(source.dtype) } = options;
  const dtype = typeOf(type);
  const shape = [...source.shape];
  if (Tensor === null) return { dataType: type, shape, data: dataOf(source, dtype, options) };
  if (typeof Tensor === "function")
    return new (Tensor as new (type: unknown, data: unknown, dims: number[]) => T)(
      type,
      dataOf(source, dtype, options),
      shape,
    );
  if (typeof Tensor?.tensor !== "function") throw argumentError("Tensor", "a class, tfjs or null", Tensor, true);
  if (!TFJS.includes(type))
    throw stridebufError("UnknownDTypeError", `tfjs has no ${type}: say { type: "float32" } or "int32"`, {
      dtype: type,
      known: TFJS,
    });
  const make = Tensor.tensor as (data: unknown, shape: number[], dtype: string) => T;
  return make.call(Tensor, dataOf(source, dtype, options), shape, type);
}

const TFJS: readonly string[] = ["float32", "int32", "bool", "complex64"];

function dataOf(source: StridedView, dtype: DType, { float16 = "Uint16Array", out }: ToTensorOptions): TypedArray {
  if (isPacked(dtype)) return packed(source, dtype, out);
  const arrays = { float16 };
  if (out === undefined) return (source.dtype === dtype ? source : convert(source, dtype)).toTypedArray(arrays);
  requireLength(out, source.size * (dtype.itemsize / out.BYTES_PER_ELEMENT));
  copy(view(out, { format: dtype, shape: source.shape }), source);
  return out;
}

function packed(source: StridedView, dtype: DType, out: TypedArray | undefined): TypedArray {
  const nbytes = Math.ceil(source.size / 2);
  if (out !== undefined) requireLength(out, nbytes);
  // An odd last value is padded with 0.
  const values = empty([nbytes * 2], dtype);
  copy(values.slice(`:${source.size}`).reshape(source.shape), source);
  const target = out ?? new Uint8Array(nbytes);
  convert(values, packedFormat(dtype), { out: view(target, { format: packedFormat(dtype) }) });
  return target;
}

function requireLength(out: TypedArray, length: number): void {
  if (out.length === length) return;
  throw stridebufError("LayoutError", `options.out has ${out.length} elements, the tensor ${length}`, {
    reason: "shape",
  });
}
