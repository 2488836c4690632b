/** Formats for other libraries, and which dtypes have none. */

import type { DType } from "../dtype/dtype.js";
import { portableFormat } from "../dtype/value.js";

const texts = new WeakMap<DType, string | null>();

/**
 * The format that another library is given, made once per dtype.
 *
 * @returns null for pointers and references, which mean nothing elsewhere, for `g`, which has native sizes only, and for
 * records that no format describes
 */
export function sharedFormat(dtype: DType): string | null {
  let text = texts.get(dtype);
  if (text === undefined) {
    text = isPortable(dtype) ? textOf(dtype) : null;
    texts.set(dtype, text);
  }
  return text;
}

function isPortable(d: DType): boolean {
  if (d.fields !== undefined && !d.fields.every((field) => isPortable(field.dtype))) return false;
  if (d.element === "float80x16" && d.custom === undefined) return false;
  return d.copyable && d.kind !== "pointer" && (d.base === undefined || isPortable(d.base));
}

function textOf(dtype: DType): string | null {
  try {
    return portableFormat(dtype);
  } catch {
    // Overlapping fields, names with a colon.
    return null;
  }
}
