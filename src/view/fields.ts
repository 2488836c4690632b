/** Fields of records, and the two parts of a complex number. */

import type { DType } from "../dtype/dtype.js";
import { scalarDType } from "../dtype/make.js";
import { fieldNamed } from "../dtype/records.js";
import { stridebufError } from "../errors.js";

/**
 * The dtype of a field and its offset in the item. Complex items have the fields `re` and `im`.
 *
 * @throws LayoutError (`field`) naming the fields there are
 */
export function fieldOf(dtype: DType, name: string): { dtype: DType; offset: number } {
  const parts = dtype.kind === "complex" ? complexFields(dtype) : undefined;
  const found = parts === undefined ? fieldNamed(dtype, name) : parts.find((part) => part.name === name);
  if (found !== undefined) return found;
  const known = (parts ?? dtype.fields ?? []).map((f) => JSON.stringify(f.name)).join(", ");
  throw stridebufError("LayoutError", `no field ${JSON.stringify(name)} in ${dtype.name}; it has ${known || "none"}`, {
    reason: "field",
  });
}

/** An object with `make(name)` for every field. */
export function columnsOf<T>(dtype: DType, make: (name: string) => T): Record<string, T> {
  const fields = dtype.kind === "complex" ? complexFields(dtype) : dtype.fields;
  if (fields === undefined) throw stridebufError("LayoutError", `${dtype.name} has no fields`, { reason: "field" });
  return Object.fromEntries(fields.map(({ name }) => [name, make(name)]));
}

function complexFields(dtype: DType): { name: string; dtype: DType; offset: number }[] {
  const part = dtype.element === undefined ? dtype.base! : scalarDType(dtype.element, dtype.byteOrder);
  return [
    { name: "re", dtype: part, offset: 0 },
    { name: "im", dtype: part, offset: dtype.itemsize / 2 },
  ];
}
