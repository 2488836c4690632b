/**
 * Resolving one bracket (docs/format.md §7): its aliases are asked for from left to right, the first that is known
 * gives the meaning, and whatever a resolver does wrong (throwing, rubbish, asking for itself) is contained and named.
 * Physical descriptions (`struct:`, `buffer:`) come last in well-written formats, and are marked `viaFallback`.
 */

import { isStridebufError, stridebufError } from "../errors.js";
import { type AbiProfile, abis } from "../format/abi.js";
import { type Alias, type Entry, elementOrder, type OrderState } from "../format/syntax.js";
import { aliased, type OwnFacts, orderError, ownDType, pairOf, type Spelling } from "./aliased.js";
import type { DType } from "./dtype.js";
import { complexDType } from "./make-other.js";
import { nearestNames } from "./names/languages.js";
import type { OwnerTable } from "./owner-table.js";
import type { Owner, ResolveContext, ResolvedDType } from "./resolver.js";
import { isDType } from "./value.js";

export interface CustomOptions {
  readonly registry: OwnerTable;
  readonly abi: AbiProfile;
  readonly allowPhysicalFallback: boolean;
  /** Bytes per item, where the bracket is all there is. */
  readonly itemsize: number | undefined;
  /** Reads the body of `struct:` and `buffer:`. */
  readonly physical: (alias: Alias, order: Entry["order"], abi: AbiProfile) => DType;
}

/** Resolvers that call `dtype()` may nest; deeper than this is an endless chain. */
const MAX_NESTED = 16;
const resolving: string[] = [];

/**
 * The dtype of a custom entry, or undefined when nobody knows any of its aliases.
 *
 * @throws {@link UnknownDTypeError} when some alias failed and none resolved; {@link ByteOrderUnsupportedError}.
 */
