import fc from "fast-check";
import { expect, test } from "vitest";
import { boxExtent, boxesOf, chunkItems, forEachRun } from "../../src/io/stream-plan.js";

test("chunks keep both sides within the budget", () => {
  expect(chunkItems(4, 2, 1 << 20)).toBe(1 << 18);
  expect(chunkItems(1, 8, 1 << 20)).toBe(1 << 17);
  expect(chunkItems(0.5, 1, 1000, 8)).toBe(1000);
  expect(chunkItems(1 << 30, 1, 1 << 20)).toBe(1);
});

const shapes = fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 5 });

test("boxes cover every item once and stay within the budget", () => {
  fc.assert(
    fc.property(shapes, fc.integer({ min: 8, max: 400 }), (shape, budget) => {
      const extent = boxExtent(shape, 2, budget);
      expect(extent.reduce((a, b) => a * b, 2)).toBeLessThanOrEqual(budget);
      let items = 0;
      for (const box of boxesOf(shape, extent)) items += box.extent.reduce((a, b) => a * b, 1);
      expect(items).toBe(shape.reduce((a, b) => a * b, 1));
    }),
  );
});

test("boxes of a large matrix have long runs on both sides", () => {
  const [rows, columns] = boxExtent([28_000, 28_000], 4, 24 << 20);
  expect(rows).toBeGreaterThan(1000);
  expect(columns).toBeGreaterThan(1000);
});

/** Writes C-order item numbers to an F-order file box by box and compares with the definition. */
test("runs of boxes transpose a tensor", async () => {
  await fc.assert(
    fc.asyncProperty(shapes, fc.integer({ min: 1, max: 60 }), async (shape, budget) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const out = new Array(size).fill(-1);
      for (const box of boxesOf(shape, boxExtent(shape, 1, budget))) {
        const read: number[] = [];
        await forEachRun(shape, box, "C", 1, (offset, nbytes) => {
          for (let i = 0; i < nbytes; i++) read.push(offset + i);
        });
        const positions: number[] = [];
        await forEachRun(shape, box, "F", 1, (offset, nbytes) => {
          for (let i = 0; i < nbytes; i++) positions.push(offset + i);
        });
        const { extent } = box;
        read.forEach((item, c) => {
          let rest = c;
          let f = 0;
          for (let axis = extent.length - 1; axis >= 0; axis--) {
            f += (rest % extent[axis]!) * extent.slice(0, axis).reduce((a, b) => a * b, 1);
            rest = Math.floor(rest / extent[axis]!);
          }
          out[positions[f]!] = item;
        });
      }
      const expected: number[] = [];
      for (let f = 0; f < size; f++) {
        let rest = f;
        let c = 0;
        shape.forEach((length, axis) => {
          c += (rest % length) * shape.slice(axis + 1).reduce((a, b) => a * b, 1);
          rest = Math.floor(rest / length);
        });
        expected.push(c);
      }
      expect(out).toEqual(expected);
    }),
  );
});
