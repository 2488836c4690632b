/** The view of all elements of a typed array, kept beside the array: making one costs more than a small copy. */

import type { DType } from "../dtype/dtype.js";
import { dtype } from "../dtype/read.js";
import { proveThere } from "./checks.js";
import type { ViewHost } from "./host.js";
import { letterOf } from "./source.js";
import { StridedView } from "./view.js";

interface Elements {
  readonly letter: string;
  readonly dtype: DType;
  readonly strides: readonly number[];
}

/** The getters themselves: a subclass may say something else of its arrays. */
const getter = (name: "buffer" | "byteOffset" | "length"): (() => unknown) =>
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), name)!.get!;
const bufferOf = /* @__PURE__ */ getter("buffer") as () => ArrayBufferLike;
const byteOffsetOf = /* @__PURE__ */ getter("byteOffset") as () => number;
const lengthOf = /* @__PURE__ */ getter("length") as () => number;

const elementsOf = new Map<string, Elements>();

function elementsNamed(letter: string): Elements {
  const type = dtype(letter);
  const made = { letter, dtype: type, strides: Object.freeze([type.itemsize]) };
  elementsOf.set(letter, made);
  return made;
}

const views = new WeakMap<object, StridedView>();

/**
 * Arrays of small memories that were looked at once. Keeping a view takes ten times as long as making it, so an array that is looked
 * at only once gets none; memories worth mentioning are not held on to. So at most four arrays outlive their owners, of 64 KiB each. (A
 * WeakRef would keep every array that it is made for until the running job ends.)
 */
const seen: (object | undefined)[] = [undefined, undefined, undefined, undefined];
const SMALL_BYTES = 65536;
let next = 0;

/**
 * The elements of a typed array of any realm; undefined for anything else. Arrays over resizable memory change their length: the view
 * fits the array as it is.
 *
 * @throws BoundsError when the memory of the array has been detached, or has shrunk so that nothing of it is left: it only looks empty
 */
export function viewOfArray(host: ViewHost, value: unknown): StridedView | undefined {
  const known = typeof value === "object" && value !== null ? views.get(value) : undefined;
  if (known !== undefined && known.host === host && known.size === lengthOf.call(value)) return known;
  const letter = letterOf(value);
  if (letter === undefined) return undefined;
  const { dtype, strides } = elementsOf.get(letter) ?? elementsNamed(letter);
  const buffer = bufferOf.call(value);
  const count = lengthOf.call(value);
  if (count === 0) proveThere(value as ArrayBufferView);
  const layout = { byteOffset: byteOffsetOf.call(value), shape: [count], strides, suboffsets: null };
  const view = new StridedView(host, { buffer, data: undefined }, dtype, layout, false, letter);
  if (seen.includes(value as object) || buffer.byteLength > SMALL_BYTES) views.set(value as object, view);
  else {
    seen[next] = value as object;
    next = (next + 1) % seen.length;
  }
  return view;
}
