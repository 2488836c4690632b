/** The whole sweep of lines, which sweep.test.ts only samples: run with STRIDEBUF_SLOW=1. */
import { expect, test } from "vitest";
import { lineCase, unitsOf } from "../lib/lines.js";
import { bareBackends, checkMove } from "../lib/moves.js";

const WIDTHS = [1, 2, 3, 4, 8, 12, 16];
const places = bareBackends.flatMap((backend) => [false, true].map((resident) => ({ backend, resident })));

for (const { backend, resident } of places)
  for (const width of WIDTHS)
    test(`${backend.name} ${resident ? "resident" : "ordinary"}: width ${width}, every count, stride and misalignment`, () => {
      const failures: string[] = [];
      const dStrides = [1, -1, 2, 3].map((k) => k * width);
      const sStrides = [...[0, 1, -1, 2, 3, -3, 4].map((k) => k * width), width + 1];
      for (let count = 0; count <= 40; count++)
        for (const dStride of dStrides)
          for (const sStride of sStrides)
            for (let misalignment = 0; misalignment < 16; misalignment++)
              for (const unit of unitsOf(width)) {
                const c = lineCase(width, unit, count, dStride, sStride, misalignment, (misalignment * 7) % 16);
                const failure = checkMove(backend, resident, c, count * 16 + misalignment);
                if (failure !== undefined) failures.push(failure);
              }
      expect(failures.slice(0, 5)).toEqual([]);
    }, 600_000);

for (const { backend, resident } of places)
  for (const width of WIDTHS)
    test(`${backend.name} ${resident ? "resident" : "ordinary"}: width ${width}, every overlap`, () => {
      const failures: string[] = [];
      const strides = [1, -1, 2, -3].map((k) => k * width);
      for (const count of [1, 2, 3, 5, 8, 17, 40])
        for (const dStride of strides)
          for (const sStride of [0, ...strides])
            for (let distance = -4 * width; distance <= 4 * width; distance++)
              for (const unit of unitsOf(width)) {
                const c = lineCase(width, unit, count, dStride, sStride, 0, 0, distance);
                const failure = checkMove(backend, resident, c, count * 64 + distance);
                if (failure !== undefined) failures.push(failure);
              }
      expect(failures.slice(0, 5)).toEqual([]);
    }, 600_000);
