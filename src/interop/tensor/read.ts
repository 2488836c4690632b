/** Tensors as views. */

import { stridebufError } from "../../errors.js";
import { convert, type StridedView, view } from "../../index.js";
import { requireKnownOptions } from "../../options.js";
import type { DType } from "../../shared.js";
import { argumentError, integers } from "../../view/checks.js";
import { delivered, READ_OPTIONS, type ReadOptions } from "../out.js";
import { isPacked, packedFormat, typeOf } from "./types.js";

/** A tensor on the CPU: `{ type, dims, data }`, `{ dataType, shape, data }`, or tfjs' `{ dtype, shape, dataSync() }`. */
export interface TensorLike {
  /** The type's name in onnxruntime. */
  readonly type?: unknown;
  /** The type's name in TensorFlow.js. */
  readonly dtype?: unknown;
  /** The type's name in WebNN. */
  readonly dataType?: unknown;
  /** Items per axis, as onnxruntime has them. */
  readonly dims?: ArrayLike<number>;
  /** Items per axis, as TensorFlow.js and WebNN have them. */
  readonly shape?: ArrayLike<number>;
  /** Where it lives: only `cpu` and `cpu-pinned` can be read. */
  readonly location?: unknown;
  /** The items: a typed array, or a function or promise of one. */
  readonly data?: unknown;
  /** The items, as TensorFlow.js gives them. */
  dataSync?(): unknown;
}

/** What becomes of the tensor's items. */
export type FromTensorOptions = ReadOptions;

/**
 * A tensor as a view of its own data. Types of 4 bits, which lie two to a byte, are unpacked into `int4` or `uint4` items.
 *
 * @throws UnknownDTypeError for strings; LayoutError (`exchange`) for data that is not on the CPU, (`shape`) for data of another
 * length, and when `out` has another shape or dtype or is read-only; as `convert` with `as` or `out`
 *
 * @example
 * const logits = { type: "float32", dims: [1, 3], data: Float32Array.of(1, 2, 3) }; // or results.logits
 * fromTensor(logits).slice(0, -1).toArray(); // 3
 */
export function fromTensor(tensor: TensorLike, options: FromTensorOptions = {}): StridedView {
  requireKnownOptions(options, READ_OPTIONS);
  if (typeof tensor !== "object" || tensor === null) throw argumentError("tensor", "a tensor", tensor, true);
  const type = typeOf(tensor.type ?? tensor.dataType ?? tensor.dtype);
  const shape = integers("tensor.dims", Array.from(tensor.dims ?? tensor.shape ?? []), 0);
  return delivered(itemsOf(dataOf(tensor), type, shape), options);
}

function dataOf(tensor: TensorLike): ArrayBufferView {
  const { location } = tensor;
  const isHere = location === undefined || location === "cpu" || location === "cpu-pinned";
  const data = isHere ? (typeof tensor.dataSync === "function" ? tensor.dataSync() : tensor.data) : undefined;
  if (ArrayBuffer.isView(data)) return data;
  const where = isHere ? "its data is no typed array" : `its data is on ${JSON.stringify(location)}`;
  throw stridebufError("LayoutError", `"tensor" cannot be shown: ${where}`, { reason: "exchange" });
}

function itemsOf(data: ArrayBufferView, type: DType, shape: readonly number[]): StridedView {
  const size = shape.reduce((product, n) => product * n, 1);
  const nbytes = isPacked(type) ? Math.ceil(size / 2) : size * type.itemsize;
  if (data.byteLength !== nbytes)
    throw stridebufError(
      "LayoutError",
      `"tensor.data" has ${data.byteLength} bytes, [${shape}] ${type.name} ${nbytes}`,
      {
        reason: "shape",
      },
    );
  if (!isPacked(type)) return view(data, { format: type, shape });
  return convert(view(data, { format: packedFormat(type) }), type)
    .slice(`:${size}`)
    .reshape(shape);
}
