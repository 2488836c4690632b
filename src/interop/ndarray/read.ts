/** Foreign arrays with strides in elements as views. */

import { dtype } from "../../dtype/read.js";
import { elementOfArray } from "../../dtype/typed-arrays.js";
import { isDType } from "../../dtype/value.js";
import { stridebufError } from "../../errors.js";
import { type StridedView, view } from "../../index.js";
import { requireKnownOptions } from "../../options.js";
import type { DType } from "../../shared.js";
import { argumentError, integer, integers } from "../../view/checks.js";
import { delivered, READ_OPTIONS, type ReadOptions } from "../out.js";

/** The elements: a typed array, or @stdlib's complex and boolean arrays, which have its fields. */
export interface NdarrayData {
  /** The memory. */
  readonly buffer: ArrayBufferLike;
  /** Bytes from its start to the first element. */
  readonly byteOffset: number;
  /** Elements. */
  readonly length: number;
  /** Bytes per element. */
  readonly BYTES_PER_ELEMENT: number;
}

/** scijs (`stride`) and @stdlib (`strides`). */
export interface NdarrayLike {
  /** {@link NdarrayData}; plain JavaScript arrays have no memory and are refused. */
  readonly data: unknown;
  /** Items per axis. */
  readonly shape: ArrayLike<number>;
  /** Elements to the next item per axis. */
  readonly stride?: ArrayLike<number>;
  /** The same, under the name that @stdlib has for it. */
  readonly strides?: ArrayLike<number>;
  /** Elements before the first item. */
  readonly offset?: number;
  /** The type's name in @stdlib, or an object that prints it. */
  readonly dtype?: unknown;
}

/** What the elements are, and what becomes of them. */
export interface FromNdarrayOptions extends ReadOptions {
  /** What one element is, where `data` holds raw bits: `"e"` over a Uint16Array. It has the size of an element. */
  readonly format?: string | DType;
}

/** What typed arrays have no name for. */
const stdlibFormats: Readonly<Record<string, string>> = { complex64: "Zf", complex128: "Zd", bool: "?" };

/**
 * A view of an array's own memory. Its format is that of the typed array, or @stdlib's `dtype` for complex and boolean ones.
 *
 * @param array - `{ data, shape, stride | strides, offset? }`, counted in elements
 * @param options - or its `format` alone
 * @throws LayoutError (`strides`) for strides that are no integers, (`exchange`) for arrays over plain JavaScript arrays,
 * (`dtype`) for a format of another size, and when `out` has another shape or dtype or is read-only; BoundsError for items
 * outside of `data`; as `convert` with `as` or `out`
 *
 * @example
 * fromNdarray({ data: new Float32Array(6), shape: [3, 2], stride: [1, 3] }).strides; // [4, 12]
 */
export function fromNdarray(array: NdarrayLike, options: FromNdarrayOptions | string | DType = {}): StridedView {
  if (typeof options === "string" || isDType(options)) return itemsOf(array, options);
  requireKnownOptions(options, ["format", ...READ_OPTIONS]);
  return delivered(itemsOf(array, options.format), options);
}

/** The elements of an array where they lie. */
export function itemsOf(array: NdarrayLike, format?: string | DType): StridedView {
  if (typeof array !== "object" || array === null) throw argumentError("array", "an ndarray", array, true);
  const { data, offset = 0 } = array;
  if (!isMemory(data))
    throw stridebufError("LayoutError", '"array.data" is no typed array: its elements have no memory to share', {
      reason: "exchange",
    });
  const size = data.BYTES_PER_ELEMENT;
  const shape = integers("array.shape", listOf(array.shape), 0);
  const steps = array.stride ?? array.strides;
  if (steps === undefined) throw argumentError("array.stride", "strides in elements", undefined, true);
  const strides = listOf(steps).map((step, axis) => {
    if (Number.isSafeInteger(step)) return step * size;
    throw stridebufError("LayoutError", `"array.stride[${axis}]" is ${step}: no item lies between two elements`, {
      reason: "strides",
      axis,
    });
  });
  const layout = { shape, strides, byteOffset: integer("array.offset", offset, 0) * size };
  const named = format ?? stdlibFormat(array);
  if (named === undefined && elementOfArray(data) !== undefined) return view(data as unknown as Uint8Array, layout);
  const type = dtype(named ?? view(data as unknown as Uint8Array).dtype);
  if (type.itemsize !== size)
    throw stridebufError("LayoutError", `"format" has ${type.itemsize} bytes, an element ${size}`, { reason: "dtype" });
  const { buffer, byteOffset, length } = data;
  return view({ buffer, byteOffset, byteLength: length * size }, { ...layout, format: type });
}

/** The format of elements that a typed array's own type does not tell; undefined where it does. */
export const stdlibFormat = ({ dtype }: NdarrayLike): string | undefined =>
  dtype === undefined ? undefined : stdlibFormats[String(dtype)];

const listOf = (values: ArrayLike<number>): readonly number[] => (Array.isArray(values) ? values : Array.from(values));

const isMemory = (data: unknown): data is NdarrayData => {
  const { buffer, byteOffset, length, BYTES_PER_ELEMENT } = (data ?? {}) as Partial<NdarrayData>;
  return typeof buffer === "object" && [byteOffset, length, BYTES_PER_ELEMENT].every(Number.isSafeInteger);
};
