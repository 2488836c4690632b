/** Argument checks that the dtype constructors share. */

import { stridebufError } from "../errors.js";
import { isDType } from "./value.js";

export function checkCount(what: string, n: number): void {
  if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`"${what}" expected integer >= 0, got ${n}`);
}

export function checkDType(what: string, value: unknown): void {
  if (!isDType(value)) throw new TypeError(`"${what}" expected a DType, got ${typeof value}`);
}

export function exact(nbytes: number, what: string): number {
  if (Number.isSafeInteger(nbytes)) return nbytes;
  throw stridebufError("LayoutError", `"${what}" exceeds 2^53 bytes`, { reason: "overflow" });
}
