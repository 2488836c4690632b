/** TypedArrays where views are accepted. */

import { scalarDType } from "../dtype/make.js";
import type { TypedArray } from "../dtype/typed-arrays.js";
import { elementOfArray } from "../dtype/typed-arrays.js";
import type { NDExporter } from "../exchange/ndbuffer.js";
import { isExporter } from "../view/acquired.js";
import { exporterView } from "../view/create.js";
import type { ViewHost } from "../view/host.js";
import { StridedView } from "../view/view.js";

/** What `copy`, `convert` and the like take. */
export type Operand = StridedView | TypedArray | NDExporter;

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
  const element = elementOfArray(value);
  if (element === undefined)
    return isExporter(value) ? exporterView(host, name, value, undefined, WRITTEN.has(name)) : undefined;
  const dtype = scalarDType(element);
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
