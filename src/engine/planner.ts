/**
 * A plan under construction. Whatever writes only temporaries or looks at numbers comes before everything that writes the
 * destination, so that a refusal leaves it as it was.
 */

import type { Backend, Conversion, Overlap } from "../backend/backend.js";
import type { Factors } from "../backend/js/where.js";
import type { RangeCheck } from "../convert/out-of-range.js";
import type { DType } from "../dtype/dtype.js";
import { scalarDType } from "../dtype/make.js";
import { voidDType } from "../dtype/make-other.js";
import { indirectAxes } from "../view/pointers.js";
import { contiguousStrides, extent, itemCount } from "../view/strides.js";
import { forEachPiece } from "../view/suboffsets.js";
import type { StridedView } from "../view/view.js";
import { normalise } from "./loop.js";
import {
  type CheckOperation,
  type LoopOperation,
  type MaskOperation,
  type Operation,
  planConversion,
  planLoop,
  type Steps,
} from "./operations.js";
import { broadcastPart, broadcastStrides, type Memory, type Operand, type Part, rawBytes } from "./part.js";
import { swappedUnit } from "./relation.js";

/** Numbers that a check looks at together. */
const CHUNK = 16_384;

/** Stands for all memory that is not the backend's own. */
const ordinary = new ArrayBuffer(0);

export class Planner {
  readonly backend: Backend;
  /** How the views share bytes. */
  overlap: Overlap = "disjoint";
  readonly reasons: string[] = [];
  /** The mask, with the shape of the destination. */
  mask: Part | undefined;
  readonly #before: Operation[] = [];
  readonly #writes: Operation[] = [];
  #temporaries = 0;

  constructor(backend: Backend) {
    this.backend = backend;
  }

  /** The items of a view without pointers. */
  part(operand: "dst" | "src" | "where", view: StridedView): Part {
    const { buffer } = view.storage;
    const memory = { operand, buffer, base: view.byteOffset, isResident: this.backend.isResident(buffer) };
    return { memory, dtype: view.dtype, byteOffset: 0, shape: view.shape, strides: view.strides };
  }

