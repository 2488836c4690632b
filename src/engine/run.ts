/** Runs plans, and only runs them. */

import type { Backend } from "../backend/backend.js";
import { stridebufError } from "../errors.js";
import { newBuffer, proveLive } from "../view/storage.js";
import { forEachPiece } from "../view/suboffsets.js";
import type { StridedView } from "../view/view.js";
import type { CheckOperation, LoopOperation, Plan, PointerOperation } from "./operations.js";
import type { Operand } from "./part.js";

/**
 * Runs a plan over two views of the geometry that it was made for.
 *
 * @throws ConversionError for the first number that a check refuses, BoundsError and EngineError for memory that is gone;
 * nothing has been written then
 */
export function run(backend: Backend, plan: Plan, dst: StridedView, src: StridedView): void {
  const to = dst.storage.buffer;
  const from = src.storage.buffer;
  const dstEnd = plan.dstExtent[1];
  const srcEnd = plan.srcExtent[1];
  proveLive(to, dstEnd === 0 ? 0 : dst.byteOffset + dstEnd);
  proveLive(from, srcEnd === 0 ? 0 : src.byteOffset + srcEnd);
  const { operations } = plan;
  const first = operations[0]!;
  if (operations.length === 1 && (first.op === "move" || first.op === "transform"))
    runLoop(backend, first, to, dst.byteOffset, from, src.byteOffset);
  else new Run(backend, plan, dst, src).all();
}

function runLoop(
  backend: Backend,
  operation: LoopOperation,
  to: ArrayBufferLike,
  toBase: number,
  from: ArrayBufferLike,
  fromBase: number,
): void {
  if (operation.executor === "none") return;
  const dst = { buffer: to, byteOffset: toBase + operation.dstOffset };
  const src = { buffer: from, byteOffset: fromBase + operation.srcOffset };
  const { conversion } = operation;
  if (conversion === undefined) backend.move(dst, src, operation);
  else backend.transform(dst, src, operation, conversion);
}

/** A plan of several operations while it runs. */
class Run {
  readonly #backend: Backend;
  readonly #plan: Plan;
  readonly #views: { readonly dst: StridedView; readonly src: StridedView };
  readonly #temporaries: ArrayBuffer[] = [];

  constructor(backend: Backend, plan: Plan, dst: StridedView, src: StridedView) {
    this.#backend = backend;
    this.#plan = plan;
    this.#views = { dst, src };
  }

  all(): void {
    for (const operation of this.#plan.operations)
      switch (operation.op) {
        case "temporary":
          this.#temporaries[operation.index] = newBuffer(operation.nbytes);
          break;
        case "check":
          this.#check(operation);
          break;
        case "gather":
        case "scatter":
          this.#pieces(operation);
          break;
        default: {
          const [to, toBase] = this.#memory(operation.dst);
          const [from, fromBase] = this.#memory(operation.src);
          runLoop(this.#backend, operation, to, toBase, from, fromBase);
        }
      }
  }

  /** The memory of an operand as it is now, and where its offsets count from. */
  #memory(operand: Operand): [buffer: ArrayBufferLike, base: number] {
    if (typeof operand === "number") return [this.#temporaries[operand]!, 0];
    const { storage, byteOffset } = this.#views[operand];
    const end = (operand === "dst" ? this.#plan.dstExtent : this.#plan.srcExtent)[1];
    proveLive(storage.buffer, end === 0 ? 0 : byteOffset + end);
    return [storage.buffer, byteOffset];
  }

  /** All pieces are proven before the first is touched. */
  #pieces({ op, view: operand, temporary, strides, piece }: PointerOperation): void {
    const view = this.#views[operand];
    const [items] = this.#memory(temporary);
    const found: [buffer: ArrayBufferLike, byteOffset: number, inItems: number][] = [];
    forEachPiece(view.storage, view, view.itemsize, strides.length, ({ storage, byteOffset }, index) => {
      let at = 0;
      for (let axis = 0; axis < strides.length; axis++) at += index[axis]! * strides[axis]!;
      found.push([storage.buffer, byteOffset, at]);
    });
    for (const [buffer, byteOffset, at] of found)
      if (op === "gather") runLoop(this.#backend, piece, items, at, buffer, byteOffset);
      else runLoop(this.#backend, piece, buffer, byteOffset, items, at);
  }

  #check(check: CheckOperation): void {
    const { range, counts, strides, chunk, rest, items } = check;
    const values = newBuffer(items * range.hub.itemsize);
    const last = counts.length - 1;
    const index = counts.map(() => 0);
    let offset = 0;
    for (let done = 0; ; done += items) {
      const isRest = rest !== undefined && index[last] === counts[last]! - 1;
      const [from, base] = this.#memory(check.operand);
      const operation = isRest ? rest : chunk;
      runLoop(this.#backend, operation, values, 0, from, base + offset);
      const count = isRest ? check.restItems : items;
      const found = range.find(values, count);
      if (found >= 0) throw this.#refusal(check, done + found, values, found);
      if (isRest) done -= items - count;
      let axis = last;
      for (; axis >= 0; axis--) {
        offset += strides[axis]!;
        if (++index[axis]! < counts[axis]!) break;
        offset -= strides[axis]! * counts[axis]!;
        index[axis] = 0;
      }
      if (axis < 0) return;
    }
  }

  #refusal({ range, shape, axes, from, to }: CheckOperation, flat: number, values: ArrayBuffer, at: number): Error {
    const index = unravel(flat, shape).slice(0, axes);
    const { element } = range.hub;
    const Values = element === "float64" ? Float64Array : element === "uint64" ? BigUint64Array : BigInt64Array;
    const message = `${new Values(values)[at]} at [${index}] does not fit: ${from} to ${to}`;
    return stridebufError("ConversionError", message, { from, to, index });
  }
}

/** The position of the item with a number in C order. */
function unravel(flat: number, shape: readonly number[]): number[] {
  const index: number[] = new Array(shape.length);
  let rest = flat;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return index;
}
