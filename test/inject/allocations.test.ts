/** The n-th allocation fails, for every n: a tagged error, the destination as it was, and the next call is right. */
import { describe, expect, test } from "vitest";
import { type CopyOptions, isStridebufError } from "../../src/shared.js";
import { backends } from "../lib/backends.js";
import { everyFailure, Injected, withAllocations } from "./failing.js";

type Place = { format: string; shape?: number[]; strides?: number[]; byteOffset?: number };

/** [what it shows, dst, src, options, whether both lie in one memory] */
const cases: [string, Place, Place, CopyOptions?, boolean?][] = [
  ["a plain copy", { format: "<i", shape: [100] }, { format: "<i", shape: [100] }],
  ["a swap", { format: "<i", shape: [100] }, { format: ">i", shape: [100] }],
  [
    "an overlap",
    { format: "<H", shape: [90], strides: [2] },
    { format: "<H", shape: [90], strides: [-2], byteOffset: 180 },
    {},
    true,
  ],
  ["a conversion", { format: "<e", shape: [30, 7] }, { format: ">d", shape: [30, 7] }],
  ["an overlapping conversion", { format: "<e", shape: [90] }, { format: "<d", shape: [90] }, {}, true],
  ["strictness", { format: "b", shape: [100] }, { format: "b", shape: [100] }, { overflow: "error" }],
  ["records, field by field", { format: "T{<d:b:<i:a:}", shape: [20] }, { format: "T{<h:a:<f:b:}", shape: [20] }],
  ["records, other order", { format: "T{<d:b:<i:a:}", shape: [20] }, { format: "T{>d:b:<i:a:}", shape: [20] }],
  ["complex to bool", { format: "?", shape: [20] }, { format: "<Zf", shape: [20] }],
  ["complex", { format: "<Zd", shape: [20] }, { format: "<f", shape: [20] }],
  ["text", { format: "<5w", shape: [20] }, { format: ">3u", shape: [20] }],
  ["sub-arrays", { format: "(2,3)<d", shape: [9] }, { format: "(2,3)<h", shape: [9] }],
  [
    "units of time",
    { format: "<[numpy:numpy.dtypes:DateTime64DType:8:1]", shape: [30] },
    { format: "<[numpy:numpy.dtypes:DateTime64DType:a:1]", shape: [30] },
  ],
];

const BYTES = 4096;

for (const { name, api } of backends)
  describe(name, () => {
    test.each(cases)("copy: %s", (_, dst, src, options = {}, isShared = false) => {
      expect(api.backend.name).toBe(name);
      const memory = Uint8Array.from({ length: BYTES }, (_, i) => (i % 8 === 7 ? 0 : i % 3));
      const run = (call: (to: Uint8Array, from: Uint8Array) => void) => {
        const to = memory.slice();
        call(to, isShared ? to : memory.slice());
        return Buffer.from(to).toString("hex");
      };
      const assign = (to: Uint8Array, from: Uint8Array) => api.copy(api.view(to, dst), api.view(from, src), options);
      const complete = run(assign);
      const before = Buffer.from(memory).toString("hex");
      everyFailure((countdown) => {
        const after = run((to, from) => {
          const [target, source] = [api.view(to, dst), api.view(from, src)];
          try {
            withAllocations(countdown, () => api.copy(target, source, options));
          } catch (error) {
            expect(isStridebufError(error, "EngineError"), String(error)).toBe(true);
            expect((error as Error).cause).toBeInstanceOf(Injected);
          }
        });
        expect([before, complete]).toContain(after);
        if (!countdown.fired) expect(after).toBe(complete);
        expect(run(assign)).toBe(complete);
      });
    });
  });
