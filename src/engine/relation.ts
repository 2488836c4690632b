/** What stands between two dtypes: nothing, a reversal of bytes, a conversion of values. And where an item's elements lie. */

import type { Conversion } from "../backend/backend.js";
import { byPair } from "../dtype/cache.js";
import type { DType } from "../dtype/dtype.js";
import { sameType } from "../dtype/value.js";

/**
 * `bytes`: the same bytes mean the same. `swap`: the same after reversing bytes in units of `unit`, over the whole
 * item. `mixed`: the same layout, some leaves in the other order. `values`: anything else.
 */
export type Relation =
  | { readonly kind: "bytes" | "mixed" | "values" }
  | { readonly kind: "swap"; readonly unit: number };

const bytes: Relation = { kind: "bytes" };
const mixed: Relation = { kind: "mixed" };
const values: Relation = { kind: "values" };

const known = byPair(relate);

export const relationOf = (dst: DType, src: DType): Relation => (dst === src ? bytes : known(dst, src));

function relate(dst: DType, src: DType): Relation {
  if (sameType(dst, src)) return bytes;
  if (dst.kind !== src.kind || dst.itemsize !== src.itemsize) return values;
  if (dst.fields && src.fields) return relateFields(dst, src);
  if (dst.kind === "array") {
    const same = dst.shape!.length === src.shape!.length && dst.shape!.every((n, axis) => n === src.shape![axis]);
    return same ? relationOf(dst.base!, src.base!) : values;
  }
  if (dst.width !== src.width || dst.lanes !== src.lanes || dst.element !== src.element) return values;
  if (dst.unit && (dst.unit[0] !== src.unit![0] || dst.unit[1] !== src.unit![1])) return values;
  if (dst.element === undefined && dst.kind !== "text") return values;
  if (dst.byteOrder === src.byteOrder) return bytes;
  return { kind: "swap", unit: dst.width };
}

function relateFields(dst: DType, src: DType): Relation {
  if (dst.fields!.length !== src.fields!.length) return values;
  let result = bytes;
  for (let i = 0; i < dst.fields!.length; i++) {
    const a = dst.fields![i]!;
    const b = src.fields![i]!;
    if (a.name !== b.name || a.offset !== b.offset) return values;
    const relation = relationOf(a.dtype, b.dtype);
    if (relation.kind === "values") return values;
    if (relation.kind !== "bytes") result = mixed;
  }
  return result;
}

/** Bytes that are reversed together where a conversion without steps only moves bytes; 1 for none. */
export const swappedUnit = ({ dstWidth, dstSwap, srcSwap }: Conversion): number => (dstSwap !== srcSwap ? dstWidth : 1);

/** Elements of one kind inside an item: `count` of `unit` bytes each, repeated over axes (bytes). */
export interface Leaf {
  readonly offset: number;
  readonly unit: number;
  readonly count: number;
  readonly byteOrder: "little" | "big";
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

const noLeaves: readonly Leaf[] = [];
const leavesKnown = new WeakMap<DType, readonly Leaf[]>();

/** Everything in an item that has a byte order. */
export function leavesOf(dtype: DType): readonly Leaf[] {
  let leaves = leavesKnown.get(dtype);
  if (leaves === undefined) {
    leaves = collect(dtype);
    leavesKnown.set(dtype, leaves);
  }
  return leaves;
}

function collect(dtype: DType): readonly Leaf[] {
  if (dtype.fields)
    return dtype.fields.flatMap((field) =>
      leavesOf(field.dtype).map((leaf) => ({ ...leaf, offset: leaf.offset + field.offset })),
    );
  if (dtype.kind === "array") {
    const count = dtype.shape!.reduce((a, n) => a * n, 1);
    const stride = dtype.base!.itemsize;
    return leavesOf(dtype.base!).map((leaf) => {
      if (leaf.shape.length === 0 && leaf.unit * leaf.count === stride) return { ...leaf, count: leaf.count * count };
      return { ...leaf, shape: [count, ...leaf.shape], strides: [stride, ...leaf.strides] };
    });
  }
  if (dtype.width < 2 || dtype.byteOrder === "none") return noLeaves;
  const { width: unit, byteOrder } = dtype;
  return [{ offset: 0, unit, count: dtype.itemsize / unit, byteOrder, shape: [], strides: [] }];
}
