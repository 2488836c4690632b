/**
 * How a loop is cut into tiles that pass through the staging window. On each side a tile is a number of *segments*:
 * runs of memory that are copied at once. Pure arithmetic; strides and widths are bytes.
 */

import type { Loop } from "../backend.js";
import { SPARSE } from "../thresholds.js";

/** One side of a tile. */
export interface TileSide {
  /** Bytes per segment; the segments of a tile lie one after the other in the window. */
  readonly segment: number;
  readonly segments: number;
  /** Axes inside a segment; the others count segments. */
  readonly inside: readonly boolean[];
}

/** Segments have at least about this many bytes before other axes grow: bench/NOTES.md, thresholds: transpose staged. */
const LONG_SEGMENT = 1024;

/** The segments of a tile of `sizes`. `exact`: they may hold nothing but items, since they are written. */
export function sideOfTile(
  sizes: readonly number[],
  strides: readonly number[],
  width: number,
  exact: boolean,
): TileSide {
  const order: number[] = [];
  for (let axis = 0; axis < sizes.length; axis++) {
    let at = order.length;
    while (at > 0 && Math.abs(strides[order[at - 1]!]!) > Math.abs(strides[axis]!)) at--;
    order.splice(at, 0, axis);
  }
  const inside: boolean[] = new Array(sizes.length).fill(false);
  let segment = width;
  let payload = width;
  let segments = 1;
  let cut = false;
  for (const axis of order) {
    const n = sizes[axis]!;
    const stride = Math.abs(strides[axis]!);
    const span = stride * (n - 1) + segment;
    if (n === 1 || stride === 0) inside[axis] = true;
    else if (!cut && (exact ? stride === segment : span <= SPARSE * payload * n)) {
      inside[axis] = true;
      segment = span;
      payload *= n;
    } else {
      cut = true;
      segments *= n;
    }
  }
  return { segment, segments, inside };
}

const bytesOf = (side: TileSide): number => side.segment * side.segments;

/** Items per axis of a tile such that each side that is staged fits `room` bytes; 0 axes need no cutting. */
export function tileSizes(
  loop: Loop,
  dstWidth: number,
  srcWidth: number,
  dstStaged: boolean,
  srcStaged: boolean,
  room: number,
): number[] {
  const { sizes, dstStrides, srcStrides } = loop;
  const tile = sizes.map(() => 1);
  let dst = sideOfTile(tile, dstStrides, dstWidth, true);
  let src = sideOfTile(tile, srcStrides, srcWidth, false);
  const grow = (axis: number): boolean => {
    const before = tile[axis]!;
    if (before === sizes[axis]) return false;
    tile[axis] = Math.min(sizes[axis]!, before * 2);
    const nextDst = sideOfTile(tile, dstStrides, dstWidth, true);
    const nextSrc = sideOfTile(tile, srcStrides, srcWidth, false);
    if ((dstStaged && bytesOf(nextDst) > room) || (srcStaged && bytesOf(nextSrc) > room)) {
      tile[axis] = before;
      return false;
    }
    dst = nextDst;
    src = nextSrc;
    return true;
  };
  const last = sizes.length - 1;
  let inner = last;
  for (let axis = last; axis >= 0; axis--)
    if (
      srcStrides[axis] !== 0 &&
      (srcStrides[inner] === 0 || Math.abs(srcStrides[axis]!) < Math.abs(srcStrides[inner]!))
    )
      inner = axis;
  // The two sides take turns until the runs of both are long; then every axis, inner ones first.
  while (dst.segment < LONG_SEGMENT || src.segment < LONG_SEGMENT) {
    const first = dst.segment <= src.segment ? last : inner;
    if (!grow(first) && !grow(first === last ? inner : last)) break;
  }
  for (let axis = last; axis >= 0; axis--) while (grow(axis));
  return tile.map((t, axis) => Math.ceil(sizes[axis]! / Math.ceil(sizes[axis]! / t)));
}
