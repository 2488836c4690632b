/** The constructors of dtypes that are neither numbers, records nor times: pairs of numbers, bytes, text, addresses and references. */

import type { ByteOrder, DType } from "./dtype.js";
import { type ElementName, elements } from "./elements.js";
import { intern, keyText } from "./intern.js";
import { checkCount, customOfCode, exact, scalarDType } from "./make.js";
import { codeOfElement, voidCode } from "./print.js";

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
