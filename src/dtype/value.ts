/**
 * The one implementation of {@link DType}. Values are frozen and interned: the constructor functions in make.ts build a
 * key from the facts and hand out the living value of that key (intern.ts), so that `===` compares dtypes.
 */

import { stridebufError } from "../errors.js";
import type { ByteOrder, CustomInfo, DType, DTypeField, DTypeKind, ItemCodec } from "./dtype.js";
import type { ElementName } from "./elements.js";
import { printDType, typeText } from "./print.js";

/** What a constructor states about a dtype; the rest has defaults. */
export interface DTypeFacts {
  kind: DTypeKind;
  itemsize: number;
  alignment: number;
  byteOrder?: ByteOrder;
  /** The format text of a leaf without order character: `i`, `Zd`, `3s`, `[owner:body]`. */
  code?: string;
  /** The order character's meaning in front of a leaf, where it differs from `byteOrder`. */
  outerOrder?: ByteOrder;
  name?: string;
  element?: ElementName | undefined;
  width?: number;
  lanes?: number;
  copyable?: boolean;
  fields?: readonly DTypeField[] | undefined;
  shape?: readonly number[] | undefined;
  base?: DType | undefined;
  unit?: readonly [string, number] | undefined;
  custom?: CustomInfo | undefined;
  codec?: ItemCodec | undefined;
  /** The same type in another byte order, for types that their constructor's arguments do not describe. */
  flip?: ((order: "little" | "big", change: (part: DType, order: "little" | "big") => DType) => DType) | undefined;
}

let nextId = 1;
let readFormat: ((format: string, beside: DType) => DType) | undefined;

/** Gives `equals("…")` its parser; called once by the module that owns `dtype()`, which this one must not import. */
export function setFormatReader(reader: (format: string, beside: DType) => DType): void {
  readFormat = reader;
}

class DTypeValue implements DType {
  readonly kind: DTypeKind;
  readonly itemsize: number;
  readonly alignment: number;
  readonly byteOrder: ByteOrder;
  declare readonly fields?: readonly DTypeField[];
  declare readonly shape?: readonly number[];
  declare readonly base?: DType;
  declare readonly unit?: readonly [string, number];
  declare readonly custom?: CustomInfo;
  declare readonly element?: ElementName;
  declare readonly codec?: ItemCodec;
  readonly width: number;
  readonly lanes: number;
  readonly copyable: boolean;
  readonly #id = nextId++;
  readonly #code: string;
  readonly #outerOrder: ByteOrder;
  readonly #depth: number;
  readonly #flip: DTypeFacts["flip"];
  #name: string | undefined;
  #format: string | undefined;

  constructor(facts: DTypeFacts, depth: number) {
    this.kind = facts.kind;
    this.itemsize = facts.itemsize;
    this.alignment = facts.alignment;
    this.byteOrder = facts.byteOrder ?? "none";
    this.width = facts.width ?? 1;
    this.lanes = facts.lanes ?? 1;
    this.copyable = facts.copyable ?? true;
    // Every value gets every property in the same order: one hidden class for all dtypes.
    const optional = this as { -readonly [K in keyof DTypeFacts]: DTypeFacts[K] };
    optional.fields = facts.fields;
    optional.shape = facts.shape;
    optional.base = facts.base;
    optional.unit = facts.unit;
    optional.custom = facts.custom;
    optional.element = facts.element;
    optional.codec = facts.codec;
    this.#code = facts.code ?? "";
    this.#outerOrder = facts.outerOrder ?? this.byteOrder;
    this.#depth = depth;
    this.#flip = facts.flip;
    this.#name = facts.name;
    Object.freeze(this);
  }

  get format(): string {
    this.#format ??= printDType(this, DTypeValue.code, DTypeValue.outerOrder);
    return this.#format;
  }

  get name(): string {
    if (this.#name === undefined) {
      try {
        this.#name = this.format;
      } catch {
        this.#name = `${this.kind}[${this.itemsize}]`;
      }
    }
    return this.#name;
  }

  equals(other: DType | string): boolean {
    if (other === this) return true;
    if (typeof other !== "string") {
      if (typeof other === "object" && other !== null && typeof other.kind === "string") return sameType(this, other);
      throw new TypeError(`"other" expected a dtype or a format, got ${other === null ? "null" : typeof other}`);
    }
    if (readFormat === undefined) return other === this.format;
    try {
      return sameType(this, readFormat(other, this));
    } catch {
      return false;
    }
  }

  toString(): string {
    return this.name;
  }

