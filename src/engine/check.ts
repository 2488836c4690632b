/** The pass before a strict conversion: looks at every number of the source, and writes nothing. */

import type { Backend } from "../backend/backend.js";
import { conversionOf, rangeElement } from "../convert/conversion.js";
import { firstOutside, firstUnfit, fitRule } from "../convert/offenders.js";
import type { Linear } from "../convert/pairs.js";
import { rowOf } from "../convert/ranges.js";
import type { DType } from "../dtype/dtype.js";
import type { ElementName } from "../dtype/elements.js";
import { scalarDType } from "../dtype/make.js";
import { stridebufError } from "../errors.js";
import { contiguousStrides } from "../view/strides.js";
import type { StridedView } from "../view/view.js";
import { sideOf } from "./copy.js";
import { runTransform } from "./transform.js";

/** Numbers looked at together. */
const CHUNK = 16_384;

/**
 * Throws when one of `values` does not fit.
 *
 * @param limit - the element type that they must fit, or the largest integer allowed
 * @param dst - what the whole conversion is to, for the message
 * @param src - what it is from; its axes are those of the index in the error
 */
export function refuseOffenders(
  backend: Backend,
  values: StridedView,
  limit: ElementName | number,
  dst: DType,
  src: StridedView,
  linear?: Linear,
): void {
  const isCount = typeof limit === "number";
  const rule = isCount ? { above: -1, below: limit + 1, infinity: false, nan: false } : fitRule(limit);
  if (rule === undefined || values.size === 0) return;
  const from = rangeElement(values.dtype);
  const isWide = rowOf(from).kind !== "float" && rowOf(from).width === 8;
  const isWhole = linear === undefined || (linear.scale === 1 && Number.isInteger(linear.offset));
  // Whole 64-bit integers are compared as such; everything else is exact, or scaled, in binary64.
  const hub = isWide && !isCount && isWhole && rowOf(limit).kind !== "float" ? from : "float64";
  const dtype = scalarDType(hub);
  const conversion = conversionOf(dtype, values.dtype, "as", hub === "float64" ? linear : undefined);
  if (conversion === undefined) return;
  const buffer = new ArrayBuffer(Math.min(CHUNK, values.size) * 8);
  const find =
    hub === "float64"
      ? (count: number) => firstUnfit(new Float64Array(buffer, 0, count), count, rule)
      : (count: number) =>
          firstOutside(
            hub === "uint64" ? new BigUint64Array(buffer, 0, count) : new BigInt64Array(buffer, 0, count),
            count,
            limit as ElementName,
            BigInt(linear?.offset ?? 0),
          );
  forEachChunk(values, (shape, byteOffset, index) => {
    const strides = values.strides.slice(values.ndim - shape.length);
    const side = { ...sideOf(values), byteOffset, strides };
    const target = { buffer, byteOffset: 0, strides: contiguousStrides(shape, 8) };
    runTransform(backend, shape, target, side, conversion);
    const count = shape.reduce((a, n) => a * n, 1);
    const found = find(count);
    if (found < 0) return;
    const at = unravel(found, shape);
    const first = values.ndim - shape.length;
    const where = [...index.slice(0, first), ...at];
    if (shape.length > 0) where[first] = where[first]! + (index[first] ?? 0);
    const value = hub === "float64" ? new Float64Array(buffer)[found]! : wideValue(buffer, found, hub);
    throw offence(dst, src, where.slice(0, src.ndim), value);
  });
}

const wideValue = (buffer: ArrayBuffer, at: number, hub: string): bigint =>
  hub === "uint64" ? new BigUint64Array(buffer)[at]! : new BigInt64Array(buffer)[at]!;

function offence(dst: DType, src: StridedView, index: readonly number[], value: unknown): Error {
  const message = `${value} at [${index}] does not fit: ${src.dtype.format} to ${dst.format}`;
  return stridebufError("ConversionError", message, { from: src.dtype.format, to: dst.format, index });
}

/** The position of the item with a number in C order. */
export function unravel(flat: number, shape: readonly number[]): number[] {
  const index: number[] = new Array(shape.length);
  let rest = flat;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return index;
}

/** Visits a view in C order, in pieces of at most CHUNK items: runs of the innermost axes that fit, cut along one axis. */
function forEachChunk(
  view: StridedView,
  visit: (shape: readonly number[], byteOffset: number, index: readonly number[]) => void,
): void {
  const { shape, strides } = view;
  let axis = shape.length;
  let inner = 1;
  while (axis > 0 && inner * shape[axis - 1]! <= CHUNK) inner *= shape[--axis]!;
  if (axis === 0) {
    visit(shape, view.byteOffset, []);
    return;
  }
  const cut = axis - 1;
  const step = Math.max(1, Math.floor(CHUNK / inner));
  const index = new Array<number>(axis).fill(0);
  const walk = (at: number, byteOffset: number): void => {
    const n = shape[at]!;
    if (at < cut) {
      for (index[at] = 0; index[at]! < n; index[at]!++) walk(at + 1, byteOffset + index[at]! * strides[at]!);
      return;
    }
    for (let first = 0; first < n; first += step) {
      index[at] = first;
      visit([Math.min(step, n - first), ...shape.slice(axis)], byteOffset + first * strides[at]!, index);
    }
  };
  walk(0, view.byteOffset);
}
