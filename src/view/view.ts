/**
 * The strided view: a frozen description of items in memory (FORMAT-SPEC §2). The class is thin: geometry.ts and
 * suboffsets.ts do the arithmetic.
 */

import type { DType } from "../dtype/dtype.js";
import { stridebufError } from "../errors.js";
import { argumentError, axisNumbers, orderOf } from "./checks.js";
import {
  broadcastLayout,
  indexLayout,
  type Layout,
  permutation,
  reshapedShape,
  reshapeLayout,
  resolveIndex,
  squeezedAxes,
} from "./geometry.js";
import type { ViewHost } from "./host.js";
import { type IndexEntry, parseIndex, slice } from "./slices.js";
import type { Storage } from "./storage.js";
import { contiguousStrides, isContiguous } from "./strides.js";
import { indexIndirect, shiftItems, transposeIndirect } from "./suboffsets.js";

export class StridedView implements Layout {
  /** @internal The engine behind this view. */
  readonly host: ViewHost;
  /** @internal */
  readonly storage: Storage;
  readonly dtype: DType;
  /** The PEP 3118 text that the view was made with; `dtype.format` is the canonical one. */
  readonly format: string;
  /** Bytes from the start of `buffer` to the first item. */
  readonly byteOffset: number;
  readonly shape: readonly number[];
  /** Bytes to the next item, per axis. */
  readonly strides: readonly number[];
  /** Bytes added after following a pointer, per axis, -1 for axes without one; null when no axis has one. */
  readonly suboffsets: readonly number[] | null;
  /** Number of items. */
  readonly size: number;
  readonly readonly: boolean;

  /** @internal Trusts its arguments: `view()` proves them, and geometry only ever narrows. Takes the arrays over. */
  constructor(
    host: ViewHost,
    storage: Storage,
    dtype: DType,
    layout: Layout,
    readonly = false,
    format: string = dtype.format,
  ) {
    this.host = host;
    this.storage = storage;
    this.dtype = dtype;
    this.format = format;
    this.byteOffset = layout.byteOffset;
    this.shape = Object.freeze(layout.shape);
    this.strides = Object.freeze(layout.strides);
    this.suboffsets = layout.suboffsets && Object.freeze(layout.suboffsets);
    let size = 1;
    for (let axis = 0; axis < layout.shape.length; axis++) size *= layout.shape[axis]!;
    this.size = size;
    this.readonly = readonly;
    Object.freeze(this);
  }

  /** The memory; for resident views it may be another object after memory has grown, so ask each time. */
  get buffer(): ArrayBufferLike {
    return this.storage.buffer;
  }
  get ndim(): number {
    return this.shape.length;
  }
  /** Bytes per item. */
  get itemsize(): number {
    return this.dtype.itemsize;
  }
  /** Bytes that a contiguous copy of the items takes. */
  get nbytes(): number {
    return this.size * this.dtype.itemsize;
  }

  /** Whether the items lie without gaps in C order (the default), in F order, or in any of the two (`"A"`). */
  isContiguous(order: "C" | "F" | "A" = "C"): boolean {
    if (order !== "C" && order !== "F" && order !== "A") throw argumentError("order", '"C", "F" or "A"', order);
    if (this.suboffsets !== null) return false;
    const { shape, strides, itemsize } = this;
    if (order !== "A") return isContiguous(shape, strides, itemsize, order);
    return isContiguous(shape, strides, itemsize, "C") || isContiguous(shape, strides, itemsize, "F");
  }

  slice(...index: readonly IndexEntry[]): StridedView;
  slice(text: string): StridedView;
  slice(...index: readonly (IndexEntry | string)[]): StridedView {
    const entries = index.length === 1 && typeof index[0] === "string" ? parseIndex(index[0]) : index;
    const steps = resolveIndex(entries as readonly IndexEntry[], this.shape);
    if (this.suboffsets === null) return this.#derive(indexLayout(this, steps));
    const { storage, layout } = indexIndirect(this.storage, this, steps);
    return new StridedView(this.host, storage, this.dtype, layout, this.readonly, this.format);
  }

  transpose(axes?: readonly number[]): StridedView {
    const order = permutation(axes, this.ndim);
    if (this.suboffsets !== null) return this.#derive(transposeIndirect(this, order));
    const shape = order.map((axis) => this.shape[axis]!);
    const strides = order.map((axis) => this.strides[axis]!);
    return this.#derive({ byteOffset: this.byteOffset, shape, strides, suboffsets: null });
  }

  reshape(shape: readonly number[], order?: "C" | "F"): StridedView {
    const target = reshapedShape(this.shape, shape, this.itemsize);
    return this.#derive(reshapeLayout(this, target, this.itemsize, orderOf("order", order)));
  }

  squeeze(axes?: readonly number[]): StridedView {
    const gone = squeezedAxes(this.shape, axes);
    return this.slice(...this.shape.map((_, axis) => (gone.includes(axis) ? 0 : null)));
  }

  broadcastTo(shape: readonly number[]): StridedView {
    return this.#derive(broadcastLayout(this, shape, this.itemsize), true);
  }

  flip(axes?: readonly number[]): StridedView {
    const flipped = axes === undefined ? undefined : axisNumbers("axes", axes, this.ndim);
    const backwards = slice(null, null, -1);
    return this.slice(...this.shape.map((_, axis) => (flipped?.includes(axis) === false ? null : backwards)));
  }

  field(name: string): StridedView {
    const found = this.dtype.fields?.find((f) => f.name === name);
    if (found === undefined) {
      const known = this.dtype.fields?.map((f) => JSON.stringify(f.name)).join(", ");
      throw stridebufError(
        "LayoutError",
        `no field ${JSON.stringify(name)} in ${this.format}; it has ${known ?? "none"}`,
        {
          reason: "field",
        },
      );
    }
    return this.#retype(found.dtype, found.offset);
  }

  /** The axes of a sub-array item (`(2,3)i`) as axes of the view; other views are returned as they are. */
  expandItems(): StridedView {
    return this.dtype.kind === "array" ? this.#retype(this.dtype, 0) : this;
  }

  asReadonly(): StridedView {
    return this.readonly ? this : new StridedView(this.host, this.storage, this.dtype, this, true, this.format);
  }

  /** Items of another type inside the items of this one; axes of a sub-array type are appended. */
  #retype(dtype: DType, byteOffset: number): StridedView {
    const shape: number[] = [];
    let item = dtype;
    for (; item.kind === "array"; item = item.base!) shape.push(...item.shape!);
    const strides = contiguousStrides(shape, item.itemsize);
    const layout = shiftItems(this, byteOffset, shape, strides);
    return new StridedView(this.host, this.storage, item, layout, this.readonly);
  }

  #derive(layout: Layout, readonly = this.readonly): StridedView {
    return new StridedView(this.host, this.storage, this.dtype, layout, readonly, this.format);
  }
}
