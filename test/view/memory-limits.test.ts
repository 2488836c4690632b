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
        expect(() => contiguous(other as never)).toThrow(/"src" expected a view or a TypedArray/);
      }
    });
  });
}
