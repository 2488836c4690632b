/** Assignment between foreign arrays. */

import { elementOfArray } from "../../dtype/typed-arrays.js";
import { copy } from "../../index.js";
import type { Operand } from "../../shared.js";
import { itemsOf, type NdarrayLike, stdlibFormat } from "./read.js";

/** What {@link assign} takes: arrays of these libraries beside all that `copy` takes. */
export type NdarrayOperand = NdarrayLike | Operand;

/**
 * dst[…] = src: what `ndarray-ops.assign` does, without code made at run time (its `eval` is refused under a strict Content
 * Security Policy). Broadcasts, converts and takes overlapping arrays, as `copy` does.
 *
 * @throws as `copy` and {@link fromNdarray} do; `dst` is untouched then
 *
 * @example
 * const dst = { data: new Float64Array(2), shape: [2], stride: [1] }; // or ndarray(new Float64Array(2))
 * assign(dst, { data: Uint8Array.of(1, 2, 3), shape: [2], stride: [2] });
 * dst.data; // Float64Array.of(1, 3)
 */
export function assign(dst: NdarrayOperand, src: NdarrayOperand): void {
  if (isNdarray(dst) && isNdarray(src) && copiedSmall(dst, src)) return;
  copy(operand(dst), operand(src));
}

function isNdarray(array: NdarrayOperand): array is NdarrayLike {
  const { data, shape } = (array ?? {}) as Partial<NdarrayLike>;
  return data !== undefined && shape !== undefined;
}

const operand = (array: NdarrayOperand): Operand => (isNdarray(array) ? itemsOf(array) : array);

/** Elements up to which a loop is faster than two views and a plan. */
const MOST = 512;

const read = /* @__PURE__ */ new Float64Array(MOST);

/**
 * Whether a small array was copied element by element: of one or two axes, of the same shape and the same type, numbers of which none is
 * NaN, since its bits might change. All are read before the first is written, so arrays may overlap. Whatever else there is, and what is
 * wrong, is left to `copy`.
 */
function copiedSmall(dst: NdarrayLike, src: NdarrayLike): boolean {
  const to = dst.data as Float64Array;
  const from = src.data as Float64Array;
  const element = elementOfArray(to);
  if (element === undefined || element !== elementOfArray(from) || typeof from[0] !== "number") return false;
  if (stdlibFormat(dst) !== undefined || stdlibFormat(src) !== undefined) return false;
  const target = gridOf(dst, to.length);
  const source = gridOf(src, from.length);
  if (target === undefined || source === undefined || isFolded(target)) return false;
  const { rows, columns } = source;
  if (target.rows !== rows || target.columns !== columns || dst.shape.length !== src.shape.length) return false;
  for (let i = 0, k = 0; i < rows; i++)
    for (let j = 0, at = source.start + i * source.rowStep; j < columns; j++, at += source.columnStep) {
      const value = from[at]!;
      if (Number.isNaN(value)) return false;
      read[k++] = value;
    }
  for (let i = 0, k = 0; i < rows; i++)
    for (let j = 0, at = target.start + i * target.rowStep; j < columns; j++, at += target.columnStep)
      to[at] = read[k++]!;
  return true;
}

interface Grid {
  readonly rows: number;
  readonly columns: number;
  readonly rowStep: number;
  readonly columnStep: number;
  readonly start: number;
}

const isInt32 = (n: unknown): boolean => ((n as number) | 0) === n;

/** An array of one or two axes and at most {@link MOST} items, all of them among `length` elements; undefined for any other. */
function gridOf(array: NdarrayLike, length: number): Grid | undefined {
  const { shape, offset: start = 0 } = array;
  const steps = array.stride ?? array.strides;
  const ndim = shape.length;
  if (steps === undefined || steps.length !== ndim || ndim < 1 || ndim > 2) return undefined;
  const [rows, rowStep] = ndim === 1 ? [1, 0] : [shape[0]!, steps[0]!];
  const [columns, columnStep] = [shape[ndim - 1]!, steps[ndim - 1]!];
  if (!(rows > 0 && columns > 0 && rows * columns <= MOST)) return undefined;
  if (!(isInt32(rows) && isInt32(columns) && isInt32(rowStep) && isInt32(columnStep) && isInt32(start)))
    return undefined;
  const [down, across] = [(rows - 1) * rowStep, (columns - 1) * columnStep];
  const first = start + Math.min(down, 0) + Math.min(across, 0);
  const last = start + Math.max(down, 0) + Math.max(across, 0);
  return first >= 0 && last < length ? { rows, columns, rowStep, columnStep, start } : undefined;
}

/** Whether two items may lie at the same element. */
function isFolded({ rows, columns, rowStep, columnStep }: Grid): boolean {
  const [down, across] = [Math.abs(rowStep), Math.abs(columnStep)];
  if (rows === 1) return columns > 1 && across === 0;
  if (columns === 1) return down === 0;
  return Math.min(down, across) === 0 || (down <= across * (columns - 1) && across <= down * (rows - 1));
}