export function resolveCustom(entry: Entry, options: CustomOptions): DType | undefined {
  const aliases = entry.aliases!;
  const reasons: string[] = [];
  let failed = false;
  let cause: unknown;
  for (const alias of aliases) {
    try {
      const dtype = resolveAlias(alias, entry, options);
      if (dtype !== undefined) return dtype;
      reasons.push(`${alias.text}: not known`);
    } catch (error) {
      if (isStridebufError(error, "ByteOrderUnsupportedError")) throw error;
      failed = true;
      cause ??= error;
      reasons.push(`${alias.text}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (!failed && !entry.complex) return undefined;
  throw stridebufError(
    "UnknownDTypeError",
    `nothing resolves ${entry.complex ? "Z" : ""}[${entry.code}]: ${reasons.join("; ")}`,
    { dtype: entry.code, known: options.registry.owners(), reasons },
    cause,
  );
}

function resolveAlias(alias: Alias, entry: Entry, options: CustomOptions): DType | undefined {
  const order = elementOrder(entry.order, options.abi.littleEndian);
  const spelling: Spelling = {
    aliases: entry.aliases!,
    by: alias,
    viaFallback: alias.owner === "struct" || alias.owner === "buffer",
    complex: entry.complex,
    order,
  };
  if (spelling.viaFallback) {
    if (!options.allowPhysicalFallback) return undefined;
    const plain = options.physical(alias, entry.order, options.abi);
    const stated = withStatedOrder(alias, plain, entry, options, spelling);
    return entry.complex ? complexOf(plain, stated) : aliased(plain, stated);
  }
  for (const owner of options.registry.named(alias.owner)) {
    if (entry.complex) {
      const pair = callResolver(owner, alias, entry, options, spelling, true);
      if (pair?.kind === "complex") return pair;
    }
    const real = callResolver(owner, alias, entry, options, { ...spelling, complex: false }, false);
    if (real !== undefined) return entry.complex ? complexOf(real, spelling) : real;
  }
  return undefined;
}

/**
 * Canonical text puts brackets behind `^` (in records), nothing or `>`. Where a physical description would mean something else there (padding
 * under `@`, the size of `l`, another ABI), the state that it was read in is written into it, or its layout.
 */
function withStatedOrder(
  alias: Alias,
  plain: DType,
  entry: Entry,
  options: CustomOptions,
  spelling: Spelling,
): Spelling {
  const printed: readonly OrderState[] = spelling.order === "big" ? [">"] : ["^", "@"];
  const { owner, body } = alias;
  const meansTheSame = (candidate: Alias, abi: AbiProfile): boolean => {
    try {
      return printed.every((order) => options.physical(candidate, order, abi) === plain);
    } catch {
      return false;
    }
  };
  const make = (by: string, text: string): Alias => ({ owner: by, body: text, text: `${by}:${text}` });
  const ordered = entry.order + body;
  const candidates = [alias, make(owner, ordered), make("buffer", plain.format), make("buffer", ordered)];
  // What no text says everywhere (pointers of another ABI) is said as its own ABI reads it.
  for (const abi of [abis.lp64, options.abi]) {
    const stated = candidates.find((candidate) => meansTheSame(candidate, abi));
    if (stated === alias) return spelling;
    if (stated !== undefined)
      return { ...spelling, by: stated, aliases: spelling.aliases.map((other) => (other === alias ? stated : other)) };
  }
  return spelling;
}

function complexOf(real: DType, spelling: Spelling): DType {
  if (real.lanes !== 1 || !["float", "int", "uint"].includes(real.kind)) {
    throw new TypeError(`${real.name} is no real number type, so that Z of it has no meaning`);
  }
  if (real.kind === "float" && real.element !== undefined && real.codec === undefined) {
    return aliased(complexDType(real.element, real.byteOrder), spelling);
  }
  return pairOf(real, spelling);
}

function callResolver(
  { resolver, describe }: Owner,
  alias: Alias,
  entry: Entry,
  options: CustomOptions,
  spelling: Spelling,
  complex: boolean,
): DType | undefined {
  const { registry, abi, itemsize } = options;
  const context: ResolveContext = Object.freeze({
    order: entry.order,
    littleEndian: spelling.order === "little",
    complex,
    ...(itemsize === undefined ? {} : { itemsize }),
    params: alias.body,
    abi: abi.name,
  });
  const request = `${registry.revision} ${complex} ${alias.text}`;
  if (resolving.includes(request)) throw new TypeError("its resolver asks for the same type again");
  if (resolving.length >= MAX_NESTED) throw new TypeError(`resolvers ask for other types more than ${MAX_NESTED} deep`);
  resolving.push(request);
  try {
    const resolved: ResolvedDType | DType | undefined = resolver(alias.body, context);
    if (resolved === undefined) return undefined;
    // Getters of the facts run here, inside the guard.
    if (isDType(resolved)) return aliased(obeying(resolved, spelling), spelling);
    if (describe !== undefined) return describe(resolved, spelling, registry.revision);
    return ownDType(resolved as OwnFacts, spelling, registry.revision);
  } finally {
    resolving.pop();
  }
}

/** Refuses a dtype that is little-endian somewhere although the format says big. */
function obeying(dtype: DType, spelling: Spelling): DType {
  if (spelling.order === "big" && hasLittle(dtype)) throw orderError(spelling);
  return dtype;
}

function hasLittle(dtype: DType): boolean {
  if (dtype.fields) return dtype.fields.some((field) => hasLittle(field.dtype));
  if (dtype.base) return hasLittle(dtype.base);
  return dtype.byteOrder === "little";
}

/** The error for a bracket that nobody knows and whose size nothing tells: the owner's types, or else the owners. */
export function unknownError({ code, aliases }: Entry, registry: OwnerTable): Error {
  for (const { owner, body } of aliases!) {
    const types = registry.typesOf(owner);
    if (types.length === 0) continue;
    const near = nearestNames(body, types);
    const hint = near.length > 0 ? `did you mean ${near.join(", ")}?` : `it has ${types.join(", ")}`;
    return stridebufError("UnknownDTypeError", `${owner} has no type ${body}: ${hint}`, { dtype: code, known: types });
  }
  const known = registry.owners();
  const near = nearestNames(aliases![0]!.owner, known);
  const hint = near.length > 0 ? `did you mean ${near.join(", ")}?` : `known owners: ${known.join(", ")}`;
  const message = `nothing is registered that knows [${code}], and without an itemsize it has no size; ${hint}`;
  return stridebufError("UnknownDTypeError", message, { dtype: code, known });
}
