import { expect, test } from "vitest";
import { lineCase, unitsOf } from "../lib/lines.js";
import { bareBackends, checkMove, type MoveCase } from "../lib/moves.js";
import { seeded } from "../lib/random.js";

const WIDTHS = [1, 2, 3, 4, 5, 8, 12, 13, 16, 24, 40];
function stridesOf(width: number): number[] {
  return [width, -width, 2 * width, 3 * width, -3 * width, 4 * width, width + 1, -(width + 5), 24 + width];
}

test("lines: widths × counts × strides × misalignments × swaps, sampled", () => {
  const random = seeded(1);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const failures: string[] = [];
  for (let i = 0; i < 6000 && failures.length < 5; i++) {
    const width = pick(WIDTHS);
    const c = lineCase(
      width,
      pick(unitsOf(width)),
      Math.floor(random() * (i % 50 === 0 ? 600 : 41)),
      pick(stridesOf(width)),
      pick([0, ...stridesOf(width), 12, 13, 16, 24]),
      Math.floor(random() * 16),
      Math.floor(random() * 16),
    );
    for (const backend of bareBackends)
      for (const resident of [false, true])
        failures.push(...[checkMove(backend, resident, c, i)].filter((f) => f !== undefined));
  }
  expect(failures.slice(0, 5)).toEqual([]);
});

test("overlapping lines: as if the source had been read first, sampled", () => {
  const random = seeded(2);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const failures: string[] = [];
  for (let i = 0; i < 6000 && failures.length < 5; i++) {
    const width = pick(WIDTHS);
    const dStride = pick(stridesOf(width));
    const sStride = random() < 0.5 ? dStride : pick([0, ...stridesOf(width)]);
    const distance = Math.floor((random() - 0.5) * (random() < 0.5 ? 4 * width : 200));
    const c = lineCase(
      width,
      pick(unitsOf(width)),
      Math.floor(random() * 41),
      dStride,
      sStride,
      0,
      0,
      random() < 0.1 ? 0 : distance,
    );
    for (const backend of bareBackends)
      for (const resident of [false, true])
        failures.push(...[checkMove(backend, resident, c, i)].filter((f) => f !== undefined));
  }
  expect(failures.slice(0, 5)).toEqual([]);
});

/** A random nest: each side a permuted, padded, sometimes reversed or repeated arrangement of the same shape. */
function nestCase(random: () => number, largest: number): MoveCase {
  const below = (n: number) => Math.floor(random() * n);
  const ndim = 1 + below(4);
  const shape = Array.from({ length: ndim }, () => 1 + below(ndim > 2 ? Math.ceil(largest / 6) : largest));
  const width = WIDTHS[below(WIDTHS.length)]!;
  const units = unitsOf(width);
  const side = (mayRepeat: boolean) => {
    const order = shape.map((_, axis) => axis).sort(() => random() - 0.5);
    if (random() < 0.5) order.sort((a, b) => a - b);
    const strides: number[] = new Array(ndim).fill(0);
    let step = width * (random() < 0.8 ? 1 : 2);
    let offset = below(16);
    for (const axis of order.reverse()) {
      if (mayRepeat && random() < 0.1) continue;
      strides[axis] = step;
      step = step * shape[axis]! + (random() < 0.2 ? below(40) : 0);
      if (random() < 0.2) {
        offset += strides[axis]! * (shape[axis]! - 1);
        strides[axis] = -strides[axis]!;
      }
    }
    return { offset, strides, bytes: offset + step + 64 };
  };
  const dst = side(false);
  const src = side(true);
  return {
    shape,
    width,
    unit: random() < 0.6 ? 1 : units[below(units.length)]!,
    dstOffset: dst.offset,
    dstStrides: dst.strides,
    srcOffset: src.offset,
    srcStrides: src.strides,
    dstBytes: dst.bytes,
    srcBytes: src.bytes,
  };
}

test("nests: random permutations, paddings, reversals and repetitions", () => {
  const random = seeded(3);
  const failures: string[] = [];
  for (let i = 0; i < 500 && failures.length < 5; i++) {
    const c = nestCase(random, i % 100 === 0 ? 400 : 48);
    for (const backend of bareBackends)
      for (const resident of [false, true])
        failures.push(...[checkMove(backend, resident, c, i)].filter((f) => f !== undefined));
  }
  expect(failures.slice(0, 5)).toEqual([]);
});
