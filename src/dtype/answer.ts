/** Checking what a resolver said, and making a dtype of it. Nothing that it said is trusted before. */

import { stridebufError } from "../errors.js";
import type { Alias } from "../format/syntax.js";
import type { DType, DTypeKind, ItemCodec } from "./dtype.js";
import { type ElementName, elements, type SmallFloat } from "./elements.js";
import { labelled, type Spelling, userDType } from "./label.js";
import { scalarDType } from "./leaves.js";
import { elementOfSmall, integerCodec, smallBits, smallCodec } from "./parameters.js";
import type { ResolvedDType } from "./resolver.js";
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
export function answerDType(said: ResolvedDType, alias: Alias, spelling: Spelling, revision: string): DType {
  if (typeof said !== "object" || said === null) throw new TypeError(`its resolver returned ${describe(said)}`);
  const small = said.small === undefined ? undefined : checkSmall(said.small);
  const element = checkElement(said.element) ?? (small === undefined ? undefined : elementOfSmall(small));
  const integer = said.integer === undefined ? undefined : checkInteger(said.integer);
  const lanes = said.lanes === undefined ? 1 : checkInt("lanes", said.lanes, 1);
  const codec = said.codec === undefined ? undefined : checkCodec(said.codec);
  const own = element === undefined ? undefined : elements[element];
  const width = own?.width ?? (small ? (smallBits(small) > 8 ? 2 : 1) : integer ? 1 : 0);
  const itemsize = said.itemsize === undefined ? width * lanes : checkInt("itemsize", said.itemsize, 0);
  if (said.itemsize === undefined && width === 0) throw new TypeError('its resolver returned no "itemsize"');
  if (width > 0 && itemsize !== width * lanes) {
    throw new RangeError(`its resolver returned "itemsize" ${itemsize} for ${lanes} of ${width} bytes`);
  }
  const kind = said.kind ?? own?.kind ?? (small ? "float" : integer ? (integer.signed ? "int" : "uint") : "custom");
  if (!kinds.has(kind)) throw new TypeError(`its resolver returned "kind" ${describe(kind)}`);
  if (!opaqueKinds.has(kind) && width === 0 && codec === undefined) {
    throw new TypeError(`its resolver returned kind "${kind}" without element, small, integer or codec`);
  }
  const alignment = checkInt("alignment", said.alignment ?? (width || 1), 1);
  if (alignment > 4096 || (alignment & (alignment - 1)) !== 0) {
    throw new RangeError(`its resolver returned "alignment" ${alignment}, no power of two up to 4096`);
  }
  // The package's own number types and parameter descriptions are swapped by the engine, whoever names them.
  const obeys = said.honoursByteOrder === true || (said.honoursByteOrder === undefined && width > 0);
  if (spelling.order === "big" && !obeys) {
    const text = alias.text;
    throw stridebufError("ByteOrderUnsupportedError", `[${text}] exists in native byte order only`, { dtype: text });
  }
  if (element !== undefined && own!.kind === kind && lanes === 1 && codec === undefined && said.name === undefined) {
    return labelled(scalarDType(element, spelling.order), spelling);
  }
  const facts: DTypeFacts = {
    kind,
    itemsize,
    alignment,
    byteOrder: itemsize > 1 && width !== 1 ? spelling.order : "none",
    name: typeof said.name === "string" ? said.name : alias.text,
    element,
    // What is swapped in an item of another order: the whole of it, where only the codec knows what it is.
    width: width || (codec !== undefined && obeys ? itemsize : 1),
    lanes,
    copyable: said.copyable !== false,
    codec: codec ?? ownCodec(element, small, integer),
  };
  if (said.unit !== undefined) facts.unit = [...said.unit] as [string, number];
  return userDType(facts, spelling, revision, obeys);
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
