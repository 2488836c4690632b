/**
 * How number types are spelled in canonical formats: a letter where one means the same under the default ABI, otherwise
 * the bracketed name of the owner that defines the type. Letters: PEP 3118 as NumPy reads it.
 */

import type { ElementName } from "./elements.js";

const spelled: Partial<Record<ElementName, string>> = {
  bool: "?",
  int8: "b",
  uint8: "B",
  int16: "h",
  uint16: "H",
  int32: "i",
  uint32: "I",
  int64: "q",
  uint64: "Q",
  float16: "e",
  float32: "f",
  float64: "d",
  float80x16: "g",
  float80x12: "[stridebuf:float80x12]",
  float128: "[cpp:std::float128_t]",
};

/**
 * The code of an element without order character; types that only ml_dtypes names are `[ml_dtypes:<name>]`. `g` exists in
 * native sizes only, so that no order character can stand in front of it.
 */
export function codeOfElement(element: ElementName, bigEndian = false): string {
  if (bigEndian && element === "float80x16") return "[stridebuf:float80x16]";
  return spelled[element] ?? `[ml_dtypes:${element}]`;
}

/** The name of a scalar dtype, which is that of its row, except that NumPy calls x87 numbers `longdouble`. */
export const scalarName = (element: ElementName): string => (element === "float80x16" ? "longdouble" : element);
