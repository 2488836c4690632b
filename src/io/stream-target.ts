/** Where the tensors of a file to be written go, and the bytes that come before them. */

import type { DType } from "../dtype/dtype.js";
import { withByteOrder } from "../dtype/order.js";
import { stridebufError } from "../errors.js";
import { descrOfDType } from "./npy-dtype.js";
import { formatNpyHeader } from "./npy-header.js";
import { compareSafetensors, packedBitsOf, safetensorsOfDType } from "./safetensors-dtype.js";
import { formatSafetensorsHeader } from "./safetensors-header.js";
import type { TensorPlace } from "./stream-convert.js";
import type { Container } from "./tensor-file.js";

export interface TargetTensor<T> {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly order: "C" | "F";
  /** What it is made from; handed through. */
  readonly from: T;
}

export interface Target<T> {
  readonly header: Uint8Array;
  /** In the order in which they stand in the file. */
  readonly tensors: readonly { readonly tensor: TargetTensor<T>; readonly place: TensorPlace }[];
  /** What the file does not say and a reader must know. */
  readonly notes: readonly string[];
}

function theOnly<T>(tensors: readonly TargetTensor<T>[], container: Container): TargetTensor<T> {
  const [tensor] = tensors;
  if (tensors.length === 1 && tensor !== undefined) return tensor;
  const message = `a ${container} file holds one tensor, not ${tensors.length}: say which one`;
  throw stridebufError("FileFormatError", message, { container });
}

function planNpy<T>(tensors: readonly TargetTensor<T>[]): Target<T> {
  const tensor = theOnly(tensors, "npy");
  const { dtype, shape, order } = tensor;
  const { descr, lossy } = descrOfDType(dtype);
  const fortran = order === "F" && shape.length > 1;
  const header = formatNpyHeader(descr, fortran, shape);
  const place: TensorPlace = { dtype, order, byteOffset: header.length };
  const notes = lossy
    ? [
        `.npy has no name for ${dtype.name}: written as ${JSON.stringify(descr)}; say --format ${dtype.name} when reading it back`,
      ]
    : [];
  return { header, tensors: [{ tensor, place }], notes };
}

function planSafetensors<T>(
  tensors: readonly TargetTensor<T>[],
  metadata: ReadonlyMap<string, string>,
  sorted: boolean,
): Target<T> {
  const typed = tensors.map((tensor) => {
    const dtype = withByteOrder(tensor.dtype, "little");
    const type = safetensorsOfDType(dtype);
    if (type === undefined) {
      const message = `.safetensors has no name for ${tensor.dtype.name} (tensor ${JSON.stringify(tensor.name)})`;
      throw stridebufError("FileFormatError", message, { container: "safetensors", reason: "dtype" });
    }
    return { tensor: { ...tensor, dtype, order: "C" as const }, name: tensor.name, shape: tensor.shape, type };
  });
  if (sorted) typed.sort(compareSafetensors);
  const { bytes, entries } = formatSafetensorsHeader(typed, metadata);
  return {
    header: bytes,
    tensors: typed.map(({ tensor, type }, i) => {
      const packed = packedBitsOf(type);
      const place = { dtype: tensor.dtype, order: "C" as const, byteOffset: entries[i]!.byteOffset };
      return { tensor, place: packed === undefined ? place : { ...place, packed } };
    }),
    notes: [],
  };
}

/**
 * Plans a file.
 *
 * @param sorted whether safetensors may be put in the reference library's order; false keeps the order given
 * @throws FileFormatError when the container cannot hold these tensors
 */
export function planTarget<T>(
  container: Container,
  tensors: readonly TargetTensor<T>[],
  metadata: ReadonlyMap<string, string>,
  sorted: boolean,
): Target<T> {
  if (container === "npy") return planNpy(tensors);
  if (container === "safetensors") return planSafetensors(tensors, metadata, sorted);
  const tensor = theOnly(tensors, "raw");
  const place = { dtype: tensor.dtype, order: tensor.order, byteOffset: 0 };
  return { header: new Uint8Array(0), tensors: [{ tensor, place }], notes: [] };
}
