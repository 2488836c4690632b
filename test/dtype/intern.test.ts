/** The package in runtimes without weak references: it loads, equal dtypes are one object, hostile formats leave no trace. */
import { afterEach, describe, expect, test, vi } from "vitest";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

async function importWithout(...names: string[]) {
  vi.resetModules();
  for (const name of names) vi.stubGlobal(name, undefined);
  return import("../../src/js.js");
}

describe.each([[["FinalizationRegistry"]], [["FinalizationRegistry", "WeakRef"]]])("without %s", (names) => {
  test("equal dtypes are one object, also after thousands of others", async () => {
    const { dtype } = await importWithout(...names);
    const text = "T{<i:kept:<d:y:}";
    const kept = dtype(text);
    const array = dtype("(3,7)<i");
    for (let i = 0; i < 12_000; i++) {
      dtype(`T{<i:n${i}:}`);
      dtype(`(${i + 8})<i`);
    }
    expect(dtype(` ${text}`)).toBe(kept);
    expect(dtype("(3,7) <i")).toBe(array);
  });

  test("resident memory is given back by dispose()", async () => {
    const { empty } = await importWithout(...names);
    const resident = empty([4], "f", { resident: true });
    resident.dispose();
    expect(() => resident.get(0)).toThrow("disposed");
  });
});

test("keys are forgotten without a FinalizationRegistry", async () => {
  class Dead {
    deref(): undefined {}
  }
  vi.stubGlobal("FinalizationRegistry", undefined);
  vi.stubGlobal("WeakRef", Dead);
  vi.resetModules();
  const { onCollected } = await import("../../src/dtype/intern.js");
  const { dtypes } = await import("../../src/js.js");
  const forgotten: number[] = [];
  const register = onCollected<number>((key) => forgotten.push(key));
  for (let key = 0; key < 4096; key++) register(dtypes.int8, key);
  expect(forgotten).toHaveLength(4096);
});
