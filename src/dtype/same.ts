/**
 * When two dtypes mean the same memory. Interning makes that `===` for everything but custom formats, where one type
 * may be spelled with different alias lists: two custom formats are the same type when they share one normalised alias,
 * byte order and itemsize. Records and sub-arrays are the same when their parts are.
 */

import type { DType } from "./dtype.js";

export function sameType(a: DType, b: DType): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || a.itemsize !== b.itemsize) return false;
  if (a.custom && b.custom) {
    const others = b.custom.aliases;
    return (
      a.byteOrder === b.byteOrder && a.lanes === b.lanes && a.custom.aliases.some((alias) => others.includes(alias))
    );
  }
  if (a.custom || b.custom) return false;
  if (a.shape && b.shape) {
    return (
      a.shape.length === b.shape.length && a.shape.every((n, i) => n === b.shape![i]) && sameType(a.base!, b.base!)
    );
  }
  if (a.fields && b.fields && a.fields.length === b.fields.length) {
    return a.fields.every((field, i) => {
      const other = b.fields![i]!;
      return field.name === other.name && field.offset === other.offset && sameType(field.dtype, other.dtype);
    });
  }
  return false;
}
