/**
 * Owners whose bodies are names in a table: `[ml_dtypes:…]`, `[cpp:…]`, `[stridebuf:…]`, and the columns of the table
 * of systems.
 */

import type { DType } from "../dtype.js";
import { type ElementName, elements } from "../elements.js";
import { scalarDType } from "../make.js";
import { complexDType, objectDType, pointerDType } from "../make-other.js";
import { type SystemRow, systemRows } from "../names/systems.js";
import type { DTypeResolver, Owner, ResolveContext } from "../resolver.js";

/** A number type by its row, a pair of one, or anything that depends on the context. */
export type Row = ElementName | { readonly pair: ElementName } | ((context: ResolveContext) => DType);

export function rowDType(row: Row, context: ResolveContext): DType {
  if (typeof row === "function") return row(context);
  const order = context.littleEndian ? "little" : "big";
  return typeof row === "string" ? scalarDType(row, order) : complexDType(row.pair, order);
}

/** An owner whose bodies are names in a table. */
function tableOwner(rows: ReadonlyMap<string, Row>): Owner {
  const resolver: DTypeResolver = (body, context) => {
    const row = context.complex ? undefined : rows.get(body);
    return row === undefined ? undefined : rowDType(row, context);
  };
  return { resolver, types: () => [...rows.keys()] };
}

/** Elements that ml_dtypes defines: every small float but binary16, and the integers below 8 bits. */
export const mlElements: readonly ElementName[] = (Object.keys(elements) as ElementName[]).filter((name) => {
  const row = elements[name];
  return (row.bits < 8 && row.kind !== "bool") || ("small" in row && name !== "float16");
});

export const mlDTypes: Owner = /* @__PURE__ */ tableOwner(
  new Map<string, Row>([
    ...mlElements.map((name) => [name, name] as const),
    ["complex32", { pair: "float16" }],
    ["bcomplex32", { pair: "bfloat16" }],
  ]),
);

const fixedWidth: [name: string, element: ElementName][] = [
  ["float16", "float16"],
  ["bfloat16", "bfloat16"],
  ["float32", "float32"],
  ["float64", "float64"],
  ["float128", "float128"],
];
const integers: ElementName[] = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"];
const fundamental: [name: string, element: ElementName][] = [
  ["bool", "bool"],
  ["float", "float32"],
  ["double", "float64"],
  ["char8_t", "uint8"],
  ["char16_t", "uint16"],
  ["char32_t", "uint32"],
];

function cppRows(): Map<string, Row> {
  const table = new Map<string, Row>(fundamental);
  for (const [name, element] of fixedWidth) {
    for (const text of [name, `std:${name}`, `std:${name}_t`, `std::${name}_t`]) table.set(text, element);
    table.set(`std::complex<std::${name}_t>`, { pair: element });
  }
  for (const element of integers) {
    for (const text of [`${element}_t`, `std:${element}_t`, `std::${element}_t`]) table.set(text, element);
  }
  table.set("std::byte", "uint8");
  table.set("std::complex<float>", { pair: "float32" });
  table.set("std::complex<double>", { pair: "float64" });
  return table;
}

export const cpp: Owner = /* @__PURE__ */ tableOwner(cppRows());

/** What formats have no portable letter for: what other ABIs have, and addresses and long doubles of a stated size. */
export const stridebuf: Owner = /* @__PURE__ */ tableOwner(
  new Map<string, Row>([
    ["float80x12", "float80x12"],
    ["float80x16", "float80x16"],
    ["pointer32", ({ littleEndian }) => pointerDType(4, littleEndian ? "little" : "big")],
    ["pointer64", ({ littleEndian }) => pointerDType(8, littleEndian ? "little" : "big")],
    ["object32", () => objectDType(4)],
    ["object64", () => objectDType(8)],
  ]),
);

/** The owner whose bodies are one column of the table of systems. */
export function column(nameOf: (row: SystemRow) => string | undefined): Owner {
  const rows = new Map<string, Row>();
  for (const row of systemRows) {
    const name = nameOf(row);
    if (name !== undefined) rows.set(name, row.pair ? { pair: row.element } : row.element);
  }
  return tableOwner(rows);
}