  /** Memory that shares bytes with nothing, `base` bytes off alignment. */
  #apart(operand: Operand, base = 0): Memory {
    return { operand, buffer: undefined, base, isResident: this.backend.isResident(ordinary) };
  }

  /** Contiguous items in memory of their own. */
  temporary(dtype: DType, shape: readonly number[], reason: string): Part {
    const index = this.#temporaries++;
    const nbytes = itemCount(shape, dtype.itemsize) * dtype.itemsize;
    this.#before.push({ op: "temporary", index, nbytes, reason });
    const strides = contiguousStrides(shape, dtype.itemsize);
    return { memory: this.#apart(index), dtype, byteOffset: 0, shape, strides };
  }

  /** A contiguous copy of its own. */
  copyOf(src: Part, reason: string): Part {
    const copy = this.temporary(src.dtype, src.shape, reason);
    this.move(copy, src);
    return copy;
  }

  /** dst[…] = src[…] for items of one size, reversed in units of `swapUnit`; `src` broadcasts. */
  move(dst: Part, src: Part, swapUnit = 1): void {
    const operation = planLoop(this.backend, dst, broadcastPart(src, dst.shape), swapUnit);
    if (operation.overlap === "temporary") {
      this.overlap = "temporary";
      this.move(dst, this.copyOf(src, "source and destination overlap and no order is safe"), swapUnit);
    } else {
      if (operation.overlap !== "disjoint") this.overlap = operation.overlap;
      this.#add(operation);
    }
  }

  /** The same with every number converted; the two share no byte. */
  transform(dst: Part, src: Part, conversion: Conversion): void {
    if (conversion.steps.length === 0) {
      this.move(dst, src, swappedUnit(conversion));
      return;
    }
    const operation = planConversion(this.backend, dst, broadcastPart(src, dst.shape), conversion);
    const isOwn = typeof operation.dst === "number" && typeof operation.src === "number";
    if (isOwn || !isForeign(operation)) this.#add(operation);
    else {
      // An element here may be all values of a block, so its bytes are counted by the conversion.
      // A user's functions see temporaries only, and both views are proven again when these have returned.
      const items = { ...src, dtype: voidDType(conversion.srcWidth) };
      const results = { ...dst, dtype: voidDType(conversion.dstWidth) };
      const result = this.temporary(results.dtype, dst.shape, "what a user's codec makes");
      const own = typeof src.memory.operand === "number" ? src : this.copyOf(items, "what a user's codec reads");
      this.#add(planConversion(this.backend, result, broadcastPart(own, dst.shape), conversion));
      this.move(results, result);
    }
  }

  /** Reverses the bytes of `part` in units, in place. */
  swap(part: Part, swapUnit: number): void {
    this.#add(planLoop(this.backend, part, part, swapUnit));
  }

  #add(operation: LoopOperation): void {
    (operation.dst === "dst" ? this.#writes : this.#before).push(operation);
  }

  /** dst[…] = src[…] where the mask says so; the three share no byte. */
  moveWhere(dst: Part, src: Part): void {
    const from = broadcastPart(src, dst.shape);
    const mask = this.#maskOver(dst.shape)!;
    const loop = { sizes: dst.shape, dstStrides: dst.strides, srcStrides: from.strides, maskStrides: mask.strides };
    const operation: MaskOperation = {
      op: "mask",
      dst: dst.memory.operand,
      src: src.memory.operand,
      mask: mask.operand,
      dstOffset: dst.byteOffset,
      srcOffset: from.byteOffset,
      maskOffset: mask.byteOffset,
      loop,
      width: dst.dtype.itemsize,
      reason: "only items that the mask chooses are written",
    };
    (operation.dst === "dst" ? this.#writes : this.#before).push(operation);
  }

  /** Scales the numbers of a temporary. */
  scale(numbers: Part, scale: Factors, offset: Factors): void {
    const { operand } = numbers.memory;
    const reason = "a scale or an offset for each of many positions";
    this.#before.push({ op: "scale", temporary: operand, shape: numbers.shape, scale, offset, reason });
  }

  /** `count` bytes of every item from `offset` on become zero. */
  clear(dst: Part, offset: number, count: number): void {
    this.move(rawBytes(dst, offset, count), this.temporary(scalarDType("uint8"), [], "zeros"));
  }

  /**
   * Refuses numbers outside the range. The first `axes` axes of `values` are those of the source, or of the destination
   * where there is a mask.
   */
  check(values: Part, range: RangeCheck | undefined, axes: number, from: DType, to: DType, reason: string): void {
    if (range === undefined || values.shape.includes(0)) return;
    const width = range.hub.itemsize;
    // Axes in C order, merged where the source is one run.
    const flat = { byteOffset: 0, strides: contiguousStrides(values.shape, width) };
    const { sizes, src: strides, srcOffset } = normalise(values.shape, flat, values);
    let axis = sizes.length;
    let items = 1;
    while (axis > 0 && items * sizes[axis - 1]! <= CHUNK) items *= sizes[--axis]!;
    const rows = axis === 0 ? 1 : Math.floor(CHUNK / items);
    const loopOver = (count: number): LoopOperation => {
      const shape = axis === 0 ? sizes : [count, ...sizes.slice(axis)];
      const from = { ...values, byteOffset: srcOffset, shape, strides: strides.slice(Math.max(0, axis - 1)) };
      const to = {
        memory: this.#apart(-1),
        dtype: range.hub,
        byteOffset: 0,
        shape,
        strides: contiguousStrides(shape, width),
      };
      const { conversion } = range;
      if (conversion.steps.length === 0) return planLoop(this.backend, to, from, swappedUnit(conversion));
      return planConversion(this.backend, to, from, conversion);
    };
    const last = axis === 0 ? 0 : sizes[axis - 1]! % rows;
    const check: CheckOperation = {
      op: "check",
      operand: values.memory.operand,
      range,
      mask: this.#maskOver(values.shape),
      shape: values.shape,
      axes,
      counts: axis === 0 ? [] : [...sizes.slice(0, axis - 1), Math.ceil(sizes[axis - 1]! / rows)],
      strides: axis === 0 ? [] : [...strides.slice(0, axis - 1), strides[axis - 1]! * rows],
      chunk: loopOver(rows),
      rest: last === 0 ? undefined : loopOver(last),
      items: rows * items,
      restItems: last * items,
      from: from.format,
      to: to.format,
      reason,
    };
    this.#before.push(check);
  }

  /** The mask along axes that begin with those of the destination; undefined when there is none. */
  #maskOver(shape: readonly number[]): CheckOperation["mask"] {
    if (this.mask === undefined) return undefined;
    const { memory, byteOffset, strides } = this.mask;
    return { operand: memory.operand, byteOffset, strides: shape.map((_, axis) => strides[axis] ?? 0) };
  }

  /** The items of a view with pointers, contiguous in a temporary. */
  gather(operand: "dst" | "src" | "where", view: StridedView): Part {
    const copy = this.temporary(view.dtype, view.shape, "pointers are followed piece by piece");
    const axes = provePieces(view);
    const piece = this.#piece(view, axes);
    const to = { ...copy, shape: view.shape.slice(axes), strides: copy.strides.slice(axes) };
    this.#before.push({
      op: "gather",
      view: operand,
      temporary: copy.memory.operand,
      counts: view.shape.slice(0, axes),
      strides: copy.strides.slice(0, axes),
      piece: planLoop(this.backend, to, piece, 1),
      reason: "pointers are followed piece by piece",
    });
    return copy;
  }

  /** Every piece of the destination takes its part of `src`, which lies in a temporary and broadcasts. */
  scatter(dst: StridedView, src: Part, swapUnit = 1): void {
    const strides = broadcastStrides(dst.shape, src.shape, src.strides);
    const axes = provePieces(dst);
    const from = { ...src, shape: dst.shape.slice(axes), strides: strides.slice(axes) };
    this.#writes.push({
      op: "scatter",
      view: "dst",
      temporary: src.memory.operand,
      counts: dst.shape.slice(0, axes),
      strides: strides.slice(0, axes),
      piece: planLoop(this.backend, this.#piece(dst, axes), from, swapUnit),
      reason: "pointers are followed piece by piece",
    });
  }

  /** Any one of the plain pieces of a view: where it lies is not known, so nothing is taken to be aligned. */
  #piece({ dtype, shape, strides }: StridedView, axes: number): Part {
    return {
      memory: this.#apart("src", 1),
      dtype,
      byteOffset: 0,
      shape: shape.slice(axes),
      strides: strides.slice(axes),
    };
  }

  finish(dst: StridedView, src: StridedView): Steps {
    return {
      operations: this.#before.length === 0 ? this.#writes : this.#before.concat(this.#writes),
      overlap: this.overlap,
      reasons: this.reasons,
      dstExtent: extentOf(dst),
      srcExtent: extentOf(src),
    };
  }
}

/** Whether a user's functions run in the middle of an operation; a user's Wasm kernels reach nothing but their tiles. */
const isForeign = ({ executor, conversion }: LoopOperation): boolean =>
  (executor === "js" || executor === "platform") && conversion!.steps.some((step) => step.isForeign);

const extentOf = ({ shape, strides, itemsize, suboffsets }: StridedView): readonly [number, number] =>
  suboffsets === null ? extent(shape, strides, itemsize) : [0, 0];

/**
 * How many axes lie before the last pointer of a view.
 *
 * @throws BoundsError when a pointer leads out of its memory
 */
function provePieces(view: StridedView): number {
  const axes = indirectAxes(view);
  forEachPiece(view.storage, view, view.itemsize, axes, () => {});
  return axes;
}
