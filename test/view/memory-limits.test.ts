/** Views larger than any array or allocation are refused with a tag: engines end the process when an array outgrows them. */
import { describe, expect, test } from "vitest";
import { isStridebufError } from "../../src/index.js";
import { backends } from "../lib/backends.js";
import { errorOf } from "../lib/errors.js";

for (const { name, api } of backends) {
  describe(name, () => {
    const { contiguous, convert, view } = api;
    const endless = view(new Uint8Array(8), { format: "d", shape: [1] }).broadcastTo([2 ** 40]);

    test("what would hold all items of a view of 2^40", () => {
      expect(api.backend.name).toBe(name);
      const calls = {
        toArray: () => endless.toArray(),
        toBytes: () => endless.toBytes(),
        toTypedArray: () => endless.toTypedArray(),
        hex: () => endless.hex(),
        contiguous: () => contiguous(endless),
        convert: () => convert(endless, "f"),
      };
      for (const [call, run] of Object.entries(calls)) {
        const error = errorOf(run);
        expect(isStridebufError(error, "EngineError"), `${call}: ${error}`).toBe(true);
      }
      expect(endless.toString()).toContain("...");
    });

    test.each([
      ["(1000000000)B", 0],
      ["(1000000000)0s", 1],
      ["(1000,1000,1000)T{0s:a:}", 1],
      ["T{(1000000000)<h:a:<i:b:}", 0],
    ])("what %s claims without having it: %i items", (format, count) => {
      const make = () => view(new ArrayBuffer(0), { format, shape: [count] });
      const claims = make();
      const start = performance.now();
      expect(claims.equals(make())).toBe(true);
      expect(claims.toString()).toContain("dtype");
      const refused = count === 0 ? undefined : "EngineError";
      expect((errorOf(() => claims.toArray()) as Error | undefined)?.name).toBe(refused);
      expect((errorOf(() => [...claims.values()]) as Error | undefined)?.name).toBe(refused);
      expect(claims.toBytes()).toHaveLength(0);
      api.copy(make(), claims);
      expect(performance.now() - start).toBeLessThan(2000);
    });

    test("large items that exist are compared part by part, without a list of their parts", () => {
      const bytes = new Uint8Array(20_000);
      const [a, b] = [bytes, bytes.slice()].map((data) => view(data, { format: "T{(9999)<h:a:2x}", shape: [1] }));
      expect(a!.equals(b!)).toBe(true);
      bytes[19_000] = 1;
      expect(a!.equals(b!)).toBe(false);
    });

    test("a value whose getter gives the memory back is not written into it", () => {
      const records = api.empty([2], "T{<i:a:<i:b:}", { resident: true });
      const value = {
        a: 1,
        get b() {
          records.dispose();
          return 2;
        },
      };
      expect(
        isStridebufError(
          errorOf(() => records.set(0, value)),
          "EngineError",
        ),
      ).toBe(true);
    });

    test("digits of more bytes than a string can have", () => {
      const zeros = view(new Uint8Array(1)).broadcastTo([2 ** 26 + 1]);
      expect(
        isStridebufError(
          errorOf(() => zeros.hex()),
          "EngineError",
        ),
      ).toBe(true);
    });

    test("what is no view is a TypeError that says so", () => {
      const numbers = view(new Uint8Array(2));
      for (const other of [undefined, null, 3, {}, "B"]) {
        expect(() => numbers.equals(other as never)).toThrow(/"other" expected a view/);
        expect(() => contiguous(other as never)).toThrow(/"src" expected a view, a TypedArray/);
      }
    });
  });
}
