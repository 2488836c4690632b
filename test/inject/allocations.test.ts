/** The n-th allocation fails, for every n: a tagged error, the destination as it was, and the next call is right. */
import { describe, expect, test } from "vitest";
import { type CopyOptions, isStridebufError, outputPool, type StridedView } from "../../src/shared.js";
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
  ["scaling", { format: "<h", shape: [90] }, { format: ">f", shape: [90] }, { scale: 2, offset: 1 }],
  ["saturation", { format: "b", shape: [90] }, { format: "<d", shape: [90] }, { overflow: "saturate" }],
  ["a broadcast", { format: ">d", shape: [9, 10] }, { format: "<h", shape: [9, 1] }],
  ["packed items", { format: "[packed:int4]", shape: [20] }, { format: "<f", shape: [40] }],
  ["values of packed items", { format: ">f", shape: [40] }, { format: "[packed:int4]", shape: [20] }],
  ["packed into packed", { format: "[packed:uint2]", shape: [10] }, { format: "[packed:int4]", shape: [20] }],
  ["quantised blocks", { format: ">e", shape: [256] }, { format: "[gguf:q8_0]", shape: [8] }],
  ["decimals", { format: "<d", shape: [20] }, { format: "<[arrow:decimal128:38:5]", shape: [20] }],
  ["long doubles", { format: "g", shape: [20] }, { format: ">d", shape: [20] }],
];

/** What takes memory. */
const operations: Readonly<Record<string, (api: (typeof backends)[number]["api"], view: StridedView) => unknown>> = {
  convert: (api, view) => api.convert(view, "<f").toBytes(),
  "convert, from a pool": (api, view) => api.convert(view, ">d", { pool: outputPool() }).toBytes(),
  contiguous: (api, view) => api.contiguous(view, "F").toBytes(),
  toBytes: (_api, view) => view.toBytes("F"),
  fill: (api, view) => api.fill(view, 3),
  equals: (_api, view) => view.equals(view.flip()),
};

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

    test.each(Object.entries(operations))("%s", (_, operation) => {
      const memory = Uint8Array.from({ length: 1200 }, (_byte, i) => (i % 8 === 7 ? 0 : i % 3));
      const place = { format: ">i", shape: [10, 20], strides: [4, 60] };
      const result = (bytes: Uint8Array): string => {
        const done = operation(api, api.view(bytes, place));
        return done instanceof Uint8Array ? Buffer.from(done).toString("hex") : String(done);
      };
      const after = memory.slice();
      const complete = result(after);
      const met = everyFailure((countdown) => {
        const bytes = memory.slice();
        const view = api.view(bytes, place);
        let isDone = true;
        try {
          withAllocations(countdown, () => operation(api, view));
        } catch (error) {
          isDone = false;
          expect(isStridebufError(error, "EngineError"), String((error as Error).stack)).toBe(true);
          expect((error as Error).cause).toBeInstanceOf(Injected);
        }
        expect(Buffer.compare(bytes, isDone ? after : memory)).toBe(0);
        if (!countdown.fired) expect(isDone).toBe(true);
        const again = memory.slice();
        expect(result(again)).toBe(complete);
        expect(Buffer.compare(again, after)).toBe(0);
      });
      expect(met).toBeGreaterThan(0);
    });
  });
