/** The format of a dtype in the language of Python's `struct`, where it has one. */

import type { DType } from "../dtype.js";
import { dtypeCode } from "../value.js";

const CODES = /^(?:[cbB?hHiIqQefd]|\d+[sp])$/;

/**
 * Text for `struct.unpack` that describes the same bytes, names apart: records and sub-arrays become their values in
 * sequence, holes become `x`. A lone number in native order has no order character, everything else has one.
 *
 * @returns undefined for types that `struct` has no code for, and for records of both byte orders.
 *
 * @example
 * structFormat(dtype("T{<i:id:(3)<d:x:}")); // "<i3d"
 */
export function structFormat(dtype: DType): string | undefined {
  const out: string[] = [];
  const orders = new Set<string>();
  const write = (d: DType, count: number): boolean => {
    if (d.custom !== undefined && d.kind !== "void") return false;
    if (d.kind === "struct") return Array.from({ length: count }, () => d).every(record);
    if (d.kind === "array") return write(d.base!, count * d.shape!.reduce((n, dim) => n * dim, 1));
    if (d.kind === "void") out.push(pad(d.itemsize * count));
    else if (!CODES.test(dtypeCode(d))) return false;
    else {
      if (d.byteOrder !== "none") orders.add(d.byteOrder);
      const isString = d.kind === "bytes" && dtypeCode(d) !== "c";
      if (isString) for (let i = 0; i < count; i++) out.push(dtypeCode(d));
      // A zero count would align what follows.
      else if (count > 0) out.push(`${count === 1 ? "" : count}${dtypeCode(d)}`);
    }
    return true;
  };
  const record = (d: DType): boolean => {
    let end = 0;
    for (const field of d.fields!) {
      if (field.offset < end) return false;
      out.push(pad(field.offset - end));
      if (out.length > MAX_CODES || !write(field.dtype, 1)) return false;
      end = field.offset + field.dtype.itemsize;
    }
    out.push(pad(d.itemsize - end));
    return true;
  };
  if (elements(dtype) > MAX_CODES || !write(dtype, 1) || orders.size > 1) return undefined;
  const order = orders.has("big") ? ">" : dtype.fields || dtype.shape ? "<" : "";
  return order + out.join("");
}

const MAX_CODES = 1 << 16;
const pad = (nbytes: number): string => (nbytes === 0 ? "" : nbytes === 1 ? "x" : `${nbytes}x`);

/** How many times a repeated record or string is written, which is bounded. */
function elements(d: DType): number {
  if (d.kind !== "array") return 1;
  return d.base!.kind === "struct" || d.base!.kind === "bytes" ? d.shape!.reduce((n, dim) => n * dim, 1) : 1;
}
