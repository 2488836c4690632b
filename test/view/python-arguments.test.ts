/** Arguments as Python's callers give them: an ABI that stays with the view, truth, integers of any size. */
import { describe, expect, test } from "vitest";
import { backends } from "../lib/backends.js";

describe.each(backends)("$name", ({ api }) => {
  const { view, empty } = api;

  test("cast reads letters under the view's own ABI, through slices and lent memory too", () => {
    const long = (options: object) =>
      view(new Uint8Array(16), { format: "B", ...options })
        .slice("8:")
        .cast("l");
    expect(long({ abi: "wasm32" }).itemsize).toBe(4);
    expect(long({ abi: "wasm32", owner: {} }).itemsize).toBe(4);
    expect(long({}).itemsize).toBe(8);
    expect(view(new Uint8Array(8), { format: "P", abi: "i386" }).cast("B").cast("n").itemsize).toBe(4);
  });

  test("cast takes the complex letters of Python 3.15, and no other text of two", () => {
    expect(view(new Uint8Array(16)).cast("Zd").dtype.name).toBe("complex128");
    expect(view(new Uint8Array(16)).cast("@Zf").shape).toEqual([2]);
    expect(() => view(new Uint8Array(16)).cast("Ze")).toThrow(/one native letter/);
  });

  test("readonly goes by its truth: Pyodide says 0 and 1", () => {
    const readonly = (value: unknown) => view(new Uint8Array(1), { readonly: value as boolean });
    expect([1, 0, true, false, undefined].map((value) => readonly(value).readonly)).toEqual([
      true,
      false,
      true,
      false,
      false,
    ]);
    expect(() => readonly(1).set(0, 1)).toThrow(/read-only/);
  });

  test("indices may be bigints", () => {
    const v = view(Uint8Array.of(1, 2, 3, 4), { shape: [2, 2] });
    expect([v.get(1n as never, 0), v.get(-1n as never, -1n as never), v.slice(1n as never).get(1n as never)]).toEqual([
      3, 4, 4,
    ]);
    v.set(0n as never, 1n as never, 9);
    expect(v.get(0, 1)).toBe(9);
    for (const index of [2n, -3n, 2n ** 70n]) expect(() => v.get(index as never, 0)).toThrow(/out of bounds/);
    expect(() => v.get("0" as never, 0)).toThrow(TypeError);
  });

  test("an empty Pascal string behind a pad", () => {
    expect(view(new Uint8Array(1), { format: "x0p", itemsize: 1 }).get(0)).toEqual({ f0: new Uint8Array(0) });
    expect(empty([], "0p").get()).toEqual(new Uint8Array(0));
  });
});
