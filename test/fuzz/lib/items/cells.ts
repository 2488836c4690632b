/** One run: an operation on items of one kind that lie in one kind of memory, on every backend; the results are those of the model. */

import { view } from "../../../../src/index.js";
import type { CopyOptions, DType, StridedView } from "../../../../src/shared.js";
import { dtype } from "../../../../src/shared.js";
import { backends } from "../../../lib/backends.js";
import type { Input } from "../input.js";
import { isRefusal, same } from "../oracle.js";
import { type Kind, partner, types } from "./kinds.js";
import { type OperationName, operations } from "./operations.js";
import { type Api, bytesOf, type Memory, type Placement, placementNames, placements } from "./placements.js";
import { type Geometry, hasRoom, indices, SIZE, type Spot, shapeFor, spotFor, viewAt, withPointers } from "./spot.js";

export interface Cell {
  readonly kind: Kind;
  readonly operation: OperationName;
  readonly geometry: Geometry;
  readonly placement: Placement;
}

/** What became of a cell on one backend: `done`, `nothing to do` where there are no items, or the name of the refusal. */
export type Outcome = string;

const numbers = ["<f", ">d", "<h", "B", ">q"].map((text) => dtype(text));

const packed = types.get("packed")!;

/** The shape of blocks of another type that hold the same values; undefined where their last one would not be full. */
export function shapeOfBlocks(type: DType, shape: readonly number[], other: DType): readonly number[] | undefined {
  const values = shape.at(-1)! * type.codec!.block!.count;
  const count = other.codec!.block!.count;
  return values % count === 0 ? [...shape.slice(0, -1), values / count] : undefined;
}

/** What the other view holds. Of blocks, the last axis has all their values. */
function otherOf(input: Input, { operation }: Cell, type: DType, shape: readonly number[]): [DType, readonly number[]] {
  if (operations[operation].other !== "any") return [type, shape];
  const { block } = type.codec ?? {};
  const isEncoded = operation === "copy into" && block?.encode !== undefined;
  const isDecoded = operation === "copy from" || operation === "convert";
  if (block !== undefined && (isEncoded || isDecoded) && shape.length > 0) {
    if (!input.rarely(3)) return [input.pick(numbers), [...shape.slice(0, -1), shape.at(-1)! * block.count]];
    const other = input.pick(packed);
    const otherShape = shapeOfBlocks(type, shape, other);
    return otherShape === undefined ? [type, shape] : [other, otherShape];
  }
  const isNarrow = operation === "copy into" && block === undefined && input.rarely(6);
  const related = partner(input, type);
  return [hasRoom(related, shape) ? related : type, isNarrow ? shape.map((n) => (input.rarely(2) ? 1 : n)) : shape];
}

const optionsFor = (input: Input): CopyOptions => ({
  ...(input.rarely(6) ? { overflow: input.pick(["wrap", "saturate", "error"] as const) } : {}),
  ...(input.rarely(8) ? { rounding: "nearest-even" as const } : {}),
  ...(input.rarely(12) ? { scale: input.pick([0.5, 2, -1]), offset: input.pick([0, 1, -0.25]) } : {}),
});

interface Placed {
  readonly memory: Memory;
  readonly view: StridedView;
  /** The memory before. */
  readonly before: Uint8Array;
}

function place(api: Api, placement: Placement, spot: Spot, content: Uint8Array): Placed {
  const memory = placements[placement](api, content);
  const before = withPointers(content, spot, memory.base.byteOffset);
  new Uint8Array(memory.base.buffer, memory.base.byteOffset, SIZE).set(before);
  return { memory, view: viewAt(memory, spot), before };
}

interface Choice {
  /** Of the cell's kind. */
  readonly type?: DType;
  /** Of the other view. */
  readonly other?: (input: Input, shape: readonly number[]) => [type: DType, shape: readonly number[]];
  readonly on?: readonly { readonly name: string; readonly api: Api }[];
}

/**
 * @returns what became of it on each backend
 * @throws Error where backends or the model differ
 */
