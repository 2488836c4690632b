/** Runs plans of several operations: temporaries, checks, pointers, masks. */

import type { Allocation, Backend, Place } from "../backend/backend.js";
import { moveWhere, scaleBy } from "../backend/js/where.js";
import { stridebufError } from "../errors.js";
import { newBuffer } from "../view/storage.js";
import { forEachPiece } from "../view/suboffsets.js";
import type { StridedView } from "../view/view.js";
import type { CheckOperation, PointerOperation, Steps } from "./operations.js";
import type { Operand } from "./part.js";
import type { MemoryPool } from "./pool.js";
import { runLoop } from "./run-loop.js";

/** What a plan is run over. */
export interface Views {
  readonly dst: StridedView;
  readonly src: StridedView;
  /** The mask of a plan that has one. */
  readonly where: StridedView | undefined;
}

/** Runs the operations one after the other. */
export function runSteps(backend: Backend, plan: Steps, views: Views, pool: MemoryPool | undefined): void {
  const run = new Run(backend, plan, views, pool);
  try {
    run.all();
  } finally {
    run.end();
  }
}

/** A plan of several operations while it runs. */
class Run {
  readonly #backend: Backend;
  readonly #plan: Steps;
  readonly #views: Views;
  readonly #pool: MemoryPool | undefined;
  readonly #temporaries: ArrayBufferLike[] = [];
  readonly #taken: Allocation[] = [];

  constructor(backend: Backend, plan: Steps, views: Views, pool: MemoryPool | undefined) {
    this.#backend = backend;
    this.#plan = plan;
    this.#views = views;
    this.#pool = pool;
  }

  /** Gives back what was taken from the pool; a user's functions that still reach it find it detached. */
  end(): void {
    for (const allocation of this.#taken) allocation.free();
  }

  #takeTemporary(nbytes: number): ArrayBufferLike {
    if (this.#pool === undefined) return newBuffer(nbytes);
    const allocation = this.#pool.allocate(nbytes, true);
    this.#taken.push(allocation);
    return allocation.buffer;
  }

  all(): void {
    for (const operation of this.#plan.operations)
      switch (operation.op) {
        case "temporary":
          this.#temporaries[operation.index] = this.#takeTemporary(operation.nbytes);
          break;
        case "check":
          this.#check(operation);
          break;
        case "gather":
        case "scatter":
          this.#pieces(operation);
          break;
        case "mask":
          moveWhere(
            this.#place(operation.dst, operation.dstOffset),
            this.#place(operation.src, operation.srcOffset),
            this.#place(operation.mask, operation.maskOffset),
            operation.loop,
            operation.width,
          );
          break;
        case "scale": {
          const [numbers] = this.#memory(operation.temporary);
          scaleBy(new Float64Array(numbers), operation.shape, operation.scale, operation.offset);
          break;
        }
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
    const view = this.#views[operand]!;
    return [view.suboffsets === null ? view.live() : view.storage.buffer, view.byteOffset];
  }

  #place(operand: Operand, offset: number): Place {
    const [buffer, base] = this.#memory(operand);
    return { buffer, byteOffset: base + offset };
  }

  /** All pieces are proven before the first is touched. */
  #pieces({ op, view: operand, temporary, strides, piece }: PointerOperation): void {
    const view = this.#views[operand]!;
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
      for (let found = -1; ; ) {
        found = range.find(values, found + 1, count);
        if (found < 0) break;
        const index = unravel(done + found, check.shape);
        if (this.#isChosen(check, index)) throw refusal(check, index, values, found);
      }
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

  /** Whether the mask, if there is one, chooses the item. */
  #isChosen({ mask }: CheckOperation, index: readonly number[]): boolean {
    if (mask === undefined) return true;
    const { buffer, byteOffset } = this.#place(mask.operand, mask.byteOffset);
    const at = index.reduce((sum, i, axis) => sum + i * mask.strides[axis]!, byteOffset);
    return new Uint8Array(buffer, at, 1)[0] !== 0;
  }
}

function refusal(
  { range, axes, from, to }: CheckOperation,
  position: readonly number[],
  values: ArrayBuffer,
  at: number,
): Error {
  const index = position.slice(0, axes);
  const { element } = range.hub;
  const Values = element === "float64" ? Float64Array : element === "uint64" ? BigUint64Array : BigInt64Array;
  const message = `${new Values(values)[at]} at [${index}] does not fit: ${from} to ${to}`;
  return stridebufError("ConversionError", message, { from, to, index });
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
