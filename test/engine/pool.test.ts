import { expect, test } from "vitest";
import { dtype } from "../../src/dtype/read.js";
import { DTypeRegistry } from "../../src/dtype/registry.js";
import { outputPool } from "../../src/engine/pool.js";
import { isStridebufError } from "../../src/errors.js";
import { backends } from "../lib/backends.js";

const COUNT = 65_536;
const floats = Float32Array.from({ length: COUNT }, (_, i) => i / 8);

function phaseOf(use: () => unknown): unknown {
  try {
    use();
  } catch (error) {
    return isStridebufError(error, "EngineError") ? error.phase : error;
  }
  return "nothing thrown";
}

for (const { name, api } of backends) {
  const { convert, empty } = api;

  test(`${name}: a block that came back is taken again, and holds the new items only`, () => {
    using pool = outputPool();
    for (let turn = 0; turn < 4; turn++) {
      const source = floats.map((x) => x + turn);
      if (turn > 0) expect(pool.freeBytes).toBeGreaterThanOrEqual(COUNT * 8);
      using half = convert(source, "d", { pool });
      expect(half.get(COUNT - 1)).toBe(source[COUNT - 1]);
      expect(half.equals(api.view(source))).toBe(true);
      expect(pool.freeBytes).toBe(0);
    }
    expect(pool.freeBytes).toBeGreaterThanOrEqual(COUNT * 8);
  });

  test(`${name}: temporaries of a conversion come from the pool as well, and go back when it ends or throws`, () => {
    using pool = outputPool();
    const scale = api.view(Float64Array.from(floats, (_, i) => 1 + (i % 7)));
    const expected = convert(floats, "f", { scale });
    for (let turn = 0; turn < 3; turn++) {
      const result = convert(floats, "f", { scale, pool });
      expect(result.equals(expected)).toBe(true);
      expect(pool.freeBytes).toBeGreaterThanOrEqual(COUNT * 8);
      result.dispose();
    }
    const before = pool.freeBytes;
    expect(before).toBeLessThan(COUNT * 8 * 3);
    expect(() => convert(floats, "B", { scale, overflow: "error", pool })).toThrow(/does not fit/);
    expect(pool.freeBytes).toBeGreaterThanOrEqual(before);
  });

  test(`${name}: views that live at once never share a block`, () => {
    using pool = outputPool();
    const views = Array.from({ length: 5 }, (_, i) =>
      convert(
        floats.map((x) => x + i),
        "d",
        { pool },
      ),
    );
    for (const [i, view] of views.entries()) expect(view.get(0)).toBe(i);
    views[1]!.dispose();
    const next = convert(
      floats.map((x) => x - 1),
      "d",
      { pool },
    );
    expect(next.get(0)).toBe(-1);
    for (const i of [0, 2, 3, 4]) expect(views[i]!.get(0)).toBe(i);
  });

  test(`${name}: whatever still reaches a block that came back finds it gone`, () => {
    using pool = outputPool();
    const view = convert(floats, "d", { pool });
    const part = view.slice("::2");
    expect(part.get(1)).toBe(floats[2]);
    const array = view.toTypedArray() as Float64Array;
    const { buffer } = view;
    const shown = view[Symbol.for("ndbuffer") as never] as () => { buffer: ArrayBuffer };
    const lent = api.view(view as never);
    expect(shown.call(view).buffer.byteLength).toBe(buffer.byteLength);
    view.dispose();
    view[Symbol.dispose]();
    for (const use of [() => view.get(0), () => part.get(0), () => view.toBytes(), () => view.buffer])
      expect(phaseOf(use)).toBe("memory");
    expect(() => api.copy(floats, view)).toThrow("disposed");
    const next = convert(new Float32Array(COUNT).fill(7), "d", { pool });
    expect(array.length).toBe(0);
    expect(buffer.byteLength).toBe(0);
    expect(() => lent.get(0)).toThrow();
    array[0] = 1;
    expect(next.get(0)).toBe(7);
  });

  test(`${name}: what is not written is zero: masks, gaps of records, empty()`, () => {
    using pool = outputPool();
    convert(new Float32Array(COUNT).fill(-1), "d", { pool }).dispose();
    const where = new Uint8Array(COUNT);
    where[3] = 1;
    using chosen = convert(
      floats.map((x) => x + 1),
      "d",
      { pool, where },
    );
    expect((chosen.toTypedArray() as Float64Array).reduce((sum, x) => sum + x, 0)).toBe(floats[3]! + 1);
    chosen.dispose();
    const records = api.view(new Uint8Array(COUNT * 8).fill(255), { format: "T{B:a:B:b:6x}", shape: [COUNT] });
    using gaps = convert(records, "T{B:a:7x}", { pool });
    expect(new Set(gaps.toBytes())).toEqual(new Set([255, 0]));
    gaps.dispose();
    using zeros = empty([COUNT], "d", { pool });
    expect(zeros.toBytes().every((byte) => byte === 0)).toBe(true);
  });

  test(`${name}: a refused conversion gives its block back`, () => {
    using pool = outputPool();
    expect(() => convert(floats, "B", { pool, overflow: "error" })).toThrow("does not fit");
    expect(pool.freeBytes).toBeGreaterThanOrEqual(COUNT);
    using bytes = convert(floats, "B", { pool, overflow: "saturate" });
    expect(bytes.get(COUNT - 1)).toBe(255);
  });

  test(`${name}: a codec that takes blocks of the same pool in the middle disturbs nothing`, () => {
    using pool = outputPool();
    const registry = new DTypeRegistry().register("pooltest", () => ({
      kind: "float",
      itemsize: 1,
      codec: {
        hub: "float64",
        decodeTile(dst, src, count) {
          const other = convert(floats, "d", { pool });
          const freed = convert(new Float32Array(COUNT).fill(-1), "d", { pool });
          other.dispose();
          freed.dispose();
          for (let i = 0; i < count; i++) dst[i] = src[i]! + 0.5;
        },
      },
    }));
    const format = dtype("[pooltest:x]", { registry });
    const raw = api.view(new Uint8Array(COUNT).fill(3), { format });
    using out = convert(raw, "d", { pool });
    expect(new Set(out.toTypedArray() as Float64Array)).toEqual(new Set([3.5]));
  });

  test(`${name}: order, resident memory, the bounds of the pool and its end`, () => {
    using pool = outputPool({ maxBytes: 1 << 20 });
    const grid = api.view(floats, { shape: [256, 16, 16] }).transpose([1, 2, 0]);
    for (const memory of [{ pool }, { resident: true }] as const) {
      using kept = convert(grid, "d", { order: "K", ...memory });
      expect(kept.strides).toEqual([128, 8, 2048]);
      expect(kept.equals(grid)).toBe(true);
      using f = convert(grid, "d", { order: "F", ...memory });
      expect(f.isContiguous("F")).toBe(true);
      expect(f.equals(grid)).toBe(true);
    }
    const views = Array.from({ length: 6 }, () => convert(floats, "d", { pool }));
    for (const view of views) view.dispose();
    expect(pool.freeBytes).toBeLessThanOrEqual(1 << 20);
    expect(pool.freeBytes).toBeGreaterThan(0);
    pool.clear();
    expect(pool.freeBytes).toBe(0);
    using last = convert(floats, "d", { pool });
    pool.dispose();
    expect(last.get(8)).toBe(1);
    last.dispose();
    expect(pool.freeBytes).toBe(0);
    expect(phaseOf(() => convert(floats, "d", { pool }))).toBe("memory");
  });

  test(`${name}: what is no pool, and pools beside other memory, are refused`, () => {
    using pool = outputPool();
    const out = empty([COUNT], "d");
    expect(() => convert(floats, "d", { pool: {} as never })).toThrow(TypeError);
    expect(() => convert(floats, "d", { pool, out } as never)).toThrow(TypeError);
    expect(() => convert(floats, "d", { pool, resident: true })).toThrow(TypeError);
    expect(() => empty([4], "d", { pool, resident: true })).toThrow(TypeError);
    expect(() => outputPool({ maxbytes: 1 } as never)).toThrow('did you mean "maxBytes"');
    expect(() => outputPool({ maxBytes: -1 })).toThrow(RangeError);
    expect(pool.freeBytes).toBe(0);
  });
}
