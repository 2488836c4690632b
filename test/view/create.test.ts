import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { isStridebufError } from "../../src/errors.js";
import { slice } from "../../src/view/slices.js";
import { backends } from "../lib/backends.js";

const caught = (f: () => unknown): unknown => {
  try {
    f();
  } catch (error) {
    return error;
  }
  return undefined;
};
const tagOf = (f: () => unknown): string => {
  const error = caught(f);
  return error === undefined ? "no error" : (error as Error).name;
};

for (const { name, api } of backends) {
  describe(name, () => {
    const { view } = api;
    test("runs on its backend", () => expect(api.backend.name).toBe(name));

    test("sources bring their format, window and length", () => {
      const sources: [ArrayBufferView, string, unknown][] = [
        [Int8Array.of(-1), "b", -1],
        [Uint8Array.of(200), "B", 200],
        [Uint8ClampedArray.of(200), "B", 200],
        [Int16Array.of(-1), "h", -1],
        [Uint16Array.of(1), "H", 1],
        [Int32Array.of(-1), "i", -1],
        [Uint32Array.of(1), "I", 1],
        [BigInt64Array.of(-1n), "q", -1n],
        [BigUint64Array.of(1n), "Q", 1n],
        [Float32Array.of(0.5), "f", 0.5],
        [Float64Array.of(0.5), "d", 0.5],
        [new DataView(Uint8Array.of(7).buffer), "B", 7],
        [Buffer.from([9]), "B", 9],
      ];
      for (const [source, format, value] of sources) {
        const v = view(source);
        expect([v.format, v.shape, v.get(0), v.byteOffset]).toEqual([format, [1], value, source.byteOffset]);
      }
      const window = new Uint16Array(new ArrayBuffer(20), 4, 5);
      window.fill(3);
      const v = view(window, { byteOffset: 2 });
      expect([v.byteOffset, v.shape, v.buffer === window.buffer]).toEqual([6, [4], true]);
      expect(view(new ArrayBuffer(7), { format: "h", shape: [3] }).shape).toEqual([3]);
      expect(view(new SharedArrayBuffer(4), { format: "i" }).toArray()).toEqual([0]);
      expect(view(new Uint8Array(12), { itemsize: 4 }).get(0)).toEqual(new Uint8Array(4));
      expect(view(runInNewContext("new Int16Array([5, 6])") as Int16Array).toArray()).toEqual([5, 6]);
      expect(view(runInNewContext("new ArrayBuffer(4)") as ArrayBuffer).size).toBe(4);
    });

    test("a window bounds what can be seen of its buffer", () => {
      const window = new Uint8Array(new ArrayBuffer(16), 4, 8);
      expect(view(window, { shape: [8] }).size).toBe(8);
      for (const options of [
        { shape: [9] },
        { shape: [1], byteOffset: 8 },
        { shape: [2], strides: [-1] },
        { byteOffset: 9 },
      ])
        expect(
          tagOf(() => view(window, options)),
          JSON.stringify(options),
        ).toBe("BoundsError");
    });

    test("bounds are exact: the last byte is in, the next is not", () => {
      const bytes = new Uint8Array(24);
      expect(view(bytes, { format: "<i", shape: [2, 3], strides: [12, 4] }).size).toBe(6);
      expect(view(bytes, { format: "<i", shape: [2, 3], strides: [-12, -4], byteOffset: 20 }).size).toBe(6);
      expect(tagOf(() => view(bytes, { format: "<i", shape: [2, 3], strides: [12, 4], byteOffset: 1 }))).toBe(
        "BoundsError",
      );
      expect(tagOf(() => view(bytes, { format: "<i", shape: [2, 3], strides: [-12, -4], byteOffset: 19 }))).toBe(
        "BoundsError",
      );
      expect(view(bytes, { shape: [0], strides: [2 ** 52], byteOffset: 2 ** 52 }).size).toBe(0);
      expect(view(bytes, { shape: [1000000], strides: [0] }).size).toBe(1000000);
    });

    test("sizes and strides that wrap at 2^31, 2^32 or 2^53 are refused", () => {
      const bytes = new Uint8Array(64);
      const refused: [object, string][] = [
        [{ shape: [2 ** 31 + 1] }, "BoundsError"],
        [{ shape: [2 ** 32 + 64] }, "BoundsError"],
        [{ shape: [2], strides: [2 ** 32] }, "BoundsError"],
        [{ shape: [2], strides: [2 ** 53 - 1] }, "BoundsError"],
        [{ shape: [2], strides: [-(2 ** 53 - 1)] }, "BoundsError"],
        [{ shape: [3, 3], strides: [2 ** 53 - 1, -(2 ** 53 - 1)] }, "BoundsError"],
        [{ shape: [2, 2], strides: [2 ** 53 - 1, 2 ** 53 - 1] }, "BoundsError"],
        [{ shape: [2 ** 27, 2 ** 27] }, "LayoutError"],
        [{ shape: [2 ** 53 - 1, 2] }, "LayoutError"],
        [{ shape: [0, 2 ** 30, 2 ** 30] }, "LayoutError"],
        [{ shape: new Array(40).fill(3), strides: new Array(40).fill(0) }, "LayoutError"],
        [{ shape: [1], byteOffset: 2 ** 53 - 1 }, "BoundsError"],
        [{ format: "<q", shape: [2 ** 50 + 1] }, "LayoutError"],
      ];
      for (const [options, tag] of refused)
        expect(
          tagOf(() => view(bytes, options)),
          JSON.stringify(options),
        ).toBe(tag);
    });

    test("arguments of the wrong type or range are named", () => {
      const bytes = new Uint8Array(64);
      const refused: [unknown, unknown, RegExp, ErrorConstructor?][] = [
        [{}, {}, /"source" expected/, TypeError],
        [null, {}, /"source" expected/, TypeError],
        ["abc", {}, /"source" expected/, TypeError],
        [Object.create(ArrayBuffer.prototype), {}, /./, TypeError],
        [bytes, 5, /"options" expected/, TypeError],
        [bytes, { shape: 3 }, /"shape" expected an array/, TypeError],
        [bytes, { shape: "3" }, /"shape" expected an array/, TypeError],
        [bytes, { shape: [1.5] }, /"shape\[0\]" expected integer >= 0, got 1.5/, RangeError],
        [bytes, { shape: [2, -3] }, /"shape\[1\]" expected integer >= 0, got -3/, RangeError],
        [bytes, { shape: [Number.NaN] }, /got NaN/, RangeError],
        [bytes, { shape: [Infinity] }, /got Infinity/, RangeError],
        [bytes, { shape: ["2"] }, /got "2"/, TypeError],
        [bytes, { shape: [2n] }, /got 2n/, TypeError],
        [bytes, { shape: [2 ** 53] }, /expected integer/, RangeError],
        [bytes, { shape: [2], strides: [0.5] }, /"strides\[0\]" expected integer, got 0.5/, RangeError],
        [bytes, { strides: [1] }, /"shape" expected/, TypeError],
        [bytes, { byteOffset: -1 }, /"byteOffset" expected integer >= 0/, RangeError],
        [bytes, { byteOffset: "1" }, /"byteOffset"/, TypeError],
        [bytes, { order: "K" }, /"order" expected "C" or "F"/, RangeError],
        [bytes, { format: 5 }, /format/, TypeError],
        [bytes, { itemsize: -1 }, /"itemsize"/, RangeError],
        [bytes, { shape: [2], suboffsets: [0] }, /"strides" expected/, TypeError],
        [bytes, { shape: [2], strides: [8], suboffsets: [0], pointerSize: 2 }, /"pointerSize"/, RangeError],
        [bytes, { shape: [2], strides: [8], suboffsets: [0], buffers: 3 }, /"buffers"/, TypeError],
      ] as never;
      for (const [source, options, message, type] of refused) {
        const error = caught(() => view(source as never, options as never));
        expect(error, String(message)).toBeInstanceOf(type ?? Error);
        expect((error as Error).message).toMatch(message);
      }
      expect(tagOf(() => view(bytes, { shape: [2, 2], strides: [1] }))).toBe("LayoutError");
      expect(tagOf(() => view(bytes, { shape: new Array(65).fill(1) }))).toBe("LayoutError");
      expect(tagOf(() => view(bytes, { shape: { length: 2 ** 32 } as never }))).toBe("TypeError");
      expect(tagOf(() => view(bytes, { format: "" }))).toBe("LayoutError");
      // @ts-expect-error the compiler sees it too
      expect(tagOf(() => view(bytes, { format: "T{i" }))).toBe("FormatSyntaxError");
    });

    test("a list that changes between check and use is read once", () => {
      let reads = 0;
      const shape = new Proxy([2], {
        get: (target, key) => (key === "0" ? (reads++ === 0 ? 2 : 2 ** 40) : Reflect.get(target, key)),
      });
      const v = view(new Uint8Array(4), { shape });
      expect([v.shape, reads]).toEqual([[2], 1]);
    });

    test("views are frozen, and keep nothing of the caller's lists", () => {
      const shape = [2, 2];
      const strides = [2, 1];
      const v = view(new Uint8Array(4), { shape, strides });
      shape[0] = 99;
      strides[0] = 99;
      expect([v.shape, v.strides]).toEqual([
        [2, 2],
        [2, 1],
      ]);
      for (const list of [v, v.shape, v.strides, v.slice(0), v.slice(0).shape])
        expect(Object.isFrozen(list)).toBe(true);
      expect(() => {
        (v.shape as number[])[0] = 5;
      }).toThrow(TypeError);
      expect(() => {
        (v as { byteOffset: number }).byteOffset = 5;
      }).toThrow(TypeError);
    });

    test("memory that was detached or has shrunk is refused, whatever is asked", () => {
      const uses: [string, (v: ReturnType<typeof view>) => unknown][] = [
        ["get", (v) => v.get(0, 3)],
        ["set", (v) => v.set(0, 3, 1)],
        ["toBytes", (v) => v.toBytes()],
        ["toBytes F", (v) => v.toBytes("F")],
        ["toArray", (v) => v.toArray()],
        ["toTypedArray", (v) => v.toTypedArray()],
        ["transposed", (v) => v.transpose().toTypedArray()],
        ["hex", (v) => v.hex()],
        ["values", (v) => [...v.values()]],
        ["iterator", (v) => [...v.slice(1)]],
        ["equals", (v) => v.equals(v)],
        ["index", (v) => v.slice(1).index(5)],
        ["copy", (v) => api.copy(view(new Uint8Array(8), { shape: [2, 4] }), v)],
      ];
      for (const warm of [false, true])
        for (const [what, use] of uses) {
          const buffer = new ArrayBuffer(8);
          const v = view(buffer, { shape: [2, 4] });
          if (warm) v.get(1, 1);
          structuredClone(buffer, { transfer: [buffer] });
          expect(
            tagOf(() => use(v)),
            `${what} detached`,
          ).toBe("BoundsError");
          expect(v.toString()).toMatch(/detached|shrunk/);

          const resizable = new (
            ArrayBuffer as unknown as new (
              n: number,
              o: object,
            ) => ArrayBuffer & { resize(n: number): void }
          )(8, {
            maxByteLength: 16,
          });
          const r = view(resizable, { shape: [2, 4] });
          if (warm) r.get(1, 1);
          resizable.resize(3);
          expect(
            tagOf(() => use(r)),
            `${what} shrunk`,
          ).toBe("BoundsError");
          resizable.resize(16);
          expect(
            tagOf(() => use(r)),
            `${what} grown again`,
          ).toBe("no error");
        }
      const gone = new ArrayBuffer(8);
      structuredClone(gone, { transfer: [gone] });
      expect(tagOf(() => view(gone))).toBe("BoundsError");
    });

    test("another module's memory: its buffer goes stale, the memory itself does not", () => {
      const memory = new WebAssembly.Memory({ initial: 1 });
      const fixed = view(memory.buffer, { format: "i" });
      const following = view(memory, { format: "i", shape: [4], byteOffset: 8 });
      fixed.set(2, 41);
      expect(following.get(0)).toBe(41);
      memory.grow(1);
      expect(tagOf(() => fixed.get(2))).toBe("BoundsError");
      expect(following.get(0)).toBe(41);
      following.set(3, 7);
      expect(following.toArray()).toEqual([41, 0, 0, 7]);
      expect(following.buffer).toBe(memory.buffer);
    });

    test("resident memory is followed when it grows", () => {
      const v = api.empty([4], "i", { resident: true });
      v.set(1, 5);
      expect(v.get(1)).toBe(5);
      const more = Array.from({ length: 8 }, () => api.empty([1 << 20], "i", { resident: true }));
      expect(v.get(1)).toBe(5);
      v.set(2, 6);
      expect(v.toArray()).toEqual([0, 5, 6, 0]);
      expect(v.slice(slice(1, 3)).toTypedArray()).toEqual(Int32Array.of(5, 6));
      for (const m of more) m.dispose();
      v.dispose();
      expect(tagOf(() => v.get(0))).toBe("EngineError");
      expect(tagOf(() => v.toBytes())).toBe("EngineError");
    });

    test("read-only views refuse set, and stay read-only under geometry", () => {
      const v = view(new Uint8Array(4), { shape: [2, 2], readonly: true });
      for (const w of [v, v.slice(0), v.transpose(), v.reshape([4]), v.cast, v.flip()].filter(
        (w) => typeof w !== "function",
      ))
        expect(w.readonly).toBe(true);
      expect(
        isStridebufError(
          caught(() => v.set(0, 0, 1)),
          "LayoutError",
        ),
      ).toBe(true);
      const writable = view(new Uint8Array(4));
      expect([writable.readonly, writable.asReadonly().readonly, writable.broadcastTo([2, 4]).readonly]).toEqual([
        false,
        true,
        true,
      ]);
    });

    test("indices that are no integers", () => {
      const v = view(new Uint8Array(4));
      for (const i of [1.5, Number.NaN, Infinity, 2 ** 53])
        expect(
          tagOf(() => v.get(i)),
          String(i),
        ).toMatch(/RangeError|BoundsError/);
      for (const i of ["1", null, undefined, {}, []])
        expect(
          tagOf(() => v.get(i as never)),
          String(i),
        ).toBe("TypeError");
      for (const i of [4, -5, 2 ** 31, -(2 ** 31), 2 ** 32])
        expect(
          tagOf(() => v.get(i)),
          String(i),
        ).toBe("BoundsError");
      expect(v.get(-0)).toBe(0);
      for (const text of ["a", "1:2:3:4", ":::", "1 2", "--1", "0x1", "", ",", "1,,2", "1.5", "[0]"])
        expect(
          tagOf(() => v.slice(text)),
          JSON.stringify(text),
        ).toBe("FormatSyntaxError");
      expect(tagOf(() => v.slice("::0"))).toBe("RangeError");
      expect(tagOf(() => v.slice("9999999999999999999999"))).toBe("BoundsError");
      expect(v.slice(" -9999999999999999999999 : , ").size).toBe(4);
      expect(tagOf(() => v.slice({} as never))).toBe("TypeError");
      expect(tagOf(() => view(new Uint8Array(4), { shape: [2, 2] }).slice("0" as never, 1))).toBe("TypeError");
    });
  });
}
