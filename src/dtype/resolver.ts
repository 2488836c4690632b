/** What is asked of, and answered by, those who know the types in brackets. */

import type { Abi } from "../format/abi.js";
import type { OrderState } from "../format/syntax.js";
import type { DType, DTypeKind, ItemCodec } from "./dtype.js";
import type { ElementName, SmallFloat } from "./elements.js";

/** What a resolver is told besides the body. */
export interface ResolveContext {
  /** The order state in front of the bracket, and what it means. */
  readonly order: OrderState;
  readonly littleEndian: boolean;
  /** True for `Z[…]`: asked for the complex type. Answer `undefined` to have it made of two of the real ones. */
  readonly complex: boolean;
  /** Bytes per item, where the bracket is all there is and the buffer's itemsize is known. */
  readonly itemsize?: number;
  /** What follows the owner, as the `body` argument. */
  readonly params: string;
  readonly abi: Abi;
}

/** What a resolver says about its type. State one of `element`, `small`, `integer`, `codec`; or none, for opaque items. */
export interface ResolvedDType {
  /** Bytes. Defaults to what `element`, `small` or `integer` take. */
  readonly itemsize?: number;
  /** Bytes, a power of two; default 1 (that of the element where there is one). */
  readonly alignment?: number;
  /** Default: that of `element`, `small` or `integer`; otherwise "custom". */
  readonly kind?: DTypeKind;
  readonly name?: string;
  /** Whether a non-native order in front of the bracket is obeyed; default false: it is then an error. */
  readonly honoursByteOrder?: boolean;
  /** The item is one (`lanes`: several) of the package's own number types. */
  readonly element?: ElementName;
  readonly lanes?: number;
  /** The item is a float of up to 16 bits in 1 or 2 bytes, described by its parameters. */
  readonly small?: SmallFloat;
  /** The item is an integer of up to 8 bits in the low bits of one byte. */
  readonly integer?: { readonly bits: number; readonly signed: boolean };
  readonly codec?: ItemCodec;
  /** False for items that refer to memory elsewhere: byte copies are refused. */
  readonly copyable?: boolean;
  readonly unit?: readonly [string, number];
}

/**
 * Says what `owner:body` is: a dtype, its facts, or `undefined` when the body is not known. Throws when it is known and
 * wrong. Must not depend on anything but its arguments: answers are cached.
 */
export type DTypeResolver = (body: string, context: ResolveContext) => ResolvedDType | DType | undefined;
