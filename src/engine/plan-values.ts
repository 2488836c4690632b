/** dst[…] = src[…] between any two dtypes, taken apart into operations on plain numbers or bytes. */

import type { Factors } from "../backend/js/where.js";
import { complexToBool, conversionOf, isNumber, rangeElement } from "../convert/conversion.js";
import { rangeCheck, unitCheck } from "../convert/out-of-range.js";
import type { Linear, Overflow } from "../convert/pairs.js";
import type { DType } from "../dtype/dtype.js";
import { scalarDType } from "../dtype/make.js";
import { complexDType, voidDType } from "../dtype/make-other.js";
import { fieldNamed } from "../dtype/records.js";
import { stridebufError } from "../errors.js";
import { contiguousStrides } from "../view/strides.js";
import type { ConvertOptions, FactorArray } from "./options.js";
import { broadcastPart, broadcastStrides, lane, lanes, type Part, partAt, partOf, rawBytes, spread } from "./part.js";
import type { Planner } from "./planner.js";
import { leavesOf, relationOf } from "./relation.js";

interface Context {
  readonly planner: Planner;
  readonly overflow: Overflow;
  readonly isStrict: boolean;
  readonly linear: Linear | undefined;
  /** Instead: arrays over the axes of the destination. */
  readonly factors: readonly [scale: Factors, offset: Factors] | undefined;
  readonly rounds: boolean;
}

export function conversionError(dst: DType, src: DType, why = "there is no conversion"): Error {
  return stridebufError("ConversionError", `${src.format} to ${dst.format}: ${why}`, {
    from: src.format,
    to: dst.format,
  });
}

/** Refuses byte copies of items that hold references. */
export function requireCopyable(dtype: DType): void {
  if (dtype.copyable) return;
  const message = `items of ${dtype.format} hold references; copying their bytes would forge them`;
  throw stridebufError("LayoutError", message, { reason: "dtype" });
}

/** So many positions of a scale are a conversion each; more are scaled in one pass over a temporary. */
const MOST_POSITIONS = 64;

/** Converts every item; `src` broadcasts, and shares no byte with `dst`. */
export function planValues(planner: Planner, dst: Part, src: Part, options: ConvertOptions): void {
  const { overflow, linear, factors, rounds } = options;
  const isStrict = overflow === "error";
  const context = {
    planner,
    overflow: isStrict ? "as" : overflow,
    isStrict,
    linear,
    factors: undefined,
    rounds,
  } as const;
  if (factors === undefined) {
    planItems(context, dst, src);
    return;
  }
  const [scale, offset] = factors.map((factor) => spreadFactor(factor, dst.shape)) as [Factors, Factors];
  const varies = dst.shape.map((n, axis) => n > 1 && (scale.strides[axis] !== 0 || offset.strides[axis] !== 0));
  const positions = dst.shape.reduce((a, n, axis) => (varies[axis] ? a * n : a), 1);
  // A refusal names the first item in C order, so all are looked at in one pass.
  if (isStrict || positions > MOST_POSITIONS) {
    planItems({ ...context, factors: [scale, offset] }, dst, src);
    return;
  }
  const from = broadcastPart(src, dst.shape);
  const at = ({ values, strides }: Factors, index: readonly number[]): number =>
    values[index.reduce((sum, i, axis) => sum + i * strides[axis]!, 0)]!;
  for (let position = 0; position < positions; position++) {
    let rest = position;
    const index = dst.shape.map((n, axis) => {
      if (!varies[axis]) return 0;
      const i = rest % n;
      rest = Math.floor(rest / n);
      return i;
    });
    const one = { scale: at(scale, index), offset: at(offset, index) };
    planItems({ ...context, linear: one }, partAt(dst, index, varies), partAt(from, index, varies));
  }
}

/** Numbers over the axes of the destination. @throws LayoutError (`shape`) when they do not broadcast */
function spreadFactor({ values, shape }: FactorArray, wanted: readonly number[]): Factors {
  return { values, strides: broadcastStrides(wanted, shape, contiguousStrides(shape, 1)) };
}

