/** TypedArrays where views are accepted. */

import type { TypedArray } from "../dtype/typed-arrays.js";
import type { NDExporter } from "../exchange/ndbuffer.js";
import { isExporter } from "../view/acquired.js";
import { operandError } from "../view/checks.js";
import { exporterView } from "../view/create.js";
import type { ViewHost } from "../view/host.js";
import { viewOfArray } from "../view/of-array.js";
import { StridedView } from "../view/view.js";

/** What `copy`, `convert` and the like take. */
export type Operand = StridedView | TypedArray | NDExporter;

/** Arguments that are written to. */
const WRITTEN: ReadonlySet<string> = /* @__PURE__ */ new Set(["dst", "target", "view"]);

/**
 * A view as it is, a TypedArray (of any realm) as a view over its elements, an exporter as a view of what it shows;
 * undefined for anything else.
 *
 * @throws LayoutError (`exchange`) for an exporter that does not share its memory; BoundsError for an array whose memory was detached
 */
export function itemsOf(host: ViewHost, name: string, value: unknown): StridedView | undefined {
  if (value instanceof StridedView) return value;
  const elements = viewOfArray(host, value);
  if (elements !== undefined) return elements;
  return isExporter(value) ? exporterView(host, name, value, undefined, WRITTEN.has(name)) : undefined;
}

/** The same, where nothing else will do. @throws TypeError for anything else */
export function wrap(host: ViewHost, name: string, value: unknown): StridedView {
  const view = itemsOf(host, name, value);
  if (view !== undefined) return view;
  throw operandError(name, "a view, a TypedArray or an ndbuffer exporter", value);
}
