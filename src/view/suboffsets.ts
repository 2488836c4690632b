/**
 * Views that go through pointers: docs/format.md §2 (address of an item), §10 (the slicing rule). An axis with a
 * suboffset >= 0 ends a *segment*: after its stride has been added, the pointer found there is followed and the
 * suboffset added. Pointers are little-endian byte addresses in the same buffer, 8 bytes unless the storage says 4;
 * they are read when they are needed, so every address is checked at use.
 */

import { stridebufError } from "../errors.js";
import { type AxisStep, type Layout, requireRank, steppedStride } from "./geometry.js";
import { indirectAxes, normalSuboffsets } from "./pointers.js";
import { currentData, type Storage } from "./storage.js";
import { proveBounds } from "./strides.js";

/** A byte address: a storage and an offset in it. */
export interface Address {
  readonly storage: Storage;
  readonly byteOffset: number;
}

/**
 * Follows the pointer at `byteOffset` and adds `suboffset`.
 *
 * @throws BoundsError when the pointer, or what it points at, is outside the memory
 */
export function follow(storage: Storage, byteOffset: number, suboffset: number): Address {
  const wide = storage.pointerSize !== 4;
  const buffer = storage.buffer;
  if (byteOffset < 0 || byteOffset + (wide ? 8 : 4) > buffer.byteLength)
    throw stridebufError("BoundsError", `a pointer at byte ${byteOffset} is outside its memory`, { byteOffset });
  const data = currentData(storage);
  const low = data.getUint32(byteOffset, true);
  let high = wide ? data.getInt32(byteOffset + 4, true) : 0;
  let target = storage;
  if (storage.tables !== undefined && wide) {
    const number = high >>> 16;
    const table = storage.tables[number];
    if (table === undefined)
      throw stridebufError(
        "BoundsError",
        `a pointer at byte ${byteOffset} names buffer ${number}, which is not there`,
        {
          byteOffset,
        },
      );
    target = table;
    high &= 0xffff;
  }
  const address = wide ? high * 0x1_0000_0000 + low + suboffset : (low + suboffset) % 0x1_0000_0000;
  if (address >= 0 && address <= target.buffer.byteLength) return { storage: target, byteOffset: address };
  throw stridebufError("BoundsError", `a pointer at byte ${byteOffset} leads to byte ${address}, outside its memory`, {
    byteOffset: address,
  });
}

/** The address of the item at `index` (in range, one number per axis of the view or of its leading axes). */
export function addressOf(storage: Storage, layout: Layout, index: readonly number[]): Address {
  let at: Address = { storage, byteOffset: layout.byteOffset };
  for (let axis = 0; axis < index.length; axis++) {
    const moved = at.byteOffset + index[axis]! * layout.strides[axis]!;
    const suboffset = layout.suboffsets?.[axis] ?? -1;
    at = suboffset < 0 ? { storage: at.storage, byteOffset: moved } : follow(at.storage, moved, suboffset);
  }
  return at;
}

/** Proves what can be proven without reading: that the first table of pointers lies in `[start, end)`. */
export function proveFirstTable(layout: Layout, pointerSize: number, start: number, end: number): void {
  if (layout.shape.includes(0)) return;
  const axes = layout.suboffsets!.findIndex((s) => s >= 0) + 1;
  const { shape, strides } = layout;
  proveBounds(shape.slice(0, axes), strides.slice(0, axes), pointerSize, layout.byteOffset, start, end);
}

/**
 * Collects the axes of a new layout. A shift in bytes goes to the base, or to the nearest earlier suboffset when there
 * is one: that is where the protocol adds it before the next stride.
 */
class Builder {
  byteOffset: number;
  storage: Storage;
  readonly shape: number[] = [];
  readonly strides: number[] = [];
  readonly suboffsets: number[] = [];
  #last = -1;

  constructor(storage: Storage, byteOffset: number) {
    this.storage = storage;
    this.byteOffset = byteOffset;
  }

