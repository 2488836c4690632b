/** Moves of the items that a mask chooses, and numbers scaled by arrays: loops over three operands, in TypeScript. */

import type { Place } from "../backend.js";
import { arraysOf } from "./arrays.js";
import { copy8, copy16, copy32, copyPairs, type Line, moveBytes } from "./lines.js";

/** A loop over three operands, outermost axis first; strides are bytes. */
export interface MaskedLoop {
  /** Items per axis. */
  readonly sizes: readonly number[];
  /** Bytes to the next item of the destination, per axis. */
  readonly dstStrides: readonly number[];
  /** Bytes to the next item of the source, per axis. */
  readonly srcStrides: readonly number[];
  /** Bytes to the next item of the mask, per axis. */
  readonly maskStrides: readonly number[];
}

/** Calls `visit` with the offsets of every innermost line. */
function forEachLine(
  sizes: readonly number[],
  strides: readonly (readonly number[])[],
  visit: (offsets: readonly number[]) => void,
): void {
  const last = sizes.length - 1;
  const index = new Array<number>(Math.max(0, last)).fill(0);
  const offsets = strides.map(() => 0);
  for (;;) {
    visit(offsets);
    let axis = last - 1;
    for (; axis >= 0; axis--) {
      const isDone = ++index[axis]! === sizes[axis];
      for (let k = 0; k < strides.length; k++) offsets[k]! += strides[k]![axis]! * (isDone ? 1 - sizes[axis]! : 1);
      if (!isDone) break;
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

/** dst[…] = src[…] for items of `width` bytes where the mask's byte is not zero. */
export function moveWhere(dst: Place, src: Place, mask: Place, loop: MaskedLoop, width: number): void {
  const { sizes, dstStrides, srcStrides, maskStrides } = loop;
  if (sizes.includes(0)) return;
  const last = sizes.length - 1;
  const count = last < 0 ? 1 : sizes[last]!;
  const [dStride, sStride, mStride] = [dstStrides, srcStrides, maskStrides].map((strides) => strides[last] ?? 0) as [
    number,
    number,
    number,
  ];
  const to = arraysOf(dst.buffer);
  const from = arraysOf(src.buffer);
  const bits = arraysOf(mask.buffer).u8;
  const aligned = [dst.byteOffset, src.byteOffset, ...dstStrides, ...srcStrides, width].reduce((a, n) => a | n, 0);
  const bytes: Line<Uint8Array> = (d, s, di, si, a, b, n) => moveBytes(d, s, di, si, a, b, n, width);
  const move = (di: number, si: number, n: number): void => {
    if (width === 1) copy8(to.u8, from.u8, di, si, dStride, sStride, n);
    else if (width === 2 && (aligned & 1) === 0) copy16(to.u16, from.u16, di / 2, si / 2, dStride / 2, sStride / 2, n);
    else if (width === 4 && (aligned & 3) === 0) copy32(to.u32, from.u32, di / 4, si / 4, dStride / 4, sStride / 4, n);
    else if (width === 8 && (aligned & 3) === 0)
      copyPairs(to.u32, from.u32, di / 4, si / 4, dStride / 4, sStride / 4, n);
    else bytes(to.u8, from.u8, di, si, dStride, sStride, n);
  };
  forEachLine(sizes, [dstStrides, srcStrides, maskStrides], ([d, s, m]) => {
    const [di, si, mi] = [dst.byteOffset + d!, src.byteOffset + s!, mask.byteOffset + m!];
    // Runs of chosen items are moved together.
    for (let i = 0; i < count; ) {
      while (i < count && bits[mi + i * mStride] === 0) i++;
      const start = i;
      while (i < count && bits[mi + i * mStride] !== 0) i++;
      if (i > start) move(di + start * dStride, si + start * sStride, i - start);
    }
  });
}

/** Numbers that broadcast over the axes of an array: strides count numbers. */
export interface Factors {
  /** The numbers. */
  readonly values: Float64Array;
  /** Numbers to the next one, per axis; 0 where one number serves the whole axis. */
  readonly strides: readonly number[];
}

/** x = x * scale + offset in binary64, for contiguous numbers of `shape`. */
export function scaleBy(x: Float64Array, shape: readonly number[], scale: Factors, offset: Factors): void {
  if (shape.includes(0)) return;
  const last = shape.length - 1;
  const count = last < 0 ? 1 : shape[last]!;
  const [sStep, oStep] = [scale.strides[last] ?? 0, offset.strides[last] ?? 0];
  let at = 0;
  forEachLine(shape, [scale.strides, offset.strides], ([s, o]) => {
    for (let i = 0; i < count; i++, at++)
      x[at] = x[at]! * scale.values[s! + i * sStep]! + offset.values[o! + i * oStep]!;
  });
}