  toJSON(): string {
    return portableFormat(this);
  }

  /** What Node's `util.inspect` shows: the fields of a record one a line, behind their offsets. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    const fields = this.fields?.map(
      ({ offset, name, dtype }) => `\n${String(offset).padStart(6)}  ${name}: ${typeText(dtype)}`,
    );
    return `DType ${typeText(this)}, ${this.itemsize} bytes${fields?.join("") ?? ""}`;
  }

  static is(value: unknown): value is DTypeValue {
    return typeof value === "object" && value !== null && #id in value;
  }
  static id(dtype: DType): number {
    return (dtype as DTypeValue).#id;
  }
  static code(dtype: DType): string {
    return (dtype as DTypeValue).#code;
  }
  static outerOrder(dtype: DType): ByteOrder {
    return (dtype as DTypeValue).#outerOrder;
  }
  static flip(dtype: DType): DTypeFacts["flip"] {
    return (dtype as DTypeValue).#flip;
  }
  static depth(dtype: DType): number {
    return (dtype as DTypeValue).#depth;
  }
}

/** The deepest nesting of records and sub-arrays that a dtype may have: recursion over dtypes needs no other guard. */
export const MAX_DEPTH = 512;

/** A new value of these facts. Throws LayoutError when records nest too deep. */
export const newDType = (facts: DTypeFacts): DType => new DTypeValue(facts, depthOf(facts));

function depthOf(facts: DTypeFacts): number {
  let depth = facts.base === undefined ? 0 : DTypeValue.depth(facts.base);
  if (facts.fields !== undefined) {
    for (const field of facts.fields) depth = Math.max(depth, DTypeValue.depth(field.dtype));
    depth++;
  }
  if (depth > MAX_DEPTH) {
    throw stridebufError("LayoutError", `records nest ${depth} deep, the limit is ${MAX_DEPTH}`, { reason: "dtype" });
  }
  return depth;
}

export const isDType = (value: unknown): value is DType => DTypeValue.is(value);
/**
 * The format of a dtype with byte order and size of every part spelled out, for text that leaves the machine: it means
 * the same under every ABI, and `dtype(portableFormat(d)) === d`. (`d.format` is native text, as other libraries prefer
 * it.) Brackets mean what their owner says.
 *
 * @throws LayoutError for records that no format can describe: fields that overlap, names with `:`
 *
 * @example
 * portableFormat(dtype("T{i:id:d:x:}")); // "T{<i:id:4x<d:x:}"
 */
export function portableFormat(dtype: DType): string {
  if (!isDType(dtype)) throw new TypeError(`"dtype" expected a DType, got ${typeof dtype}`);
  return printDType(dtype, DTypeValue.code, DTypeValue.outerOrder, true);
}

/** A number that stands for the dtype in keys. */
export const dtypeId = (dtype: DType): number => DTypeValue.id(dtype);
/** The leaf's format text without order character; empty for records and sub-arrays. */
export const dtypeCode = (dtype: DType): string => DTypeValue.code(dtype);
/** How a type that has a bracket changes its byte order, if it can. */
export const dtypeFlip = (dtype: DType): DTypeFacts["flip"] => DTypeValue.flip(dtype);
/** What the order character in front of the leaf says; differs from `byteOrder` for `[x;struct:>Q]`. */
export const outerOrder = (dtype: DType): ByteOrder => DTypeValue.outerOrder(dtype);

/**
 * When two dtypes mean the same memory. Interning makes that `===` for everything but custom formats, where one type
 * may be spelled with different alias lists: two custom formats are the same type when they share one normalised alias,
 * byte order and itemsize. Records and sub-arrays are the same when their parts are.
 */
export function sameType(a: DType, b: DType): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || a.itemsize !== b.itemsize) return false;
  if (a.custom && b.custom) {
    const others = b.custom.aliases;
    return (
      a.byteOrder === b.byteOrder && a.lanes === b.lanes && a.custom.aliases.some((alias) => others.includes(alias))
    );
  }
  if (a.custom || b.custom) return false;
  if (a.shape && b.shape) {
    return (
      a.shape.length === b.shape.length && a.shape.every((n, i) => n === b.shape![i]) && sameType(a.base!, b.base!)
    );
  }
  if (a.fields && b.fields && a.fields.length === b.fields.length) {
    return a.fields.every((field, i) => {
      const other = b.fields![i]!;
      return field.name === other.name && field.offset === other.offset && sameType(field.dtype, other.dtype);
    });
  }
  return false;
}
