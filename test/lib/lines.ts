/** Cases of one strided line. */
import type { MoveCase } from "./moves.js";

/** Bytes around `dst` that must not change. */
const GUARD = 32;

/** A line of `count` items with its memory around it; `distance` puts src that many bytes after dst in one buffer. */
export function lineCase(
  width: number,
  unit: number,
  count: number,
  dStride: number,
  sStride: number,
  dMis: number,
  sMis: number,
  distance?: number,
): MoveCase {
  const reach = (stride: number) => Math.abs(stride) * Math.max(count - 1, 0) + width;
  const start = (stride: number) => (stride < 0 ? -stride * Math.max(count - 1, 0) : 0);
  const dstOffset = GUARD + dMis + start(dStride);
  const base = { shape: [count], width, unit, dstStrides: [dStride], srcStrides: [sStride] };
  if (distance === undefined)
    return {
      ...base,
      dstOffset,
      srcOffset: sMis + start(sStride),
      dstBytes: dMis + reach(dStride) + 2 * GUARD,
      srcBytes: sMis + reach(sStride),
    };
  const room = GUARD + Math.abs(distance) + Math.max(reach(dStride), reach(sStride));
  const shift = room;
  return { ...base, dstOffset: shift + dstOffset, srcOffset: shift + dstOffset + distance, dstBytes: 3 * room + 64 };
}

/** The byte reversals that a width allows. */
export const unitsOf = (width: number): number[] => [1, ...[2, 4, 8, 16, 3, 12].filter((unit) => width % unit === 0)];
