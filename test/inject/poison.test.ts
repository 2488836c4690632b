/**
 * Collections under stress: blocks that are given back are poisoned, a collection follows each step, and whatever a program can
 * still reach (views, slices, typed arrays, their buffers) keeps its bytes.
 */
import { setTimeout as later } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { createApi } from "../../src/api.js";
import type { Backend } from "../../src/backend/backend.js";
import { createWasmBackend } from "../../src/backend/wasm/backend.js";
import { NDBUFFER } from "../../src/exchange/index.js";
import { isStridebufError, type StridedView } from "../../src/shared.js";
import { random } from "../lib/kernels.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const POISON = 0xdb;

const wasm = createWasmBackend();
if (wasm.reason !== undefined) throw new Error(wasm.reason);
let given = 0;
const backend: Backend = Object.create(wasm, {
  allocate: {
    value(nbytes: number) {
      const block = wasm.allocate(nbytes);
      return Object.create(block, {
        buffer: { get: () => block.buffer },
        free: {
          value() {
            new Uint8Array(block.buffer, block.byteOffset, block.nbytes).fill(POISON);
            given++;
            block.free();
          },
        },
      });
    },
  },
});
const api = createApi(backend);

/** Something that reaches resident memory, and the number that every item of it must be. */
interface Kept {
  readonly what: string;
  readonly read: () => number;
  readonly expected: number;
}

function hold(next: () => number, expected: number): Kept {
  const view = api.empty([64], "<d", { resident: true }) as StridedView;
  api.copy(view, new Float64Array(64).fill(expected));
  const kinds: (() => Kept)[] = [
    () => ({ what: "the view", read: () => Number(view.get(5)), expected }),
    () => {
      const part = view.slice("::2").slice("::-1");
      return { what: "a slice of a slice", read: () => Number(part.get(3)), expected };
    },
    () => {
      const array = view.toTypedArray() as Float64Array;
      return { what: "a typed array", read: () => array[7]!, expected };
    },
    () => {
      const array = (view.toTypedArray() as Float64Array).subarray(8);
      return { what: "a part of a typed array", read: () => array[7]!, expected };
    },
    () => {
      const made = api.convert(new Float32Array(64).fill(expected), "d", { resident: true }).toTypedArray();
      return { what: "the array of a conversion", read: () => Number(made[9]), expected };
    },
  ];
  return kinds[next() % kinds.length]!();
}

test("nothing that can be reached is given back, and what cannot is", async () => {
  const next = random(7);
  let kept: Kept[] = [];
  for (let round = 0; round < 120; round++) {
    kept.push(hold(next, round + 1));
    if (next() % 3 === 0) kept = kept.filter(() => next() % 4 !== 0);
    collect();
    await later(0);
    for (const { what, read, expected } of kept) expect(read(), `${what} of round ${expected}`).toBe(expected);
  }
  expect(given).toBeGreaterThan(20);
});

test("a disposed view is refused, by itself and by every view of it", () => {
  const view = api.empty([8], "<d", { resident: true });
  const part = view.slice("::2");
  (view as unknown as { dispose(): void }).dispose();
  for (const use of [() => view.get(0), () => part.get(0), () => api.copy(part, part), () => part.toTypedArray()])
    expect(() => use()).toThrow(expect.toSatisfy((error) => isStridebufError(error, "EngineError")));
});

/** Collects until `isDone`, or until nothing more comes of it. */
async function settle(isDone: () => boolean): Promise<void> {
  for (let turn = 0; turn < 20 && !isDone(); turn++) {
    collect();
    await later(1);
  }
}

test("of typed arrays that were viewed once, four small ones outlive their owners and no large one", async () => {
  const collected = new Set<string>();
  const registry = new FinalizationRegistry((what: string) => void collected.add(what));
  const look = (what: string, length: number) => {
    const array = new Float64Array(length);
    registry.register(array, what);
    api.view(array);
  };
  for (let i = 0; i < 50; i++) {
    look(`small ${i}`, 8192);
    look(`large ${i}`, 8193);
  }
  await settle(() => collected.size >= 96);
  expect(collected.size).toBe(96);
  expect([...collected].filter((what) => what.startsWith("large"))).toHaveLength(50);
});

test("memory that was lent or acquired is not given back while its buffer or an array over it can be reached", async () => {
  const returned = new Set<string>();
  const exporter = (name: string) => ({
    [NDBUFFER]: () => ({
      ...{ version: 1, byteOffset: 0, shape: [2], strides: null, format: "<d", itemsize: 8 },
      buffer: new Float64Array([1, 2]).buffer,
      release: () => void returned.add(name),
    }),
  });
  const lend = (name: string) =>
    api.view(new Float64Array([1, 2]), { release: () => void returned.add(name) }) as StridedView;
  const kept: unknown[] = [lend("lent").toTypedArray(), lend("part").slice("1:").buffer];
  kept.push(api.view(exporter("acquired") as never).toTypedArray());
  (() => {
    lend("forgotten");
    lend("array forgotten").toTypedArray();
  })();
  await settle(() => returned.size > 2);
  expect([...returned].toSorted()).toEqual(["array forgotten", "forgotten"]);
  kept.length = 0;
  await settle(() => returned.size === 4);
  // An exporter's descriptor is held until its release, and with it the buffer that was handed out.
  expect(returned.size).toBe(4);
  expect(returned.has("acquired")).toBe(false);
});
