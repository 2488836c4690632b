/**
 * What a plan consists of. Operations are values: they name their operands (`"dst"`, `"src"`, numbered temporaries) and
 * count bytes from an operand's first item, or from the start of a temporary, so a plan holds no memory and fits any two
 * views of the geometry it was made for.
 */

import type { Backend, Choice, Conversion, Executor, Kind, MoveLoop, Overlap, Placement } from "../backend/backend.js";
import type { Factors, MaskedLoop } from "../backend/js/where.js";
import type { RangeCheck } from "../convert/out-of-range.js";
import { flipAll, foldItems, kindOf, type Nest, normalise, pairAxes } from "./loop.js";
import { overlapOf } from "./overlap.js";
import type { Operand, Part } from "./part.js";

/** Bytes moved, or elements converted, along one loop. */
export interface LoopOperation extends MoveLoop {
  /** `"move"` places bytes, `"transform"` changes values. */
  readonly op: "move" | "transform";
  /** What is written. */
  readonly dst: Operand;
  /** What is read. */
  readonly src: Operand;
  /** Bytes from the first item of the operand to the first of the loop. */
  readonly dstOffset: number;
  /** The same of the source. */
  readonly srcOffset: number;
  /** Who runs it. */
  readonly executor: Executor;
  /** Who has turns beside it, over the first pieces of the loop or over runs of it, and goes on where that is faster. */
  readonly rivals: readonly Executor[];
  /** Undefined when only bytes move. */
  readonly conversion: Conversion | undefined;
  /** How the two share bytes, which decides the direction. */
  readonly overlap: Overlap;
  /** Why this executor. */
  readonly reason: string;
}

/** New zeroed memory. */
export interface TemporaryOperation {
  /** Takes memory, zeroed. */
  readonly op: "temporary";
  /** Its number, by which other operations name it. */
  readonly index: number;
  /** Bytes. */
  readonly nbytes: number;
  /** Why, for readers. */
  readonly reason: string;
}

/** Follows the pointers of a view: its items become contiguous in a temporary, or come from there. */
export interface PointerOperation {
  /** `"gather"` brings items into a temporary, `"scatter"` brings them back. */
  readonly op: "gather" | "scatter";
  /** The view whose pointers are followed. */
  readonly view: "dst" | "src" | "where";
  /** Where its items are contiguous. */
  readonly temporary: Operand;
  /** Leading axes up to the last pointer, after which pieces are plain: their lengths, and bytes in the temporary from piece to piece. */
  readonly counts: readonly number[];
  /** Bytes in the temporary from piece to piece, per axis of `counts`. */
  readonly strides: readonly number[];
  /** What is done with a piece; offsets count from its first item on either side. */
  readonly piece: LoopOperation;
  /** Why, for readers. */
  readonly reason: string;
}

/** Moves the items of `width` bytes that a mask chooses. */
export interface MaskOperation {
  /** Moves the items that a mask chooses. */
  readonly op: "mask";
  /** What is written. */
  readonly dst: Operand;
  /** What is read. */
  readonly src: Operand;
  /** One byte per item; those that are not 0 choose. */
  readonly mask: Operand;
  /** Bytes from the first item of the destination to the first of the loop. */
  readonly dstOffset: number;
  /** The same of the source. */
  readonly srcOffset: number;
  /** The same of the mask. */
  readonly maskOffset: number;
  /** The axes that are left. */
  readonly loop: MaskedLoop;
  /** Bytes per item. */
  readonly width: number;
  /** Why, for readers. */
  readonly reason: string;
}

/** Numbers of a temporary, contiguous in binary64, times `scale` plus `offset`. */
export interface ScaleOperation {
  /** Multiplies and adds arrays. */
  readonly op: "scale";
  /** The numbers, in place. */
  readonly temporary: Operand;
  /** Numbers per axis. */
  readonly shape: readonly number[];
  /** What each is multiplied with. */
  readonly scale: Factors;
  /** What is added then. */
  readonly offset: Factors;
  /** Why, for readers. */
  readonly reason: string;
}

/** Looks at numbers before anything is written, and refuses those that do not fit. */
export interface CheckOperation {
  /** Looks at numbers and refuses those that do not fit. */
  readonly op: "check";
  /** What is looked at. */
  readonly operand: Operand;
  /** The numbers that fit. */
  readonly range: RangeCheck;
  /** Where given, only numbers that this mask chooses; its strides are along `shape`. */
  readonly mask:
    | { readonly operand: Operand; readonly byteOffset: number; readonly strides: readonly number[] }
    | undefined;
  /** Items looked at, outermost axis first; the first `axes` of an index are those of the source. */
  readonly shape: readonly number[];
  /** How many entries of an index are axes of the source; those after them are inside an item. */
  readonly axes: number;
  /** The axes before a chunk: how many chunks, and bytes from one to the next. */
  readonly counts: readonly number[];
  /** Bytes from one chunk to the next, per axis of `counts`. */
  readonly strides: readonly number[];
  /** Brings a chunk to the hub's type; the last one along the innermost of those axes may be shorter. */
  readonly chunk: LoopOperation;
  /** The last chunk along the innermost of those axes, where it is shorter. */
  readonly rest: LoopOperation | undefined;
  /** Numbers in a chunk, and in a shorter one. */
  readonly items: number;
  /** Numbers in that shorter chunk. */
  readonly restItems: number;
  /** The whole conversion, for the message. */
  readonly from: string;
  /** What they become. */
  readonly to: string;
  /** Why, for readers. */
  readonly reason: string;
}

