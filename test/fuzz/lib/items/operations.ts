/** What can be done with the items of a view, and what must come of it, said one item at a time over ordinary memory in plain JavaScript. */

import { scalarDType } from "../../../../src/dtype/make.js";
import type { CopyOptions, DType, MemoryOptions, ResidentView, StridedView, Value } from "../../../../src/shared.js";
import { type BlockCodec, newaxis, outputPool } from "../../../../src/shared.js";
import { backends } from "../../../lib/backends.js";
import type { Api } from "./placements.js";
import { indices, type Spot } from "./spot.js";

/** The one that the others are compared with, on single items only. */
const model: Api = backends.find(({ name }) => name === "js")!.api;

/** The choices of one run, the same for every backend. */
export interface Choices {
  readonly options: CopyOptions;
  readonly order: "C" | "F";
  /** Where a result goes. */
  readonly memory: keyof MemoryOptions | "ordinary";
  /** A byte for each item in C order. */
  readonly mask: Uint8Array;
}

/** Items and the bytes of the memory that they lie in. */
export interface Side {
  readonly spot: Spot;
  readonly bytes: Uint8Array;
}

export interface Operation {
  /** The dtype of the other view, where it is not any that has a conversion; none where there is no other view. */
  readonly other: "any" | "same" | "none";
  /** Of views of one axis, which has items. */
  readonly isLine?: true;
  /** @returns what is compared besides the memory of both views */
  run(api: Api, subject: StridedView, other: StridedView, choices: Choices): unknown;
  /** Does the same to the bytes of both sides. @returns the same */
  expect(subject: Side, other: Side, choices: Choices): unknown;
}

/** One item of a side, as a view without axes. */
const item = ({ spot, bytes }: Side, index: readonly number[]): StridedView =>
  model.view(bytes, { format: spot.type, shape: [], byteOffset: spot.at(index) });

const each = (side: Side): (readonly number[])[] => [...indices(side.spot.shape)];

/** The position in `shape` of an index of `wider`, by NumPy's broadcasting rules. */
const broadcast = (index: readonly number[], shape: readonly number[]): number[] =>
  shape.map((n, axis) => (n === 1 ? 0 : index[index.length - shape.length + axis]!));

/** The values of the blocks at `index`: as many along the last axis as a block has. */
const valuesAt = ([...index]: readonly number[], count: number): (readonly number[])[] => {
  const last = index.pop()! * count;
  return Array.from({ length: count }, (_, k) => [...index, last + k]);
};

/** One value of a side, which may lie in a block of several. */
function valueAt(side: Side, index: readonly number[], block: BlockCodec | undefined): StridedView {
  if (block === undefined) return item(side, index);
  const at = index.at(-1)!;
  const blockIndex = [...index.slice(0, -1), Math.floor(at / block.count)];
  return model.convert(item(side, blockIndex), scalarDType(block.element)).slice(at % block.count) as StridedView;
}

function assign(dst: Side, src: Side, options: CopyOptions, isChosen: (at: number) => boolean = () => true): void {
  const [to, from] = [dst, src].map(({ spot }) =>
    dst.spot.type === src.spot.type ? undefined : spot.type.codec?.block,
  );
  if (to !== undefined)
    for (const index of each(dst)) {
      const values = model.empty([to.count], from === undefined ? src.spot.type : scalarDType(from.element));
      valuesAt(index, to.count).forEach((at, k) => void model.copy(values.slice(k), valueAt(src, at, from)));
      model.copy(item(dst, index).slice(newaxis), values, options);
    }
  else if (from !== undefined)
    for (const index of each(src)) {
      const values = model.convert(item(src, index), dst.spot.type, options);
      valuesAt(index, from.count).forEach((at, k) => void model.copy(item(dst, at), values.slice(k)));
    }
  else
    each(dst).forEach((index, at) => {
      if (isChosen(at)) model.copy(item(dst, index), item(src, broadcast(index, src.spot.shape)), options);
    });
}

