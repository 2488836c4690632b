/** Facts that a resolver gave, checked before any is trusted, and the dtype they describe. */

import { aliased, orderError, type Spelling, userDType } from "./aliased.js";
import type { DType, DTypeKind, ItemCodec } from "./dtype.js";
import { type ElementName, elements, type SmallFloat } from "./elements.js";
import { scalarDType } from "./make.js";
import type { ResolvedDType } from "./resolver.js";
import { decodeSmall, encodeSmall } from "./small-float.js";
import type { DTypeFacts } from "./value.js";

const kinds: ReadonlySet<DTypeKind> = new Set<DTypeKind>([
  "bool",
  "int",
  "uint",
  "float",
  "complex",
  "bytes",
  "text",
  "void",
  "pointer",
  "object",
  "datetime",
  "timedelta",
  "custom",
]);
/** Kinds whose items may stay undecoded. */
const opaqueKinds: ReadonlySet<DTypeKind> = new Set<DTypeKind>(["custom", "void", "bytes", "object"]);
const hubs = new Set(["float64", "int64", "uint64", "value"]);
const codecFunctions = ["read", "write", "decodeTile", "encodeTile"] as const;

/**
 * The dtype that a resolver's facts describe.
 *
 * @throws TypeError or RangeError naming the wrong fact; {@link ByteOrderUnsupportedError}.
 */
export function resolvedDType(facts: ResolvedDType, spelling: Spelling, revision: string): DType {
  if (typeof facts !== "object" || facts === null) throw new TypeError(`its resolver returned ${describe(facts)}`);
  const small = facts.small === undefined ? undefined : checkSmall(facts.small);
  const element = checkElement(facts.element) ?? (small === undefined ? undefined : elementOfSmall(small));
  const integer = facts.integer === undefined ? undefined : checkInteger(facts.integer);
  const lanes = facts.lanes === undefined ? 1 : checkInt("lanes", facts.lanes, 1);
  const codec = facts.codec === undefined ? undefined : checkCodec(facts.codec);
  const own = element === undefined ? undefined : elements[element];
  const width = own?.width ?? (small ? (smallBits(small) > 8 ? 2 : 1) : integer ? 1 : 0);
  const itemsize = facts.itemsize === undefined ? width * lanes : checkInt("itemsize", facts.itemsize, 0);
  if (facts.itemsize === undefined && width === 0) throw new TypeError('its resolver returned no "itemsize"');
  if (width > 0 && itemsize !== width * lanes) {
    throw new RangeError(`its resolver returned "itemsize" ${itemsize} for ${lanes} of ${width} bytes`);
  }
  const kind = facts.kind ?? own?.kind ?? (small ? "float" : integer ? (integer.signed ? "int" : "uint") : "custom");
  if (!kinds.has(kind)) throw new TypeError(`its resolver returned "kind" ${describe(kind)}`);
  if (!opaqueKinds.has(kind) && width === 0 && codec === undefined) {
    throw new TypeError(`its resolver returned kind "${kind}" without element, small, integer or codec`);
  }
  const alignment = checkInt("alignment", facts.alignment ?? (width || 1), 1);
  if (alignment > 4096 || (alignment & (alignment - 1)) !== 0) {
    throw new RangeError(`its resolver returned "alignment" ${alignment}, no power of two up to 4096`);
  }
  // The package's own number types and parameter descriptions are swapped by the engine, whoever names them.
  const obeys = facts.honoursByteOrder === true || (facts.honoursByteOrder === undefined && width > 0);
  if (spelling.order === "big" && !obeys) throw orderError(spelling);
  if (element !== undefined && own!.kind === kind && lanes === 1 && codec === undefined && facts.name === undefined) {
    return aliased(scalarDType(element, spelling.order), spelling);
  }
  const dtypeFacts: DTypeFacts = {
    kind,
    itemsize,
    alignment,
    byteOrder: itemsize > 1 && width !== 1 ? spelling.order : "none",
    name: typeof facts.name === "string" ? facts.name : spelling.by.text,
    element,
    // What is swapped in an item of another order: the whole of it, where only the codec knows what it is.
    width: width || (codec !== undefined && obeys ? itemsize : 1),
    lanes,
    copyable: facts.copyable !== false,
    codec: codec ?? ownCodec(element, small, integer),
  };
  if (facts.unit !== undefined) dtypeFacts.unit = [...facts.unit] as [string, number];
  return userDType(dtypeFacts, spelling, revision, obeys);
}

function ownCodec(
  element: ElementName | undefined,
  small: SmallFloat | undefined,
  integer: { bits: number; signed: boolean } | undefined,
): ItemCodec | undefined {
  if (element !== undefined) return undefined;
  return small ? smallCodec(small) : integer ? integerCodec(integer.bits, integer.signed) : undefined;
}

function checkElement(element: unknown): ElementName | undefined {
  if (element === undefined) return undefined;
  if (typeof element === "string" && Object.hasOwn(elements, element)) return element as ElementName;
  throw new TypeError(`its resolver returned "element" ${describe(element)}`);
}

