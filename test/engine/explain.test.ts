/**
 * The explanation against what runs: thousands of seeded assignments over a backend that records every call. The same
 * operations in the same order, the same refusals, and a destination that no refusal has touched.
 */
import { describe, expect, test } from "vitest";
import { createApi } from "../../src/api.js";
import type { Backend, Executor } from "../../src/backend/backend.js";
import { createJsBackend } from "../../src/backend/js/backend.js";
import { createWasmBackend } from "../../src/backend/wasm/backend.js";
import type { OperationDescription } from "../../src/engine/explain.js";
import type { CopyOptions } from "../../src/engine/options.js";
import { isStridebufError } from "../../src/errors.js";
import { noise } from "../lib/moves.js";
import { seeded } from "../lib/random.js";

/** One call of a backend: what it did, for whom, over how many items of which size. */
type Call = readonly [op: "move" | "transform", executor: Executor, sizes: string, width: number];

function recording(backend: Backend, calls: Call[]): Backend {
  return {
    ...backend,
    move(dst, src, move) {
      calls.push(["move", move.executor, move.loop.sizes.join(), move.width]);
      backend.move(dst, src, move);
    },
    transform(dst, src, transform, conversion) {
      calls.push(["transform", transform.executor, transform.loop.sizes.join(), conversion.dstWidth]);
      backend.transform(dst, src, transform, conversion);
    },
  };
}

const loaded = createWasmBackend();
if (loaded.reason !== undefined) throw new Error(loaded.reason);

const FORMATS = [
  ..."?bBhHiIqQefdg".split(""),
  ...["<i", ">i", ">q", ">e", "<Zf", ">Zd", "Ze", "3s", "5s", "2w", ">4w", "3u", "4x", "P", "O"],
  ...["(2)h", "(2)>h", "(2,3)b", "(3,2)b", "(2)f", "T{<H:a:}", "T{<H:a:2x<d:b:}", "T{>H:a:2x>d:b:}", "T{>H:a:2x<d:b:}"],
  ...["T{<B:a:<I:b:}", "T{d:b:h:a:}", "T{(2)<h:a:<3s:t:}", "T{(2)>h:a:<5s:t:}", "T{T{<B:a:}:r:<q:n:}"],
  ...["[ml_dtypes:bfloat16]", "[ml_dtypes:float8_e4m3fn]", "[packed:int4]", "[packed:uint1]", "(3)[packed:int4]"],
  ...["[gguf:q8_0]", "[gguf:q4_0]"],
  // Years, days, seconds, 25 seconds, milliseconds, nanoseconds; and timedeltas.
  ...["0:1", "4:1", "7:1", "7:19", "8:1", "a:1"].map((unit) => `[numpy:numpy.dtypes:DateTime64DType:${unit}]`),
  ...["1:1", "7:1", "8:1"].map((unit) => `>[numpy:numpy.dtypes:TimeDelta64DType:${unit}]`),
];

const CASTINGS = ["no", "equiv", "safe", "same_kind", "unsafe"] as const;
const OVERFLOWS = ["wrap", "saturate", "error"] as const;