/** Contiguous memory of its own. */
function sideOf(type: DType, shape: readonly number[]): Side {
  const strides = shape.map((_, axis) => type.itemsize * shape.slice(axis + 1).reduce((a, n) => a * n, 1));
  const at = (index: readonly number[]) => index.reduce((sum, i, axis) => sum + i * strides[axis]!, 0);
  const bytes = new Uint8Array(shape.reduce((a, n) => a * n, type.itemsize));
  return { spot: { type, shape, byteOffset: 0, strides, suboffsets: null, pointers: [], at }, bytes };
}

const itemBytes = (side: Side, index: readonly number[]): Uint8Array => {
  const at = side.spot.at(index);
  return side.bytes.slice(at, at + side.spot.type.itemsize);
};

/** Indices in the order in which a contiguous array has them. */
const ordered = (side: Side, order: "C" | "F"): (readonly number[])[] => {
  const { shape } = side.spot;
  if (order === "C") return each(side);
  return [...indices(shape.toReversed())].map((index) => index.toReversed());
};

const hex = (...parts: readonly Uint8Array[]): string => Buffer.concat(parts).toString("hex");
const memoryOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Items as text; which NaN a float becomes is not promised. */
function spelled(type: DType, bytes: Uint8Array): string {
  const { itemsize, kind } = type;
  if (kind !== "float") return hex(bytes);
  const items = Array.from({ length: bytes.length / itemsize }, (_, i) =>
    bytes.slice(i * itemsize, (i + 1) * itemsize),
  );
  const hasNaN = (one: Uint8Array) => Number.isNaN(model.view(one, { format: type, shape: [] }).get());
  return items.map((one) => (hasNaN(one) ? "NaN" : hex(one))).join(" ");
}

/** Values as text, told apart where JSON does not. */
export const said = (value: unknown): string =>
  JSON.stringify(value, (_, x: unknown) => {
    if (typeof x === "bigint") return `${x}n`;
    if (typeof x === "number" && (!Number.isFinite(x) || Object.is(x, -0))) return Object.is(x, -0) ? "-0" : `${x}`;
    return ArrayBuffer.isView(x) ? hex(memoryOf(x)) : x;
  }) ?? String(value);

function nested<T>(
  shape: readonly number[],
  make: (index: readonly number[]) => T,
  index: readonly number[] = [],
): unknown {
  if (index.length === shape.length) return make(index);
  return Array.from({ length: shape[index.length]! }, (_, i) => nested(shape, make, [...index, i]));
}

/** Reverses every element of an item in place, by what the dtype says of itself. */
function reverse(type: DType, bytes: Uint8Array): void {
  if (type.fields !== undefined)
    for (const { dtype, offset } of type.fields) reverse(dtype, bytes.subarray(offset, offset + dtype.itemsize));
  else if (type.kind === "array")
    for (let at = 0; at < type.itemsize; at += type.base!.itemsize)
      reverse(type.base!, bytes.subarray(at, at + type.base!.itemsize));
  else if (type.byteOrder !== "none")
    for (let at = 0; at < type.itemsize; at += type.width) bytes.subarray(at, at + type.width).reverse();
}

function resultOptions({ memory, order }: Choices): object {
  const where = memory === "pool" ? { pool: outputPool() } : memory === "resident" ? { resident: true } : {};
  return { order, ...where };
}

const first = (side: Side): Value | undefined => {
  const [index] = each(side);
  return index === undefined ? 0 : item(side, index).get();
};

