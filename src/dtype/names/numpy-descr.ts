/**
 * NumPy's own names of dtypes, as `.npy` headers carry them: a type string such as `<f8`, a `[base, shape]` pair, or a
 * list of `[name, descr]`, `[[title, name], descr]` and `[name, descr, shape]` tuples in which `["", "|V3"]` is
 * padding. Types that NumPy has no letter for are `V`, as NumPy writes those of ml_dtypes.
 */

import { stridebufError } from "../../errors.js";
import type { DType } from "../dtype.js";
import type { ElementName } from "../elements.js";
import { arrayDType, scalarDType } from "../make.js";
import { bytesDType, complexDType, objectDType, textDType, voidDType } from "../make-other.js";
import { structDType } from "../records.js";
import { bracketOfUnit, datetimeDType, parseUnit } from "../time-units.js";
import { MAX_DEPTH } from "../value.js";

/** What stands in the header of a `.npy` file: a code, a code with a shape, or a list of fields. */
export type NumpyDescr = string | readonly [base: string, shape: readonly number[]] | readonly NumpyField[];
/** One field of a record: its name (or title and name), what it holds, and the shape of a sub-array. */
export type NumpyField = readonly [
  name: string | readonly [title: string, name: string],
  descr: NumpyDescr,
  shape?: readonly number[] | number,
];

const numberElements = {
  b1: "bool",
  i1: "int8",
  i2: "int16",
  i4: "int32",
  i8: "int64",
  u1: "uint8",
  u2: "uint16",
  u4: "uint32",
  u8: "uint64",
  f2: "float16",
  f4: "float32",
  f8: "float64",
  f12: "float80x12",
  f16: "float80x16",
} as const satisfies Record<string, ElementName>;

const complexElements = { c8: "float32", c16: "float64", c24: "float80x12", c32: "float80x16" } as const;

/** The codes of numbers, without order character. */
export const numberCodes: readonly string[] = [...Object.keys(numberElements), ...Object.keys(complexElements)];

/** The type string of each element; quadruple precision has that of the machine's long double. */
const lettersBy = (codes: Readonly<Record<string, string>>, float128: string): ReadonlyMap<string, string> =>
  new Map([...Object.entries(codes).map(([text, element]) => [element, text] as const), ["float128", float128]]);
const elementLetters = /* @__PURE__ */ lettersBy(numberElements, "f16");
const complexLetters = /* @__PURE__ */ lettersBy(complexElements, "c32");

/**
 * The descr of a dtype, as a `.npy` header would carry it.
 *
 * @throws {@link LayoutError} for fields that overlap or stand out of order, and for references that are not `object`.
 *
 * @example
 * numpyDescr(dtype("T{>i:id:>d:x:}")); // [["id", ">i4"], ["x", ">f8"]]
 */
export function numpyDescr(dtype: DType): NumpyDescr {
  if (dtype.kind === "array" && !dtype.custom) {
    const base = numpyDescr(dtype.base!);
    if (typeof base === "string") return [base, dtype.shape!];
    throw stridebufError("LayoutError", "a sub-array of records has no descr outside a record", { reason: "dtype" });
  }
  return dtype.kind === "struct" && !dtype.custom ? recordDescr(dtype) : typeString(dtype);
}

function recordDescr(dtype: DType): NumpyField[] {
  const list: NumpyField[] = [];
  let end = 0;
  const pad = (nbytes: number): void => {
    if (nbytes > 0) list.push(["", `|V${nbytes}`]);
  };
  for (const field of dtype.fields!) {
    if (field.offset < end) {
      throw stridebufError(
        "LayoutError",
        `field ${JSON.stringify(field.name)} overlaps or precedes the field before it: a descr cannot say that`,
        { reason: "overlap" },
      );
    }
    pad(field.offset - end);
    const name = field.title === undefined ? field.name : ([field.title, field.name] as const);
    const inner = field.dtype;
    if (inner.kind === "array" && !inner.custom) list.push([name, numpyDescr(inner.base!), inner.shape!]);
    else list.push([name, numpyDescr(inner)]);
    end = field.offset + inner.itemsize;
  }
  pad(dtype.itemsize - end);
  return list;
}

