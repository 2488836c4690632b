import { expect, test } from "vitest";
import type { Backend } from "../../src/backend/backend.js";
import { createJsBackend } from "../../src/backend/js/backend.js";
import { createWasmBackend } from "../../src/backend/wasm/backend.js";
import { voidDType } from "../../src/dtype/make-other.js";
import { createEngine } from "../../src/engine/engine.js";
import { planMove } from "../../src/engine/plan.js";
import { run } from "../../src/engine/run.js";
import { isStridebufError } from "../../src/errors.js";
import { slice } from "../../src/view/slices.js";
import { StridedView } from "../../src/view/view.js";
import { backends as apis } from "../lib/backends.js";
import { expectBlob, fill, fromHex, toHex, vectors } from "../lib/vectors.js";

const wasm = createWasmBackend();
if (wasm.reason !== undefined) throw new Error(wasm.reason);
const backends: Backend[] = [wasm, createJsBackend()];

/** Where the two sides of a case lie: ordinary memory, or memory of the backend. */
const places = ["ordinary", "resident", "dst resident", "src resident"] as const;

function placed(backend: Backend, bytes: Uint8Array, resident: boolean) {
  if (!resident) return { buffer: bytes.buffer, start: 0 };
  const block = backend.allocate(bytes.length);
  new Uint8Array(block.buffer, block.byteOffset, bytes.length).set(bytes);
  return { buffer: block.buffer, start: block.byteOffset };
}

for (const backend of backends)
  for (const place of places)
    test(`golden copies: ${backend.name}, ${place}`, () => {
      const { host } = createEngine(backend);
      const cases = vectors("copies").cases;
      expect(cases.length).toBeGreaterThan(1000);
      const failures: string[] = [];
      for (const c of cases) {
        const to = placed(backend, fill(c.nbytes, c.fill_k), place === "resident" || place === "dst resident");
        const from = c.same_base
          ? to
          : placed(backend, fill(c.src_nbytes, c.fill_k + 1), place === "resident" || place === "src resident");
        const viewOf = (memory: typeof to, side: { shape: number[]; strides: number[]; offset: number }) =>
          new StridedView(host, { buffer: memory.buffer }, voidDType(c.itemsize), {
            byteOffset: memory.start + side.offset,
            shape: [...side.shape],
            strides: [...side.strides],
            suboffsets: null,
          });
        try {
          const [dst, src] = [viewOf(to, c.dst), viewOf(from, c.src)];
          run(backend, planMove(backend, dst, src, c.swap ?? 1), dst, src);
          expectBlob(new Uint8Array(to.buffer, to.start, c.nbytes).slice(), c.result, c.id);
        } catch (e) {
          failures.push(`${c.id} ${(e as Error).message.slice(0, 300)}`);
        }
      }
      expect(failures.slice(0, 5)).toEqual([]);
    });

test("golden shapes: what broadcasts and what does not", () => {
  const { host } = createEngine(createJsBackend());
  for (const c of vectors("copies_shape").cases) {
    const viewOf = (shape: number[]) => {
      const size = shape.reduce((a, n) => a * n, 1);
      const strides = shape.map((_, i) => shape.slice(i + 1).reduce((a, n) => a * n, 1));
      return new StridedView(host, { buffer: new ArrayBuffer(size) }, voidDType(1), {
        byteOffset: 0,
        shape: [...shape],
        strides,
        suboffsets: null,
      });
    };
    const plan = () => planMove(createJsBackend(), viewOf(c.dst), viewOf(c.src), 1);
    if (c.ok) expect(plan, JSON.stringify(c)).not.toThrow();
    else {
      let caught: unknown;
      try {
        plan();
      } catch (e) {
        caught = e;
      }
      expect(isStridebufError(caught, "LayoutError") && caught.reason, JSON.stringify(c)).toBe("shape");
    }
  }
});

for (const { name, api } of apis)
  test(`golden overlaps of memoryview: ${name}`, () => {
    expect(api.backend.name).toBe(name);
    const failures: string[] = [];
    const cases = vectors("memoryview_overlap").cases;
    expect(cases.length).toBeGreaterThan(100);
    for (const c of cases) {
      const memory = fromHex(c.mem);
      const all = api.view(memory, { format: c.format });
      const part = ([start, stop, step]: [number | null, number | null, number | null]) =>
        all.slice(slice(start, stop, step));
      api.copy(part(c.dst), part(c.src));
      if (toHex(memory) !== c.mem_after) failures.push(c.id);
    }
    expect(failures).toEqual([]);
  });