/** One step of a plan; `op` tells which. Offsets, strides and widths are bytes. */
export type Operation =
  | CheckOperation
  | LoopOperation
  | MaskOperation
  | PointerOperation
  | ScaleOperation
  | TemporaryOperation;

/** What a plan does. */
export interface Steps {
  /** In the order in which they are done. */
  readonly operations: readonly Operation[];
  /** How the two views share bytes. */
  readonly overlap: Overlap;
  /** What is done to items as a whole, for readers. */
  readonly reasons: readonly string[];
  /** Half-open byte ranges that the views touch, relative to their first items; `[0, 0]` when nothing. */
  readonly dstExtent: readonly [number, number];
  /** The same of the source. */
  readonly srcExtent: readonly [number, number];
}

/** How `dst[…] = src[…]` is done: see `planAssignment`. */
export interface Plan extends Steps {
  /** The backend that the plan is for. */
  readonly backend: "wasm" | "js";
}

/** Bytes from where one operand counts to where the other does, when they share memory. */
function distance({ memory: dst }: Part, { memory: src }: Part): number | undefined {
  if (dst.operand === src.operand) return 0;
  return dst.buffer !== undefined && dst.buffer === src.buffer ? src.base - dst.base : undefined;
}

/** An operation whose executor has not been chosen: one shape for all, so what runs them meets no other. */
const unchosen = (
  dst: Part,
  src: Part,
  nest: Nest,
  kind: Kind,
  width: number,
  swapUnit: number,
  conversion: Conversion | undefined,
  overlap: Overlap,
): LoopOperation => ({
  op: conversion === undefined ? "move" : "transform",
  dst: dst.memory.operand,
  src: src.memory.operand,
  dstOffset: nest.dstOffset,
  srcOffset: nest.srcOffset,
  executor: "none",
  rivals: [],
  kind,
  loop: { sizes: nest.sizes, dstStrides: nest.dst, srcStrides: nest.src },
  width,
  swapUnit,
  conversion,
  overlap,
  reason: "no items",
});

/** Names the executor of an operation that has just been made. */
function chosen(operation: LoopOperation, [executor, reason, ...rivals]: Choice): LoopOperation {
  const made = operation as { executor: Executor; rivals: readonly Executor[]; reason: string };
  made.executor = executor;
  made.rivals = rivals;
  made.reason = reason;
  return operation;
}

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
  if (itemsize === 0 || dst.shape.includes(0)) return idle(dst, src, itemsize, undefined);
  const nest = normalise(dst.shape, dst, src);
  let overlap: Overlap = "disjoint";
  const apart = distance(dst, src);
  if (apart !== undefined) {
    overlap = overlapOf(nest.sizes, nest.dst, nest.src, nest.dstOffset, nest.srcOffset + apart, itemsize);
    // Reversals work on units, of which items may have several: no order of items is safe for them.
    if (swapUnit > 1 && (overlap === "forward" || overlap === "backward")) overlap = "temporary";
    if (overlap === "same" && swapUnit === 1)
      return { ...idle(dst, src, itemsize, undefined), overlap, reason: "every item onto itself" };
  }
  const width = foldItems(nest, itemsize);
  const ordered = overlap === "forward" || overlap === "backward";
  const kind = !ordered && pairAxes(nest, width, width) ? "transpose" : kindOf(nest, width, width);
  if (overlap === "backward") flipAll(nest);
  const operation = unchosen(dst, src, nest, kind, width, swapUnit, undefined, overlap);
  return chosen(operation, backend.chooseMove(operation, overlap, placementOf(dst, src, nest)));
}

/** The conversion of single numbers; `src` has the shape of `dst`, and shares no byte with it. */
export function planConversion(backend: Backend, dst: Part, src: Part, conversion: Conversion): LoopOperation {
  const { dstWidth, srcWidth } = conversion;
  if (dst.shape.includes(0)) return idle(dst, src, dstWidth, conversion);
  const nest = normalise(dst.shape, dst, src);
  const kind = pairAxes(nest, dstWidth, srcWidth) ? "transpose" : kindOf(nest, dstWidth, srcWidth);
  const operation = unchosen(dst, src, nest, kind, dstWidth, 1, conversion, "disjoint");
  return chosen(operation, backend.chooseTransform(operation, conversion, placementOf(dst, src, nest)));
}

function idle(dst: Part, src: Part, width: number, conversion: Conversion | undefined): LoopOperation {
  const nest: Nest = { sizes: [], dst: [], src: [], dstOffset: dst.byteOffset, srcOffset: src.byteOffset };
  return unchosen(dst, src, nest, "contiguous", width, 1, conversion, "disjoint");
}