function checkSmall(small: SmallFloat): SmallFloat {
  const { exponentBits, mantissaBits, bias, style } = small;
  checkInt("small.exponentBits", exponentBits, 1);
  checkInt("small.mantissaBits", mantissaBits, 0);
  if (!Number.isInteger(bias)) throw new TypeError(`its resolver returned "small.bias" ${describe(bias)}`);
  if (!["ieee", "fn", "fnuz", "finite", "e8m0"].includes(style)) {
    throw new TypeError(`its resolver returned "small.style" ${describe(style)}`);
  }
  const row = { exponentBits, mantissaBits, bias, style };
  if (smallBits(row) > 16 || exponentBits > 10) {
    throw new RangeError(
      `its resolver returned a small float of ${smallBits(row)} bits; 16 and 10 of exponent are the limit`,
    );
  }
  return row;
}

function checkInteger(integer: { bits: number; signed: boolean }): { bits: number; signed: boolean } {
  const bits = checkInt("integer.bits", integer.bits, 1);
  if (bits > 8) throw new RangeError(`its resolver returned "integer.bits" ${bits}; 8 are the limit`);
  return { bits, signed: integer.signed === true };
}

function checkCodec(codec: ItemCodec): ItemCodec {
  if (typeof codec !== "object" || codec === null || !hubs.has(codec.hub)) {
    throw new TypeError(`its resolver returned "codec" ${describe(codec)} without a hub`);
  }
  for (const name of codecFunctions) {
    if (codec[name] !== undefined && typeof codec[name] !== "function") {
      throw new TypeError(`its resolver returned "codec.${name}" that is no function`);
    }
  }
  return codec;
}

function checkInt(what: string, value: unknown, min: number): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= min) return value;
  throw new RangeError(`its resolver returned "${what}" ${describe(value)}, expected integer >= ${min}`);
}

function describe(value: unknown): string {
  if (value === null || typeof value !== "object") return typeof value === "symbol" ? "a symbol" : String(value);
  return Array.isArray(value) ? "an array" : "an object";
}

/** Bits of a small float. */
export const smallBits = (small: SmallFloat): number =>
  small.exponentBits + small.mantissaBits + (small.style === "e8m0" ? 0 : 1);

/** The row of the element table with these parameters, if there is one. */
export function elementOfSmall(small: SmallFloat): ElementName | undefined {
  for (const [name, row] of Object.entries(elements)) {
    const own = "small" in row ? row.small : undefined;
    if (
      own !== undefined &&
      own.exponentBits === small.exponentBits &&
      own.mantissaBits === small.mantissaBits &&
      own.bias === small.bias &&
      own.style === small.style
    ) {
      return name as ElementName;
    }
  }
  return undefined;
}

/** Items of 1 byte (up to 8 bits) or 2 bytes, value in the low bits. */
export function smallCodec(small: SmallFloat): ItemCodec {
  const row: SmallFloat = { ...small };
  const bits = smallBits(row);
  const mask = 2 ** bits - 1;
  const decode = (code: number) => decodeSmall(row, code & mask);
  const encode = (value: number) => encodeSmall(row, value, false);
  return bits <= 8 ? byteCodec(decode, encode) : wordCodec(decode, encode);
}

/** Integers in the low bits of one byte; they wrap when written. */
export function integerCodec(bits: number, signed: boolean): ItemCodec {
  const modulus = 2 ** bits;
  const decode = (code: number) => {
    const low = code % modulus;
    return signed && low >= modulus / 2 ? low - modulus : low;
  };
  const encode = (value: number) => {
    const whole = Math.trunc(value);
    return Number.isFinite(whole) ? ((whole % modulus) + modulus) % modulus : 0;
  };
  return byteCodec(decode, encode);
}

type Decode = (code: number) => number;
type Encode = (value: number) => number;

function byteCodec(decode: Decode, encode: Encode): ItemCodec {
  const table = Float64Array.from({ length: 256 }, (_, code) => decode(code));
  return {
    hub: "float64",
    read: (view, offset) => table[view.getUint8(offset)],
    write: (view, offset, value) => view.setUint8(offset, encode(Number(value))),
    decodeTile: (dst, src, count) => {
      for (let i = 0; i < count; i++) dst[i] = table[src[i]!]!;
    },
    encodeTile: (dst, src, count) => {
      for (let i = 0; i < count; i++) dst[i] = encode(Number(src[i]));
    },
  };
}

function wordCodec(decode: Decode, encode: Encode): ItemCodec {
  return {
    hub: "float64",
    read: (view, offset, littleEndian) => decode(view.getUint16(offset, littleEndian)),
    write: (view, offset, value, littleEndian) => view.setUint16(offset, encode(Number(value)), littleEndian),
    decodeTile: (dst, src, count) => {
      for (let i = 0; i < count; i++) dst[i] = decode(src[2 * i]! | (src[2 * i + 1]! << 8));
    },
    encodeTile: (dst, src, count) => {
      for (let i = 0; i < count; i++) {
        const code = encode(Number(src[i]));
        dst[2 * i] = code;
        dst[2 * i + 1] = code >>> 8;
      }
    },
  };
}
