/** Contiguous runs on a machine where some copies are trapped, which a clock of our own makes of any machine, and on one without a clock. */
import { afterEach, expect, it, vi } from "vitest";

/** Milliseconds that pass while something is timed: the first five times are those of a copy that is not trapped, all others of trapped ones. */
let timed: number[] = [];

/** copy-bytes.ts as it is in a new process, with a clock by which copies take {@link timed}. */
async function fresh() {
  vi.resetModules();
  timed = [];
  vi.doMock("../../src/backend/clock.js", () => ({
    fineClock: () => {
      let calls = 0;
      let time = 0;
      const passes = () => {
        const took = timed.length < 5 ? 0.001 : 1;
        timed.push(took);
        return took;
      };
      return () => (time += calls++ % 2 === 1 ? passes() : 0);
    },
  }));
  return (await import("../../src/backend/copy-bytes.js")).copyBytes;
}

afterEach(() => {
  vi.doUnmock("../../src/backend/clock.js");
  vi.restoreAllMocks();
});

const bytes = (n: number, seed: number) =>
  Uint8Array.from({ length: n }, (_, i) => (i * 31 + (i >> 8) * 7 + seed) & 255);
const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

/** Lengths around those from which and up to which runs may be trapped, and around the steps of the way round. */
const lengths = [1, 4095, 4096, 4097, 16_385, 65_535, 65_536, 65_537, 200_003, 524_288, 524_289];

it.each(lengths)("%i bytes go where they should, again and again, and nothing else is touched", async (n) => {
  const copyBytes = await fresh();
  for (const [dstOffset, srcOffset] of [
    [0, 0],
    [16, 0],
    [3, 4099],
    [2048, 64],
  ] as const) {
    const src = bytes(n + 5000, dstOffset);
    const dst = bytes(n + 5000, 77);
    const expected = dst.slice();
    expected.set(src.subarray(srcOffset, srcOffset + n), dstOffset);
    for (let turn = 0; turn < 4; turn++) {
      dst.fill(9, dstOffset, dstOffset + n);
      copyBytes(dst.buffer, dstOffset, src.buffer, srcOffset, n);
      expect(same(dst, expected)).toBe(true);
    }
  }
  const mayBeTrapped = n >= 4096 && n <= 524_288;
  // Ten times to find out about the machine, five for each of the four pairs.
  expect(timed).toHaveLength(mayBeTrapped ? 10 + 4 * 5 : 0);
});

it("goes round from the second copy of a pair on, and asks no clock for the third", async () => {
  const copyBytes = await fresh();
  const [src, dst] = [bytes(100_000, 1), bytes(100_000, 2)];
  const longest = () => {
    const set = vi.spyOn(Uint8Array.prototype, "set");
    copyBytes(dst.buffer, 0, src.buffer, 0, 100_000);
    const most = Math.max(...set.mock.calls.map(([from]) => from.length));
    set.mockRestore();
    return most;
  };
  expect(longest()).toBe(100_000);
  expect(timed).toHaveLength(10);
  expect(longest()).toBe(65_536);
  expect(timed).toHaveLength(15);
  expect(longest()).toBe(65_536);
  expect(timed).toHaveLength(15);
  copyBytes(dst.buffer, 8, src.buffer, 0, 10_000);
  expect(longest()).toBe(100_000);
});

it.each([16, 31, 4096 + 16, -4080, 4096, 5, -16])("within one buffer, %i bytes from where they came", async (shift) => {
  const copyBytes = await fresh();
  for (const n of [8192, 70_000]) {
    for (const distance of [shift, shift + Math.sign(shift) * 81_920]) {
      const memory = bytes(400_000, 3);
      const srcOffset = 150_000;
      const expected = memory.slice();
      expected.copyWithin(srcOffset + distance, srcOffset, srcOffset + n);
      copyBytes(memory.buffer, srcOffset + distance, memory.buffer, srcOffset, n);
      expect(same(memory, expected)).toBe(true);
    }
  }
  expect(timed).toHaveLength(10);
});

it.each([
  ["there is no clock", null],
  ["no copy is slower than others", () => 1],
])("copies by one call where %s", async (_, passes) => {
  vi.resetModules();
  let time = 0;
  vi.doMock("../../src/backend/clock.js", () => ({ fineClock: () => passes && (() => (time += passes())) }));
  const { copyBytes } = await import("../../src/backend/copy-bytes.js");
  const [src, dst] = [bytes(100_000, 1), bytes(100_000, 2)];
  copyBytes(dst.buffer, 0, src.buffer, 0, 10_000);
  const set = vi.spyOn(Uint8Array.prototype, "set");
  for (let turn = 0; turn < 3; turn++) copyBytes(dst.buffer, 0, src.buffer, 0, 100_000);
  expect(set.mock.calls.map(([from]) => from.length)).toEqual([100_000, 100_000, 100_000]);
  expect(same(dst, src)).toBe(true);
});
