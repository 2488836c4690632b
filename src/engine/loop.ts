/**
 * The arithmetic half of planning: two strided parts become one loop nest with nothing left in it to simplify (broadcast →
 * drop → sort → flip → merge → classify: ARCHITECTURE.md, "Plan").
 */

import type { Kind } from "../backend/backend.js";

/** What is read of a part: bytes; strides of both parts are along the same axes. */
interface Strided {
  readonly byteOffset: number;
  readonly strides: readonly number[];
}

/** A loop nest under construction, outermost axis first; strides and offsets are bytes. */
export interface Nest {
  readonly sizes: number[];
  readonly dst: number[];
  readonly src: number[];
  dstOffset: number;
  srcOffset: number;
}

/** Drops axes of one item, flips the others so that `dst` runs forward, sorts them by its strides and merges. */
export function normalise(shape: readonly number[], dst: Strided, src: Strided): Nest {
  const nest: Nest = { sizes: [], dst: [], src: [], dstOffset: dst.byteOffset, srcOffset: src.byteOffset };
  for (let axis = 0; axis < shape.length; axis++) {
    const n = shape[axis]!;
    if (n === 1) continue;
    let d = dst.strides[axis]!;
    let s = src.strides[axis]!;
    if (d < 0) {
      nest.dstOffset += d * (n - 1);
      nest.srcOffset += s * (n - 1);
      d = -d;
      s = 0 - s;
    }
    insert(nest, n, d, s);
  }
  if (nest.sizes.length > 1) merge(nest);
  return nest;
}

/** Keeps axes in order of falling destination stride, then falling magnitude of the source stride. */
function insert(nest: Nest, n: number, d: number, s: number): void {
  const { sizes, dst, src } = nest;
  let at = sizes.length;
  for (; at > 0; at--) {
    const before = dst[at - 1]!;
    if (before > d || (before === d && Math.abs(src[at - 1]!) >= Math.abs(s))) break;
    sizes[at] = sizes[at - 1]!;
    dst[at] = before;
    src[at] = src[at - 1]!;
  }
  sizes[at] = n;
  dst[at] = d;
  src[at] = s;
}

/** Joins neighbouring axes that are one run in both sides. */
function merge({ sizes, dst, src }: Nest): void {
  let kept = 0;
  for (let axis = 1; axis < sizes.length; axis++) {
    const n = sizes[axis]!;
    if (dst[kept] === dst[axis]! * n && src[kept] === src[axis]! * n) sizes[kept] = sizes[kept]! * n;
    else sizes[++kept] = n;
    dst[kept] = dst[axis]!;
    src[kept] = src[axis]!;
  }
  sizes.length = dst.length = src.length = kept + 1;
}

/** What the inner problem is, between items of two widths. */
export function kindOf({ sizes, dst, src }: Nest, dstWidth: number, srcWidth: number): Kind {
  const last = sizes.length - 1;
  if (last < 0) return "contiguous";
  if (src[last] === 0) return "fill";
  if (dst[last] !== dstWidth) return src[last] === srcWidth ? "scatter" : "strided";
  if (src[last] === srcWidth) return "contiguous";
  return src[last] === -srcWidth ? "reverse" : "gather";
}

/** Makes the inner run that is contiguous on both sides one item. @returns bytes per item */
export function foldItems(nest: Nest, width: number): number {
  const last = nest.sizes.length - 1;
  if (last < 0 || nest.dst[last] !== width || nest.src[last] !== width) return width;
  nest.dst.pop();
  nest.src.pop();
  return width * nest.sizes.pop()!;
}

/**
 * A transpose: items adjacent in `dst` along the last axis, in `src` along another one. Puts that one next to the last
 * and flips it so that `src` runs forward. @returns whether there is one
 */
export function pairAxes(nest: Nest, dstWidth: number, srcWidth: number): boolean {
  const { sizes, dst, src } = nest;
  const last = sizes.length - 1;
  if (last < 1 || dst[last] !== dstWidth || src[last] === srcWidth || src[last] === 0) return false;
  for (let axis = last - 1; axis >= 0; axis--) {
    if (Math.abs(src[axis]!) !== srcWidth) continue;
    if (src[axis]! < 0) flipAxis(nest, axis);
    for (let at = axis; at < last - 1; at++) swapAxes(nest, at, at + 1);
    return true;
  }
  return false;
}

function swapAxes({ sizes, dst, src }: Nest, a: number, b: number): void {
  [sizes[a], sizes[b]] = [sizes[b]!, sizes[a]!];
  [dst[a], dst[b]] = [dst[b]!, dst[a]!];
  [src[a], src[b]] = [src[b]!, src[a]!];
}

/** Walks one axis from its last item to its first. */
function flipAxis(nest: Nest, axis: number): void {
  const n = nest.sizes[axis]! - 1;
  nest.dstOffset += n * nest.dst[axis]!;
  nest.srcOffset += n * nest.src[axis]!;
  nest.dst[axis] = 0 - nest.dst[axis]!;
  nest.src[axis] = 0 - nest.src[axis]!;
}

/** Walks the whole nest from its last item to its first. */
export function flipAll(nest: Nest): void {
  for (let axis = 0; axis < nest.sizes.length; axis++) flipAxis(nest, axis);
}
