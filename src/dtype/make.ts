/**
 * The constructors of dtypes: numbers, and sub-arrays of any dtype. Everything that makes a dtype, parser and file readers
 * included, goes through these, make-other.ts, records.ts and time-units.ts, so the facts of each kind
 * are stated once. Equal arguments give the same object. Byte order means "little" or "big"; the machine is
 * little-endian (ABI `lp64`), so "little" is native in format text.
 */

import { show, stridebufError } from "../errors.js";
import type { ByteOrder, CustomInfo, DType } from "./dtype.js";
import { type ElementName, elements } from "./elements.js";
import { intern } from "./intern.js";
import { codeOfElement, scalarName } from "./print.js";
import { elementsOfArrays } from "./typed-arrays.js";
import { dtypeId, isDType } from "./value.js";

/** The dtypes of the rows in this machine's order, found without making a key. */
const nativeScalars = /* @__PURE__ */ new Map<ElementName, DType>();

/** A dtype of one number. The order is dropped for one-byte elements. */
export function scalarDType(element: ElementName, byteOrder: ByteOrder = "little"): DType {
  if (byteOrder === "big") return newScalar(element, "big");
  let dtype = nativeScalars.get(element);
  if (dtype === undefined) {
    dtype = newScalar(element, "little");
    nativeScalars.set(element, dtype);
  }
  return dtype;
}

function newScalar(element: ElementName, byteOrder: "little" | "big"): DType {
  const row = elements[element];
  if (row === undefined) throw new TypeError(`"element" expected a name of an element row, got ${String(element)}`);
  const order = row.width === 1 ? "none" : byteOrder;
  return intern(`scalar ${element} ${order}`, true, () => ({
    kind: row.kind,
    name: scalarName(element),
    itemsize: row.width,
    alignment: alignmentOf(element),
    byteOrder: order,
    code: codeOfElement(element, order === "big"),
    element,
    width: row.width,
    custom: customOfCode(codeOfElement(element, order === "big")),
  }));
}

/**
 * A sub-array: `shape` items of `base` in C order, as one item. Arrays of arrays are merged; `[]` gives `base`.
 *
 * @example
 * arrayDType(dtypes.float32, [2, 3]).format; // "(2,3)f"
 */
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

/** A dtype without the sub-arrays around it, and their axes, outermost first: `[]` where there are none. */
export function withoutSubArrays(dtype: DType): { readonly base: DType; readonly shape: readonly number[] } {
  let base = dtype;
  let shape: readonly number[] = [];
  for (; base.kind === "array"; base = base.base!) shape = [...shape, ...base.shape!];
  return { base, shape };
}

function alignmentOf(element: ElementName): number {
  return element === "float80x12" ? 4 : elements[element].width;
}

/** The CustomInfo of a bracket with one alias, of which the owner is built in; undefined for plain codes. */
export function customOfCode(code: string): CustomInfo | undefined {
  if (!code.startsWith("[")) return undefined;
  const text = code.slice(1, -1);
  const colon = text.indexOf(":");
  return Object.freeze({
    owner: text.slice(0, colon),
    body: text.slice(colon + 1),
    aliases: Object.freeze([text]),
    resolved: true,
    viaFallback: false,
  });
}

export function checkCount(what: string, n: number): void {
  if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`"${what}" expected integer >= 0, got ${n}`);
}

/** How what people give for a dtype becomes one. */
export function formatHint(value: unknown): string {
  if (typeof value === "string") return "; dtype() makes one of text";
  if (Array.isArray(value) && value.some(Array.isArray)) return "; dtypeFromNumpyDescr() reads NumPy's lists of fields";
  if (typeof value !== "function") return "";
  const { name } = value;
  return Object.hasOwn(elementsOfArrays, name) ? `; write ${show(elementsOfArrays[name])}` : "";
}

export function checkDType(what: string, value: unknown): void {
  if (!isDType(value)) throw new TypeError(`"${what}" expected a DType, got ${show(value)}${formatHint(value)}`);
}

export function exact(nbytes: number, what: string): number {
  if (Number.isSafeInteger(nbytes)) return nbytes;
  throw stridebufError("LayoutError", `"${what}" exceeds 2^53 bytes`, { reason: "overflow" });
}
