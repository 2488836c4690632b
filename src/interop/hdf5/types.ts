/**
 * What HDF5's types hold, as h5wasm describes them: plain metadata, and the numbers of H5T_class_t. Byte orders are those of
 * the memory that h5wasm hands out, which are not always those of the file.
 */

import { stridebufError } from "../../errors.js";
import { arrayDType, type DType, dtypeFromNumpyDescr, dtypes, structDType, withByteOrder } from "../../shared.js";

/** A type in h5wasm's metadata, of a dataset or of a part of its type. */
export interface H5Type {
  /** H5T_class_t. */
  readonly type: number;
  /** Bytes of an item. */
  readonly size: number;
  /** Of integers: whether they have a sign. */
  readonly signed: boolean;
  /** False for big-endian types, and for those that have no byte order. */
  readonly littleEndian: boolean;
  /** Whether it is text of variable length. */
  readonly vlen?: boolean;
  /** The members of a compound. */
  readonly compound_type?: { readonly members: readonly H5Member[] };
  /** What an array holds, and how many per axis. */
  readonly array_type?: H5Type & { readonly shape: readonly number[] | null };
  /** The names of an enum's values. */
  readonly enum_type?: { readonly type: number; readonly members: Readonly<Record<string, number>> };
}

/** A member of a compound. */
export interface H5Member extends H5Type {
  /** Its name. */
  readonly name: string;
  /** Bytes in the compound before it. */
  readonly offset: number;
}

const Class = {
  integer: 0,
  float: 1,
  string: 3,
  bitfield: 4,
  opaque: 5,
  compound: 6,
  reference: 7,
  enumeration: 8,
  vlen: 9,
  array: 10,
} as const;

/** A class that h5wasm hands out as the bytes that it read. */
export const OPAQUE: number = Class.opaque;

const classNames = [
  "integer",
  "float",
  "time",
  "string",
  "bitfield",
  "opaque",
  "compound",
  "reference",
  "enum",
  "vlen",
  "array",
  "complex",
];

/** Whether items hold pointers to text or lists elsewhere. */
const isVariable = (type: H5Type): boolean => type.vlen === true || type.type === Class.vlen;

/** Whether items, or parts of them, do. */
export const hasVariable = (type: H5Type): boolean =>
  isVariable(type) ||
  (type.array_type !== undefined && hasVariable(type.array_type)) ||
  (type.compound_type?.members.some(hasVariable) ?? false);

type Order = "little" | "big" | "none" | "mixed";

/** H5Tget_order (H5Torder.c): of a compound, the one order of its members, or "mixed". */
function orderOf(type: H5Type): Order {
  if (type.compound_type !== undefined) {
    const orders = new Set(type.compound_type.members.map(orderOf).filter((order) => order !== "none"));
    return orders.size > 1 ? "mixed" : ([...orders][0] ?? "none");
  }
  if (type.array_type !== undefined) return orderOf(type.array_type);
  if (type.littleEndian) return "little";
  return hasOrder.has(type.type) ? "big" : "none";
}

const hasOrder: ReadonlySet<number> = new Set([Class.integer, Class.float, Class.bitfield, Class.enumeration]);

/**
 * Which types of a dataset h5wasm has swapped. Data of one big-endian order is asked for as little-endian with H5Tset_order, which
 * goes through the members and stops at the first enum; mixed data and what stands behind stays as the file has it.
 */
class Swaps {
  #goesOn: boolean;

  constructor(root: H5Type) {
    this.#goesOn = orderOf(root) === "big";
  }

  /** The order in memory of the next type without parts. */
  next(type: H5Type): "little" | "big" {
    if (type.type === Class.enumeration && Object.keys(type.enum_type?.members ?? {}).length > 0) this.#goesOn = false;
    return type.littleEndian || this.#goesOn ? "little" : "big";
  }
}

/**
 * What the items of a dataset are in the memory that h5wasm reads into: numbers, fixed-length text and opaque data as bytes,
 * compounds as records, `{r, i}` of two floats as complex numbers (as h5py writes them), h5py's booleans (an enum of FALSE and TRUE)
 * as bool, other enums as their integers, arrays as sub-arrays, references as opaque bytes. Big-endian data arrives swapped by HDF5,
 * except in compounds of mixed orders and from the first enum on: the dtype says what is there. Members of variable length have no
 * items, so records leave them out. A float of 2 bytes is taken for a float16: h5wasm does not tell it from bfloat16
 * (`view.reinterpret("bfloat16")`).
 *
 * @param metadata - `dataset.metadata` of h5wasm
 * @throws UnsupportedFormatError for types without items of a fixed size, and for numbers of sizes that h5wasm's metadata does not
 * explain (floats of 1 and 16 bytes, integers of 3)
 *
 * @example
 * dtypeOfH5({ type: 1, size: 4, signed: false, littleEndian: true }).name; // "float32"
 */
