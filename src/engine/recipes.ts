/**
 * What a plain copy of some geometry needs, worked out once: copies repeat (tiles of an array, batches of a loop), and
 * planning a small one costs several times its run. A recipe is found by all that a plan depends on and never by memory,
 * so none keeps memory alive.
 */

import type { Backend, Conversion, Loop } from "../backend/backend.js";
import { sameList, withAxis } from "../backend/loop.js";
import type { DType } from "../dtype/dtype.js";
import { proveLive } from "../view/storage.js";
import { extent } from "../view/strides.js";
import type { StridedView } from "../view/view.js";
import { broadcastSource, type Side } from "./normalise.js";
import { spansMeet } from "./overlap.js";
import { type Executor, type Kind, planMove } from "./plan.js";
import { leavesOf, plainConversion, relationOf } from "./relation.js";
import { execute } from "./run.js";
import { executeTransform, planTransform, turnedUnit } from "./transform.js";

interface Recipe {
  readonly backend: Backend;
  readonly dstType: DType;
  readonly srcType: DType;
  readonly dstShape: readonly number[];
  readonly srcShape: readonly number[];
  readonly dstStrides: readonly number[];
  readonly srcStrides: readonly number[];
  /** {@link placing} of the two sides. */
  readonly placing: number;
  /** Bytes from the first item of a side to the lowest and past the highest that it touches. */
  readonly dstLow: number;
  readonly dstHigh: number;
  readonly srcLow: number;
  readonly srcHigh: number;
  /** Bytes from the first item of a side to where its loop begins. */
  readonly dstStart: number;
  readonly srcStart: number;
  readonly executor: Executor;
  readonly kind: Kind;
  readonly loop: Loop;
  readonly width: number;
  readonly swapUnit: number;
  /** Undefined when only bytes move. */
  readonly conversion: Conversion | undefined;
}

/** How many recipes are kept; the oldest goes first. */
const MOST = 8;

const recipes: Recipe[] = [];
let oldest = 0;

/** Takes the place of a swap in place below zero, where no copy has its own. */
const IN_PLACE = -1;

/** What a plan depends on besides types and geometry: whose memory each side is in, and how it is aligned. */
function placing(
  backend: Backend,
  dst: StridedView,
  src: StridedView,
  to: ArrayBufferLike,
  from: ArrayBufferLike,
): number {
  const held = (backend.holds(to) ? 128 : 0) + (backend.holds(from) ? 64 : 0);
  return held + (dst.byteOffset & 7) * 8 + (src.byteOffset & 7);
}

function find(backend: Backend, dst: StridedView, src: StridedView, placed: number): Recipe | undefined {
  for (let i = 0; i < recipes.length; i++) {
    const recipe = recipes[i]!;
    if (
      recipe.dstType === dst.dtype &&
      recipe.srcType === src.dtype &&
      recipe.placing === placed &&
      recipe.backend === backend &&
      sameList(recipe.dstShape, dst.shape) &&
      sameList(recipe.srcShape, src.shape) &&
      sameList(recipe.dstStrides, dst.strides) &&
      sameList(recipe.srcStrides, src.strides)
    )
      return recipe;
  }
  return undefined;
}

function keep(recipe: Recipe): Recipe {
  if (recipes.length < MOST) recipes.push(recipe);
  else {
    recipes[oldest] = recipe;
    oldest = (oldest + 1) % MOST;
  }
  return recipe;
}

/** A view as one side of a plan; its memory is proven when the recipe is followed. */
const sideOf = (view: StridedView, strides: readonly number[]): Side => ({
  buffer: view.storage.buffer,
  byteOffset: view.byteOffset,
  strides,
});

