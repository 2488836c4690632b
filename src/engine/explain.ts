/** What a copy would do, as data. */

import type { Backend } from "../backend/backend.js";
import { itemsOf } from "../backend/loop.js";
import { contiguousStrides } from "../view/strides.js";
import type { StridedView } from "../view/view.js";
import { blockOf, valuesDType, withoutSubarrays } from "./blocks.js";
import { sideOf } from "./copy.js";
import { broadcastSource } from "./normalise.js";
import type { Overlap } from "./overlap.js";
import { type Executor, type Kind, type Plan, planMove } from "./plan.js";
import { plainConversion, relationOf } from "./relation.js";
import { planTransform } from "./transform.js";

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
  if (relation.kind === "values") {
    if (blockOf(src.dtype)) return describeBlocks(backend, src, true, `items of ${src.format} are decoded`);
    if (blockOf(dst.dtype))
      return describeBlocks(backend, dst, false, `values are brought together to items of ${dst.format}`);
  }
  const reasons: string[] = [];
  if (dst.suboffsets !== null || src.suboffsets !== null) reasons.push("pointers are followed piece by piece");
  const strides = broadcastSource(dst.shape, src.shape, src.strides);
  const to = sideOf(dst);
  const from = { ...sideOf(src), strides };
  if (relation.kind === "values") {
    reasons.push(`values of ${src.format} become ${dst.format}`);
    const plan = planTransform(
      backend,
      dst.shape,
      to,
      from,
      dst.itemsize,
      src.itemsize,
      plainConversion(dst.dtype, src.dtype),
    );
    reasons.push(plan.reason);
    return describe(backend, "convert", plan, "disjoint", dst.itemsize, 1, reasons);
  }
  const swap = relation.kind === "swap" ? relation.unit : 1;
  const plan = planMove(backend, dst.shape, to, from, dst.itemsize, swap);
  if (relation.kind === "mixed") reasons.push("fields of the other byte order are turned in place afterwards");
  const why = overlapReason[plan.overlap];
  if (why !== undefined) reasons.push(why);
  reasons.push(plan.reason);
  return describe(backend, "move", plan, plan.overlap, plan.width, swap, reasons);
}

/** The loop over the blocks; the values beside them are contiguous. */
function describeBlocks(backend: Backend, blocks: StridedView, isSource: boolean, reason: string): PlanDescription {
  const items = withoutSubarrays(blocks);
  const block = blockOf(items.dtype)!;
  const width = block.count * valuesDType(block).itemsize;
  const values = { buffer: new ArrayBuffer(0), byteOffset: 0, strides: contiguousStrides(items.shape, width) };
  const plan = isSource
    ? planTransform(backend, items.shape, values, sideOf(items), width, items.itemsize)
    : planTransform(backend, items.shape, sideOf(items), values, items.itemsize, width);
  return describe(backend, "convert", plan, "disjoint", isSource ? width : items.itemsize, 1, [reason, plan.reason]);
}

function describe(
  backend: Backend,
  operation: "move" | "convert",
  plan: Pick<Plan, "executor" | "kind" | "loop">,
  overlap: Overlap,
  width: number,
  swap: number,
  reasons: readonly string[],
): PlanDescription {
  const { sizes, dstStrides, srcStrides } = plan.loop;
  return {
    backend: backend.name,
    operation,
    executor: plan.executor,
    kind: plan.kind,
    loop: sizes.map((size, axis) => ({ size, dstStride: dstStrides[axis]!, srcStride: srcStrides[axis]! })),
    width,
    items: plan.executor === "none" && overlap === "disjoint" ? 0 : itemsOf(plan.loop),
    swap,
    overlap,
    reasons,
  };
}
