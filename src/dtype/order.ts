/** Changing the byte order that a dtype states: the same values, other bytes. */

import { stridebufError } from "../errors.js";
import type { DType } from "./dtype.js";
import { arrayDType, scalarDType } from "./make.js";
import { complexDType, pointerDType, textDType } from "./make-other.js";
import { recordDType } from "./records.js";
import { datetimeDType } from "./time-units.js";
import { dtypeFlip } from "./value.js";

export type Endian = "little" | "big";

/**
 * The same dtype with every multi-byte leaf in the given order.
 *
 * @example
 * withByteOrder(dtype("T{<i:id:<d:x:}"), "big").format; // "T{>i:id:>d:x:}"
 */
export function withByteOrder(dtype: DType, byteOrder: Endian): DType {
  if (dtype.kind === "array" && !dtype.custom) return arrayDType(withByteOrder(dtype.base!, byteOrder), dtype.shape!);
  if (dtype.kind === "struct" && !dtype.custom) {
    const fields = dtype.fields!.map((field) => ({ ...field, dtype: withByteOrder(field.dtype, byteOrder) }));
    return recordDType(fields, dtype.itemsize);
  }
  const flip = dtypeFlip(dtype);
  if (flip !== undefined) return flip(byteOrder, withByteOrder);
  if (dtype.byteOrder === "none" || dtype.byteOrder === byteOrder) return dtype;
  return remake(dtype, byteOrder);
}

type Remake = (dtype: DType, byteOrder: Endian) => DType;

const remakers: Partial<Record<DType["kind"], Remake>> = {
  text: (d, order) => textDType(d.lanes, d.width as 2 | 4, order),
  pointer: (d, order) => pointerDType(d.width as 4 | 8, order),
  datetime: (d, order) => datetimeDType("datetime", d.unit!, order),
  timedelta: (d, order) => datetimeDType("timedelta", d.unit!, order),
  complex: (d, order) => complexDType(d.element!, order),
};

function remake(dtype: DType, byteOrder: Endian): DType {
  const make = remakers[dtype.kind] ?? ((d: DType, order: Endian) => scalarDType(d.element!, order));
  // What the arguments alone do not give back is a type whose order nobody said how to change.
  if (dtype.element !== undefined && make(dtype, dtype.byteOrder as Endian) === dtype) return make(dtype, byteOrder);
  throw stridebufError("ByteOrderUnsupportedError", `${dtype.name} has no ${byteOrder}-endian form`, {
    dtype: dtype.name,
  });
}