function typeString(dtype: DType): string {
  const { kind, itemsize, element } = dtype;
  const order = dtype.byteOrder === "none" ? "|" : dtype.byteOrder === "big" ? ">" : "<";
  switch (kind) {
    case "datetime":
    case "timedelta":
      return `${order}${kind === "datetime" ? "M" : "m"}8${bracketOfUnit(dtype.unit!)}`;
    case "bytes":
      return dtype.codec ? `|V${itemsize}` : `|S${itemsize}`;
    case "text":
      return dtype.width === 4 ? `${order}U${dtype.lanes}` : `|V${itemsize}`;
    case "pointer":
      return `${order}u${itemsize}`;
    case "object":
      if (dtype.custom === undefined) return "|O";
      throw stridebufError("LayoutError", `${dtype.name} refers to memory outside the buffer: no descr`, {
        reason: "dtype",
      });
  }
  const letters = kind === "complex" ? complexLetters : elementLetters;
  const text = element === undefined || dtype.codec !== undefined ? undefined : letters.get(element);
  if (text !== undefined) return order + text;
  // ml_dtypes' own types say "<V1" even for one byte.
  const plain = element === undefined || kind === "void" || kind === "custom";
  return `${plain ? "|" : order === ">" ? ">" : "<"}V${itemsize}`;
}

/**
 * The dtype of a descr.
 *
 * @throws {@link UnsupportedFormatError} for type strings that NumPy does not have; TypeError for anything that is
 * neither a string nor such a list; what `structDType` throws for bad fields.
 *
 * @example
 * dtypeFromNumpyDescr([["id", ">i4"], ["x", "<f8", [3]]]).itemsize; // 28
 */
export function dtypeFromNumpyDescr(descr: unknown): DType {
  return fromDescr(descr, 0);
}

function fromDescr(descr: unknown, depth: number): DType {
  if (typeof descr === "string") return fromTypeString(descr);
  if (depth > MAX_DEPTH) throw stridebufError("LayoutError", "descr nests too deep", { reason: "dtype" });
  if (!Array.isArray(descr)) throw new TypeError(`"descr" expected a string or a list of fields, got ${typeof descr}`);
  if (typeof descr[0] === "string") return arrayDType(fromTypeString(descr[0]), shapeOf(descr[1]));
  const fields: { name: string; offset: number; dtype: DType; title?: string }[] = [];
  let offset = 0;
  for (const [i, entry] of descr.entries()) {
    if (!Array.isArray(entry) || entry.length < 2 || entry.length > 3) {
      throw new TypeError(`"descr[${i}]" expected [name, type] or [name, type, shape]`);
    }
    let dtype = fromDescr(entry[1], depth + 1);
    if (entry.length === 3) dtype = arrayDType(dtype, shapeOf(entry[2]));
    const named: unknown = entry[0];
    const [title, name] = Array.isArray(named) && named.length === 2 ? named : [undefined, named];
    if (typeof name !== "string" || (title !== undefined && typeof title !== "string")) {
      throw new TypeError(`"descr[${i}][0]" expected a name or [title, name]`);
    }
    const isPad = name === "" && title === undefined && dtype.kind === "void";
    if (!isPad) {
      const field = { name: name === "" ? `f${i}` : name, offset, dtype };
      fields.push(title === undefined ? field : { ...field, title });
    }
    offset += dtype.itemsize;
  }
  return structDType(fields, { itemsize: offset });
}

function shapeOf(shape: unknown): readonly number[] {
  if (typeof shape === "number") return [shape];
  if (Array.isArray(shape)) return shape as number[];
  throw new TypeError(`"shape" expected a list of integers, got ${typeof shape}`);
}

const TYPE_STRING = /^([<>=|]?)([?a-zA-Z])(\d*)(?:\[(\d*[a-zA-Z]+)\])?$/;

/** The dtype of a type string, such as `<f8`. @throws UnsupportedFormatError for those that NumPy does not have */
export function fromTypeString(text: string): DType {
  const match = TYPE_STRING.exec(text);
  const dtype = match === null ? undefined : fromParts(match);
  if (dtype !== undefined) return dtype;
  throw stridebufError("UnsupportedFormatError", `no NumPy type string: ${JSON.stringify(text.slice(0, 40))}`, {
    format: text,
    index: 0,
    feature: "type string",
  });
}

function fromParts([, mark, letter, digits, unit]: RegExpExecArray): DType | undefined {
  const order = mark === ">" ? "big" : "little";
  const n = digits === "" ? undefined : Number(digits);
  if (letter === "M" || letter === "m") {
    if (n !== 8) return undefined;
    return datetimeDType(letter === "M" ? "datetime" : "timedelta", parseUnit(unit ?? "generic"), order);
  }
  if (unit !== undefined) return undefined;
  switch (letter) {
    case "?":
      return n === undefined ? scalarDType("bool") : undefined;
    case "O":
      return n === undefined || n === 8 ? objectDType() : undefined;
    case "S":
    case "a":
      return bytesDType(n ?? 0);
    case "U":
      return textDType(n ?? 0, 4, order);
    case "V":
      return voidDType(n ?? 0);
  }
  const key = `${letter}${digits}`;
  if (Object.hasOwn(numberElements, key)) return scalarDType(numberElements[key as keyof typeof numberElements], order);
  if (Object.hasOwn(complexElements, key)) return complexDType(complexElements[key as "c8"], order);
  return undefined;
}