const done = {
  "copy into": {
    other: "any",
    run: (api, subject, other, { options }) => api.copy(subject, other, options),
    expect: (subject, other, { options }) => assign(subject, other, options),
  },
  "copy from": {
    other: "any",
    run: (api, subject, other, { options }) => api.copy(other, subject, options),
    expect: (subject, other, { options }) => assign(other, subject, options),
  },
  "copy where": {
    other: "any",
    run: (api, subject, other, { options, mask }) =>
      api.copy(subject, other, { ...options, where: api.view(mask, { format: "?", shape: subject.shape }) }),
    expect: (subject, other, { options, mask }) => assign(subject, other, options, (at) => mask[at] !== 0),
  },
  fill: {
    other: "same",
    run: (api, subject, other) => api.fill(subject, other.size === 0 ? 0 : other.get(...other.shape.map(() => 0))),
    expect: (subject, other) => {
      const value = first(other);
      for (const index of each(subject)) model.fill(item(subject, index), value as Value);
    },
  },
  convert: {
    other: "any",
    run: (api, subject, other, choices) => {
      const result = api.convert(subject, other.dtype, { ...choices.options, ...resultOptions(choices) } as object);
      const bytes = result.toBytes();
      (result as ResidentView).dispose?.();
      return spelled(other.dtype, bytes);
    },
    expect: (subject, other, { options }) => {
      const { type, shape } = other.spot;
      if (
        subject.spot.type !== type &&
        subject.spot.type.codec?.block !== undefined &&
        type.codec?.block !== undefined
      ) {
        const result = sideOf(type, shape);
        assign(result, subject, options);
        return hex(result.bytes);
      }
      const items = each(subject).map((index) => model.convert(item(subject, index), type, options).toBytes());
      return spelled(type, Buffer.concat(items));
    },
  },
  contiguous: {
    other: "none",
    run: (api, subject, _, { order }) => {
      const result = api.contiguous(subject, order);
      return hex(new Uint8Array(result.buffer, result.nbytes === 0 ? 0 : result.byteOffset, result.nbytes));
    },
    expect: (subject, _, { order }) => hex(...ordered(subject, order).map((index) => itemBytes(subject, index))),
  },
  byteswap: {
    other: "none",
    run: (api, subject) => api.byteswap(subject),
    expect: (subject) => {
      const { type } = subject.spot;
      for (const index of each(subject)) {
        const at = subject.spot.at(index);
        reverse(type, subject.bytes.subarray(at, at + type.itemsize));
      }
    },
  },
  set: {
    other: "same",
    run: (_, subject, other) => {
      for (const index of indices(subject.shape)) subject.set(...index, other.get(...index));
    },
    expect: (subject, other) => {
      for (const index of each(subject)) item(subject, index).set(item(other, index).get());
    },
  },
  toArray: {
    other: "none",
    run: (_, subject) => said(subject.toArray()),
    expect: (subject) => said(nested(subject.spot.shape, (index) => item(subject, index).get())),
  },
  values: {
    other: "none",
    run: (_, subject) => said([...subject.values()]),
    expect: (subject) => said(each(subject).map((index) => item(subject, index).get())),
  },
  toBytes: {
    other: "none",
    run: (_, subject, __, { order }) => hex(subject.toBytes(order)),
    expect: (subject, _, { order }) => hex(...ordered(subject, order).map((index) => itemBytes(subject, index))),
  },
  toTypedArray: {
    other: "none",
    run: (_, subject) => hex(memoryOf(subject.toTypedArray())),
    expect: (subject) => hex(...each(subject).map((index) => memoryOf(item(subject, index).toTypedArray()))),
  },
  equals: {
    other: "same",
    run: (_, subject, other) => subject.equals(other) && other.equals(subject),
    expect: (subject, other) =>
      // What nobody can read equals nothing, not even where there is nothing.
      model.empty([0], subject.spot.type).equals(model.empty([0], subject.spot.type)) &&
      each(subject).every((index) => item(subject, index).equals(item(other, index))),
  },
  count: {
    other: "same",
    isLine: true,
    run: (_, subject, other) => subject.count(other.get(0)),
    expect: (subject, other) => {
      const value = item(other, [0]).get();
      const line = (index: readonly number[]) => item(subject, index).slice(newaxis);
      return each(subject).reduce((sum, index) => sum + line(index).count(value), 0);
    },
  },
} satisfies Record<string, Operation>;

export type OperationName = keyof typeof done;
export const operations: Readonly<Record<OperationName, Operation>> = done;
export const operationNames = Object.keys(done) as OperationName[];

/** Functions of the API that are no operation of their own here, and why. */
export const elsewhere: Readonly<
  Record<
    Exclude<keyof (typeof backends)[number]["api"], "copy" | "fill" | "convert" | "contiguous" | "byteswap">,
    string
  >
> = {
  backend: "says who runs",
  engine: "what all others call",
  view: "looks at memory, reads none of it",
  empty: "makes memory: the placements resident and pool",
  planAssignment: "moves nothing; target plan compares its refusals",
  explainPlan: "moves nothing; target plan compares its refusals",
  array: "takes values and makes ordinary memory, by set",
  fromDescription: "looks at memory, reads none of it",
  areContiguous: "geometry",
};
