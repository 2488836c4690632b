/**
 * Items as text, in NumPy's manner: columns aligned, at most 8 digits of a float behind the point, axes longer than 6
 * summarised when there are more than 1000 items. What copies brings it along (linked.ts), as `ViewHost.print`.
 */

import type { DType } from "../dtype/dtype.js";
import { columnOf } from "./columns.js";
import type { AnyView } from "./host.js";
import { itemsOf } from "./items.js";
import { currentData } from "./storage.js";
import { type Nested, type SummaryLimits, summarise, type Tree } from "./summary.js";

/** The items of a view. @throws BoundsError when the memory is gone; what reading an item throws */
export function printView(view: AnyView): string {
  const items = view.expandItems();
  return printItems({ dtype: items.dtype, shape: items.shape, read: (index) => readItem(items.slice(...index)) });
}

/** The value of a view without axes, or its bytes where the dtype has no values. */
function readItem(view: AnyView): unknown {
  view.live();
  if (view.dtype.kind === "object" || (view.dtype.kind === "custom" && view.dtype.codec === undefined))
    return new Uint8Array(view.buffer, view.byteOffset, view.itemsize).slice();
  return itemsOf(view.dtype).read(currentData(view.storage), view.byteOffset);
}

export interface PrintedItems extends Nested {
  readonly dtype: DType;
}

export interface PrintLimits extends SummaryLimits {
  /** Columns of a line. */
  readonly width?: number;
}

/** The text of many items in NumPy's manner, without the line of facts. */
export function printItems(items: PrintedItems, limits?: PrintLimits): string {
  const rank = items.shape.length;
  if (items.shape.includes(0)) return "[]";
  const values: unknown[] = [];
  const tree = summarise(items, values, limits);
  const texts = columnOf(values, items.dtype, rank === 0).values();
  return join(tree, texts, rank, 1, (limits?.width ?? 75) - rank);
}

/** Joins one axis; innermost items wrap at `width` (a line without the closing brackets), outer ones get a line each and blank lines between blocks. */
function join(tree: Tree, texts: Iterator<string>, depth: number, indent: number, width: number): string {
  if (tree === null) return "...";
  if (tree === 0) return texts.next().value;
  const parts = tree.map((part) => join(part, texts, depth - 1, indent + 1, width));
  const pad = "\n".repeat(Math.max(1, depth - 1)) + " ".repeat(indent);
  if (depth > 1) return `[${parts.join(pad)}]`;
  let text = "";
  let line = "";
  for (const part of parts) {
    if (line === "") line = part;
    else if (indent + line.length + 1 + part.length <= width) line += ` ${part}`;
    else {
      text += line.trimEnd() + pad;
      line = part;
    }
  }
  return `[${text}${line}]`;
}
