/** `Backend.transform` in plain TypeScript: tiles of contiguous native elements between a gather and a scatter. */

import type { Conversion, ConvertStep, Loop, Place } from "../backend.js";
import { noLoop } from "../loop.js";
import { moveScript } from "./move.js";

/** Elements per tile: two tiles of 8-byte elements and one user line stay in L1 (bench/convert, tile). */
const TILE = 1024;

const SCRATCH_BYTES = TILE * 16;

/** Two scratch buffers that the stages of a chain alternate between. */
let scratch: readonly [ArrayBuffer, ArrayBuffer] = [new ArrayBuffer(SCRATCH_BYTES), new ArrayBuffer(SCRATCH_BYTES)];

/** Elements per tile of a conversion: fewer where elements are blocks of more than 16 bytes. */
function tileOf({ steps }: Conversion): number {
  const widest = steps.reduce((most, step) => Math.max(most, step.srcWidth, step.dstWidth), 1);
  if (widest > scratch[0].byteLength) scratch = [new ArrayBuffer(widest), new ArrayBuffer(widest)];
  return Math.min(TILE, Math.max(1, Math.floor(SCRATCH_BYTES / widest)));
}

/** Blocks of an odd number of bytes hold nothing that wants alignment. */
const aligned = (place: Place, width: number): boolean => place.byteOffset % Math.min(width & -width, 8) === 0;

/** Runs the steps over `count` contiguous native elements; places must be aligned to the element widths. */
function chain(steps: readonly ConvertStep[], dst: Place, src: Place, count: number, first: 0 | 1): void {
  let from: Place = src;
  let turn = first;
  steps.forEach((step, i) => {
    const to = i === steps.length - 1 ? dst : { buffer: scratch[turn]!, byteOffset: 0 };
    step.js(to.buffer, to.byteOffset, from.buffer, from.byteOffset, count);
    from = to;
    turn = turn === 0 ? 1 : 0;
  });
}

/** One line of elements, tile by tile. */
function line(dst: Place, src: Place, count: number, dStride: number, sStride: number, c: Conversion): void {
  const direct = { src: sStride === c.srcWidth && !c.srcSwap, dst: dStride === c.dstWidth && !c.dstSwap };
  const tile = tileOf(c);
  for (let done = 0; done < count; done += tile) {
    const n = Math.min(tile, count - done);
    const from = { buffer: src.buffer, byteOffset: src.byteOffset + done * sStride };
    const to = { buffer: dst.buffer, byteOffset: dst.byteOffset + done * dStride };
    const packedFrom = { buffer: scratch[0], byteOffset: 0 };
    const packedTo = { buffer: scratch[c.steps.length % 2 === 0 ? 0 : 1]!, byteOffset: 0 };
    const useFrom = direct.src && aligned(from, c.srcWidth);
    const useTo = direct.dst && aligned(to, c.dstWidth);
    if (!useFrom) {
      const gather: Loop = { sizes: [n], dstStrides: [c.srcWidth], srcStrides: [sStride] };
      moveScript(packedFrom, from, gather, c.srcWidth, c.srcSwap ? c.srcWidth : 1);
    }
    chain(c.steps, useTo ? to : packedTo, useFrom ? from : packedFrom, n, 1);
    if (!useTo) {
      const scatter: Loop = { sizes: [n], dstStrides: [dStride], srcStrides: [c.dstWidth] };
      moveScript(to, packedTo, scatter, c.dstWidth, c.dstSwap ? c.dstWidth : 1);
    }
  }
}

export function transformScript(dst: Place, src: Place, loop: Loop, conversion: Conversion): void {
  const { sizes, dstStrides, srcStrides } =
    loop.sizes.length > 0 ? loop : { ...noLoop, sizes: [1], dstStrides: [0], srcStrides: [0] };
  const last = sizes.length - 1;
  const visit = (axis: number, di: number, si: number): void => {
    if (axis === last) {
      const to = { buffer: dst.buffer, byteOffset: di };
      const from = { buffer: src.buffer, byteOffset: si };
      line(to, from, sizes[axis]!, dstStrides[axis]!, srcStrides[axis]!, conversion);
      return;
    }
    for (let i = 0; i < sizes[axis]!; i++) visit(axis + 1, di + i * dstStrides[axis]!, si + i * srcStrides[axis]!);
  };
  visit(0, dst.byteOffset, src.byteOffset);
}
