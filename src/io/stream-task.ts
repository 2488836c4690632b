/** What the conversion of one tensor, or of a part of one, is. */

import type { Api } from "../api.js";
import type { DType } from "../dtype/dtype.js";
import { isStridebufError, stridebufError } from "../errors.js";
import type { AbortSignalLike } from "../platform.js";
import type { PackedBits } from "./packed.js";
import { BOX_BYTES } from "./stream-plan.js";

/** How values are converted; see `convert`. */
export interface ValueOptions {
  /** Which conversions are allowed: NumPy's levels; `"unsafe"`, all of them, when not given. */
  casting?: "no" | "equiv" | "safe" | "same_kind" | "unsafe";
  /** What becomes of numbers that do not fit; see `copy`. */
  overflow?: "wrap" | "saturate" | "error";
  /** Every number becomes x * scale + offset before it is rounded. */
  scale?: number;
  /** Added after `scale`; default 0. */
  offset?: number;
}

/** The part of the public API that conversions of files use. */
export type FileEngine = Pick<Api, "copy" | "empty" | "view">;

/** A tensor's bytes in a file. */
export interface TensorPlace {
  readonly dtype: DType;
  readonly order: "C" | "F";
  /** Bytes from the start of the file. */
  readonly byteOffset: number;
  /** Set when values are packed below one byte each. */
  readonly packed?: PackedBits;
}

export interface TensorTask {
  readonly name: string;
  readonly shape: readonly number[];
  readonly src: TensorPlace;
  readonly dst: TensorPlace;
  readonly values: ValueOptions;
  /**
   * Only the items from the first number to before the second, counted in the order of the result; whole by default.
   * Both are multiples of 8 where values are packed, but for the end of the tensor.
   */
  readonly items?: readonly [first: number, end: number];
  /** Bytes of the largest buffers; a conversion takes about ten of them, and some fifty where it reads ahead. */
  readonly memoryBytes?: number;
  /** Called with the bytes of source dealt with since the last call; what it returns is awaited. */
  readonly onProgress?: (bytes: number) => void | Promise<void>;
  readonly signal?: AbortSignalLike;
}

export const placeBytes = (place: TensorPlace, items: number): number =>
  place.packed ? (items * place.packed) / 8 : items * place.dtype.itemsize;

export function changesValues({ src, dst, values }: TensorTask): boolean {
  return (
    src.dtype !== dst.dtype || src.packed !== dst.packed || values.scale !== undefined || values.offset !== undefined
  );
}

export function checkItemsize(task: TensorTask): void {
  if (!changesValues(task) || Math.max(task.src.dtype.itemsize, task.dst.dtype.itemsize) <= BOX_BYTES) return;
  throw stridebufError("LayoutError", `${task.name}: one item takes more than ${BOX_BYTES} bytes`, { reason: "dtype" });
}

/** Position of flat item `index` of a tensor stored in `order`. */
export function unravel(shape: readonly number[], order: "C" | "F", index: number): number[] {
  const position = shape.map(() => 0);
  const axes = shape.map((_, axis) => axis);
  if (order === "C") axes.reverse();
  for (const axis of axes) {
    position[axis] = index % shape[axis]!;
    index = Math.floor(index / shape[axis]!);
  }
  return position;
}

/** Restates a failed value's position within a part as one within the tensor. */
export function relocate(
  error: unknown,
  locate: (index: readonly number[]) => readonly number[],
  name: string,
): unknown {
  if (!isStridebufError(error, "ConversionError") || error.index === undefined) return error;
  const index = locate(error.index);
  // The position within the part means nothing to the caller.
  const what = error.message.replace(` at [${error.index}]`, "");
  const message = `${name}[${index.join(", ")}]: ${what}`;
  return stridebufError("ConversionError", message, { from: error.from, to: error.to, index }, error);
}
