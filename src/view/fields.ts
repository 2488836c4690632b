/** Fields of records, and the two parts of a complex number. */

import type { DType } from "../dtype/dtype.js";
import { scalarDType } from "../dtype/make.js";
import { stridebufError } from "../errors.js";

/**
 * The dtype and place of a field inside an item. Complex items have the fields `re` and `im`.
 *
 * @throws LayoutError (`field`) naming the fields there are
 */
export function fieldOf(dtype: DType, name: string): { dtype: DType; offset: number } {
  const fields = dtype.kind === "complex" ? complexFields(dtype) : (dtype.fields ?? []);
  const found = fields.find((f) => f.name === name);
  if (found !== undefined) return found;
  const known = fields.map((f) => JSON.stringify(f.name)).join(", ");
  throw stridebufError("LayoutError", `no field ${JSON.stringify(name)} in ${dtype.name}; it has ${known || "none"}`, {
    reason: "field",
  });
}

function complexFields(dtype: DType): { name: string; dtype: DType; offset: number }[] {
  const part = dtype.element === undefined ? dtype.base! : scalarDType(dtype.element, dtype.byteOrder);
  return [
    { name: "re", dtype: part, offset: 0 },
    { name: "im", dtype: part, offset: dtype.itemsize / 2 },
  ];
}