  shift(bytes: number): void {
    if (this.#last < 0) this.byteOffset += bytes;
    else {
      const suboffset = this.suboffsets[this.#last]! + bytes;
      if (suboffset < 0) throw inexpressible(`axis ${this.#last} would need the suboffset ${suboffset}`);
      this.suboffsets[this.#last] = suboffset;
    }
  }

  push(count: number, stride: number, suboffset: number): void {
    this.shape.push(count);
    this.strides.push(stride);
    this.suboffsets.push(suboffset);
    if (suboffset >= 0) this.#last = this.shape.length - 1;
  }

  /** A pointer of an axis that is gone: followed now when nothing varies before it, else by the axis before it. */
  followed(suboffset: number, empty: boolean): void {
    const before = this.shape.length - 1;
    if (before < 0) {
      if (empty) return;
      const at = follow(this.storage, this.byteOffset, suboffset);
      this.storage = at.storage;
      this.byteOffset = at.byteOffset;
    } else if (this.suboffsets[before]! < 0) {
      this.suboffsets[before] = suboffset;
      this.#last = before;
    } else
      throw inexpressible("two pointers in a row would have to be followed; keep the axis with a slice of length 1");
  }

  layout(): Layout {
    requireRank(this.shape.length);
    return {
      byteOffset: this.byteOffset,
      shape: this.shape,
      strides: this.strides,
      suboffsets: normalSuboffsets(this.suboffsets),
    };
  }
}

const inexpressible = (why: string): Error =>
  stridebufError("LayoutError", `suboffsets cannot express this view: ${why}`, { reason: "strides" });

/** {@link indexLayout} for views with suboffsets; the storage changes when a pointer into another buffer was followed. */
export function indexIndirect(
  storage: Storage,
  layout: Layout,
  steps: readonly AxisStep[],
): { storage: Storage; layout: Layout } {
  const out = new Builder(storage, layout.byteOffset);
  const empty = layout.shape.includes(0) || steps.some((s) => s.kind === "keep" && s.count === 0);
  for (const s of steps) {
    if (s.kind === "new") {
      out.push(1, 0, -1);
      continue;
    }
    const stride = layout.strides[s.axis]!;
    const suboffset = layout.suboffsets![s.axis]!;
    if (s.kind === "drop" || s.count > 0) out.shift(s.start * stride);
    if (s.kind === "keep") out.push(s.count, steppedStride(stride, s.step, s.count), suboffset);
    else if (suboffset >= 0) out.followed(suboffset, empty);
  }
  return { storage: out.storage, layout: out.layout() };
}

/**
 * Transposes within segments: the axes before a pointer cannot trade places with those after it.
 *
 * @throws LayoutError (`strides`) when the permutation would need that
 */
export function transposeIndirect(layout: Layout, axes: readonly number[]): Layout {
  const suboffsets = layout.suboffsets!;
  let passed = 0;
  const segment = suboffsets.map((s) => (s >= 0 ? passed++ : passed));
  const out: number[] = [];
  axes.forEach((axis, i) => {
    const here = segment[axis]!;
    const next = axes[i + 1];
    if (next !== undefined && segment[next]! < here)
      throw inexpressible(`axis ${axis} is reached through a pointer that axis ${next} leads to`);
    const isLast = next === undefined || segment[next] !== here;
    out.push(isLast ? (suboffsets.find((s, k) => s >= 0 && segment[k] === here) ?? -1) : -1);
  });
  return {
    byteOffset: layout.byteOffset,
    shape: axes.map((axis) => layout.shape[axis]!),
    strides: axes.map((axis) => layout.strides[axis]!),
    suboffsets: out,
  };
}

/** Moves every item by `bytes` and appends plain axes: what taking a field of a record does. */
export function shiftItems(
  layout: Layout,
  bytes: number,
  shape: readonly number[],
  strides: readonly number[],
): Layout {
  const last = indirectAxes(layout) - 1;
  const suboffsets = layout.suboffsets && [...layout.suboffsets, ...shape.map(() => -1)];
  if (suboffsets !== null && last >= 0) suboffsets[last]! += bytes;
  requireRank(layout.shape.length + shape.length);
  return {
    byteOffset: last < 0 ? layout.byteOffset + bytes : layout.byteOffset,
    shape: shape.length === 0 ? layout.shape : [...layout.shape, ...shape],
    strides: strides.length === 0 ? layout.strides : [...layout.strides, ...strides],
    suboffsets,
  };
}

/**
 * Visits the plain pieces of a view: for every index of its first `outer` axes (C order), the address from which the
 * remaining axes are plain strided memory. `outer` is at least {@link indirectAxes}. Each piece is proven to lie in
 * its memory before it is visited.
 */
export function forEachPiece(
  storage: Storage,
  layout: Layout,
  itemsize: number,
  outer: number,
  visit: (address: Address, index: readonly number[]) => void,
): void {
  if (layout.shape.includes(0)) return;
  const shape = layout.shape.slice(outer);
  const strides = layout.strides.slice(outer);
  const index: number[] = new Array(outer).fill(0);
  for (;;) {
    const at = addressOf(storage, layout, index);
    proveBounds(shape, strides, itemsize, at.byteOffset, 0, at.storage.buffer.byteLength);
    visit(at, index);
    let axis = outer - 1;
    while (axis >= 0 && ++index[axis]! === layout.shape[axis]) index[axis--] = 0;
    if (axis < 0) return;
  }
}
