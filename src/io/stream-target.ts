/** Where the tensors of a file to be written go, and the bytes that come before them. */

import type { DType } from "../dtype/dtype.js";
import { withByteOrder } from "../dtype/order.js";
import { stridebufError } from "../errors.js";
import { descrOfDType } from "./npy-dtype.js";
import { formatNpyHeader } from "./npy-header.js";
import { closingOf, MemberTarget } from "./npz-target.js";
import { compareSafetensors, packedBitsOf, safetensorsOfDType } from "./safetensors-dtype.js";
import { formatSafetensorsHeader } from "./safetensors-header.js";
import { listNames } from "./selection.js";
import type { TensorPlace } from "./stream-task.js";
import { type Container, sizeOf } from "./tensor-file.js";

export interface TargetTensor<T> {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly order: "C" | "F";
  /** What it is made from; handed through. */
  readonly from: T;
}

/** A tensor and where it goes. */
export interface PlacedTensor<T> {
  readonly tensor: TargetTensor<T>;
  readonly place: TensorPlace;
  /** The member of an archive that it becomes. */
  readonly member?: MemberTarget;
}

export interface Target<T> {
  /** Bytes before the first tensor. */
  readonly header: Uint8Array;
  /** In the order in which they stand in the file. */
  readonly tensors: readonly PlacedTensor<T>[];
  /** What stands behind the last tensor; can be told once all of them are written. */
  readonly closing?: () => Uint8Array;
  /** What the file does not say and a reader must know. */
  readonly notes: readonly string[];
}

const NO_BYTES = new Uint8Array(0);

function theOnly<T>(tensors: readonly TargetTensor<T>[], container: Container): TargetTensor<T> {
  const [tensor] = tensors;
  if (tensors.length === 1 && tensor !== undefined) return tensor;
  const names = listNames(tensors.map(({ name }) => name));
  const message = `a ${container} file holds one tensor, not ${tensors.length}; say which one with --tensor: ${names}`;
  throw stridebufError("FileFormatError", message, { container });
}

/** The `.npy` header of a tensor, and what it does not say. */
function npyHead<T>({ dtype, shape, order }: TargetTensor<T>): { header: Uint8Array; notes: readonly string[] } {
  const { descr, lossy } = descrOfDType(dtype);
  const header = formatNpyHeader(descr, order === "F" && shape.length > 1, shape);
  const note = `.npy has no name for ${dtype.name}: written as ${JSON.stringify(descr)}; say --format ${dtype.name} when reading it back`;
  return { header, notes: lossy ? [note] : [] };
}

function planNpy<T>(tensors: readonly TargetTensor<T>[]): Target<T> {
  const tensor = theOnly(tensors, "npy");
  const { header, notes } = npyHead(tensor);
  const { dtype, order } = tensor;
  return { header, tensors: [{ tensor, place: { dtype, order, byteOffset: header.length } }], notes };
}

function planNpz<T>(tensors: readonly TargetTensor<T>[], forwards: boolean): Target<T> {
  const members: MemberTarget[] = [];
  const notes = new Set<string>();
  const placed = tensors.map((tensor): PlacedTensor<T> => {
    const head = npyHead(tensor);
    for (const note of head.notes) notes.add(note);
    const { name, dtype, shape, order } = tensor;
    const localOffset = members.at(-1)?.end ?? 0;
    const member = new MemberTarget(name, head.header, sizeOf(shape) * dtype.itemsize, localOffset, forwards);
    members.push(member);
    return { tensor, place: { dtype, order, byteOffset: member.byteOffset }, member };
  });
  return { header: NO_BYTES, tensors: placed, closing: () => closingOf(members), notes: [...notes] };
}

function planSafetensors<T>(
  tensors: readonly TargetTensor<T>[],
  forwards: boolean,
  metadata: ReadonlyMap<string, string>,
): Target<T> {
  const typed = tensors.map((tensor) => {
    const dtype = withByteOrder(tensor.dtype, "little");
    const type = safetensorsOfDType(dtype);
    if (type === undefined) {
      const message = `.safetensors has no name for ${tensor.dtype.name} (tensor ${JSON.stringify(tensor.name)})`;
      throw stridebufError("FileFormatError", message, { container: "safetensors", reason: "dtype" });
    }
    return { tensor: { ...tensor, dtype, order: "C" as const }, name: tensor.name, shape: tensor.shape, type };
  });
  if (!forwards) typed.sort(compareSafetensors);
  const { bytes, entries } = formatSafetensorsHeader(typed, metadata);
  return {
    header: bytes,
    tensors: typed.map(({ tensor, type }, i) => {
      const packed = packedBitsOf(type);
      const place = { dtype: tensor.dtype, order: "C" as const, byteOffset: entries[i]!.byteOffset };
      return { tensor, place: packed === undefined ? place : { ...place, packed } };
    }),
    notes: [],
  };
}

function planRaw<T>(tensors: readonly TargetTensor<T>[]): Target<T> {
  const tensor = theOnly(tensors, "raw");
  const place = { dtype: tensor.dtype, order: tensor.order, byteOffset: 0 };
  return { header: NO_BYTES, tensors: [{ tensor, place }], notes: [] };
}

type PlanContainer = <T>(
  tensors: readonly TargetTensor<T>[],
  forwards: boolean,
  metadata: ReadonlyMap<string, string>,
) => Target<T>;

const planners: Readonly<Record<Container, PlanContainer>> = {
  raw: planRaw,
  npy: planNpy,
  npz: planNpz,
  safetensors: planSafetensors,
};

/**
 * Plans a file.
 *
 * @param forwards whether it is written from its start to its end: safetensors then keep the order given
 * @throws FileFormatError when the container cannot hold these tensors
 */
export function planTarget<T>(
  container: Container,
  tensors: readonly TargetTensor<T>[],
  metadata: ReadonlyMap<string, string>,
  forwards: boolean,
): Target<T> {
  return planners[container](tensors, forwards, metadata);
}
