/** What `copy`, `convert` and `fill` do to values besides converting them: masks, scalars, scales, rounding. */
import { describe, expect, test } from "vitest";
import { isStridebufError } from "../../src/errors.js";
import type { StridedView } from "../../src/view/view.js";
import { backends } from "../lib/backends.js";
import { seeded } from "../lib/random.js";

const DATE = (unit: number) => `[numpy:numpy.dtypes:DateTime64DType:${unit}:1]`;
const NAT = -(2n ** 63n);

for (const { name, api } of backends)
  describe(name, () => {
    const { view, copy, convert, fill, contiguous, empty, explainPlan } = api;
    const list = (v: StridedView) => v.toArray();

    test("runs the backend it should", () => expect(api.backend.name).toBe(name));

    test("fill: any item, any layout, with a mask or without", () => {
      const floats = new Float32Array(6);
      fill(floats, 1.5);
      expect([...floats]).toEqual([1.5, 1.5, 1.5, 1.5, 1.5, 1.5]);
      const grid = empty([2, 3], ">i");
      fill(grid.transpose(), 7, { where: view(Uint8Array.of(1, 0, 2)).reshape([3, 1]) });
      expect(list(grid)).toEqual([
        [7, 0, 7],
        [7, 0, 7],
      ]);
      const records = view(new Uint8Array(30).fill(9), { format: "T{<H:a:2x<B:b:}", shape: [6] });
      fill(records, { a: 1, b: 2 }, { where: Uint8Array.of(0, 1, 0, 0, 0, 0) });
      expect(records.get(1)).toEqual({ a: 1, b: 2 });
      expect(records.toBytes().filter((byte) => byte === 9).length).toBe(25);
      fill(empty([3, 0], "d"), 1);
    });

    test("fill refuses what an item cannot hold, and leaves the view as it was", () => {
      const bytes = Uint8Array.of(1, 2, 3);
      expect(() => fill(bytes, 256)).toThrow(RangeError);
      expect(() => fill(bytes, "x")).toThrow(TypeError);
      expect(() => fill(view(bytes).asReadonly(), 1)).toThrow("read-only");
      expect(() => fill(bytes, 1, { were: bytes } as never)).toThrow('did you mean "where"?');
      expect(() => fill(bytes, 1, { where: Float32Array.of(1, 0, 1) as never })).toThrow("items of ?, B or b");
      expect([...bytes]).toEqual([1, 2, 3]);
    });

    test.each([
      ["f", 1.5, 1.5],
      ["B", 300.9, 255],
      ["b", 200n, -56],
      ["Q", 2n ** 64n - 1n, 2n ** 64n - 1n],
      ["?", 3, true],
      ["h", true, 1],
      ["Zf", { re: 1, im: -2 }, { re: 1, im: -2 }],
      ["4w", "abc", "abc\0"],
      [DATE(7), 5n, 5n],
    ])("copy of one value into %s", (format, value, expected) => {
      const dst = empty([2, 2], format);
      copy(dst, value as never);
      expect(list(dst)).toEqual([
        [expected, expected],
        [expected, expected],
      ]);
    });

    test("copy of one value takes the options", () => {
      const dst = new Uint8Array(3);
      expect(() => copy(dst, 256, { overflow: "error" })).toThrow("256 at [] does not fit");
      copy(dst, 300n, { overflow: "saturate", where: Uint8Array.of(0, 1, 0) });
      copy(dst, 0.5, { scale: 4, where: Uint8Array.of(1, 0, 0) });
      expect([...dst]).toEqual([2, 255, 0]);
      expect(() => copy(dst, 2n ** 70n)).toThrow(RangeError);
      for (const wrong of [null, undefined, () => 1]) expect(() => copy(dst, wrong as never)).toThrow(TypeError);
    });

    test("a mask chooses items of conversions, records, blocks, overlapping and indirect views", () => {
      const random = seeded(5);
      for (const [to, from] of [
        ["f", "f"],
        [">i", "<d"],
        ["T{<H:a:2x<f:b:}", "T{>H:a:2x>f:b:}"],
        ["T{<H:a:2x<f:b:}", "T{d:b:h:a:}"],
        ["Zd", "f"],
        ["5s", "3s"],
        ["(3)h", "(3)b"],
      ] as const) {
        const dst = view(
          new Uint8Array(4000).map((_, i) => i),
          { format: to, shape: [6, 7], order: "F" },
        );
        const src = view(
          new Uint8Array(4000).map(() => 64 * random()),
          { format: from, shape: [6, 7] },
        );
        const mask = Uint8Array.from({ length: 7 }, () => random() * 2);
        const whole = contiguous(dst, "C", { out: empty([6, 7], to) });
        copy(whole, src);
        const before = contiguous(dst, "C", { out: empty([6, 7], to) });
        copy(dst, src, { where: mask });
        for (let i = 0; i < 6; i++)
          for (let j = 0; j < 7; j++)
            expect(dst.get(i, j), `${to} ${from} ${i} ${j}`).toEqual((mask[j] ? whole : before).get(i, j));
      }
      const self = Uint8Array.of(1, 0, 2, 3, 0, 4);
      copy(self, view(self).slice("::-1"), { where: self });
      expect([...self]).toEqual([4, 0, 3, 2, 0, 1]);
      const packed = view(Uint8Array.of(0x21, 0x43), { format: "[packed:uint4]" });
      copy(packed, Uint8Array.of(5, 6, 7, 8), { where: Uint8Array.of(0, 1) });
      expect([...convert(packed, "B").toTypedArray()]).toEqual([1, 2, 7, 8]);
    });

    test("only chosen numbers have to fit", () => {
      const dst = new Uint8Array(4);
      const src = Float64Array.of(1, 1e9, 3, NaN);
      copy(dst, src, { overflow: "error", where: Uint8Array.of(1, 0, 1, 0) });
      expect([...dst]).toEqual([1, 0, 3, 0]);
      let caught: unknown;
      try {
        copy(dst, src, { overflow: "error", where: Uint8Array.of(1, 0, 1, 1) });
      } catch (error) {
        caught = error;
      }
      expect(isStridebufError(caught, "ConversionError") && caught.index).toEqual([3]);
      expect(explainPlan(view(dst), view(src), { where: dst }).operations.map(({ op }) => op)).toContain("mask");
      expect(() => copy(dst, src, { where: new Uint8Array(3) })).toThrow("does not broadcast");
    });

    test("scale and offset along axes", () => {
      const random = seeded(11);
      const src = view(
        Float32Array.from({ length: 5 * 6 * 3 }, () => Math.floor(200 * random())),
        { shape: [5, 6, 3] },
      );
      const mean = [0.25, -1, 3];
      const perChannel = convert(src, "d", { scale: [2, 4, 8], offset: mean });
      const planar = empty([3, 5, 6], "d");
      copy(planar, src.transpose([2, 0, 1]), {
        scale: view(Float32Array.of(2, 4, 8), { shape: [3, 1, 1] }),
        offset: view(Float64Array.from(mean), { shape: [3, 1, 1] }),
      });
      const full = view(
        Float64Array.from({ length: 5 * 6 }, (_, i) => i / 4),
        { shape: [5, 6, 1] },
      );
      const perItem = convert(src, ">f", { scale: full, offset: 1 });
      for (let i = 0; i < 5; i++)
        for (let j = 0; j < 6; j++)
          for (let c = 0; c < 3; c++) {
            const x = src.get(i, j, c) as number;
            expect(perChannel.get(i, j, c)).toBe(x * 2 ** (c + 1) + mean[c]!);
            expect(planar.get(c, i, j)).toBe(x * 2 ** (c + 1) + mean[c]!);
            expect(perItem.get(i, j, c)).toBe(Math.fround((x * (i * 6 + j)) / 4 + 1));
          }
      expect(list(convert(view(Float32Array.of(1, 2), { format: "Zf" }), "Zd", { scale: [3], offset: [10] }))).toEqual([
        { re: 13, im: 6 },
      ]);
    });

    test("scales that are arrays are refused as a number would be, before anything is written", () => {
      const dst = new Int8Array(3);
      const src = Float64Array.of(1, 2, 3);
      expect(() => copy(dst, src, { scale: [1, 2] })).toThrow("does not broadcast");
      expect(() => copy(dst, src, { scale: [1, Number.NaN, 3] })).toThrow("finite numbers");
      expect(() => copy(dst, src, { scale: "2" as never })).toThrow(TypeError);
      expect(() => copy(dst, src, { scale: [1, 2, 100], overflow: "error" })).toThrow("300 at [2] does not fit");
      expect([...dst]).toEqual([0, 0, 0]);
    });

    test("rounding to nearest, ties to even", () => {
      const x = [0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.49, 254.5, 255.49, 1e30, Number.NaN];
      const rint = (overflow: object = {}) => [
        ...convert(Float64Array.from(x), "B", { rounding: "nearest-even", ...overflow }).toTypedArray(),
      ];
      expect(rint()).toEqual([0, 2, 2, 0, 0, 0, 0, 254, 255, 255, 0]);
      for (const [to, from] of [
        ["h", "f"],
        ["q", "d"],
        ["b", "e"],
        ["i", "g"],
        ["l", "[ml_dtypes:bfloat16]"],
      ] as const)
        expect(
          list(convert(convert(Float64Array.of(2.5, 3.5, -2.75), from), to, { rounding: "nearest-even" })),
        ).toEqual([2, 4, -3].map((n) => (to === "q" || to === "l" ? BigInt(n) : n)));
      expect([
        ...convert(Uint8Array.of(1, 3, 5), "B", { scale: 0.5, rounding: "nearest-even" }).toTypedArray(),
      ]).toEqual([0, 2, 2]);
      const long = Float64Array.from({ length: 3000 }, (_, i) => (i - 1500) / 4);
      const even = (n: number) => (Math.abs(n % 1) === 0.5 ? 2 * Math.round(n / 2) : Math.round(n));
      expect([...convert(long, "i", { rounding: "nearest-even" }).toTypedArray()]).toEqual(
        [...long].map(even).map((n) => n + 0),
      );
      expect(() => convert(Float64Array.of(255.5), "B", { rounding: "nearest-even", overflow: "error" })).toThrow(
        "256 at [0]",
      );
      expect(convert(Float64Array.of(255.5), "B", { overflow: "error" }).get(0)).toBe(255);
      expect(() => convert(long, "i", { rounding: "up" as never })).toThrow(RangeError);
      expect(() => convert(long, "i", { rounding: "" as never })).toThrow(RangeError);
      expect(() => convert(long, "i", { overflow: null as never })).toThrow(TypeError);
      expect(() => convert(long, "i", { where: null as never })).toThrow(TypeError);
    });

    test("NaT is NaN under a scale, and back", () => {
      const times = view(BigInt64Array.of(1n, NAT, -3n), { format: DATE(7) });
      expect(list(convert(times, "d", { scale: 2, offset: 1 }))).toEqual([3, Number.NaN, -5]);
      expect(list(convert(Float64Array.of(1.5, Number.NaN, -2), DATE(7), { scale: 2 }))).toEqual([3n, NAT, -4n]);
      expect(list(convert(Float32Array.of(2, Number.NaN), DATE(8), { scale: [10, 10] }))).toEqual([20n, NAT]);
      expect(list(convert(times, "f", { scale: [1, 1, 2] }))).toEqual([1, Number.NaN, -6]);
    });

    test("contiguous into memory that is there", () => {
      const src = view(
        Float32Array.from({ length: 6 }, (_, i) => i),
        { shape: [2, 3] },
      );
      const out = empty([2, 3], "f");
      expect(contiguous(src, "C", { out })).toBe(out);
      expect(list(out)).toEqual(list(src));
      const wrong = [empty([3, 2], "f"), empty([2, 3], "d"), empty([2, 3], "f", { order: "F" }), out.asReadonly()];
      for (const target of wrong) expect(() => contiguous(src, "C", { out: target })).toThrow(/options.out|read-only/);
      expect(() => contiguous(src, "C", { target: out } as never)).toThrow('"options" has no option "target"');
    });

    test.each([
      [() => copy(new Uint8Array(1), new Uint8Array(1), { overflows: "wrap" } as never), "overflow"],
      [() => convert(new Uint8Array(1), "f", { resdient: true } as never), "resident"],
      [() => empty([1], "f", { residnt: true } as never), "resident"],
      [() => explainPlan(view(new Uint8Array(1)), view(new Uint8Array(1)), { Scale: 2 } as never), "scale"],
    ])("unknown options are refused by name: %#", (run, meant) => {
      expect(run).toThrow(TypeError);
      expect(run).toThrow(`did you mean "${meant}"?`);
    });

    test("shapes of as many items say how out", () => {
      expect(() => copy(empty([2, 3], "f"), new Float32Array(6))).toThrow(
        "shape [6] does not broadcast to [2,3]: reshape the source",
      );
    });
  });
