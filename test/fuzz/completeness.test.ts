/**
 * The table of the kernel fuzzer: kind of item × operation × placement × way to lie × backend, threads among them. A seeded run does every cell, or the
 * cell stands in a list with the reason why it cannot be done, and is refused.
 */
import { afterAll, describe, expect, test, vi } from "vitest";
import type { DType } from "../../src/dtype/dtype.js";
import { elements } from "../../src/dtype/elements.js";
import { parallel } from "../../src/parallel/index.js";
import { StridedView } from "../../src/view/view.js";
import { backends } from "../lib/backends.js";
import { seeded } from "../lib/random.js";
import { Input } from "./lib/input.js";
import { type Cell, type Outcome, runCell, shapeOfBlocks } from "./lib/items/cells.js";
import { codecNames } from "./lib/items/codecs.js";
import { askedNames, cannotBe, type Interference, interfere, wayNames } from "./lib/items/interference.js";
import { kinds, types } from "./lib/items/kinds.js";
import { missingFrom } from "./lib/items/missing.js";
import { elsewhere, operationNames } from "./lib/items/operations.js";
import { placementNames } from "./lib/items/placements.js";
import { geometries } from "./lib/items/spot.js";

const SEED = 14;
/** Runs after which a cell that was never done counts as a hole; those of a cell that cannot be done. */
const MOST_RUNS = 60;
const REFUSED_RUNS = 4;
const INPUT_BYTES = 160;

const next = seeded(SEED);
const input = () => new Input(Uint8Array.from({ length: INPUT_BYTES }, () => 256 * next()));
/** Shares all that is resident, however small. */
const cores = await parallel({ threads: 2, leastBytes: 64 });
afterAll(() => cores.close());
const on = [...backends, { name: "threads", api: cores }];
const names = on.map(({ name }) => name);

/** How often each outcome came of a cell, on every backend alike. */
function outcomesOf(cell: Cell): Map<Outcome, number> {
  const counts = new Map<Outcome, number>();
  const most = missingFrom(cell) === undefined ? MOST_RUNS : REFUSED_RUNS;
  for (let runs = 0; runs < most && !counts.has("done"); runs++) {
    const outcomes = runCell(cell, input(), { on });
    expect([...outcomes.keys()]).toEqual(names);
    for (const outcome of new Set(outcomes.values())) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  return counts;
}

describe.each(kinds)("items of kind %s", (kind) => {
  test.each(operationNames)("%s", (operation) => {
    const holes: Cell[] = [];
    for (const geometry of geometries)
      for (const placement of placementNames) {
        const cell = { kind, operation, geometry, placement };
        const isMissing = missingFrom(cell) !== undefined;
        const outcomes = outcomesOf(cell);
        if (outcomes.has("done") === isMissing) holes.push(cell);
      }
    expect(holes).toEqual([]);
  });
});

describe.each(codecNames)("a codec of %s", (codec) => {
  test.each(askedNames)("asked by %s", (operation) => {
    const holes: Interference[] = [];
    for (const way of wayNames)
      for (const placement of placementNames) {
        const one = { codec, operation, way, placement };
        // Memory that threads share doubles each time, and never ends.
        const where = way === "moves the memory" ? backends : on;
        if (cannotBe(one) !== undefined) continue;
        let isAsked = false;
        for (let runs = 0; runs < MOST_RUNS && !isAsked; runs++) isAsked = interfere(one, input(), where);
        if (!isAsked) holes.push(one);
      }
    expect(holes).toEqual([]);
  });
});

test("every dtype that the package knows by name is converted, or copied where it has no values", () => {
  const never: string[] = [];
  for (const [kind, all] of types)
    for (const type of all) {
      const operation = kind === "object" ? "equals" : "copy into";
      const cell: Cell = { kind, operation, geometry: "strides", placement: "ordinary" };
      let isDone = false;
      for (let runs = 0; runs < MOST_RUNS && !isDone; runs++)
        isDone = runCell(cell, input(), { type }).get("wasm") === "done";
      if (!isDone) never.push(type.format);
    }
  expect(never).toEqual([]);
});

test("every two packed types are converted into each other", () => {
  const packed = types.get("packed")!;
  const never: string[] = [];
  for (const type of packed)
    for (const to of packed) {
      const cell: Cell = { kind: "packed", operation: "convert", geometry: "strides", placement: "ordinary" };
      let isDone = false;
      const other = (_: Input, shape: readonly number[]): [DType, readonly number[]] => {
        const otherShape = shape.length === 0 ? undefined : shapeOfBlocks(type, shape, to);
        isDone = otherShape !== undefined && !shape.includes(0);
        return otherShape === undefined ? [type, shape] : [to, otherShape];
      };
      let outcome: Outcome | undefined;
      for (let runs = 0; runs < MOST_RUNS && !(isDone && outcome === "done"); runs++)
        outcome = runCell(cell, input(), { type, other, on }).get("threads");
      if (!isDone || outcome !== "done") never.push(`${type.format} to ${to.format}`);
    }
  expect(never).toEqual([]);
});

/** None is copied, and the bytes of so few are done before a thread is asked. */
const shared = kinds.filter((kind) => kind !== "object" && kind !== "bool");
test.each(shared)("threads share the work of resident items of kind %s", (kind) => {
  const offer = vi.spyOn(Atomics, "notify");
  try {
    for (let runs = 0; runs < 10 * MOST_RUNS && offer.mock.calls.length === 0; runs++)
      for (const operation of ["copy into", "copy from", "convert"] as const)
        runCell({ kind, operation, geometry: "strides", placement: "resident" }, input(), { on });
    expect(offer).toHaveBeenCalled();
  } finally {
    offer.mockRestore();
  }
});

test("the tables have all that the code has", () => {
  const seen = new Set([...types.values()].flat().flatMap(({ element }) => element ?? []));
  expect([...seen].toSorted()).toEqual(Object.keys(elements).toSorted());
  for (const [kind, all] of types) expect(all.length, kind).toBeGreaterThan(0);
  const methods = Object.getOwnPropertyNames(StridedView.prototype);
  const geometry =
    "constructor buffer format ndim itemsize nbytes isContiguous slice transpose T reshape squeeze broadcastTo flip field columns " +
    "reinterpret expandItems cast asReadonly other live";
  /** Methods that are done as another one is. */
  const alike: Record<string, string> = {
    ...{ get: "toArray", index: "count", hex: "toBytes", copied: "toBytes", toString: "toArray", toJSON: "toArray" },
  };
  const known = [...operationNames, ...geometry.split(" "), ...Object.keys(alike)] as string[];
  expect(methods.filter((name) => !known.includes(name))).toEqual([]);
  for (const { api } of backends) {
    const functions = [...operationNames, ...Object.keys(elsewhere)] as string[];
    expect(Object.keys(api).filter((name) => name !== "copy" && !functions.includes(name))).toEqual([]);
  }
});