/** @throws LayoutError (`shape`, `overlap`) as the copy would */
function make(
  backend: Backend,
  dst: StridedView,
  src: StridedView,
  placed: number,
  conversion: Conversion | undefined,
  swapUnit: number,
): Recipe {
  const [dstLow, dstHigh] = extent(dst.shape, dst.strides, dst.itemsize);
  const [srcLow, srcHigh] = extent(src.shape, src.strides, src.itemsize);
  const to = sideOf(dst, dst.strides);
  const from = sideOf(src, broadcastSource(dst.shape, src.shape, src.strides));
  const plan =
    conversion === undefined
      ? planMove(backend, dst.shape, to, from, dst.itemsize, swapUnit)
      : {
          ...planTransform(backend, dst.shape, to, from, conversion.dstWidth, conversion.srcWidth, conversion),
          width: conversion.dstWidth,
          swapUnit: 1,
        };
  // Loops in TypeScript go by the unit; the module takes a run of units as one item.
  const isCut = plan.executor === "script" && plan.swapUnit > 1 && plan.width > plan.swapUnit;
  return keep({
    backend,
    dstType: dst.dtype,
    srcType: src.dtype,
    dstShape: dst.shape,
    srcShape: src.shape,
    dstStrides: dst.strides,
    srcStrides: src.strides,
    placing: placed,
    dstLow,
    dstHigh,
    srcLow,
    srcHigh,
    dstStart: plan.dstOffset - dst.byteOffset,
    srcStart: plan.srcOffset - src.byteOffset,
    executor: plan.executor,
    kind: plan.kind,
    loop: isCut ? withAxis(plan.loop, plan.width / plan.swapUnit, plan.swapUnit) : plan.loop,
    width: isCut ? plan.swapUnit : plan.width,
    swapUnit: plan.swapUnit,
    conversion,
  });
}

function follow(recipe: Recipe, dst: StridedView, src: StridedView, to: ArrayBufferLike, from: ArrayBufferLike): void {
  const { backend, conversion, dstHigh, srcHigh } = recipe;
  proveLive(to, dstHigh === 0 ? 0 : dst.byteOffset + dstHigh);
  proveLive(from, srcHigh === 0 ? 0 : src.byteOffset + srcHigh);
  const target = { buffer: to, byteOffset: dst.byteOffset + recipe.dstStart };
  const source = { buffer: from, byteOffset: src.byteOffset + recipe.srcStart };
  if (conversion === undefined) execute(backend, recipe, target, source);
  else executeTransform(backend, recipe, target, source, conversion);
}

/**
 * dst[…] = src[…] by the default rules, where that is one loop: plain strided memory, sides that share no byte, items of
 * one layout or single numbers. @returns false, nothing done, for everything else
 *
 * @throws LayoutError (`shape`, `overlap`) before anything is written
 */
export function copyPlainly(backend: Backend, dst: StridedView, src: StridedView): boolean {
  if (dst.suboffsets !== null || src.suboffsets !== null) return false;
  const to = dst.storage.buffer;
  const from = src.storage.buffer;
  const placed = placing(backend, dst, src, to, from);
  const known = find(backend, dst, src, placed);
  if (known !== undefined) {
    if (
      to === from &&
      dst.byteOffset + known.dstLow < src.byteOffset + known.srcHigh &&
      src.byteOffset + known.srcLow < dst.byteOffset + known.dstHigh
    )
      return false;
    follow(known, dst, src, to, from);
    return true;
  }
  if (spansMeet(dst, src)) return false;
  const conversion = plainConversion(dst.dtype, src.dtype);
  if (conversion !== undefined && conversion.steps.length > 0) {
    follow(make(backend, dst, src, placed, conversion, 1), dst, src, to, from);
    return true;
  }
  const unit = conversion === undefined ? relationUnit(dst.dtype, src.dtype) : turnedUnit(conversion);
  if (unit === undefined || !dst.dtype.copyable || !src.dtype.copyable) return false;
  follow(make(backend, dst, src, placed, undefined, unit), dst, src, to, from);
  return true;
}

/** Bytes that are reversed together between two dtypes of one layout, 1 for none; undefined when it takes more than that. */
function relationUnit(dst: DType, src: DType): number | undefined {
  const relation = relationOf(dst, src);
  if (relation.kind === "swap") return relation.unit;
  return relation.kind === "bytes" ? 1 : undefined;
}

/** Reverses the bytes of plain items of one kind of element, in place. @returns false, nothing done, for other views */
export function swapPlainly(backend: Backend, target: StridedView): boolean {
  if (target.suboffsets !== null) return false;
  const at = target.storage.buffer;
  const placed = IN_PLACE - placing(backend, target, target, at, at);
  const known = find(backend, target, target, placed);
  if (known !== undefined) {
    follow(known, target, target, at, at);
    return true;
  }
  const leaves = leavesOf(target.dtype);
  if (leaves.length !== 1 || leaves[0]!.unit * leaves[0]!.count !== target.itemsize || !target.dtype.copyable)
    return false;
  follow(make(backend, target, target, placed, undefined, leaves[0]!.unit), target, target, at, at);
  return true;
}
