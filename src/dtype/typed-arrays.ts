/** What typed arrays hold, told across realms. */

import type { ElementName } from "./elements.js";

/** `Float16Array` where the library that is compiled against has it, nothing elsewhere. */
export type MaybeFloat16Array = typeof globalThis extends {
  Float16Array: { prototype: infer Instance };
}
  ? Instance
  : never;

/** Any typed array. */
export type TypedArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | MaybeFloat16Array
  | Float32Array
  | Float64Array;

/** The elements of each class of typed array. */
export const elementsOfArrays: Readonly<Record<string, ElementName>> = {
  Int8Array: "int8",
  Uint8Array: "uint8",
  Uint8ClampedArray: "uint8",
  Int16Array: "int16",
  Uint16Array: "uint16",
  Int32Array: "int32",
  Uint32Array: "uint32",
  BigInt64Array: "int64",
  BigUint64Array: "uint64",
  Float16Array: "float16",
  Float32Array: "float32",
  Float64Array: "float64",
};

/** The class of a typed array: what this getter says cannot be faked, and is the same in every realm. */
const tagOf = /* @__PURE__ */ Object.getOwnPropertyDescriptor(
  /* @__PURE__ */ Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)!.get!;

/** The elements of a typed array; undefined for a DataView and for what is no array. */
export function elementOfArray(value: unknown): ElementName | undefined {
  const tag: string | undefined = tagOf.call(value);
  return tag === undefined ? undefined : elementsOfArrays[tag];
}
