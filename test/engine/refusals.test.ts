/** What is refused is refused before the first byte is written. */
import { describe, expect, test } from "vitest";
import { isStridebufError } from "../../src/errors.js";
import { backends } from "../lib/backends.js";

/** The tag and reason of what a function throws. */
function refusal(run: () => void): string {
  try {
    run();
  } catch (error) {
    if (isStridebufError(error, "LayoutError")) return `LayoutError(${error.reason})`;
    return isStridebufError(error) ? error.name : String(error);
  }
  return "nothing";
}

for (const { name, api } of backends)
  describe(name, () => {
    const { view, copy, convert, byteswap, explainPlan, empty } = api;

    test("runs the backend it should", () => expect(api.backend.name).toBe(name));

    test.each([
      ["records field by field", "T{<B:a:<I:b:}", 2, "T{<H:a:2x<d:b:}"],
      ["records of one layout", "T{<H:a:<H:b:}", 3, "T{<H:a:<H:b:}"],
      ["records that are converted", "T{<H:a:<H:b:}", 3, "T{<I:a:<I:b:}"],
      ["records of both byte orders", "T{<H:a:<I:b:}", 5, "T{>H:a:<I:b:}"],
      ["packed integers", "[packed:int4]", 0, "f"],
      ["complex numbers", "Zf", 4, "d"],
      ["text", "6s", 3, "2w"],
      ["times", "[numpy:numpy.dtypes:DateTime64DType:8:1]", 4, "[numpy:numpy.dtypes:DateTime64DType:7:1]"],
      ["sub-arrays", "(3)h", 4, "(3)f"],
    ])("items of the destination that share bytes: %s", (_, format, stride, from) => {
      const bytes = new Uint8Array(64).map((_, i) => i);
      const dst = view(bytes, { format, shape: [3], strides: [stride] });
      const src = empty(from === "f" ? [6] : [3], from);
      for (const run of [() => copy(dst, src), () => explainPlan(dst, src), () => convert(src, format, { out: dst })])
        expect(refusal(run)).toBe("LayoutError(overlap)");
      if (!format.startsWith("[packed")) expect(refusal(() => byteswap(dst))).toBe("LayoutError(overlap)");
      expect(bytes).toEqual(new Uint8Array(64).map((_, i) => i));
    });

    test("the explanation takes the options", () => {
      const [dst, src] = [empty([9], "b"), empty([9], "d")];
      expect(refusal(() => explainPlan(dst, src, { casting: "safe" }))).toBe("ConversionError");
      expect(explainPlan(dst, src, { overflow: "error" }).operations.map(({ op }) => op)).toEqual([
        "check",
        "transform",
      ]);
      const same = explainPlan(empty([9], "d"), src, { scale: 2 });
      expect([same.operation, same.operations.length]).toEqual(["convert", 1]);
      expect(() => explainPlan(dst, src, { overflow: "never" as never })).toThrow(RangeError);
      expect(refusal(() => explainPlan(dst.asReadonly(), src))).toBe("LayoutError(readonly)");
    });

    test("a plan is a value: it holds no memory, and explains what is run", () => {
      const bytes = new Uint8Array(96);
      const all = view(bytes, { format: "T{<I:a:<d:b:}" });
      const plan = api.planAssignment(all, all.slice("::-1"), { overflow: "saturate" });
      expect(api.explainPlan(plan)).toEqual(api.explainPlan(all, all.slice("::-1"), { overflow: "saturate" }));
      expect(plan.operations.map(({ op }) => op)).toEqual(["temporary", "move", "move"]);
      expect(JSON.stringify(plan)).not.toContain("buffer");
    });

    test("pointers that lead nowhere leave the destination as it was", () => {
      const bytes = new Uint8Array(64);
      const rows = view(bytes, { format: "B", shape: [2, 4], strides: [8, 1], suboffsets: [0, -1], byteOffset: 48 });
      new DataView(bytes.buffer).setBigUint64(48, 8n, true);
      new DataView(bytes.buffer).setBigUint64(56, 99n, true);
      const before = bytes.slice();
      const src = empty([2, 4], "f");
      for (const run of [() => copy(rows, src), () => explainPlan(rows, src), () => byteswap(rows)])
        expect(refusal(run)).toBe("BoundsError");
      expect(bytes).toEqual(before);
    });
  });
