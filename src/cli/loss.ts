/** What a conversion may lose, in words. */

import type { DType } from "../dtype/dtype.js";
import { copy, view } from "../index.js";

/** By what kind becomes what kind; the first that fits. */
const LOSSES: readonly (readonly [from: string, to: string, loss: string])[] = [
  ["complex", "complex", "values round, large ones overflow"],
  ["complex", "*", "imaginary parts are dropped"],
  ["float", "float", "values round, large ones overflow"],
  ["float", "int", "fractions are cut off, values beyond the range do not fit"],
  ["float", "uint", "fractions are cut off, values beyond the range do not fit"],
  ["*", "bool", "all but zero becomes true"],
  ["int", "float", "large integers round"],
  ["uint", "float", "large integers round"],
  ["*", "*", "values beyond the range do not fit"],
];

/** Null where every value of `from` is one of `to`. */
export function lossText(from: DType, to: DType): string | null {
  if (from === to) return null;
  const nothing = (format: DType) => view(new Uint8Array(0), { format, shape: [0] });
  try {
    copy(nothing(to), nothing(from), { casting: "safe" });
    return null;
  } catch {
    const fits = (wanted: string, kind: string) => wanted === "*" || wanted === kind;
    return LOSSES.find(([x, y]) => fits(x, from.kind) && fits(y, to.kind))![2];
  }
}
