/** TypedArrays where views are accepted. */

import type { DType } from "../dtype/dtype.js";
import type { ElementName } from "../dtype/elements.js";
import { scalarDType } from "../dtype/make.js";
import type { NDExporter } from "../exchange/ndbuffer.js";
import { isExporter } from "../view/acquired.js";
import { exporterView } from "../view/create.js";
import type { ViewHost } from "../view/host.js";
import type { TypedArray } from "../view/known.js";
import { StridedView } from "../view/view.js";

/** What `copy`, `convert` and the like take. */
export type Operand = StridedView | TypedArray | NDExporter;

const elementOf: Readonly<Record<string, ElementName>> = {
  Int8Array: "int8",
  Uint8Array: "uint8",
  Uint8ClampedArray: "uint8",
  Int16Array: "int16",
  Uint16Array: "uint16",
  Int32Array: "int32",
  Uint32Array: "uint32",
  BigInt64Array: "int64",
  BigUint64Array: "uint64",
  Float16Array: "float16",
  Float32Array: "float32",
  Float64Array: "float64",
};

const tagOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)!.get!;

const dtypeOfTag = new Map<string, DType>();

/** The dtype of a TypedArray's elements; undefined for anything else. */
function dtypeOfArray(value: unknown): DType | undefined {
  const tag = tagOf.call(value) as string | undefined;
  if (tag === undefined) return undefined;
  let dtype = dtypeOfTag.get(tag);
  if (dtype === undefined && elementOf[tag] !== undefined) {
    dtype = scalarDType(elementOf[tag]);
    dtypeOfTag.set(tag, dtype);
  }
  return dtype;
}

/** Arguments that are written to. */
const WRITTEN: ReadonlySet<string> = /* @__PURE__ */ new Set(["dst", "target", "view"]);

/** Views of arrays that were wrapped before: making one costs more than a small copy. */
const views = new WeakMap<object, StridedView>();

/**
 * A view as it is, a TypedArray (of any realm) as a view over its elements, an exporter as a view of what it shows;
 * undefined for anything else.
 *
 * @throws LayoutError (`exchange`) for an exporter that does not share its memory
 */
export function itemsOf(host: ViewHost, name: string, value: unknown): StridedView | undefined {
  if (value instanceof StridedView) return value;
  const known = typeof value === "object" && value !== null ? views.get(value) : undefined;
  // Arrays over resizable memory change their length, and memory can be detached.
  if (known !== undefined && known.host === host && known.size === (value as TypedArray).length) return known;
  const dtype = dtypeOfArray(value);
  if (dtype === undefined)
    return isExporter(value) ? exporterView(host, name, value, undefined, WRITTEN.has(name)) : undefined;
  const { buffer, byteOffset, length } = value as TypedArray;
  const layout = { byteOffset, shape: [length], strides: [dtype.itemsize], suboffsets: null };
  const view = new StridedView(host, { buffer }, dtype, layout);
  views.set(value as object, view);
  return view;
}

/** The same, where nothing else will do. @throws TypeError for anything else */
export function wrap(host: ViewHost, name: string, value: unknown): StridedView {
  const view = itemsOf(host, name, value);
  if (view !== undefined) return view;
  throw new TypeError(
    `"${name}" expected a view, a TypedArray or an ndbuffer exporter, got ${value === null ? "null" : typeof value}`,
  );
}
