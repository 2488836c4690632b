/**
 * `[numpy:MODULE:QUALNAME:params]`: NumPy's dtype classes as `numpy.dtypes:…`, with parameters in hexadecimal as
 * NumPy's proof of concept writes them, and classes of other modules, of which ml_dtypes is known. Modules are never
 * imported and handles never followed.
 */

import { stridebufError } from "../../errors.js";
import { abis } from "../../format/abi.js";
import type { DType } from "../dtype.js";
import { scalarDType } from "../make.js";
import { bytesDType, complexDType, objectDType, referenceDType, textDType, voidDType } from "../make-other.js";
import type { DTypeResolver, ResolveContext } from "../resolver.js";
import { datetimeDType, datetimeUnits } from "../time-units.js";
import { mlDTypes, type Row, rowDType } from "./tables.js";

const long =
  (signed: boolean): Row =>
  ({ abi, littleEndian }) => {
    const bits = abis[abi].long * 8;
    return scalarDType(`${signed ? "" : "u"}int${bits as 32 | 64}`, littleEndian ? "little" : "big");
  };
const longDouble = ({ abi, littleEndian }: ResolveContext): DType =>
  scalarDType(abis[abi].longDouble.element, littleEndian ? "little" : "big");

/** The classes without parameters. */
const plain: ReadonlyMap<string, Row> = new Map<string, Row>([
  ["BoolDType", "bool"],
  ["Int8DType", "int8"],
  ["UInt8DType", "uint8"],
  ["Int16DType", "int16"],
  ["UInt16DType", "uint16"],
  ["Int32DType", "int32"],
  ["UInt32DType", "uint32"],
  ["Int64DType", "int64"],
  ["UInt64DType", "uint64"],
  ["ByteDType", "int8"],
  ["UByteDType", "uint8"],
  ["ShortDType", "int16"],
  ["UShortDType", "uint16"],
  ["IntDType", "int32"],
  ["UIntDType", "uint32"],
  ["LongDType", long(true)],
  ["ULongDType", long(false)],
  ["LongLongDType", "int64"],
  ["ULongLongDType", "uint64"],
  ["Float16DType", "float16"],
  ["Float32DType", "float32"],
  ["Float64DType", "float64"],
  ["LongDoubleDType", longDouble],
  ["Complex64DType", { pair: "float32" }],
  ["Complex128DType", { pair: "float64" }],
  [
    "CLongDoubleDType",
    ({ abi, littleEndian }) => complexDType(abis[abi].longDouble.element, littleEndian ? "little" : "big"),
  ],
  ["ObjectDType", ({ abi }) => objectDType(abis[abi].pointer)],
]);

type Parametric = (params: readonly string[], context: ResolveContext) => DType;

const date =
  (kind: "datetime" | "timedelta"): Parametric =>
  ([base, count], { littleEndian }) => {
    const code = hex(base, "unit");
    const unit = Object.entries(datetimeUnits).find(([, n]) => n === code)?.[0];
    if (unit === undefined) throw new RangeError(`no unit has the code ${base}`);
    return datetimeDType(kind, [unit, hex(count ?? "1", "multiple")], littleEndian ? "little" : "big");
  };

/** The classes with parameters, and how many they have. */
const parametric: ReadonlyMap<string, readonly [min: number, max: number, make: Parametric]> = new Map<
  string,
  readonly [number, number, Parametric]
>([
  ["DateTime64DType", [1, 2, date("datetime")]],
  ["TimeDelta64DType", [1, 2, date("timedelta")]],
  ["BytesDType", [1, 1, ([n]) => bytesDType(hex(n, "length"))]],
  ["VoidDType", [1, 1, ([n]) => voidDType(hex(n, "length"))]],
  ["StrDType", [1, 1, ([n], { littleEndian }) => textDType(hex(n, "length"), 4, littleEndian ? "little" : "big")]],
  ["StringDType", [0, 1, string]],
]);

/** An element of NumPy's variable-width strings: it points into an arena that only NumPy has. */
function string([handle]: readonly string[], { abi, littleEndian }: ResolveContext): DType {
  if (handle !== undefined) hex(handle, "handle");
  if (!littleEndian) {
    const name = "numpy:numpy.dtypes:StringDType";
    throw stridebufError("ByteOrderUnsupportedError", `[${name}] exists in native byte order only`, { dtype: name });
  }
  const { pointer } = abis[abi];
  const tail = handle === undefined ? "" : `:${handle}`;
  return referenceDType("StringDType", `[numpy:numpy.dtypes:StringDType${tail}]`, 2 * pointer, pointer);
}

function hex(text: string | undefined, what: string): number {
  if (text === undefined || !/^[0-9a-f]{1,16}$/i.test(text))
    throw new TypeError(`"${what}" expected hexadecimal digits`);
  return Number.parseInt(text, 16);
}

/** Classes in NumPy's own module, and the types of ml_dtypes. */
export const numpyTypes: readonly string[] = [
  ...[...plain.keys(), ...parametric.keys()].map((name) => `numpy.dtypes:${name}`),
  ...mlDTypes.types().map((name) => `ml_dtypes:${name}`),
];

export const numpy: DTypeResolver = (body, context) => {
  if (context.complex) return undefined;
  const [module, name, ...params] = body.split(":");
  if (name === undefined) throw new TypeError("expected numpy:MODULE:NAME");
  if (module === "ml_dtypes") return params.length === 0 ? mlDTypes.resolver(name, context) : undefined;
  if (module !== "numpy.dtypes" && module !== "numpy") return undefined;
  const row = plain.get(name);
  if (row !== undefined) {
    if (params.length > 0) throw new TypeError(`${name} has no parameters`);
    return rowDType(row, context);
  }
  const entry = parametric.get(name);
  if (entry === undefined) return undefined;
  const [min, max, make] = entry;
  if (params.length < min || params.length > max) {
    throw new TypeError(`${name} has ${min === max ? min : `${min} or ${max}`} parameters, got ${params.length}`);
  }
  return make(params, context);
};
