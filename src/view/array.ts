/** `array()`: nested JavaScript arrays as a view over new memory, as NumPy's `array`. */

import type { DType } from "../dtype/dtype.js";
import { withoutSubArrays } from "../dtype/make.js";
import { dtype } from "../dtype/read.js";
import { stridebufError } from "../errors.js";
import { listOf, placeError, show } from "./checks.js";
import type { ViewFunction } from "./create.js";
import { itemsOf } from "./items.js";
import type { Items } from "./numbers.js";
import { letterOf } from "./source.js";
import { newBuffer } from "./storage.js";
import { itemCount } from "./strides.js";
import type { StridedView } from "./view.js";

const MAX_AXES = 64;

type List = ArrayLike<unknown>;

const isTyped = (value: unknown): value is ArrayBufferView & List =>
  !Array.isArray(value) && listOf(value) !== undefined;

const tooDeep = (): Error => stridebufError("LayoutError", `lists lie more than ${MAX_AXES} deep`, { reason: "rank" });

/**
 * The lists around the items, outermost first; typed arrays count as lists unless an item is bytes itself.
 *
 * @throws LayoutError (`rank`) for more than 64 of them, as in a list that holds itself
 */
function lengthsOf(nested: unknown, holdsBytes: boolean): number[] {
  const lengths: number[] = [];
  let value = nested;
  while (Array.isArray(value) || (isTyped(value) && !holdsBytes)) {
    if (lengths.length === MAX_AXES) throw tooDeep();
    const list = value as List;
    lengths.push(list.length);
    value = list[0];
  }
  return lengths;
}

/** Calls `use` for every value that is no array. @throws LayoutError (`rank`) */
function eachLeaf(value: unknown, use: (leaf: unknown) => void, depth = 0): void {
  if (depth > MAX_AXES) throw tooDeep();
  if (!Array.isArray(value)) use(value);
  else for (const inner of value) eachLeaf(inner, use, depth + 1);
}

/** What values of one kind are stored as; the widest of them decides where the kind has several sizes. */
const kinds: readonly [is: (value: unknown) => boolean, format: (values: readonly unknown[]) => string][] = [
  [(v) => typeof v === "number", () => "d"],
  [(v) => typeof v === "boolean", () => "?"],
  [(v) => typeof v === "bigint", (values) => (values.some((v) => (v as bigint) >= 2n ** 63n) ? "Q" : "q")],
  [
    (v) => typeof v === "string",
    (values) => `${values.reduce((most: number, v) => Math.max(most, [...(v as string)].length), 1)}w`,
  ],
  [(v) => typeof v === "object" && v !== null && "re" in v && "im" in v, () => "Zd"],
  [isTyped, (values) => letterOf(values[0]) ?? "B"],
];

/** @throws TypeError where values are of several kinds, or of none that has a format of its own */
function inferredFormat(nested: unknown): string {
  const leaves: unknown[] = [];
  eachLeaf(nested, (leaf) => void leaves.push(leaf));
  if (leaves.length === 0) return "d";
  for (const [is, format] of kinds) if (leaves.every(is)) return format(leaves);
  const [first] = leaves;
  const other = kinds.find(([is]) => is(first))?.[0];
  if (other === undefined)
    throw new TypeError(
      `"nested" holds ${show(first)}, which does not say how it is stored: give a format, of records one with the names of their fields ("T{<d:x:}")`,
    );
  const odd = leaves.find((leaf) => !other(leaf));
  throw new TypeError(`"nested" holds ${show(first)} and ${show(odd)}: give a format that both fit`);
}

/** Writes the items below one list, each list as long as its axis. */
function write(
  items: Items,
  data: DataView,
  shape: readonly number[],
  strides: readonly number[],
  nested: unknown,
): void {
  const visit = (value: unknown, axis: number, offset: number, path: string): void => {
    if (axis === shape.length) {
      try {
        items.write(data, offset, value);
      } catch (error) {
        throw placeError(error, path);
      }
      return;
    }
    const length = Array.isArray(value) || isTyped(value) ? (value as List).length : -1;
    if (length !== shape[axis]) {
      const found = length < 0 ? show(value) : `a list of ${length}`;
      throw stridebufError("LayoutError", `"${path}" expected a list of ${shape[axis]}, got ${found}`, {
        reason: "shape",
        axis,
      });
    }
    for (let i = 0; i < length; i++) visit((value as List)[i], axis + 1, offset + i * strides[axis]!, `${path}[${i}]`);
  };
  visit(nested, 0, 0, "nested");
}

/** Lists around the values of one item: the axes of a sub-array, and one for the values of a block. */
function listDepth(type: DType): number {
  const { base, shape } = withoutSubArrays(type);
  return shape.length + (base.codec?.block === undefined ? 0 : 1);
}

/** The `array()` of an API. */
export function createArray(view: ViewFunction) {
  return (nested: unknown, format?: string | DType): StridedView => {
    const type = dtype(format ?? inferredFormat(nested));
    const depth = listDepth(type);
    const lengths = lengthsOf(nested, type.kind === "bytes" || type.kind === "void");
    if (lengths.length < depth)
      throw stridebufError("LayoutError", `an item of ${type.name} is a list ${depth} deep`, { reason: "rank" });
    const shape = lengths.slice(0, lengths.length - depth);
    const buffer = newBuffer(itemCount(shape, type.itemsize) * type.itemsize);
    const made = view(buffer, { format: type, shape });
    write(itemsOf(type), new DataView(buffer), shape, made.strides, nested);
    return made;
  };
}