class Random {
  readonly #next: () => number;
  constructor(seed: number) {
    this.#next = seeded(seed);
  }
  below = (n: number): number => Math.floor(this.#next() * n);
  chance = (p: number): boolean => this.#next() < p;
  pick = <T>(list: readonly T[]): T => list[this.below(list.length)]!;
}

const MEMORY = 16_384;

/** A view of `shape` somewhere in `bytes`: packed or with gaps, turned, repeated, overlapping itself, or by pointers. */
function viewIn(random: Random, api: ReturnType<typeof createApi>, bytes: Uint8Array, format: string, shape: number[]) {
  const { itemsize } = api.empty([0], format);
  const readonly = random.chance(0.03);
  const strides: number[] = new Array(shape.length);
  let step = itemsize + (random.chance(0.3) ? random.below(9) : 0);
  const order = shape.map((_, axis) => axis).reverse();
  if (random.chance(0.3)) order.reverse();
  for (const axis of order) {
    strides[axis] = step;
    step *= shape[axis]!;
    if (random.chance(0.1)) step += random.below(5);
    if (random.chance(0.04)) strides[axis] = random.below(Math.max(1, itemsize));
  }
  let high = itemsize;
  let low = 0;
  strides.forEach((stride, axis) => {
    if (random.chance(0.15)) strides[axis] = -stride;
    const reach = strides[axis]! * Math.max(0, shape[axis]! - 1);
    if (reach < 0) low += reach;
    else high += reach;
  });
  if (high - low > MEMORY) return undefined;
  const byteOffset = random.below(Math.min(64, MEMORY - (high - low) + 1)) - low;
  if (byteOffset + high > MEMORY) return undefined;
  if (shape.length > 0 && shape[0]! > 0 && shape[0]! < 9 && random.chance(0.08)) {
    // A table of pointers to rows, sometimes one that leads nowhere.
    const rows = shape[0]!;
    const at = MEMORY - 64 - 8 * rows;
    const data = new DataView(bytes.buffer);
    let [rowLow, rowHigh] = [0, itemsize];
    strides.slice(1).forEach((stride, axis) => {
      const reach = stride * Math.max(0, shape[axis + 1]! - 1);
      if (reach < 0) rowLow += reach;
      else rowHigh += reach;
    });
    const span = rowHigh - rowLow;
    if (span * rows > at) return undefined;
    for (let i = 0; i < rows; i++) {
      const lost = random.chance(0.02);
      data.setBigInt64(at + 8 * i, BigInt(lost ? 2 * MEMORY : i * span - rowLow), true);
    }
    return api.view(bytes, {
      format,
      shape,
      strides: [8, ...strides.slice(1)],
      suboffsets: [0, ...shape.slice(1).map(() => -1)],
      byteOffset: at,
      readonly,
    });
  }
  return api.view(bytes, { format, shape, strides, byteOffset, readonly });
}

function optionsOf(random: Random, last: number | undefined): CopyOptions | undefined {
  if (random.chance(0.5)) return undefined;
  const perItem = () => Array.from({ length: random.chance(0.9) ? (last ?? 1) : 3 }, () => random.below(9) / 2 - 2);
  return {
    ...(random.chance(0.3) && { casting: random.pick(CASTINGS) }),
    ...(random.chance(0.4) && { overflow: random.pick(OVERFLOWS) }),
    ...(random.chance(0.2) && { scale: random.pick([2, 0.5, 1, -3, perItem()]) }),
    ...(random.chance(0.2) && { offset: random.pick([1, -7.5, 0, perItem()]) }),
    ...(random.chance(0.2) && { rounding: "nearest-even" as const }),
    ...(random.chance(0.2) && { where: Uint8Array.from(perItem(), (x) => (x > 0 ? 1 : 0)) }),
  };
}

function shapesOf(random: Random, src: string): { dst: number[]; src: number[] } {
  const shape = Array.from({ length: random.below(4) }, () => random.pick([0, 1, 2, 3, 5, 8, 17]));
  if (random.chance(0.1)) shape.push(random.pick([40, 130, 700]));
  const from = shape.map((n) => (random.chance(0.15) ? 1 : n)).slice(random.chance(0.15) ? 1 : 0);
  if (random.chance(0.03)) from.push(4);
  // Most shapes fit the values of a block.
  const count = src.includes("int4") ? 2 : src.includes("uint1") ? 8 : src.includes("gguf") ? 32 : 1;
  const dst = shape.slice();
  if (count > 1 && dst.length > 0 && random.chance(0.8)) dst[dst.length - 1]! *= count;
  return { dst, src: from };
}

/** What of the recorded calls does not follow the explanation. `refused`: the last check ended everything. */
function difference(operations: readonly OperationDescription[], calls: readonly Call[], refused: boolean) {
  let at = 0;
  for (const operation of operations) {
    const { op, executor, loop, width, times = 1 } = operation;
    if (op === "temporary" || op === "mask" || op === "scale" || executor === "none") continue;
    const sizes = loop!.map(({ size }) => size).join();
    for (let i = 0; i < times; i++, at++) {
      if (at === calls.length) return refused ? undefined : `no call for ${JSON.stringify(operation)}`;
      const [kind, who, items, bytes] = calls[at]!;
      const isSame =
        op === "check"
          ? who === executor && (items === sizes || i === times - 1)
          : kind === (op === "transform" ? op : "move") && who === executor && items === sizes && bytes === width;
      if (!isSame) return `${calls[at]} for ${JSON.stringify(operation)}`;
    }
  }
  return at === calls.length ? undefined : `${calls.length - at} calls that nothing explains`;
}

/** The tag of what a function throws; undefined when it returns. */
function refusal(run: () => void): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return isStridebufError(error) ? error.name : `${(error as Error).stack}`;
  }
}

