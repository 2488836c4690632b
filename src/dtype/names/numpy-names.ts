/**
 * NumPy's names of dtypes, those of ml_dtypes included: names (`float32`, `intc`, `bfloat16`), codes (`<f4`, `S10`,
 * `M8[ms]`), dates (`datetime64[ns]`). Names that depend on a machine mean what they mean on 64-bit Linux and macOS.
 */

import { isStridebufError } from "../../errors.js";
import type { DType } from "../dtype.js";
import { dtypes } from "../dtypes.js";
import { withByteOrder } from "../order.js";
import { datetimeDType, parseTimeDType } from "../time-units.js";
import { fromTypeString, numberCodes } from "./numpy-descr.js";

/** What NumPy calls its types besides the names that are rows of the element table: the code of each. */
const aliases: Readonly<Record<string, string>> = {
  bool_: "b1",
  byte: "i1",
  ubyte: "u1",
  short: "i2",
  ushort: "u2",
  intc: "i4",
  uintc: "u4",
  int: "i8",
  int_: "i8",
  intp: "i8",
  long: "i8",
  longlong: "i8",
  uint: "u8",
  uintp: "u8",
  ulong: "u8",
  ulonglong: "u8",
  half: "f2",
  single: "f4",
  double: "f8",
  float: "f8",
  float_: "f8",
  longdouble: "f16",
  csingle: "c8",
  cdouble: "c16",
  complex: "c16",
  complex_: "c16",
  clongdouble: "c32",
  complex256: "c32",
  object: "|O",
  object_: "|O",
};

/** A code with a number, which counts bytes (code units for `U`); single letters are PEP 3118's. */
const CODE = /^(?:[<>=|]?[biufcSUVa]\d+|\|O)$/;
const DATE = /^[<>=|]?(?:[Mm]8|datetime64|timedelta64)(?:\[.*\])?$/;

/**
 * The dtype that NumPy means by a name, with an order character in front or without; undefined when it is none.
 *
 * @throws FormatSyntaxError for a date type in a unit that does not exist
 */
export function readNumpyName(text: string): DType | undefined {
  if (DATE.test(text)) {
    const { kind, unit, byteOrder } = parseTimeDType(text);
    return datetimeDType(kind, unit, byteOrder);
  }
  if (CODE.test(text)) return fromCode(text);
  const [, order, name] = /^([<>=|]?)(.*)$/s.exec(text)!;
  let dtype: DType | undefined;
  if (Object.hasOwn(dtypes, name!)) dtype = dtypes[name as keyof typeof dtypes];
  else if (Object.hasOwn(aliases, name!)) dtype = fromCode(aliases[name!]!);
  return dtype !== undefined && order === ">" ? withByteOrder(dtype, "big") : dtype;
}

function fromCode(code: string): DType | undefined {
  try {
    return fromTypeString(code);
  } catch (error) {
    if (isStridebufError(error, "UnsupportedFormatError") || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The names that are no patterns, codes without order character among them. */
export const numpyNames = (): readonly string[] => [
  ...Object.keys(dtypes),
  ...Object.keys(aliases),
  ...numberCodes,
  "datetime64",
  "timedelta64",
];
