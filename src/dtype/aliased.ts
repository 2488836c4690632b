/** Dtypes that carry the bracket they were read from: resolved ones, and ones that nobody could resolve. */

import { stridebufError } from "../errors.js";
import type { Alias } from "../format/syntax.js";
import type { ByteOrder, CustomInfo, DType, ItemCodec } from "./dtype.js";
import { intern, keyText } from "./intern.js";
import { portableCode } from "./print.js";
import { type DTypeFacts, dtypeCode, dtypeId } from "./value.js";

export interface Spelling {
  readonly aliases: readonly Alias[];
  /** The alias that gave the meaning. */
  readonly by: Alias;
  readonly viaFallback: boolean;
  readonly complex: boolean;
  /** What the order character in front says. */
  readonly order: "little" | "big";
}

/** `[a:b;c:d]` with `:` as separator, and `Z` in front of complex pairs. */
function codeOf(spelling: Spelling): string {
  const text = spelling.aliases.map((alias) => alias.text).join(";");
  return `${spelling.complex ? "Z" : ""}[${text}]`;
}

function infoOf({ aliases, by, viaFallback }: Spelling, resolved: boolean): CustomInfo {
  const { owner, body } = viaFallback ? aliases[0]! : by;
  return Object.freeze({
    owner,
    body,
    aliases: Object.freeze(aliases.map((alias) => alias.text)),
    resolved,
    viaFallback,
  });
}

/** `plain` under the aliases that were read; the same object when they are its canonical name anyway. */
export function aliased(plain: DType, spelling: Spelling): DType {
  const code = codeOf(spelling);
  const plainCode = dtypeCode(plain);
  if ((plainCode === code || portableCode(plainCode) === code) && !spelling.viaFallback) return plain;
  const outerOrder = plain.byteOrder === "none" && !ordered(plain) ? "none" : spelling.order;
  const key = `alias ${outerOrder} ${spelling.viaFallback} ${dtypeId(plain)} ${keyText(code)}`;
  return intern(key, false, () => ({
    ...factsOf(plain),
    code,
    outerOrder,
    custom: infoOf(spelling, true),
    // An order character inside the bracket cannot be changed from outside.
    flip: (order, change) => {
      const flipped = change(plain, order);
      if (flipped === plain || !spelling.viaFallback || plain.byteOrder === spelling.order) {
        return aliased(flipped, { ...spelling, order });
      }
      throw stridebufError("ByteOrderUnsupportedError", `${code} states its byte order itself`, { dtype: code });
    },
  }));
}

/** Whether any leaf has a byte order. */
function ordered(dtype: DType): boolean {
  if (dtype.fields) return dtype.fields.some((field) => ordered(field.dtype));
  return (dtype.base ?? dtype).byteOrder !== "none";
}

function factsOf(dtype: DType): DTypeFacts {
  const { kind, itemsize, alignment, byteOrder, name, element, width, lanes, copyable } = dtype;
  const { fields, shape, base, unit, codec } = dtype;
  const facts = { kind, itemsize, alignment, byteOrder, name, element, width, lanes, copyable };
  return { ...facts, fields, shape, base, unit, codec };
}

/** A user's own type, kept per registry revision. */
export function userDType(facts: DTypeFacts, spelling: Spelling, revision: string, obeys: boolean): DType {
  const code = codeOf(spelling);
  const parts = [revision, facts.kind, facts.itemsize, facts.alignment, facts.byteOrder, keyText(code)];
  return intern(`user ${parts.join(" ")}`, false, () => ({
    ...facts,
    code,
    custom: infoOf(spelling, true),
    flip: (order) => {
      if (facts.byteOrder === "none" || facts.byteOrder === order) return userDType(facts, spelling, revision, obeys);
      if (obeys) return userDType({ ...facts, byteOrder: order }, { ...spelling, order }, revision, obeys);
      throw stridebufError("ByteOrderUnsupportedError", `${code} exists in native byte order only`, { dtype: code });
    },
  }));
}

/** What this package says of its own types in brackets that are no plain dtypes. */
export interface OwnFacts {
  readonly name: string;
  readonly itemsize: number;
  readonly alignment: number;
  readonly kind: "custom";
  readonly honoursByteOrder: boolean;
  readonly codec?: ItemCodec;
}

/** @throws ByteOrderUnsupportedError for an order that they do not have */
export function ownDType(facts: OwnFacts, spelling: Spelling, revision: string): DType {
  const { honoursByteOrder, itemsize, ...rest } = facts;
  if (spelling.order === "big" && !honoursByteOrder) throw orderError(spelling);
  const byteOrder = itemsize > 1 ? spelling.order : "none";
  const own = { ...rest, itemsize, byteOrder, width: honoursByteOrder ? itemsize : 1 } as const;
  return userDType(own, spelling, revision, honoursByteOrder);
}

/** That a type in brackets has no other byte order. */
export function orderError({ by: { text } }: Spelling): Error {
  return stridebufError("ByteOrderUnsupportedError", `[${text}] exists in native byte order only`, { dtype: text });
}

/** A pair of a real type that has no complex form of its own. */
export function pairOf(base: DType, spelling: Spelling): DType {
  const code = codeOf(spelling);
  return intern(`pair ${dtypeId(base)} ${spelling.order} ${keyText(code)}`, false, () => ({
    kind: "complex",
    name: `complex of ${base.name}`,
    itemsize: 2 * base.itemsize,
    alignment: base.alignment,
    byteOrder: base.byteOrder,
    code,
    outerOrder: base.byteOrder === "none" ? "none" : spelling.order,
    element: base.element,
    width: base.width,
    lanes: 2,
    base,
    codec: base.codec && pairCodec(base.codec, base.itemsize),
    custom: infoOf(spelling, true),
    flip: (order, change) => pairOf(change(base, order), { ...spelling, order }),
  }));
}

function pairCodec(codec: ItemCodec, itemsize: number): ItemCodec {
  const { read, write } = codec;
  const pair: { -readonly [K in keyof ItemCodec]: ItemCodec[K] } = { hub: "value" };
  if (read) {
    pair.read = (view, offset, little) => ({
      re: read(view, offset, little),
      im: read(view, offset + itemsize, little),
    });
  }
  if (write) {
    pair.write = (view, offset, value, little) => {
      const { re, im } = value as { re: unknown; im: unknown };
      write(view, offset, re, little);
      write(view, offset + itemsize, im, little);
    };
  }
  return pair;
}

/** Items of a type that nobody here knows: bytes with a name. */
export function unknownDType(spelling: Spelling, itemsize: number): DType {
  const order: ByteOrder = itemsize > 1 ? spelling.order : "none";
  const code = codeOf(spelling);
  return intern(`unknown ${order} ${itemsize} ${keyText(code)}`, false, () => ({
    kind: "custom",
    name: spelling.aliases[0]!.text,
    itemsize,
    alignment: 1,
    byteOrder: order,
    code,
    custom: infoOf(spelling, false),
  }));
}

/** Records with several unknown types, whose offsets nobody can tell: the format is kept as it was read. */
export function opaqueRecord(format: string, unknown: readonly Alias[], itemsize: number): DType {
  const code = format.trim();
  return intern(`opaque ${itemsize} ${keyText(code)}`, false, () => ({
    kind: "custom",
    itemsize,
    alignment: 1,
    code,
    custom: infoOf({ aliases: unknown, by: unknown[0]!, viaFallback: false, complex: false, order: "little" }, false),
  }));
}
