/** `[ml_dtypes:NAME]`: the number types of ml_dtypes 0.6, one item per byte below 8 bits. */

import { type ElementName, elements } from "../elements.js";
import { type Row, tableResolver } from "./rows.js";

/** Elements that ml_dtypes defines: every small float but binary16, and the integers below 8 bits. */
export const mlElements: readonly ElementName[] = (Object.keys(elements) as ElementName[]).filter((name) => {
  const row = elements[name];
  return (row.bits < 8 && row.kind !== "bool") || ("small" in row && name !== "float16");
});

export const mlDTypes = /* @__PURE__ */ tableResolver(
  new Map<string, Row>([
    ...mlElements.map((name) => [name, name] as const),
    ["complex32", { pair: "float16" }],
    ["bcomplex32", { pair: "bfloat16" }],
  ]),
);
