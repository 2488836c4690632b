/** What makes, takes apart and hands over views. */
import { expect, describe as suite, test } from "vitest";
import { describe, dtypes } from "../../src/index.js";
import { backends } from "../lib/backends.js";

for (const { name, api } of backends)
  suite(name, () => {
    const { array, view, fromDescription } = api;

    test.each([
      [
        [
          [1, 2],
          [3, 4.5],
        ],
        "d",
        [2, 2],
      ],
      [[true, false], "?", [2]],
      [[1n, -2n], "q", [2]],
      [[1n, 2n ** 63n], "Q", [2]],
      [["ab", "𝄞"], "2w", [2]],
      [[{ re: 1, im: -1 }], "Zd", [1]],
      [[Int16Array.of(1, 2), Int16Array.of(3, 4)], "h", [2, 2]],
      [[], "d", [0]],
      [7, "d", []],
    ] as [unknown, string, number[]][])("array() finds a format: case %#", (nested, format, shape) => {
      expect(api.backend.name).toBe(name);
      const made = array(nested);
      expect([made.dtype.format, made.shape]).toEqual([format, shape]);
      expect(array(made.toArray(), format).equals(made)).toBe(true);
    });

    test("array() with a format: records, sub-arrays, bytes", () => {
      const rows = [
        { id: 1, at: [1, 2] },
        { id: 2, at: [3, 4] },
      ];
      expect(array(rows, "T{<i:id:(2)<f:at:}").toArray()).toEqual(rows);
      expect(
        array(
          [
            [1, 2],
            [3, 4],
          ],
          "(2)<h",
        ).shape,
      ).toEqual([2]);
      expect(array([Uint8Array.of(1, 2)], "2s").toArray()).toEqual([Uint8Array.of(1, 2)]);
    });

    test("array() says where a value does not fit", () => {
      expect(() => array([[1, 2], [3]])).toThrow('"nested[1]" expected a list of 2, got a list of 1');
      expect(() => array([[1], [300]], "B")).toThrow(/"nested\[1\]\[0\]"/);
      expect(() => array([1, "a"])).toThrow('"nested" holds 1 and "a": give a format that both fit');
      const endless: unknown[] = [];
      endless.push(endless);
      expect(() => array(endless)).toThrow("more than 64 deep");
    });

    test("columns and reinterpret share the memory", () => {
      const records = array([{ x: 1, t: 5n }], "T{<f:x:<q:t:}");
      const { x, t } = records.columns() as Record<string, ReturnType<typeof array>>;
      x!.set(0, 2);
      expect([records.get(0), Object.keys(records.columns())]).toEqual([{ x: 2, t: 5n }, ["x", "t"]]);
      expect(t!.reinterpret("datetime64[s]").toString()).toContain("1970-01-01T00:00:05");
      expect(view(Uint16Array.of(0x3f80)).reinterpret(dtypes.bfloat16).get(0)).toBe(1);
      expect(() => t!.reinterpret("f")).toThrow(/4 bytes, those of this view 8/);
      expect(() => t!.columns()).toThrow(/no fields/);
    });

    test("toTypedArray fills an array", () => {
      const out = new Float32Array(4);
      const source = view(Float32Array.of(1, 2, 3, 4), { shape: [2, 2] }).transpose();
      expect(source.toTypedArray({ out })).toBe(out);
      expect(out).toEqual(Float32Array.of(1, 3, 2, 4));
      expect(view(new Uint8Array([0, 1]), { format: ">H" }).toTypedArray({ out: new Uint16Array(1) })[0]).toBe(1);
      expect(() => source.toTypedArray({ out: new Float32Array(3) })).toThrow(/4 elements, got 3/);
      expect(() => source.toTypedArray({ out: new Float64Array(4) as never })).toThrow(/a Float32Array/);
    });

    test("element strides, and byte strides that count elements by mistake", () => {
      const data = Float64Array.from({ length: 6 }, (_, i) => i);
      const strided = view(data, { shape: [3, 2], elementStrides: [1, 3] });
      expect(strided.toArray()).toEqual([
        [0, 3],
        [1, 4],
        [2, 5],
      ]);
      expect(() => view(data, { shape: [3, 2], strides: [1, 3] })).toThrow(/"elementStrides" counts elements/);
      expect(() => view(data, { shape: [2], elementStrides: [0.5] })).toThrow(/elementStrides/);
      expect(() => view(data, { shape: [2], elementStrides: [1], strides: [8] })).toThrow(/nothing beside strides/);
      expect(() => view(data, { offset: 8 } as object)).toThrow(/did you mean "byteOffset"/);
    });

    test("sources by structure", () => {
      const { buffer } = Uint8Array.of(1, 2, 3, 4);
      expect(view({ buffer, byteOffset: 1, byteLength: 2 }).toArray()).toEqual([2, 3]);
      expect(() => view({ buffer, byteOffset: 3, byteLength: 2 })).toThrow(/ends at byte 5/);
      const memory = { buffer: new ArrayBuffer(8), grow: () => 1 };
      const following = view(memory as never, { shape: [1] });
      memory.buffer = Uint8Array.of(9).buffer;
      expect(following.get(0)).toBe(9);
    });

    test("lent memory: refused after its release, called once", () => {
      let calls = 0;
      const lent = view(Float64Array.of(1, 2, 3), { owner: {}, release: () => void calls++ });
      const part = lent.slice("1:");
      const kept = part.get(0);
      lent.release();
      lent[Symbol.dispose]();
      expect([kept, calls]).toEqual([2, 1]);
      for (const use of [
        () => part.get(0),
        () => lent.set(0, 5),
        () => part.toTypedArray(),
        () => part.toArray(),
        () => api.copy(part, part),
        () => api.convert(part, "f"),
      ])
        expect(use).toThrow(/was released/);
    });

    test("a description survives a structured clone", () => {
      const source = array([{ x: 1 }, { x: 2 }], "T{>f:x:}").slice("::-1");
      const clone = fromDescription(structuredClone(describe(source)));
      expect([clone.toArray(), clone.format, clone.strides]).toEqual([source.toArray(), source.dtype.format, [-4]]);
      const shared = view(new Uint8Array(new SharedArrayBuffer(4)));
      expect(describe(shared).buffer).toBe(shared.buffer);
      const resident = api.empty([2], "f", { resident: true });
      expect(describe(resident).buffer.byteLength).toBe(8);
      const lent = view(new ArrayBuffer(8), { format: "d", owner: 1 }).asReadonly();
      expect(describe(lent).readonly).toBe(true);
      expect(() => fromDescription({ ...describe(source), offset: 1 } as never)).toThrow(/no option "offset"/);
    });
  });
