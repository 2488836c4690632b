/** The numbers that a picture shows: a selection thinned out to what can be seen, as float64, named by what they are. */

import type { DType } from "../../dtype/dtype.js";
import { convert, dtypes, view } from "../../index.js";
import { InputFailure } from "../failure.js";
import type { InputTensor } from "../inputs.js";
import { type AxisRange, readPart, type Selection } from "../parts.js";
import { type Part, partsOf } from "../statistics.js";

export type PlotKind = "line" | "image" | "hist";

/** One or more arrays of one shape. */
export interface Numbers {
  readonly series: readonly { readonly name: string; readonly dtype: DType; readonly values: Float64Array }[];
  readonly shape: readonly number[];
  /** Where along each axis of the tensor the numbers lie. */
  readonly axes: readonly AxisRange[];
  /** Of how many items one is shown, over all axes; 1 shows all. */
  readonly thinning: number;
}

/** Items of one axis beyond which none can be told apart in a picture. */
const MOST_POINTS = 20_000;
const MOST_LINES = 10;
const MOST_DOTS = 2048;
const MOST_PLANES = 16;
/** Items that a histogram counts. */
const MOST_COUNTED = 1 << 24;

/** How many items of an axis are drawn. */
function mostOf(kind: PlotKind | undefined, shape: readonly number[], axis: number): number {
  if (kind === "hist") {
    const rest = shape.slice(1).reduce((size, length) => size * length, 1);
    return axis === 0 ? Math.max(1, Math.floor(MOST_COUNTED / rest)) : MOST_COUNTED;
  }
  if (shape.length === 1 || kind === "line") return axis === 0 ? MOST_POINTS : MOST_LINES;
  return shape.length === 3 && axis === 0 ? MOST_PLANES : MOST_DOTS;
}

/** What no date is, counted in units. */
const NAT = -(2 ** 63);

const DRAWN = ["bool", "int", "uint", "float", "datetime", "timedelta"];

/** A range of at most `most` items, evenly spread. */
function thinned(range: AxisRange, most: number): AxisRange {
  const by = Math.max(1, Math.ceil(range.count / most));
  return { ...range, step: range.step * by, count: Math.ceil(range.count / by) };
}

/** The parts of an item that are drawn: those asked for by name, or all that are numbers. */
function drawnParts(dtype: DType, fields: string | undefined): Part[] {
  const parts = partsOf(dtype).filter(({ dtype: of, shape }) => DRAWN.includes(of.kind) && shape.length === 0);
  if (parts.length === 0) throw new InputFailure(`${dtype.name} has no numbers to draw; "show" prints its values`);
  if (fields === undefined) return parts;
  return fields.split(",").map((name) => {
    const found = parts.find((part) => part.name === name.trim());
    if (found !== undefined) return found;
    const names = parts.map((part) => part.name).join(", ");
    throw new InputFailure(`--fields: no field ${JSON.stringify(name)} of numbers; there are: ${names}`);
  });
}

/**
 * Reads what is to be drawn.
 *
 * @throws InputFailure for types without numbers, and more than three axes
 */
export async function numbersOf(
  input: InputTensor,
  selection: Selection,
  { fields, kind }: { readonly fields?: string; readonly kind?: PlotKind },
): Promise<Numbers> {
  const { dtype } = input.tensor;
  const ndim = selection.shape.length;
  if (ndim > 3 && kind !== "hist") {
    throw new InputFailure(`${ndim} axes are too many for a picture; choose some, as in '[0, ..., 0]'`);
  }
  if (selection.shape.includes(0)) throw new InputFailure("nothing is selected: there are no items to draw");
  const parts = drawnParts(dtype, fields);
  let axis = 0;
  const ranges = selection.ranges.map((range) => {
    if (range.drop) return range;
    return thinned(range, mostOf(kind, selection.shape, axis++));
  });
  const items = await readPart(input, { ranges });
  const shape = items.shape;
  const bytes = new Uint8Array(items.buffer, items.byteOffset, items.nbytes);
  const series = parts.map((part) => {
    const isDate = part.dtype.kind === "datetime" || part.dtype.kind === "timedelta";
    const order = part.dtype.byteOrder === "big" ? ">" : "<";
    const format = isDate ? `${order}q` : part.dtype;
    const strides = shape.map((_, i) => shape.slice(i + 1).reduce((size, length) => size * length, dtype.itemsize));
    const from = view(bytes, { format, shape, strides, byteOffset: part.byteOffset });
    const values = convert(from, dtypes.float64).toTypedArray() as Float64Array;
    if (isDate) for (let i = 0; i < values.length; i++) if (values[i] === NAT) values[i] = Number.NaN;
    return { name: part.name, dtype: part.dtype, values };
  });
  const all = selection.shape.reduce((size, length) => size * length, 1);
  const seen = shape.reduce((size, length) => size * length, 1);
  return { series, shape, axes: ranges.filter(({ drop }) => !drop), thinning: all / seen };
}
