/**
 * The last plans, found again: copies repeat (tiles of an array, batches of a loop), and planning a small one costs several
 * times its run. A plan is found by all that it depends on and never by memory, so none keeps memory alive.
 */

import type { Backend, Reign } from "../backend/backend.js";
import { sameList } from "../backend/loop.js";
import type { DType } from "../dtype/dtype.js";
import { StridedView } from "../view/view.js";
import { type Direct, runDirect } from "./direct.js";
import { directOf } from "./direct-plan.js";
import type { LoopOperation, Steps } from "./operations.js";
import type { ConvertOptions } from "./options.js";
import { planAssignment, planByteswap, requireWritable } from "./plan.js";
import type { MemoryPool } from "./pool.js";
import { run } from "./run.js";
import { spansMeet } from "./spans.js";

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
  /** What the plan comes down to, found out when it comes again; null where that is nothing simpler. */
  direct: Direct | null | undefined;
  /** Who won its races. */
  reign: Reign | undefined;
}

/** The last copies, among which are those of a program whose buffers take turns. */
const recent: readonly RecentCopy[] = /* @__PURE__ */ Array.from({ length: 4 }, () => ({
  dst: 0,
  src: 0,
  backend: undefined,
  options: undefined,
  plan: undefined,
  direct: undefined,
  reign: undefined,
}));
let leastRecent = 0;

/** A recent copy of the same two views. */
function findRecent(
  backend: Backend,
  dst: StridedView,
  src: StridedView,
  options: ConvertOptions | undefined,
): RecentCopy | undefined {
  const dstSerial = StridedView.serialOf(dst);
  const srcSerial = StridedView.serialOf(src);
  for (let i = 0; i < recent.length; i++) {
    const copy = recent[i]!;
    if (copy.dst === dstSerial && copy.src === srcSerial && copy.options === options && copy.backend === backend)
      return copy;
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
  copy.direct = undefined;
  copy.reign = undefined;
  return plan;
}

/** Whether the platform runs what a plan comes down to; counted as a run where it won that. */
function isPlatforms(copy: RecentCopy, direct: Direct): boolean {
  if (!direct.isRaced) return true;
  copy.reign ??= copy.backend!.reignOf?.(copy.plan!.operations[0] as LoopOperation);
  if (copy.reign === undefined || copy.reign.left === 0 || copy.reign.executor !== "platform") return false;
  copy.reign.left--;
  return true;
}

/** Runs the plan of a recent copy, or what it comes down to. */
function runAgain(copy: RecentCopy, dst: StridedView, src: StridedView, pool: MemoryPool | undefined): void {
  if (copy.direct === undefined) copy.direct = directOf(copy.plan!, dst, src);
  const { direct } = copy;
  if (direct === null || !isPlatforms(copy, direct) || !runDirect(direct, dst, src))
    run(copy.backend!, copy.plan!, dst, src, undefined, pool);
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
  const known = findRecent(backend, dst, src, options);
  if (known !== undefined) {
    runAgain(known, dst, src, pool);
    return;
  }
  requireWritable(dst);
  const { where, factors } = options;
  let plan: Steps;
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
  run(backend, plan, dst, src, where, pool);
}

/** Reverses the bytes of every element, in place. */
export function swapInPlace(backend: Backend, target: StridedView): void {
  const known = findRecent(backend, target, target, undefined);
  if (known !== undefined) {
    runAgain(known, target, target, undefined);
    return;
  }
  requireWritable(target);
  let plan: Steps;
  if (target.suboffsets !== null) plan = planByteswap(backend, target);
  else {
    const placement = placementOf(backend, target, target);
    plan =
      find(backend, target, target, undefined, placement) ??
      keep(backend, target, target, undefined, placement, planByteswap(backend, target));
    keepRecent(backend, target, target, undefined, plan);
  }
  run(backend, plan, target, target);
}