export function runCell(
  cell: Cell,
  input: Input,
  { type = input.pick(types.get(cell.kind)!), other: chosen, on = backends }: Choice = {},
): ReadonlyMap<string, Outcome> {
  const operation = operations[cell.operation];
  const widest = Math.max(type.itemsize, 8 * (type.codec?.block?.count ?? 2));
  const shape = operation.isLine ? [1 + input.below(9)] : shapeFor(input, widest, cell.geometry === "pointers");
  const [otherType, otherShape] = chosen?.(input, shape) ?? otherOf(input, cell, type, shape);
  const spot = spotFor(input, type, shape, cell.geometry);
  const otherSpot = spotFor(
    input,
    otherType,
    otherShape,
    otherShape.length > 0 && input.rarely(4) ? "pointers" : "strides",
  );
  // Threads share only what is resident on both sides.
  const elsewhere = input.pick([...placementNames, cell.placement, cell.placement, cell.placement, cell.placement]);
  const isText = input.rarely(3);
  const content = contentFor(input, isText);
  const otherContent = operation.other === "same" && input.rarely(2) ? content : contentFor(input, isText);
  const choices = {
    options: optionsFor(input),
    order: input.rarely(3) ? ("F" as const) : ("C" as const),
    memory: input.pick(["ordinary", "resident", "pool"] as const),
    mask: input
      .noise(
        Math.max(
          1,
          shape.reduce((a, n) => a * n, 1),
        ),
      )
      .map((byte) => byte & 1),
  };
  const what = `${cell.operation}, ${cell.kind} ${type.format} [${shape}] in ${cell.placement} memory (${cell.geometry}), other ${otherType.format} [${otherShape}] in ${elsewhere}`;

  const outcomes = new Map<string, Outcome>();
  const seen: string[] = [];
  let expected: { result: unknown; subject: Uint8Array; other: Uint8Array } | undefined;
  for (const { name, api } of on) {
    const subject = place(api, cell.placement, spot, content);
    const other = place(api, elsewhere, otherSpot, otherContent);
    try {
      let outcome: Outcome = shape.includes(0) ? "nothing to do" : "done";
      let result: unknown;
      try {
        result = operation.run(api, subject.view, other.view, choices);
      } catch (error) {
        if (!isRefusal(error)) throw new Error(`${what}, ${name}: ${String((error as Error).stack)}`);
        outcome = error.name;
      }
      outcomes.set(name, outcome);
      const isDone = outcome === "done" || outcome === "nothing to do";
      // What items were set before the one that was refused is said by no promise.
      if (!isDone && cell.operation === "set") continue;
      if (isDone && expected === undefined) {
        const sides = { subject: content.slice(), other: otherContent.slice() };
        const expectedResult = operation.expect(
          { spot, bytes: sides.subject },
          { spot: otherSpot, bytes: sides.other },
          choices,
        );
        expected = { result: expectedResult, ...sides };
      }
      if (isDone) same(`${what}, ${name}: result`, String(result), String(expected!.result));
      for (const [side, which, its] of [
        ["subject", subject, spot],
        ["other", other, otherSpot],
      ] as const) {
        const now = bytesOf(which.memory, SIZE);
        const wanted = isDone ? withPointers(expected![side], its, which.memory.base.byteOffset) : which.before;
        if (Buffer.compare(now, wanted) === 0) continue;
        forgetPayloads(now, wanted, its);
        const at = now.findIndex((byte, i) => byte !== wanted[i]);
        if (at < 0) continue;
        throw new Error(`${what}, ${name}: ${outcome}, byte ${at} of the ${side} is ${now[at]}, not ${wanted[at]}`);
      }
      seen.push(outcome);
    } finally {
      subject.memory.close?.();
      other.memory.close?.();
    }
  }
  if (seen.length === on.length) for (const outcome of seen) same(`${what}: refused`, outcome, seen[0]);
  return outcomes;
}

/** Which NaN a float becomes is not promised: where both have one, `now` gets the other's. */
function forgetPayloads(now: Uint8Array, wanted: Uint8Array, { type, shape, at }: Spot): void {
  if (type.kind !== "float") return;
  for (const index of indices(shape)) {
    const [begin, end] = [at(index), at(index) + type.itemsize];
    const values = [now, wanted].map((bytes) => view(bytes.slice(begin, end), { format: type, shape: [] }).get());
    if (values.every(Number.isNaN)) now.set(wanted.subarray(begin, end), begin);
  }
}

/** Noise, or what text of code units, small numbers and dates can be made of. */
function contentFor(input: Input, isText: boolean): Uint8Array {
  const noise = input.noise(SIZE);
  return isText ? noise.map((byte, i) => (i % 4 === 0 ? 32 + (byte % 95) : 0)) : noise;
}
