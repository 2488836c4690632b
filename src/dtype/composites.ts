/** The constructors of dtypes made of other dtypes: sub-arrays and records. Equal arguments give the same object. */

import { stridebufError } from "../errors.js";
import { checkCount, checkDType, exact } from "./checks.js";
import type { DType, DTypeField } from "./dtype.js";
import { intern } from "./intern.js";
import { internRecord } from "./intern-records.js";
import { dtypeId } from "./value.js";

/** A sub-array: `shape` items of `base` in C order, as one item. Arrays of arrays are merged; `[]` gives `base`. */
export function arrayDType(base: DType, shape: readonly number[]): DType {
  checkDType("base", base);
  for (const [axis, n] of shape.entries()) checkCount(`shape[${axis}]`, n);
  if (shape.length === 0) return base;
  if (base.kind === "array" && !base.custom) return arrayDType(base.base!, [...shape, ...base.shape!]);
  if (shape.length > 64) {
    throw stridebufError("LayoutError", `"shape" has ${shape.length} axes, the limit is 64`, { reason: "rank" });
  }
  return intern(`array ${dtypeId(base)} ${shape.join(",")}`, false, () => ({
    kind: "array",
    itemsize: exact(
      shape.reduce((size, n) => exact(size * n, "itemsize"), base.itemsize),
      "itemsize",
    ),
    alignment: base.alignment,
    byteOrder: base.byteOrder,
    width: base.width,
    copyable: base.copyable,
    shape: Object.freeze([...shape]),
    base,
  }));
}

/**
 * A record. Fields may leave holes; `itemsize` defaults to the end of the last field, rounded up to `alignment` (default
 * 1). The alignment of the dtype itself follows from its layout: that of its strictest field when all fields and the
 * itemsize obey it, otherwise 1.
 *
 * @throws {@link LayoutError} for duplicate names and fields outside `itemsize`.
 */
export function structDType(
  fields: readonly { readonly name: string; readonly offset: number; readonly dtype: DType; readonly title?: string }[],
  options: { itemsize?: number; alignment?: number } = {},
): DType {
  const names = new Set<string>();
  const list: DTypeField[] = [];
  let end = 0;
  for (const [i, { name, offset, dtype, title }] of fields.entries()) {
    checkCount(`fields[${i}].offset`, offset);
    checkDType(`fields[${i}].dtype`, dtype);
    if (names.has(name)) {
      throw stridebufError("LayoutError", `duplicate field name ${JSON.stringify(name)}`, { reason: "field" });
    }
    names.add(name);
    end = Math.max(end, exact(offset + dtype.itemsize, "itemsize"));
    list.push(title === undefined ? { name, offset, dtype } : { name, offset, dtype, title });
  }
  const unit = options.alignment ?? 1;
  const itemsize = options.itemsize ?? exact(Math.ceil(end / unit) * unit, "itemsize");
  if (!(itemsize >= end && Number.isSafeInteger(itemsize))) {
    throw stridebufError("LayoutError", `"itemsize" ${itemsize} is less than the ${end} bytes that the fields take`, {
      reason: "field",
    });
  }
  return recordDType(list, itemsize);
}

/** The record of checked fields, which become its own. */
export function recordDType(fields: DTypeField[], itemsize: number): DType {
  return internRecord(fields, itemsize, () => {
    let alignment = 1;
    let copyable = true;
    for (const field of fields) {
      Object.freeze(field);
      alignment = Math.max(alignment, field.dtype.alignment);
      copyable &&= field.dtype.copyable;
    }
    return {
      kind: "struct",
      itemsize,
      alignment: isAligned(fields, itemsize, alignment) ? alignment : 1,
      fields: Object.freeze(fields),
      copyable,
    };
  });
}

function isAligned(fields: readonly DTypeField[], itemsize: number, alignment: number): boolean {
  return itemsize % alignment === 0 && fields.every((field) => field.offset % field.dtype.alignment === 0);
}