function planItems(context: Context, dst: Part, src: Part): void {
  const to = dst.dtype;
  const from = src.dtype;
  const isScaled = context.linear !== undefined || context.factors !== undefined;
  if (!isScaled && relationOf(to, from).kind !== "values") planSame(context.planner, dst, src);
  else if (to.kind === "array" || from.kind === "array") planSubarrays(context, dst, src);
  else if (to.fields || from.fields) planFields(context, dst, src);
  else if (to.kind === "complex" || from.kind === "complex") planComplex(context, dst, src);
  else if (to.kind === "text" || to.kind === "bytes") planText(context, dst, src);
  else if (isNumber(to) && isNumber(from)) planNumbers(context, dst, src);
  else throw conversionError(to, from);
}

/** Items of one layout: their bytes, of which those of the other order are reversed on the way or afterwards. */
export function planSame(planner: Planner, dst: Part, src: Part): void {
  requireCopyable(dst.dtype);
  requireCopyable(src.dtype);
  const relation = relationOf(dst.dtype, src.dtype);
  planner.move(dst, src, relation.kind === "swap" ? relation.unit : 1);
  if (relation.kind !== "mixed") return;
  planner.reasons.push("fields of the other byte order are swapped in place afterwards");
  const theirs = leavesOf(src.dtype);
  planSwaps(planner, dst, (i, byteOrder) => byteOrder !== theirs[i]!.byteOrder);
}

/** Reverses the bytes of elements of every item, in place. */
export function planSwaps(planner: Planner, dst: Part, isWanted: (leaf: number, byteOrder: string) => boolean): void {
  leavesOf(dst.dtype).forEach((leaf, i) => {
    if (!isWanted(i, leaf.byteOrder)) return;
    const run = voidDType(leaf.unit * leaf.count);
    planner.swap(partOf(dst, run, leaf.offset, leaf.shape, leaf.strides), leaf.unit);
  });
}

/** Axes of sub-arrays become axes of the parts; a single item goes into every element of a sub-array. */
function planSubarrays(context: Context, dst: Part, src: Part): void {
  const to = spread(dst);
  const source = broadcastPart(src, dst.shape);
  if (src.dtype.kind !== "array") {
    const added = to.shape.length - dst.shape.length;
    const ones = new Array<number>(added).fill(1);
    planItems(context, to, partOf(source, src.dtype, 0, ones, new Array<number>(added).fill(0)));
    return;
  }
  const from = spread(source);
  if (from.shape.slice(dst.shape.length).join() !== to.shape.slice(dst.shape.length).join())
    throw conversionError(dst.dtype, src.dtype, "the sub-arrays have different shapes");
  planItems(context, to, from);
}

/** Field by field, by name; fields that only the source has are left out, padding stays as it is. */
function planFields(context: Context, dst: Part, src: Part): void {
  const to = dst.dtype.fields;
  const from = src.dtype.fields;
  if (!to || !from) throw conversionError(dst.dtype, src.dtype);
  for (const field of to) {
    const other = fieldNamed(src.dtype, field.name);
    if (other === undefined)
      throw conversionError(dst.dtype, src.dtype, `the source has no field ${JSON.stringify(field.name)}`);
    planItems(context, partOf(dst, field.dtype, field.offset), partOf(src, other.dtype, other.offset));
  }
}

function planComplex(context: Context, dst: Part, src: Part): void {
  const to = dst.dtype;
  const from = src.dtype;
  const { linear, factors, planner } = context;
  if (to.kind === "complex" && from.kind === "complex") {
    if (linear === undefined && factors === undefined) {
      planItems(context, lanes(dst, 2), lanes(broadcastPart(src, dst.shape), 2));
      return;
    }
    // The offset is a real number.
    const imaginary: Context = {
      ...context,
      linear: linear && { scale: linear.scale, offset: 0 },
      factors: factors && [factors[0], { values: new Float64Array(1), strides: factors[1].strides.map(() => 0) }],
    };
    planItems(context, lane(dst, 0), lane(src, 0));
    planItems(imaginary, lane(dst, 1), lane(src, 1));
  } else if (to.kind === "complex") {
    planItems(context, lane(dst, 0), src);
    planner.clear(dst, to.itemsize / 2, to.itemsize / 2);
  } else if (to.kind !== "bool") planItems(context, dst, lane(src, 0));
  else if (factors !== undefined) {
    const scaled = planner.temporary(complexDType("float64"), dst.shape, "scaled complex numbers");
    planItems(context, scaled, src);
    planItems({ ...context, factors: undefined }, dst, scaled);
  } else {
    const conversion = complexToBool(to, from, lane(src, 0).dtype, linear ?? { scale: 1, offset: 0 });
    if (conversion === undefined) throw conversionError(to, from);
    planner.transform(dst, src, conversion);
  }
}

