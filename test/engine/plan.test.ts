/** What the planner decides, as explainPlan tells it. */
import { describe, expect, test } from "vitest";
import type { StridedView } from "../../src/view/view.js";
import { backends } from "../lib/backends.js";

for (const { name, api } of backends)
  describe(name, () => {
    const { view, explainPlan, empty } = api;
    const wasm = name === "wasm";
    const staged = wasm ? "staged" : "js";
    const of = (dst: StridedView, src: StridedView) => explainPlan(dst, src);

    test("the backend is the one under test", () => {
      expect(api.backend.name).toBe(name);
      expect(of(empty([1], "B"), empty([1], "B")).backend).toBe(name);
    });

    test("contiguous copies of any rank are one run for the platform", () => {
      const plan = of(empty([7, 1, 5, 3], "f"), empty([7, 1, 5, 3], "f"));
      expect(plan).toMatchObject({ operation: "move", executor: "platform", kind: "contiguous", loop: [], width: 420 });
    });

    test("F order to F order is contiguous too", () => {
      const plan = of(empty([30, 20], "d", { order: "F" }), empty([30, 20], "d", { order: "F" }));
      expect(plan).toMatchObject({ kind: "contiguous", width: 4800 });
    });

    test("axes of both sides that run backwards together are turned", () => {
      const plan = of(empty([30, 20], "d").flip(), empty([30, 20], "d").flip());
      expect(plan).toMatchObject({ kind: "contiguous", width: 4800, loop: [] });
    });

    test("a transpose is found among other axes, and reversed sources are turned", () => {
      const src = empty([6, 40, 50], "f");
      for (const source of [src.transpose([0, 2, 1]), src.flip([2]).transpose([0, 2, 1])]) {
        const plan = of(empty([6, 50, 40], "f"), source);
        expect(plan).toMatchObject({ kind: "transpose", executor: staged, width: 4 });
        expect(plan.loop.map((axis) => axis.size)).toEqual([6, 50, 40]);
        expect(plan.loop[1]!.srcStride).toBe(4);
        expect(plan.loop[2]!.dstStride).toBe(4);
      }
    });

    test("runs that are contiguous on both sides become items", () => {
      const rows = of(empty([40, 50], "f"), empty([40, 64], "f").slice("..., :50"));
      expect(rows).toMatchObject({ executor: "platform", width: 200 });
      expect(rows.loop).toEqual([{ size: 40, dstStride: 200, srcStride: 256 }]);
      const pixels = of(empty([100, 3], "B"), empty([100, 4], "B").slice("..., :3"));
      expect(pixels).toMatchObject({ width: 3, kind: "gather" });
    });

    test("fields that lie near each other are gathered through the window, against a loop where there are many", () => {
      const column = (count: number, itemsize: number) =>
        of(
          empty([count], "f"),
          view(new ArrayBuffer(count * itemsize), { format: "f", shape: [count], strides: [itemsize] }),
        );
      expect(column(60_000, 16)).toMatchObject({ kind: "gather", executor: staged });
      expect(column(60_000, 16).operations[0]).not.toHaveProperty("rivals");
      if (name === "wasm") {
        expect(column(1_100_000, 16).operations[0]).toMatchObject({ executor: "js", rivals: ["staged"] });
        expect(column(2_200_000, 8).operations[0]).toMatchObject({ executor: "staged", rivals: ["js"] });
      }
      expect(column(60_000, 40)).toMatchObject({ executor: "js" });
    });

    test("who turns bytes goes by the unit, the size and the layout", () => {
      const turned = (count: number, letter: string, step = 1) =>
        of(empty([count], `<${letter}`), empty([count * step], `>${letter}`).slice(`::${step}`)).executor;
      const inNode = (wasm: string) => (name === "wasm" ? wasm : "platform");
      expect(turned(4096, "H")).toBe("platform");
      expect(turned(4096, "I")).toBe(inNode("staged"));
      expect(turned(4096, "q")).toBe(inNode("staged"));
      expect(turned(1_200_000, "q")).toBe("platform");
      for (const letter of ["H", "I", "q"]) expect(turned(4096, letter, 2)).toBe(staged);
    });

    test("byte order is part of the move", () => {
      const plan = of(empty([100], "<i"), empty([100], ">i"));
      expect(plan).toMatchObject({ operation: "move", kind: "contiguous", swap: 4, width: 400 });
      const complex = of(empty([100], "<Zd"), empty([100], ">Zd"));
      expect(complex).toMatchObject({ swap: 8, width: 1600 });
    });

    test("other values are a conversion", () => {
      const plan = of(empty([1000], "f"), empty([1000], "e"));
      expect(plan).toMatchObject({ operation: "convert", executor: staged, kind: "contiguous" });
    });

    test("one item repeated is a fill; nothing at all is nothing", () => {
      expect(of(empty([1000], "f"), empty([], "f"))).toMatchObject({ kind: "fill", executor: "platform" });
      expect(of(empty([50, 8], "f"), empty([50, 1], "f"))).toMatchObject({ kind: "fill" });
      expect(of(empty([3, 0], "f"), empty([3, 0], "f"))).toMatchObject({ executor: "none", items: 0 });
    });

    test("little work stays in TypeScript, resident work is one call", () => {
      expect(of(empty([8], "f"), empty([16], "f").slice("::2")).executor).toBe("js");
      if (!wasm) return;
      const make = (shape: number[]) => empty(shape, "f", { resident: true });
      expect(of(make([8]), make([16]).slice("::2")).executor).toBe("resident");
      expect(of(make([64, 64]), make([64, 64]).transpose()).executor).toBe("resident");
      expect(of(make([64, 64]), empty([64, 64], "f").transpose()).executor).toBe("staged");
    });

    test("overlap: none, order, or a temporary copy", () => {
      const bytes = new Uint8Array(4000);
      const all = view(bytes, { format: "I" });
      expect(of(all.slice(":500"), all.slice("500:")).overlap).toBe("disjoint");
      expect(of(all.slice("::2"), all.slice("1::2")).overlap).toBe("disjoint");
      expect(of(all, all)).toMatchObject({ overlap: "same", executor: "none" });
      expect(of(all.slice(":999"), all.slice("1:")).overlap).toBe("forward");
      expect(of(all.slice("1:"), all.slice(":999")).overlap).toBe("backward");
      expect(of(all, all.slice("::-1")).overlap).toBe("temporary");
      const square = view(new Uint8Array(400), { format: "I", shape: [10, 10] });
      expect(of(square, square.transpose()).overlap).toBe("temporary");
      const records = view(new Uint8Array(1200), { format: "T{<I:a:<I:b:<I:c:}" });
      expect(of(records.field("a"), records.field("c")).overlap).toBe("disjoint");
    });

    test("overlap is exact: windows that interleave without touching are disjoint", () => {
      const bytes = new Uint8Array(1000);
      const dst = view(bytes, { format: "H", shape: [10, 5], strides: [40, 8] });
      const src = view(bytes, { format: "H", shape: [10, 5], strides: [80, 8], byteOffset: 4 });
      expect(of(dst, src).overlap).toBe("disjoint");
      const hit = view(bytes, { format: "H", shape: [10, 5], strides: [80, 4], byteOffset: 4 });
      expect(of(dst, hit).overlap).toBe("temporary");
    });
  });
