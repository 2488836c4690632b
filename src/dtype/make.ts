/**
 * The constructors of dtypes: numbers, bytes, text, addresses, and sub-arrays of any of them. Everything that makes a
 * dtype, parser and file readers included, goes through these, records.ts and time-units.ts, so the facts of each kind
 * are stated once. Equal arguments give the same object. Byte order means "little" or "big"; the machine is
 * little-endian (ABI `lp64`), so "little" is native in format text.
 */

import { show, stridebufError } from "../errors.js";
import type { ByteOrder, CustomInfo, DType } from "./dtype.js";
import { type ElementName, elements } from "./elements.js";
import { intern, keyText } from "./intern.js";
import { codeOfElement, scalarName, voidCode } from "./print.js";
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

/** A pair (re, im) of a float element, real part first. */
export function complexDType(element: ElementName, byteOrder: ByteOrder = "little"): DType {
  const part = scalarDType(element, byteOrder);
  if (part.kind !== "float") throw new TypeError(`"element" expected a float element, got ${element}`);
  return intern(`complex ${element} ${part.byteOrder}`, true, () => ({
    kind: "complex",
    name: element === "bfloat16" ? "bcomplex32" : `complex${elements[element].width * 16}`,
    itemsize: 2 * part.itemsize,
    alignment: part.alignment,
    byteOrder: part.byteOrder,
    code: `Z${codeOfElement(element, part.byteOrder === "big")}`,
    element,
    width: part.width,
    lanes: 2,
    base: part,
    custom: part.custom,
  }));
}

/** `n` bytes; format `<n>s`. */
export function bytesDType(n: number): DType {
  checkCount("n", n);
  return intern(`bytes ${n}`, false, () => ({
    kind: "bytes",
    name: `bytes${n}`,
    itemsize: n,
    alignment: 1,
    code: `${n}s`,
  }));
}

/** One byte that is text; format `c`. */
export function charDType(): DType {
  return intern("char", true, () => ({ kind: "bytes", name: "char", itemsize: 1, alignment: 1, code: "c" }));
}

/** `n` bytes of which the first says how many of the others count; format `<n>p`. */
export function pascalDType(n: number): DType {
  checkCount("n", n);
  return intern(`pascal ${n}`, false, () => ({
    kind: "bytes",
    name: `pascal${n}`,
    itemsize: n,
    alignment: 1,
    code: `${n}p`,
    codec: {
      hub: "value",
      read: (view, offset) => {
        // Without a length byte there is nothing to read, and the item may be the last of the memory.
        if (n === 0) return new Uint8Array();
        const used = Math.min(view.getUint8(offset), n - 1);
        return new Uint8Array(view.buffer, view.byteOffset + offset + 1, used).slice();
      },
      write: (view, offset, value) => writePascal(view, offset, n, value),
    },
  }));
}

function writePascal(view: DataView, offset: number, n: number, value: unknown): void {
  if (!(value instanceof Uint8Array)) throw new TypeError(`"value" expected a Uint8Array, got ${typeof value}`);
  const used = Math.min(value.length, Math.max(n - 1, 0), 255);
  const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, n);
  const text = value.slice(0, used);
  bytes.fill(0);
  if (n > 0) bytes[0] = used;
  bytes.set(text, n > 0 ? 1 : 0);
}

/** `n` code units of 2 (UCS-2, format `u`) or 4 bytes (UCS-4, format `w`). */
export function textDType(n: number, width: 2 | 4, byteOrder: ByteOrder = "little"): DType {
  checkCount("n", n);
  const order = byteOrder === "big" ? "big" : "little";
  return intern(`text ${n} ${width} ${order}`, false, () => ({
    kind: "text",
    name: `${width === 4 ? "ucs4" : "ucs2"}text${n}`,
    itemsize: exact(n * width, "itemsize"),
    alignment: width,
    byteOrder: order,
    code: `${n}${width === 4 ? "w" : "u"}`,
    element: width === 4 ? "uint32" : "uint16",
    width,
    lanes: n,
  }));
}

/** `n` opaque bytes (NumPy's `V<n>`); a named pad in a record, `[numpy:numpy.dtypes:VoidDType:<hex n>]` elsewhere. */
export function voidDType(n: number): DType {
  checkCount("n", n);
  return intern(`void ${n}`, false, () => ({
    kind: "void",
    name: `void${n}`,
    itemsize: n,
    alignment: 1,
    code: voidCode(n),
    custom: customOfCode(voidCode(n)),
  }));
}

/** An address, carried as an unsigned number and never followed; format `P` when it has 8 bytes. */
export function pointerDType(width: 4 | 8 = 8, byteOrder: ByteOrder = "little"): DType {
  const order = byteOrder === "big" ? "big" : "little";
  const code = width === 8 ? "P" : "[stridebuf:pointer32]";
  return intern(`pointer ${width} ${order}`, true, () => ({
    kind: "pointer",
    name: `pointer${width * 8}`,
    itemsize: width,
    alignment: width,
    byteOrder: order,
    code,
    element: width === 8 ? "uint64" : "uint32",
    width,
    custom: customOfCode(code),
  }));
}

/** A reference to a Python object (format `O` when it has 8 bytes): carried, never followed, and not copyable. */
export function objectDType(width: 4 | 8 = 8): DType {
  const code = width === 8 ? "O" : "[stridebuf:object32]";
  return referenceDType(`object${width === 8 ? "" : 32}`, code, width, width);
}

/** An item that refers to something outside the buffer: bytes of it must not be copied. */
export function referenceDType(name: string, code: string, itemsize: number, alignment: number): DType {
  return intern(`reference ${keyText(code)} ${itemsize} ${alignment}`, false, () => ({
    kind: "object",
    name,
    itemsize,
    alignment,
    code,
    copyable: false,
    custom: customOfCode(code),
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
