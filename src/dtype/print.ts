/**
 * Canonical and portable format text of a dtype (docs/format.md §8), in the form that the most readers understand:
 * records start in `^` (native order, no implicit padding) or carry an order character on each multi-byte leaf of
 * foreign order; every pad byte is spelled, also at the end; shapes are one `(…)` in front of the order character;
 * counts stand only before `s w x p u`. A plain scalar in native order has no order character. Reading the text back
 * gives the same dtype.
 */

import { stridebufError } from "../errors.js";
import type { ByteOrder, DType } from "./dtype.js";
import type { ElementName } from "./elements.js";

/**
 * @param portable - states byte order and size of every leaf, so that the text means the same under every ABI
 */
export function printDType(
  dtype: DType,
  codeOf: (leaf: DType) => string,
  orderOf: (leaf: DType) => ByteOrder,
  portable = false,
): string {
  const out: string[] = [];
  let state = "@";

  const leaf = (type: DType, inRecord: boolean): void => {
    const order = orderOf(type);
    if (portable) {
      // Under < nothing is aligned, which also matters to leaves without an order.
      if (order !== "none" || (inRecord && needsNative(type, order))) out.push(order === "big" ? ">" : "<");
      out.push(portableCode(codeOf(type)));
      return;
    }
    if (order === "big") {
      state = ">";
      out.push(">");
    } else if (inRecord && state !== "^" && needsNative(type, order)) {
      state = "^";
      out.push("^");
    }
    out.push(codeOf(type));
  };

  const record = (type: DType): void => {
    if (!portable && state === "@" && startsNative(type, orderOf)) {
      state = "^";
      out.push("^");
    }
    out.push("T{");
    let end = 0;
    for (const field of type.fields!) {
      if (field.offset < end) {
        throw stridebufError(
          "LayoutError",
          `field ${JSON.stringify(field.name)} at byte ${field.offset} overlaps or precedes the field before it: no format can say that`,
          { reason: "overlap" },
        );
      }
      if (/[:\0]/.test(field.name)) {
        throw stridebufError(
          "LayoutError",
          `field name ${JSON.stringify(field.name)} cannot be written: a format has no escape for ":" and NUL`,
          { reason: "field" },
        );
      }
      pad(field.offset - end);
      item(field.dtype, true);
      out.push(":", field.name, ":");
      end = field.offset + field.dtype.itemsize;
    }
    pad(type.itemsize - end);
    out.push("}");
  };

  const pad = (nbytes: number): void => {
    if (nbytes > 0) out.push(nbytes === 1 ? "x" : `${nbytes}x`);
  };

  const item = (type: DType, inRecord: boolean): void => {
    let base = type;
    if (type.kind === "array" && !type.custom) {
      out.push("(", type.shape!.join(","), ")");
      base = type.base!;
    }
    if (base.kind === "struct" && !base.custom) record(base);
    else if (inRecord && base.kind === "void" && codeOf(base) === voidCode(base.itemsize))
      out.push(`${base.itemsize}x`);
    else leaf(base, inRecord);
  };

  item(dtype, false);
  return out.join("");
}

/** The name of a dtype for people, and its byte order where the name does not say it. */
export const typeText = ({ name, format, byteOrder }: DType): string =>
  byteOrder === "big" && name !== format ? `${name} (big-endian)` : name;

/** Codes whose size or existence depends on the ABI or the order state, spelled so that it does not. */
const portableCodes: Readonly<Record<string, string>> = {
  P: "[stridebuf:pointer64]",
  O: "[stridebuf:object64]",
  g: "[stridebuf:float80x16]",
  Zg: "Z[stridebuf:float80x16]",
};

export const portableCode = (code: string): string =>
  Object.hasOwn(portableCodes, code) ? portableCodes[code]! : code;

/** Raw bytes outside a record: unnamed pads would be padding, so NumPy's class name has to say it. */
export const voidCode = (nbytes: number): string => `[numpy:numpy.dtypes:VoidDType:${nbytes.toString(16)}]`;

/** Whether a leaf in native order would be misread, misplaced or refused in another state than `^`. */
function needsNative(leaf: DType, order: ByteOrder): boolean {
  return order === "little" || leaf.alignment > 1 || leaf.custom !== undefined;
}

/** Whether the first leaf that cares about the order state wants the native one. */
function startsNative(record: DType, orderOf: (leaf: DType) => ByteOrder): boolean {
  return firstOrder(record, orderOf) === "little";
}

function firstOrder(type: DType, orderOf: (leaf: DType) => ByteOrder): ByteOrder {
  if (type.kind === "array" && !type.custom) return firstOrder(type.base!, orderOf);
  if (type.kind === "struct" && !type.custom) {
    for (const field of type.fields!) {
      const order = firstOrder(field.dtype, orderOf);
      if (order !== "none") return order;
    }
    return "none";
  }
  const order = orderOf(type);
  return order === "none" && needsNative(type, order) ? "little" : order;
}

/**
 * How number types are spelled: a letter where one means the same under the default ABI, otherwise the bracketed name
 * of the owner that defines the type.
 */
const spelled: Partial<Record<ElementName, string>> = {
  bool: "?",
  int8: "b",
  uint8: "B",
  int16: "h",
  uint16: "H",
  int32: "i",
  uint32: "I",
  int64: "q",
  uint64: "Q",
  float16: "e",
  float32: "f",
  float64: "d",
  float80x16: "g",
  float80x12: "[stridebuf:float80x12]",
  float128: "[cpp:std::float128_t]",
};

/**
 * The code of an element without order character; types that only ml_dtypes names are `[ml_dtypes:<name>]`. `g` exists
 * in native sizes only, so that no order character can stand in front of it.
 */
export function codeOfElement(element: ElementName, bigEndian = false): string {
  if (bigEndian && element === "float80x16") return "[stridebuf:float80x16]";
  return spelled[element] ?? `[ml_dtypes:${element}]`;
}

/** The name of a scalar dtype, which is that of its row, except that NumPy calls x87 numbers `longdouble`. */
export const scalarName = (element: ElementName): string => (element === "float80x16" ? "longdouble" : element);
