import { describe, expect, test } from "vitest";
import { scalarDType } from "../../src/dtype/make.js";
import { dtype } from "../../src/dtype/read.js";
import { DTypeRegistry } from "../../src/dtype/registry.js";
import { blockOf } from "../../src/engine/block-shapes.js";
import type { StridedView } from "../../src/view/view.js";
import { backends } from "../lib/backends.js";
import { random } from "../lib/kernels.js";

/** Random bytes, of which each block's scale is an ordinary number. */
function blocks(nbytes: number, count: number): Uint8Array<ArrayBuffer> {
  const next = random(nbytes);
  const bytes = Uint8Array.from({ length: nbytes * count }, next);
  for (let i = 0; i < count; i++) bytes[i * nbytes + 1] = 0x30 + (i % 12);
  return bytes;
}

test("every block type of ggml has its size", () => {
  const sizes =
    `q4_0 18 q4_1 20 q5_0 22 q5_1 24 q8_0 34 q8_1 36 q1_0 18 q2_0 18 mxfp4 17 nvfp4 36 q2_K 84 q3_K 110 q4_K 144
    q5_K 176 q6_K 210 q8_K 292 iq2_xxs 66 iq2_xs 74 iq2_s 82 iq3_xxs 98 iq3_s 110 iq1_s 50 iq1_m 56 iq4_nl 18 iq4_xs 136
    tq1_0 54 tq2_0 66`.split(/\s+/);
  for (let i = 0; i < sizes.length; i += 2) {
    const type = dtype(`[gguf:${sizes[i]}]`);
    expect([type.name, type.itemsize, type.custom?.resolved]).toEqual([sizes[i], Number(sizes[i + 1]), true]);
    expect(dtype(type.format)).toBe(type);
  }
  expect(dtype("[gguf:Q8_0]").itemsize).toBe(34);
  expect(dtype("[gguf:bf16]").kind).toBe("float");
  expect(() => dtype(">[gguf:q8_0]")).toThrow("native byte order only");
  expect(dtype("[gguf:q9_9]", { itemsize: 7 }).custom?.resolved).toBe(false);
});