const CASES = 6000;

for (const backend of [loaded, createJsBackend()])
  describe(backend.name, () => {
    const calls: Call[] = [];
    const api = createApi(recording(backend, calls));

    test("runs the backend it should", () => expect(api.backend.name).toBe(backend.name));

    test(`${CASES} random assignments are explained as they run`, () => {
      const wrong: string[] = [];
      const seen: Record<string, number> = {};
      for (let seed = 1; seed <= CASES && wrong.length < 5; seed++) {
        const random = new Random(seed);
        const dstBytes = noise(MEMORY, seed);
        const srcBytes = random.chance(0.3) ? dstBytes : noise(MEMORY, seed + 1);
        // Text that both kinds of text can hold.
        if (random.chance(0.3)) srcBytes.fill(65, 0, 4096);
        const [dstFormat, srcFormat] = [random.pick(FORMATS), random.pick(FORMATS)];
        const from = random.chance(0.3) ? dstFormat : srcFormat;
        const shapes = shapesOf(random, from);
        const dst = viewIn(random, api, dstBytes, dstFormat, shapes.dst);
        const src = viewIn(random, api, srcBytes, from, shapes.src);
        if (dst === undefined || src === undefined) continue;
        const options = optionsOf(random, dst.shape[dst.ndim - 1]);
        const text = `${seed}: ${dstFormat} [${dst.shape}] (${dst.strides}) = ${from} [${src.shape}] (${src.strides})`;
        const fail = (why: string) => void wrong.push(`${text} ${JSON.stringify(options)}: ${why}`);

        let operations: readonly OperationDescription[] = [];
        const planned = refusal(() => {
          operations = api.explainPlan(dst, src, options).operations;
        });
        const before = dstBytes.slice();
        if (calls.length > 0) fail("planning ran something");
        const ran = refusal(() => api.copy(dst, src, options));
        const isChecked =
          planned === undefined && ran === "ConversionError" && operations.some(({ op }) => op === "check");
        if (ran !== planned && !isChecked) fail(`copy: ${ran}, explainPlan: ${planned}`);
        const differs = difference(operations, calls, isChecked);
        if (differs !== undefined) fail(differs);
        if (ran !== undefined && Buffer.compare(before, dstBytes) !== 0) fail("refused, yet written");
        for (const { op } of operations) seen[op] = (seen[op] ?? 0) + 1;
        seen[ran ?? "done"] = (seen[ran ?? "done"] ?? 0) + 1;

        // Again, by the plan that is kept, or by the calls of the platform that it comes down to.
        const [first, after] = [calls.splice(0), dstBytes.slice()];
        dstBytes.set(before);
        if (refusal(() => api.copy(dst, src, options)) !== ran) fail("another answer the second time");
        const second = calls.splice(0);
        const isDirect = second.length === 0 && first.length === 1 && first[0]![1] === "platform";
        if (!isDirect && JSON.stringify(second) !== JSON.stringify(first)) fail("other calls the second time");
        if (Buffer.compare(after, dstBytes) !== 0) fail("other bytes the second time");
      }
      expect(wrong).toEqual([]);
      for (const name of ["check", "move", "transform", "temporary", "gather", "scatter", "mask", "done"])
        expect(seen[name], name).toBeGreaterThan(20);
      for (const name of ["scale", "LayoutError", "ConversionError", "BoundsError"])
        expect(seen[name], name).toBeGreaterThan(5);
    }, 60_000);
  });
