import { expect, test } from "vitest";
import { dtypes } from "../../src/dtype/dtypes.js";
import type { ResidentView } from "../../src/engine/owned.js";
import { isStridebufError } from "../../src/errors.js";
import { backends } from "../lib/backends.js";

const resident = (api: (typeof backends)[number]["api"], shape: number[], format: string) =>
  api.empty(shape, format, { resident: true }) as ResidentView;

for (const { name, api } of backends) {
  test(`${name}: resident views start as zeros and survive growth`, () => {
    expect(api.backend.name).toBe(name);
    const first = resident(api, [1000], "f");
    expect(first.toBytes().every((byte) => byte === 0)).toBe(true);
    api.copy(
      first,
      Float32Array.from({ length: 1000 }, (_, i) => i),
    );
    const others = Array.from({ length: 8 }, () => resident(api, [1 << 20], "B"));
    expect(first.get(999)).toBe(999);
    const half = first.slice("::2");
    expect(half.toArray()).toEqual(Array.from({ length: 500 }, (_, i) => 2 * i));
    for (const other of others) other.dispose();
    first.dispose();
  });

  test(`${name}: a disposed view says so, and disposing again does nothing`, () => {
    const view = resident(api, [4], "i");
    const part = view.slice(1);
    view.set(0, 5);
    view.dispose();
    view.dispose();
    view[Symbol.dispose]();
    for (const use of [
      () => view.get(0),
      () => part.get(),
      () => view.toBytes(),
      () => api.copy(view, view),
      () => view.buffer,
    ]) {
      let caught: unknown;
      try {
        use();
      } catch (error) {
        caught = error;
      }
      expect(isStridebufError(caught, "EngineError") && caught.phase).toBe("memory");
      expect((caught as Error).message).toContain("disposed");
    }
  });

  test(`${name}: copies between resident and ordinary memory, both ways`, () => {
    const view = resident(api, [64, 48], "f");
    const data = Float32Array.from({ length: 64 * 48 }, (_, i) => Math.sin(i));
    const ordinary = api.view(data, { shape: [64, 48] });
    api.copy(view, ordinary);
    const back = new Float32Array(64 * 48);
    api.copy(api.view(back, { shape: [48, 64] }), view.transpose());
    for (let row = 0; row < 64; row++)
      for (let column = 0; column < 48; column++) expect(back[column * 64 + row]).toBe(data[row * 48 + column]);
    view.dispose();
  });

  test(`${name}: sizes that no memory has are refused before anything is taken`, () => {
    const sizes = [2 ** 31, 2 ** 40];
    for (const size of sizes) {
      let caught: unknown;
      try {
        api.empty([size, 16], "d", { resident: true });
      } catch (error) {
        caught = error;
      }
      expect(isStridebufError(caught, "EngineError", "LayoutError")).toBe(true);
    }
    expect(() => api.empty([-1], "B", { resident: true })).toThrow(RangeError);
  });

  test(`${name}: empty shapes and single items can be resident`, () => {
    for (const shape of [[], [0], [3, 0, 2], [1, 1]]) {
      const view = resident(api, shape, "d");
      expect(view.shape).toEqual(shape);
      expect(view.dtype).toBe(dtypes.float64);
      expect(view.toBytes().length).toBe(view.nbytes);
      view.dispose();
    }
  });
}
