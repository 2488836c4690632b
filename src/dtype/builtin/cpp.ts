/**
 * `[cpp:NAME]`: types of the C++ standard library, in the spelling of the discussion (`std:bfloat16`) and of C++23
 * (`std::bfloat16_t`), and the fundamental types that do not depend on the ABI.
 */

import type { ElementName } from "../elements.js";
import { type Row, tableResolver } from "./rows.js";

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

function rows(): Map<string, Row> {
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

export const cpp = /* @__PURE__ */ tableResolver(rows());
