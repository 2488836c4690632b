/**
 * What consoles show of a view: facts, and the items as its host prints them. Printing is for people looking for errors, so
 * it never throws: items that cannot be read, and memory that is gone, are said to be so.
 */

import { typeText } from "../dtype/print.js";
import type { AnyView } from "./host.js";

/** `toString()`: the items, and a line of facts. */
export const viewText = (view: AnyView): string =>
  `${itemsText(view)}\ndtype ${factsOf(view, `, shape [${view.shape.join(", ")}]`)}`;

/** What Node's `util.inspect` shows: the facts first, so that the columns of several lines stay below each other. */
export function inspectView(view: AnyView, depth: number): string {
  if (depth < 0) return "[StridedView]";
  const items = itemsText(view);
  const gap = items.includes("\n") ? "\n" : " ";
  return `StridedView(${view.shape.join(", ")}) ${factsOf(view, "")}:${gap}${items}`;
}

const factsOf = ({ dtype, suboffsets, readonly }: AnyView, shape: string): string =>
  typeText(dtype) +
  shape +
  (suboffsets ? `, suboffsets [${suboffsets.join(", ")}]` : "") +
  (readonly ? ", read-only" : "");

function itemsText(view: AnyView): string {
  try {
    return view.host.print(view);
  } catch (error) {
    return `<${(error as Error).message}>`;
  }
}

/** The items as JSON, where nothing that prints better has been linked to the program. */
export const plainItems = (view: AnyView): string => (view.size > 1000 ? "[...]" : JSON.stringify(view));
