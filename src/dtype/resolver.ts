/** What those who know the types in brackets are given and return; asking whether a dtype is a certain custom type. */

import type { Abi } from "../format/abi.js";
import type { OrderState } from "../format/syntax.js";
import type { Spelling } from "./aliased.js";
import type { DType, DTypeKind, ItemCodec } from "./dtype.js";
import type { ElementName, SmallFloat } from "./elements.js";

/** What a resolver is told besides the body. */
export interface ResolveContext {
  /** The order state in front of the bracket, and what it means. */
  readonly order: OrderState;
  /** Whether that order is little-endian. */
  readonly littleEndian: boolean;
  /** True for `Z[…]`: the complex type is wanted. Return `undefined` to have it made of two of the real ones. */
  readonly complex: boolean;
  /** Bytes per item, where the bracket is all there is and the buffer's itemsize is known. */
  readonly itemsize?: number;
  /** What follows the owner, as the `body` argument. */
  readonly params: string;
  /** The sizes that native C types have. */
  readonly abi: Abi;
}

/**
 * What a resolver says about its type. State one of `element`, `small`, `integer`, `codec`; or none, for opaque items.
 */
export interface ResolvedDType {
  /** Bytes. Defaults to what `element`, `small` or `integer` take. */
  readonly itemsize?: number;
  /** Bytes, a power of two; default 1 (that of the element where there is one). */
  readonly alignment?: number;
  /** Default: that of `element`, `small` or `integer`; otherwise "custom". */
  readonly kind?: DTypeKind;
  /** What to call it; default the body of the bracket. */
  readonly name?: string;
  /** Whether a non-native order in front of the bracket is obeyed; default false: it is then an error. */
  readonly honoursByteOrder?: boolean;
  /** The item is one (`lanes`: several) of the package's own number types. */
  readonly element?: ElementName;
  /** Elements per item; default 1. */
  readonly lanes?: number;
  /** The item is a float of up to 16 bits in 1 or 2 bytes, described by its parameters. */
  readonly small?: SmallFloat;
  /** The item is an integer of up to 8 bits in the low bits of one byte. */
  readonly integer?: { readonly bits: number; readonly signed: boolean };
  /** How items become values and back; without it, and without an element, items are opaque. */
  readonly codec?: ItemCodec;
  /** False for items that refer to memory elsewhere: byte copies are refused. */
  readonly copyable?: boolean;
  /** Of datetimes and timedeltas: the unit, and how many of it one count stands for. */
  readonly unit?: readonly [string, number];
}

/**
 * Says what `owner:body` is: a dtype, its facts, or `undefined` when the body is not known. Throws when it is known and
 * wrong. Must not depend on anything but its arguments: what it returns is cached.
 */
export type DTypeResolver = (body: string, context: ResolveContext) => ResolvedDType | DType | undefined;

/** Who knows types by their body. */
export interface Owner {
  readonly resolver: DTypeResolver;
  /** The bodies that it knows, without parameters; empty where it cannot say. */
  readonly types: () => readonly string[];
  /** Makes a dtype of the resolver's facts, none of which is trusted; absent where the package states them itself. */
  readonly describe?: (facts: ResolvedDType, spelling: Spelling, revision: string) => DType;
}

/** One of: the whole body, how it starts, or what is found in it (anchor patterns with `^` and `$` as needed). */
export type BodyPattern = string | { readonly startsWith: string } | RegExp;

function matches(body: string, pattern: BodyPattern): boolean {
  if (typeof pattern === "string") return body === pattern;
  // search() starts at 0 whatever the pattern's flags and lastIndex are.
  return pattern instanceof RegExp ? body.search(pattern) >= 0 : body.startsWith(pattern.startsWith);
}

/**
 * Whether any alias of a dtype belongs to `owner` and has a body that matches; unresolved types are asked by name too.
 *
 * @example
 * isCustom(dtype("[numpy:numpy.dtypes:StringDType]"), "numpy", { startsWith: "numpy.dtypes:StringDType" }); // true
 */
export function isCustom(dtype: DType, owner: string, pattern: BodyPattern): boolean {
  const prefix = `${owner}:`;
  return (
    dtype.custom?.aliases.some((text) => text.startsWith(prefix) && matches(text.slice(prefix.length), pattern)) ??
    false
  );
}

/**
 * The aliases of a dtype as [owner, body]; empty for types that have no bracket.
 *
 * @example
 * customNames(dtype("[mylib:point;struct:2f]", { allowPhysicalFallback: true })); // [["mylib", "point"], ["struct", "2f"]]
 */
export function customNames(dtype: DType): (readonly [owner: string, body: string])[] {
  return (dtype.custom?.aliases ?? []).map((text) => {
    const colon = text.indexOf(":");
    return [text.slice(0, colon), text.slice(colon + 1)] as const;
  });
}

type Resolved = ResolvedDType | DType | ((body: string, context: ResolveContext) => ResolvedDType | DType | undefined);

/**
 * A resolver that knows the bodies that match, in the order given.
 *
 * @example
 * const point = dtype("T{<f:x:<f:y:}");
 * const registry = new DTypeRegistry().register("mylib", matching([["point", point], [/^half:\d+$/, dtypes.float16]]));
 * dtype("[mylib:half:7]", { registry }).itemsize; // 2
 */
export function matching(rules: readonly (readonly [BodyPattern, Resolved])[]): DTypeResolver {
  return (body, context) => {
    for (const [pattern, resolved] of rules) {
      if (matches(body, pattern)) return typeof resolved === "function" ? resolved(body, context) : resolved;
    }
    return undefined;
  };
}