for (const { name, api } of backends) {
  describe(name, () => {
    const { view } = api;
    const decode = (source: StridedView) => api.convert(source, scalarDType(blockOf(source.dtype)!.element));

    test("runs the backend it should", () => expect(api.backend.name).toBe(name));

    test.each(["q8_0", "q4_0", "q4_K", "mxfp4", "nvfp4"])(
      "%s: any layout decodes to what its items read as",
      (type) => {
        const { itemsize } = dtype(`[gguf:${type}]`);
        const bytes = blocks(itemsize, 4 * 7 * 5);
        const table = view(bytes, { format: `[gguf:${type}]`, shape: [4, 7, 5] });
        const layouts = [table, table.transpose(), table.flip(), table.slice("1, ::2, ::-2"), table.slice(0, 0, 0)];
        layouts.push(table.slice(2).broadcastTo([3, 7, 5]), table.slice("1:1"));
        for (const source of layouts as StridedView[]) {
          const values = decode(source);
          const count = (source.toArray() as number[][]).flat(Number.POSITIVE_INFINITY);
          expect([...(values.toTypedArray() as Float32Array)]).toEqual(count);
          expect(source.toTypedArray()).toEqual(values.toTypedArray());
          const out = new Float32Array(values.size + 2).subarray(1, -1);
          expect(source.toTypedArray({ out })).toBe(out);
          expect(out).toEqual(values.toTypedArray());
          expect(([...source.values()] as number[][]).flat()).toEqual(count);
          const last = source.ndim === 0 ? 1 : source.shape.at(-1)!;
          const perItem = { q8_0: 32, q4_0: 32, q4_K: 256, mxfp4: 32, nvfp4: 64 }[type]!;
          expect(values.shape).toEqual([...source.shape.slice(0, -1), last * perItem]);
        }
      },
    );

    test("blocks in records and in sub-arrays", () => {
      const bytes = new Uint8Array(3 + 2 * (1 + 2 * 18));
      bytes.set(blocks(18, 1), 4);
      const records = view(bytes, { format: "T{b:tag:(2)[gguf:q4_0]:w:}", shape: [2], byteOffset: 3 });
      const field = records.field("w");
      expect(field.shape).toEqual([2, 2]);
      const values = decode(field);
      expect(values.shape).toEqual([2, 64]);
      expect((values.toArray() as number[][])[0]!.slice(0, 32)).toEqual((field.toArray() as number[][][])[0]![0]);
      expect((records.get(0) as { w: number[][] }).w[0]).toHaveLength(32);
      expect(String(field)).toContain("dtype q4_0, shape [2, 2]");
    });

    test.each(["e", "d", ">f", ">h", "b", "Q", "?", "[ml_dtypes:bfloat16]", "[ml_dtypes:float8_e4m3fn]"])(
      "blocks become %s in one pass, as in two steps",
      (to) => {
        for (const type of ["q8_0", "q4_0", "q4_K", "q3_K"]) {
          const { itemsize } = dtype(`[gguf:${type}]`);
          const table = view(blocks(itemsize, 3 * 11), { format: `[gguf:${type}]`, shape: [3, 11] });
          for (const source of [table, table.slice("::-1, ::3"), table.slice(1), table.slice(0, 0)] as StridedView[]) {
            const values = api.convert(source, "f");
            for (const options of [
              {},
              { scale: 0.5, offset: 3 },
              { overflow: "wrap" },
              { rounding: "nearest-even" },
            ] as const) {
              const want = api.convert(values, to, options);
              expect(api.convert(source, to, options).toBytes(), `${type} ${to}`).toEqual(want.toBytes());
              const out = api.empty([...values.shape].reverse(), to).transpose();
              api.copy(out, source, options);
              expect(out.toBytes(), `${type} ${to}`).toEqual(want.toBytes());
            }
          }
        }
        const source = view(blocks(34, 40), { format: "[gguf:q8_0]", shape: [40] });
        const ops = api.explainPlan(api.empty([1280], to), source).operations.map(({ op }) => op);
        expect(ops).toEqual(to.startsWith(">") ? ["temporary", "transform", "move"] : ["transform"]);
      },
    );

    test("packed integers: items are the values of a byte, and can be written", () => {
      const low = view(Uint8Array.of(0x1f, 0x80), { format: "[packed:int4]" });
      expect(low.toArray()).toEqual([
        [-1, 1],
        [0, -8],
      ]);
      expect(low.cast("B").cast(dtype("[packed:uint4:high]")).toArray()).toEqual([
        [1, 15],
        [8, 0],
      ]);
      expect(decode(low).toTypedArray()).toEqual(Int8Array.of(-1, 1, 0, -8));
      expect(decode(low.cast("B").cast(dtype("[packed:uint1]"))).toTypedArray()).toEqual(
        Uint8Array.of(1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
      );
      low.set(0, [7, -8]);
      expect(low.toBytes()).toEqual(Uint8Array.of(0x87, 0x80));
      expect(() => low.set(0, [7, 8])).toThrow('"value[1]" expected int4 -8..7, got 8');
      expect(() => low.set(0, 7)).toThrow('"value" expected an array of the 2 values of an item, got 7');
      expect(low.toTypedArray()).toEqual(Int8Array.of(7, -8, 0, -8));
      expect([...low.slice("::-1")]).toEqual([
        [0, -8],
        [7, -8],
      ]);
      expect(
        api
          .array(
            [
              [1, 2],
              [-3, 4],
            ] as number[][],
            "[packed:int4]",
          )
          .toBytes(),
      ).toEqual(Uint8Array.of(0x21, 0x4d));
      expect(() => low.set(0, [1])).toThrow(TypeError);
      expect(low.toBytes()).toEqual(Uint8Array.of(0x87, 0x80));
    });

    test("items in records and sub-arrays are set whole or not at all", () => {
      const records = view(new Uint8Array(6), { format: "T{B:tag:(2)[packed:uint4]:w:}" });
      records.set(1, {
        tag: 7,
        w: [
          [1, 2],
          [3, 15],
        ],
      });
      expect(records.toBytes()).toEqual(Uint8Array.of(0, 0, 0, 7, 0x21, 0xf3));
      expect(() =>
        records.set(1, {
          tag: 8,
          w: [
            [1, 2],
            [16, 1],
          ],
        }),
      ).toThrow('"value.w[1][0]" expected uint4 0..15, got 16');
      expect(records.get(1)).toEqual({
        tag: 7,
        w: [
          [1, 2],
          [3, 15],
        ],
      });
      expect(records.field("w").slice(1).toTypedArray()).toEqual(Uint8Array.of(1, 2, 3, 15));
    });

    test("blocks that cannot be made say what to do instead, those of unknown insides what can be done", () => {
      const q4 = view(new Uint8Array(36), { format: "[gguf:q4_0]" });
      const refusal =
        'items of q4_0 can be read, not made: change the values of convert(view, "float32"), or the bytes of cast("B")';
      expect(() => q4.set(0, Array(32).fill(0))).toThrow(refusal);
      expect(() => api.fill(q4, Array(32).fill(0))).toThrow(refusal);
      const iq1 = view(new Uint8Array(100), { format: "[gguf:iq1_s]" });
      expect(() => iq1.get(0)).toThrow("items of iq1_s can be moved, not read: gguf knows their size only");
      expect(() => iq1.toTypedArray()).toThrow("no typed array");
      expect(iq1.slice(1).toBytes()).toEqual(new Uint8Array(50));
    });

    test("values that share memory with their blocks are decoded from the blocks as they were", () => {
      const buffer = new ArrayBuffer(8);
      const bytes = new Uint8Array(buffer);
      bytes.set([0x21, 0x43, 0x65, 0x17]);
      const packed = view(buffer, { format: "[packed:uint4]", shape: [4] });
      packed.toTypedArray({ out: bytes });
      expect(bytes).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 1));
    });

    test("a user's block codec needs no read and no write of its own", () => {
      const registry = new DTypeRegistry().register("mine", () => ({
        itemsize: 1,
        codec: {
          hub: "value",
          block: {
            count: 2,
            element: "float16",
            decode: (dst, dstOffset, src, srcOffset, items) => {
              const [to, from] = [new Uint16Array(dst, dstOffset, 2 * items), new Uint8Array(src, srcOffset, items)];
              for (let i = 0; i < items; i++) to.set([(from[i]! & 15) << 10, (from[i]! >> 4) << 10], 2 * i);
            },
            encode: (dst, dstOffset, src, srcOffset, items) => {
              const [to, from] = [new Uint8Array(dst, dstOffset, items), new Uint16Array(src, srcOffset, 2 * items)];
              for (let i = 0; i < items; i++) to[i] = (from[2 * i]! >> 10) | ((from[2 * i + 1]! >> 10) << 4);
            },
          },
        },
      }));
      const halves = view(Uint8Array.of(0xf0, 0x8e), { format: dtype("[mine:powers]", { registry }) });
      expect(halves.toArray()).toEqual([
        [0, 1],
        [0.5, 2 ** -7],
      ]);
      halves.set(1, [1, 0]);
      expect(halves.get(1)).toEqual([1, 0]);
      expect(halves.toTypedArray()).toEqual(Uint16Array.of(0, 0x3c00, 0x3c00, 0));
      expect(() => halves.set(1, [1, "x"])).toThrow('"value[1]" expected a number');
    });
  });
}
