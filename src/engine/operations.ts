/**
 * What a plan consists of. Operations are values: they name their operands (`"dst"`, `"src"`, numbered temporaries) and
 * count bytes from an operand's first item, or from the start of a temporary, so a plan holds no memory and fits any two
 * views of the geometry it was made for.
 */

import type { Backend, Conversion, Executor, Loop, MoveLoop, Overlap, Placement } from "../backend/backend.js";
import type { RangeCheck } from "../convert/out-of-range.js";
import { flipAll, foldItems, kindOf, type Nest, normalise, pairAxes } from "./loop.js";
import { overlapOf } from "./overlap.js";
import type { Operand, Part } from "./part.js";

/** Bytes moved, or elements converted, along one loop. */
export interface LoopOperation extends MoveLoop {
  readonly op: "move" | "transform";
  readonly dst: Operand;
  readonly src: Operand;
  /** Bytes from the first item of the operand to the first of the loop. */
  readonly dstOffset: number;
  readonly srcOffset: number;
  readonly executor: Executor;
  /** Undefined when only bytes move. */
  readonly conversion: Conversion | undefined;
  readonly overlap: Overlap;
  /** Why this executor. */
  readonly reason: string;
}

/** New zeroed memory. */
export interface TemporaryOperation {
  readonly op: "temporary";
  readonly index: number;
  readonly nbytes: number;
  readonly reason: string;
}

/** Follows the pointers of a view: its items become contiguous in a temporary, or come from there. */
export interface PointerOperation {
  readonly op: "gather" | "scatter";
  readonly view: "dst" | "src";
  readonly temporary: Operand;
  /** Leading axes up to the last pointer, after which pieces are plain: their lengths, and bytes in the temporary from piece to piece. */
  readonly counts: readonly number[];
  readonly strides: readonly number[];
  /** What is done with a piece; offsets count from its first item on either side. */
  readonly piece: LoopOperation;
  readonly reason: string;
}

/** Looks at numbers before anything is written, and refuses those that do not fit. */
export interface CheckOperation {
  readonly op: "check";
  readonly operand: Operand;
  readonly range: RangeCheck;
  /** Items looked at, outermost axis first; the first `axes` of an index are those of the source. */
  readonly shape: readonly number[];
  readonly axes: number;
  /** The axes before a chunk: how many chunks, and bytes from one to the next. */
  readonly counts: readonly number[];
  readonly strides: readonly number[];
  /** Brings a chunk to the hub's type; the last one along the innermost of those axes may be shorter. */
  readonly chunk: LoopOperation;
  readonly rest: LoopOperation | undefined;
  /** Numbers in a chunk, and in a shorter one. */
  readonly items: number;
  readonly restItems: number;
  /** The whole conversion, for the message. */
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

export type Operation = CheckOperation | LoopOperation | PointerOperation | TemporaryOperation;

/** How `dst[…] = src[…]` is done: see `planAssignment`. */
export interface Plan {
  readonly backend: "wasm" | "js";
  /** In the order in which they are done. */
  readonly operations: readonly Operation[];
  /** How the two views share bytes. */
  readonly overlap: Overlap;
  /** What is done to items as a whole, for readers. */
  readonly reasons: readonly string[];
  /** Half-open byte ranges that the views touch, relative to their first items; `[0, 0]` when nothing. */
  readonly dstExtent: readonly [number, number];
  readonly srcExtent: readonly [number, number];
}

/** Bytes from where one operand counts to where the other does, when they share memory. */
function distance({ memory: dst }: Part, { memory: src }: Part): number | undefined {
  if (dst.operand === src.operand) return 0;
  return dst.buffer !== undefined && dst.buffer === src.buffer ? src.base - dst.base : undefined;
}

const loopOf = ({ sizes, dst, src }: Nest): Loop => ({ sizes, dstStrides: dst, srcStrides: src });

const placementOf = (dst: Part, src: Part, nest: Nest): Placement => ({
  dstResident: dst.memory.isResident,
  srcResident: src.memory.isResident,
  dstAlign: (dst.memory.base + nest.dstOffset) & 7,
  srcAlign: (src.memory.base + nest.srcOffset) & 7,
});

/**
 * The move of whole items, reversed in units of `swapUnit`; `src` has the shape of `dst`. With the overlap `temporary`
 * it may not be run.
 */
export function planLoop(backend: Backend, dst: Part, src: Part, swapUnit: number): LoopOperation {
  const itemsize = dst.dtype.itemsize;
  if (itemsize === 0 || dst.shape.includes(0)) return idle(dst, src, itemsize, "disjoint", "no items");
  const nest = normalise(dst.shape, dst, src);
  let overlap: Overlap = "disjoint";
  const apart = distance(dst, src);
  if (apart !== undefined) {
    overlap = overlapOf(nest.sizes, nest.dst, nest.src, nest.dstOffset, nest.srcOffset + apart, itemsize);
    // Reversals work on units, of which items may have several: no order of items is safe for them.
    if (swapUnit > 1 && (overlap === "forward" || overlap === "backward")) overlap = "temporary";
  }
  if (overlap === "same" && swapUnit === 1) return idle(dst, src, itemsize, overlap, "every item onto itself");
  const width = foldItems(nest, itemsize);
  const ordered = overlap === "forward" || overlap === "backward";
  const kind = !ordered && pairAxes(nest, width, width) ? "transpose" : kindOf(nest, width, width);
  if (overlap === "backward") flipAll(nest);
  const move: MoveLoop = { kind, loop: loopOf(nest), width, swapUnit };
  const [executor, reason] = backend.chooseMove(move, overlap, placementOf(dst, src, nest));
  return operation("move", dst, src, nest, move, executor, undefined, overlap, reason);
}

/** The conversion of single numbers; `src` has the shape of `dst`, and shares no byte with it. */
export function planConversion(backend: Backend, dst: Part, src: Part, conversion: Conversion): LoopOperation {
  const { dstWidth, srcWidth } = conversion;
  if (dst.shape.includes(0))
    return { ...idle(dst, src, dstWidth, "disjoint", "no items"), op: "transform", conversion };
  const nest = normalise(dst.shape, dst, src);
  const kind = pairAxes(nest, dstWidth, srcWidth) ? "transpose" : kindOf(nest, dstWidth, srcWidth);
  const transform: MoveLoop = { kind, loop: loopOf(nest), width: dstWidth, swapUnit: 1 };
  const [executor, reason] = backend.chooseTransform(transform, conversion, placementOf(dst, src, nest));
  return operation("transform", dst, src, nest, transform, executor, conversion, "disjoint", reason);
}

function idle(dst: Part, src: Part, width: number, overlap: Overlap, reason: string): LoopOperation {
  const nest: Nest = { sizes: [], dst: [], src: [], dstOffset: dst.byteOffset, srcOffset: src.byteOffset };
  const move: MoveLoop = { kind: "contiguous", loop: loopOf(nest), width, swapUnit: 1 };
  return operation("move", dst, src, nest, move, "none", undefined, overlap, reason);
}

/** One shape for all loops: what runs them meets no other. */
const operation = (
  op: "move" | "transform",
  dst: Part,
  src: Part,
  { dstOffset, srcOffset }: Nest,
  { kind, loop, width, swapUnit }: MoveLoop,
  executor: Executor,
  conversion: Conversion | undefined,
  overlap: Overlap,
  reason: string,
): LoopOperation => ({
  op,
  dst: dst.memory.operand,
  src: src.memory.operand,
  dstOffset,
  srcOffset,
  executor,
  kind,
  loop,
  width,
  swapUnit,
  conversion,
  overlap,
  reason,
});