/** Code units, cut off or padded with NULs; bytes and text meet in ASCII. */
function planText(context: Context, dst: Part, src: Part): void {
  const to = dst.dtype;
  const from = src.dtype;
  const { planner } = context;
  if ((from.kind !== "text" && from.kind !== "bytes") || context.linear || context.factors)
    throw conversionError(to, from);
  const units = (part: Part, count: number, first = 0): Part =>
    part.dtype.kind === "text" ? lanes(part, count, first) : rawBytes(part, first, count);
  const lengthOf = (dtype: DType): number => (dtype.kind === "text" ? dtype.lanes : dtype.itemsize);
  const capacity = lengthOf(to);
  const length = lengthOf(from);
  const shared = Math.min(capacity, length);
  const check = (limit: number, first: number, reason: string): void => {
    const items = checkedItems(planner, dst, src);
    const values = units(items, length - first, first);
    planner.check(values, rangeCheck(values.dtype, limit), items.shape.length, from, to, reason);
  };
  if (shared > 0) {
    if (to.kind !== from.kind) check(127, 0, "bytes and text meet in ASCII");
    if (context.isStrict && length > capacity) check(0, capacity, "what is cut off must be NULs");
    planNumbers({ ...context, isStrict: false }, units(dst, shared), units(broadcastPart(src, dst.shape), shared));
  }
  const width = to.itemsize / capacity;
  if (capacity > shared) planner.clear(dst, shared * width, (capacity - shared) * width);
}

function planNumbers(context: Context, dst: Part, src: Part): void {
  const { planner, overflow, isStrict, linear, factors, rounds } = context;
  const to = dst.dtype;
  const from = src.dtype;
  if (factors !== undefined) {
    planScaled(context, factors, dst, src);
    return;
  }
  const conversion = conversionOf(to, from, overflow, linear, rounds);
  const isTime = to.unit !== undefined && from.unit !== undefined;
  if (conversion === undefined)
    throw conversionError(to, from, isTime ? undefined : "the codec of a user's dtype does not go that way");
  const items = checkedItems(planner, dst, src);
  const axes = items.shape.length;
  if (isTime) planner.check(items, unitCheck(to, from), axes, from, to, "counts must fit in the other unit");
  else if (isStrict && to.element !== undefined)
    planner.check(items, rangeCheck(from, rangeElement(to), linear, rounds), axes, from, to, "numbers must fit");
  planner.transform(dst, src, conversion);
}

/** The items that a check looks at: those of the source, once each unless a mask chooses among their copies. */
const checkedItems = (planner: Planner, dst: Part, src: Part): Part =>
  planner.mask === undefined ? src : broadcastPart(src, dst.shape);

/** By way of binary64 in a temporary of the destination's shape. */
function planScaled(context: Context, [scale, offset]: readonly [Factors, Factors], dst: Part, src: Part): void {
  const { planner } = context;
  if (dst.dtype.unit && src.dtype.unit) throw conversionError(dst.dtype, src.dtype);
  const numbers = planner.temporary(scalarDType("float64"), dst.shape, "numbers before they are scaled");
  planItems({ ...context, factors: undefined, isStrict: false }, numbers, src);
  const further = dst.shape.slice(scale.strides.length).map(() => 0);
  const over = ({ values, strides }: Factors): Factors => ({ values, strides: [...strides, ...further] });
  planner.scale(numbers, over(scale), over(offset));
  // Scaled results saturate.
  const overflow = context.overflow === "wrap" ? "as" : context.overflow;
  planItems({ ...context, factors: undefined, overflow }, dst, numbers);
}
