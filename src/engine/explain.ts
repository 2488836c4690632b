/** A plan as data to read: what is run, in which order, and why. */

import type { Executor, Kind, Loop, Overlap } from "../backend/backend.js";
import type { LoopOperation, Operation, Plan } from "./operations.js";
import type { Operand } from "./part.js";

/** An axis of a loop; strides are bytes. */
export interface LoopAxis {
  /** Items. */
  readonly size: number;
  /** Bytes to the next item of the destination. */
  readonly dstStride: number;
  /** Bytes to the next item of the source. */
  readonly srcStride: number;
}

/** One operation of a plan. */
export interface OperationDescription {
  /**
   * `move` places bytes, `transform` changes values, `temporary` takes memory, `gather` and `scatter` follow pointers,
   * `check` looks at numbers and refuses those that do not fit, `scale` multiplies and adds arrays, `mask` moves what a mask
   * chooses.
   */
  readonly op: Operation["op"];
  /** What is written and what is read: the views, or temporaries by number. */
  readonly dst?: Operand;
  /** What is read: a view, or a temporary by its number. */
  readonly src?: Operand;
  /** Bytes of a temporary. */
  readonly nbytes?: number;
  /** Who runs it. */
  readonly executor?: Executor;
  /** Who has turns beside the executor, over the first pieces of a large line or over runs of a loop, and goes on where that is faster. */
  readonly rivals?: readonly Executor[];
  /** What the innermost axis of the loop is. */
  readonly kind?: Kind;
  /** What is left of the axes, outermost first: of one piece (`gather`, `scatter`), or of one chunk (`check`). */
  readonly loop?: readonly LoopAxis[];
  /** Bytes per item of that loop: a run that is contiguous on both sides is one item. */
  readonly width?: number;
  /** Bytes that are reversed together; 1 when none are. */
  readonly swap?: number;
  /** How often that loop runs, where that is not once: for each piece or chunk. */
  readonly times?: number;
  /** Why, and why so. */
  readonly reason: string;
}

/** What `copy` or `convert` would do. The fields from `operation` to `overlap` are those of the first write to `dst`. */
export interface PlanDescription {
  /** The backend that would run it. */
  readonly backend: "wasm" | "js";
  /** `convert` changes values, `move` only places bytes. */
  readonly operation: "move" | "convert";
  /** Who runs the first write. */
  readonly executor: Executor;
  /** What its innermost axis is. */
  readonly kind: Kind;
  /** What is left of its axes, outermost first. */
  readonly loop: readonly LoopAxis[];
  /** Bytes per item of that loop. */
  readonly width: number;
  /** Items of that loop. */
  readonly items: number;
  /** Bytes that are reversed together; 1 when none are. */
  readonly swap: number;
  /** How the views share bytes. */
  readonly overlap: Overlap;
  /** Why it is done so, in sentences. */
  readonly reasons: readonly string[];
  /** All that is done, in this order. */
  readonly operations: readonly OperationDescription[];
}

const overlapReason: Readonly<Record<Overlap, string | undefined>> = {
  disjoint: undefined,
  same: undefined,
  forward: "source and destination overlap: first item first",
  backward: "source and destination overlap: last item first",
  temporary: "source and destination overlap and no order is safe: the source is copied out first",
};

const axesOf = ({ sizes, dstStrides, srcStrides }: Loop): LoopAxis[] =>
  sizes.map((size, axis) => ({ size, dstStride: dstStrides[axis]!, srcStride: srcStrides[axis]! }));

const describeLoop = ({ executor, rivals, kind, loop, width, swapUnit }: LoopOperation) => ({
  executor,
  ...(rivals.length === 0 ? {} : { rivals }),
  kind,
  loop: axesOf(loop),
  width,
  swap: swapUnit,
});

const timesOf = (counts: readonly number[]): number => counts.reduce((a, n) => a * n, 1);

function describe(operation: Operation): OperationDescription {
  const { op, reason } = operation;
  switch (operation.op) {
    case "temporary":
      return { op, dst: operation.index, nbytes: operation.nbytes, reason };
    case "check":
      return { op, src: operation.operand, ...describeLoop(operation.chunk), times: timesOf(operation.counts), reason };
    case "gather":
    case "scatter": {
      const [dst, src] =
        op === "gather" ? [operation.temporary, operation.view] : [operation.view, operation.temporary];
      return { op, dst, src, ...describeLoop(operation.piece), times: timesOf(operation.counts), reason };
    }
    case "scale":
      return { op, dst: operation.temporary, reason };
    case "mask": {
      const { dst, src, width, loop } = operation;
      return { op, dst, src, executor: "js", kind: "strided", loop: axesOf(loop), width, swap: 1, reason };
    }
    default:
      return { op, dst: operation.dst, src: operation.src, ...describeLoop(operation), reason };
  }
}

/** Records without a field: nothing of an item is written. */
const nothing = { executor: "none", kind: "contiguous", loop: [], width: 0, swap: 1 } as const;

/** Prints a plan. */
export function explain({ backend, operations, overlap, ...plan }: Plan): PlanDescription {
  const described = operations.map(describe);
  const write = described.find(({ op, dst }) => dst === "dst" && op !== "temporary");
  const { executor, kind, loop, width, swap } = { ...nothing, ...write };
  const isIdle = executor === "none" && overlap === "disjoint";
  const reasons = [...plan.reasons, overlapReason[overlap], ...described.map(({ reason }) => reason)];
  return {
    backend,
    operation: operations.some(({ op }) => op === "transform") ? "convert" : "move",
    executor,
    kind,
    loop,
    width,
    items: isIdle ? 0 : loop.reduce((items, { size }) => items * size, 1),
    swap,
    overlap,
    reasons: [...new Set(reasons.filter((reason) => reason !== undefined))],
    operations: described,
  };
}
