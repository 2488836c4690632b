/**
 * The last plans, found again: copies repeat (tiles of an array, batches of a loop), and planning a small one costs several
 * times its run. A plan is found by all that it depends on and never by memory, so none keeps memory alive.
 */

import type { Backend } from "../backend/backend.js";
import { sameList } from "../backend/loop.js";
import type { DType } from "../dtype/dtype.js";
import { StridedView } from "../view/view.js";
import type { Steps } from "./operations.js";
import type { ConvertOptions } from "./options.js";
import { spansMeet } from "./overlap.js";
import { planAssignment, planByteswap, requireWritable } from "./plan.js";
import type { MemoryPool } from "./pool.js";
import { run } from "./run.js";

interface CachedPlan {
  readonly backend: Backend;
  /** Undefined for a swap in place. */
  readonly options: ConvertOptions | undefined;
  readonly dstType: DType;
  readonly srcType: DType;
  readonly dstShape: readonly number[];
  readonly srcShape: readonly number[];
  readonly dstStrides: readonly number[];
  readonly srcStrides: readonly number[];
  /** {@link placementOf} of the two views. */
  readonly placement: number;
  /** Where spans meet, the bytes from the first item of `dst` to that of `src`; else NaN. */
  readonly distance: number;
  readonly plan: Steps;
}

/** How many plans are kept; the oldest goes first. */
const MOST = 8;

const cached: CachedPlan[] = [];
let oldest = 0;

/** A copy, by the numbers of its views: views do not change, so its plan is theirs as long as they are used. */
interface RecentCopy {
  dst: number;
  src: number;
  backend: Backend | undefined;
  options: ConvertOptions | undefined;
  plan: Steps | undefined;
}

/** The last copies, among which are those of a program whose buffers take turns. */
const recent: readonly RecentCopy[] = /* @__PURE__ */ Array.from({ length: 4 }, () => ({
  dst: 0,
  src: 0,
  backend: undefined,
  options: undefined,
  plan: undefined,
}));
let leastRecent = 0;

/** The plan of a recent copy of the same two views. */
function findRecent(
  backend: Backend,
  dst: StridedView,
  src: StridedView,
  options: ConvertOptions | undefined,
): Steps | undefined {
  const dstSerial = StridedView.serialOf(dst);
  const srcSerial = StridedView.serialOf(src);
  for (let i = 0; i < recent.length; i++) {
    const copy = recent[i]!;
    if (copy.dst === dstSerial && copy.src === srcSerial && copy.options === options && copy.backend === backend)
      return copy.plan;
  }
  return undefined;
}

function keepRecent(
  backend: Backend,
  dst: StridedView,
  src: StridedView,
  options: ConvertOptions | undefined,
  plan: Steps,
): Steps {
  const copy = recent[leastRecent]!;
  leastRecent = (leastRecent + 1) % recent.length;
  copy.dst = StridedView.serialOf(dst);
  copy.src = StridedView.serialOf(src);
  copy.backend = backend;
  copy.options = options;
  copy.plan = plan;
  return plan;
}

/** Whose memory each view is in, and how it is aligned. */
function placementOf(backend: Backend, dst: StridedView, src: StridedView): number {
  const resident =
    (backend.isResident(dst.storage.buffer) ? 128 : 0) + (backend.isResident(src.storage.buffer) ? 64 : 0);
  return resident + (dst.byteOffset & 7) * 8 + (src.byteOffset & 7);
}

function sameOptions(a: ConvertOptions | undefined, b: ConvertOptions | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || a.casting !== b.casting || a.overflow !== b.overflow) return false;
  if (a.rounds !== b.rounds) return false;
  return a.linear?.scale === b.linear?.scale && a.linear?.offset === b.linear?.offset;
}

/** Whether the plan was made for views that lie to each other as these do: apart, or at the same distance. */
function fitsOverlap({ plan, distance }: CachedPlan, dst: StridedView, src: StridedView): boolean {
  if (dst.storage.buffer !== src.storage.buffer) return Number.isNaN(distance);
  const { dstExtent, srcExtent } = plan;
  const apart = src.byteOffset - dst.byteOffset;
  const meet = dstExtent[0] < apart + srcExtent[1] && apart + srcExtent[0] < dstExtent[1];
  return meet ? distance === apart : Number.isNaN(distance);
}

function find(
  backend: Backend,
  dst: StridedView,
  src: StridedView,
  options: ConvertOptions | undefined,
  placement: number,
): Steps | undefined {
  for (let i = 0; i < cached.length; i++) {
    const known = cached[i]!;
    if (
      known.dstType === dst.dtype &&
      known.srcType === src.dtype &&
      known.placement === placement &&
      known.backend === backend &&
      sameOptions(known.options, options) &&
      sameList(known.dstShape, dst.shape) &&
      sameList(known.srcShape, src.shape) &&
      sameList(known.dstStrides, dst.strides) &&
      sameList(known.srcStrides, src.strides) &&
      fitsOverlap(known, dst, src)
    )
      return known.plan;
  }
  return undefined;
}

function keep(
  backend: Backend,
  dst: StridedView,
  src: StridedView,
  options: ConvertOptions | undefined,
  placement: number,
  plan: Steps,
): Steps {
  const entry: CachedPlan = {
    backend,
    options,
    dstType: dst.dtype,
    srcType: src.dtype,
    dstShape: dst.shape,
    srcShape: src.shape,
    dstStrides: dst.strides,
    srcStrides: src.strides,
    placement,
    distance: spansMeet(dst, src) ? src.byteOffset - dst.byteOffset : Number.NaN,
    plan,
  };
  if (cached.length < MOST) cached.push(entry);
  else {
    cached[oldest] = entry;
    oldest = (oldest + 1) % MOST;
  }
  return plan;
}

/**
 * dst[…] = src[…]: planned, or as planned before, and run.
 *
 * @param pool - where temporaries come from
 */
export function assign(
  backend: Backend,
  dst: StridedView,
  src: StridedView,
  options: ConvertOptions,
  pool?: MemoryPool,
): void {
  let plan = findRecent(backend, dst, src, options);
  const { where, factors } = options;
  if (plan === undefined) {
    requireWritable(dst);
    // What pointers lead to is read when a plan is made, and so are arrays of factors.
    if (dst.suboffsets !== null || src.suboffsets !== null || where !== undefined || factors !== undefined)
      plan = planAssignment(backend, dst, src, options);
    else {
      const placement = placementOf(backend, dst, src);
      plan =
        find(backend, dst, src, options, placement) ??
        keep(backend, dst, src, options, placement, planAssignment(backend, dst, src, options));
      keepRecent(backend, dst, src, options, plan);
    }
  }
  run(backend, plan, dst, src, where, pool);
}

/** Reverses the bytes of every element, in place. */
export function swapInPlace(backend: Backend, target: StridedView): void {
  let plan = findRecent(backend, target, target, undefined);
  if (plan === undefined) {
    requireWritable(target);
    if (target.suboffsets !== null) plan = planByteswap(backend, target);
    else {
      const placement = placementOf(backend, target, target);
      plan =
        find(backend, target, target, undefined, placement) ??
        keep(backend, target, target, undefined, placement, planByteswap(backend, target));
      keepRecent(backend, target, target, undefined, plan);
    }
  }
  run(backend, plan, target, target);
}