export function dtypeOfH5(metadata: H5Type): DType {
  if (typeof metadata?.type !== "number")
    throw new TypeError(`"metadata" expected the metadata of an h5wasm dataset, got ${typeof metadata}`);
  return itemOf(metadata, new Swaps(metadata));
}

function itemOf(type: H5Type, swaps: Swaps): DType {
  if (isVariable(type)) throw unsupported(type, VARIABLE);
  switch (type.type) {
    case Class.integer:
    case Class.bitfield:
    case Class.float:
      return numberOf(type, swaps);
    case Class.enumeration:
      return isBoolean(type) ? dtypes.bool : numberOf({ ...type, type: Class.integer }, swaps, type);
    case Class.string:
      return dtypeFromNumpyDescr(`|S${type.size}`);
    case Class.opaque:
    case Class.reference:
      return dtypeFromNumpyDescr(`|V${type.size}`);
    case Class.compound:
      return recordOf(type, swaps);
    case Class.array:
      return listOf(type, swaps);
  }
  throw unsupported(type, "such types");
}

const sizes: ReadonlyMap<number, string> = new Map([
  [1, "8"],
  [2, "16"],
  [4, "32"],
  [8, "64"],
]);

/** @param told - the type whose order counts, where it is another one */
function numberOf(type: H5Type, swaps: Swaps, told: H5Type = type): DType {
  const order = swaps.next(told);
  const bits = sizes.get(type.size);
  const kind = type.type === Class.float ? "float" : type.signed ? "int" : "uint";
  const dtype = bits === undefined ? undefined : dtypes[`${kind}${bits}` as keyof typeof dtypes];
  if (dtype === undefined) throw unsupported(told, `${kind === "float" ? "floats" : "integers"} of ${type.size} bytes`);
  return withByteOrder(dtype, order);
}

/** How h5py spells booleans. */
const isBoolean = ({ size, enum_type }: H5Type): boolean =>
  size === 1 &&
  Object.keys(enum_type!.members).length === 2 &&
  enum_type!.members.FALSE === 0 &&
  enum_type!.members.TRUE === 1;

function recordOf(type: H5Type, swaps: Swaps): DType {
  const members = type.compound_type!.members.filter((member) => !isVariable(member));
  const fields = members.map((member) => ({
    name: member.name,
    offset: member.offset,
    dtype: itemOf(member, swaps),
  }));
  return complexOf(type, fields) ?? structDType(fields, { itemsize: type.size });
}

/** How h5py spells complex numbers. */
function complexOf(
  { size }: H5Type,
  fields: readonly { name: string; offset: number; dtype: DType }[],
): DType | undefined {
  const [re, im] = fields;
  if (fields.length !== 2 || re!.name !== "r" || im!.name !== "i" || re!.dtype !== im!.dtype) return undefined;
  if (re!.dtype.kind !== "float" || re!.offset !== 0 || im!.offset * 2 !== size) return undefined;
  const complex = { 8: dtypes.complex64, 16: dtypes.complex128 }[size];
  return complex && im!.offset === re!.dtype.itemsize
    ? withByteOrder(complex, re!.dtype.byteOrder as "little" | "big")
    : undefined;
}

/** @throws UnsupportedFormatError when `field` is a member of variable length */
export function requireShown(type: H5Type, field: string | undefined): void {
  const member = type.compound_type?.members.find(({ name }) => name === field);
  if (member !== undefined && isVariable(member)) throw unsupported(member, VARIABLE);
}

const VARIABLE = "items of variable length";

function listOf(type: H5Type, swaps: Swaps): DType {
  const { array_type: items } = type;
  const shape = items?.shape ?? [];
  if (items === undefined || shape.reduce((product, n) => product * n, items.size) !== type.size)
    // h5wasm puts the dataset's own axes before those of the array, in the metadata that it keeps.
    throw stridebufError(
      "LayoutError",
      `an array of shape [${shape}] does not have ${type.size} bytes: take the metadata before "value" is read`,
      { reason: "shape" },
    );
  return arrayDType(itemOf(items, swaps), shape);
}

function unsupported(type: H5Type, feature: string): Error {
  const name = classNames[type.type] ?? `class ${type.type}`;
  return stridebufError("UnsupportedFormatError", `HDF5's ${name} of ${type.size} bytes: ${feature} cannot be shown`, {
    format: name,
    index: 0,
    feature,
  });
}
