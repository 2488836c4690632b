/** What a copy would do, as data. */

import type { Backend } from "../backend/backend.js";
import { itemsOf } from "../backend/loop.js";
import type { StridedView } from "../view/view.js";
import { sideOf } from "./copy.js";
import { broadcastSource } from "./normalise.js";
import type { Overlap } from "./overlap.js";
import { type Executor, type Kind, planMove } from "./plan.js";
import { relationOf } from "./relation.js";

export interface PlanDescription {
  readonly backend: "wasm" | "js";
  /** `convert` changes values, `move` only places bytes. */
  readonly operation: "move" | "convert";
  readonly executor: Executor;
  readonly kind: Kind;
  /** What is left of the axes, outermost first; strides are bytes. */
  readonly loop: readonly { readonly size: number; readonly dstStride: number; readonly srcStride: number }[];
  /** Bytes per item of that loop: a run that is contiguous on both sides is one item. */
  readonly width: number;
  readonly items: number;
  /** Bytes that are reversed together; 1 when none are. */
  readonly swap: number;
  readonly overlap: Overlap;
  readonly reasons: readonly string[];
}

const overlapReason: Readonly<Record<Overlap, string | undefined>> = {
  disjoint: undefined,
  same: undefined,
  forward: "source and destination overlap: first item first",
  backward: "source and destination overlap: last item first",
  temporary: "source and destination overlap and no order is safe: the source is copied out first",
};

export function describePlan(backend: Backend, dst: StridedView, src: StridedView): PlanDescription {
  const relation = relationOf(dst.dtype, src.dtype);
  const reasons: string[] = [];
  if (dst.suboffsets !== null || src.suboffsets !== null) reasons.push("pointers are followed piece by piece");
  const strides = broadcastSource(dst.shape, src.shape, src.strides);
  const swap = relation.kind === "swap" ? relation.unit : 1;
  const plan = planMove(backend, dst.shape, sideOf(dst), { ...sideOf(src), strides }, dst.itemsize, swap);
  if (relation.kind === "mixed") reasons.push("fields of the other byte order are turned in place afterwards");
  if (relation.kind === "values") reasons.push(`values of ${src.format} become ${dst.format}`);
  const why = overlapReason[plan.overlap];
  if (why !== undefined) reasons.push(why);
  reasons.push(plan.reason);
  const { sizes, dstStrides, srcStrides } = plan.loop;
  return {
    backend: backend.name,
    operation: relation.kind === "values" ? "convert" : "move",
    executor: plan.executor,
    kind: plan.kind,
    loop: sizes.map((size, axis) => ({ size, dstStride: dstStrides[axis]!, srcStride: srcStrides[axis]! })),
    width: plan.width,
    items: plan.executor === "none" && plan.overlap === "disjoint" ? 0 : itemsOf(plan.loop),
    swap,
    overlap: plan.overlap,
    reasons,
  };
}
