import { describe, expect, expectTypeOf, test } from "vitest";
import { type ElementName, type ElementRow, elements } from "../../src/dtype/elements.js";
import { scalarDType } from "../../src/dtype/make.js";
import { dtype } from "../../src/dtype/read.js";
import { DTypeRegistry } from "../../src/dtype/registry.js";
import { isStridebufError } from "../../src/errors.js";
import { backends } from "../lib/backends.js";
import { fromVjson, hasNaN, sameValue } from "../lib/values.js";
import { fromHex, toHex, vectors } from "../lib/vectors.js";

// biome-ignore lint/suspicious/noExplicitAny: vector cases are read as the README describes them
type Case = any;

/** Format, the bytes of one item, its value; the value written back gives the bytes again. */
const examples: [format: string, hex: string, value: unknown][] = [
  ["?", "01", true],
  ["b", "80", -128],
  ["B", "ff", 255],
  ["<h", "feff", -2],
  [">H", "fffe", 0xfffe],
  [">i", "80000000", -0x80000000],
  ["<I", "ffffffff", 0xffffffff],
  [">q", "8000000000000000", -(2n ** 63n)],
  ["<Q", "ffffffffffffffff", 2n ** 64n - 1n],
  ["l", "0100000000000000", 1n],
  ["<l", "01000000", 1],
  ["n", "ffffffffffffffff", -1n],
  ["P", "1000000000000000", 16n],
  ["<e", "0038", 0.5],
  [">e", "fbff", -65504],
  ["<f", "0000803f", 1],
  [">d", "7fefffffffffffff", Number.MAX_VALUE],
  ["<Zf", "0000803f000000c0", { re: 1, im: -2 }],
  [">Zd", "3ff00000000000004000000000000000", { re: 1, im: 2 }],
  ["Ze", "003c00c0", { re: 1, im: -2 }],
  ["c", "41", Uint8Array.of(0x41)],
  ["4s", "61620000", Uint8Array.of(0x61, 0x62, 0, 0)],
  ["4p", "02616200", Uint8Array.of(0x61, 0x62)],
  ["<3u", "41003dd8 00de", "A\ud83d\ude00"],
  [">2w", "0001f600 00000041", "😀A"],
  ["[ml_dtypes:bfloat16]", "803f", 1],
  [">[ml_dtypes:bfloat16]", "3f80", 1],
  ["[ml_dtypes:float8_e4m3fn]", "7e", 448],
  ["[ml_dtypes:float8_e5m2]", "fc", -Infinity],
  ["[ml_dtypes:float8_e8m0fnu]", "80", 2],
  ["[ml_dtypes:float4_e2m1fn]", "0f", -6],
  ["[ml_dtypes:int4]", "08", -8],
  ["[ml_dtypes:uint2]", "03", 3],
  ["[numpy:numpy.dtypes:DateTime64DType:4:1]", "0a00000000000000", 10n],
  ["[numpy:numpy.dtypes:TimeDelta64DType:8:19]", "0000000000000080", -(2n ** 63n)],
  ["T{<i:x:<d:y:}", "07000000000000000000f03f", { x: 7, y: 1 }],
  ["T{B:a:T{>H:u:2s:v:}:b:}", "01 0203 0405", { a: 1, b: { u: 0x203, v: Uint8Array.of(4, 5) } }],
  [
    "(2,3)B",
    "010203040506",
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
  ],
  ["T{(2)<h:p:?:q:}", "0100feff 01", { p: [1, -2], q: true }],
  [
    "<(2)Zf",
    "0000803f000000400000000000000080",
    [
      { re: 1, im: 2 },
      { re: 0, im: -0 },
    ],
  ],
  ["(0)i", "", []],
  ["g", "0000000000000080ff3f000000000000", 1],
];

for (const { name, api } of backends) {
  describe(name, () => {
    const { view } = api;
    const one = (format: string, hex: string) => view(fromHex(hex.replaceAll(" ", "")), { format, shape: [] });

    test("runs on its backend", () => expect(api.backend.name).toBe(name));

    test.each(examples)("%s reads %s and writes it back", (format, hex, value) => {
      const v = one(format, hex);
      expect(v.get()).toEqual(value);
      expect(v.toArray()).toEqual(value);
      const copy = one(format, hex.replace(/[0-9a-f]/g, "0"));
      copy.set(value as never);
      expect(copy.hex()).toBe(hex.replaceAll(" ", ""));
      expect(copy.equals(v)).toBe(value !== -(2n ** 63n) || !format.includes("Delta"));
    });

    test("the formats of pep3118_parse.json give their values", () => {
      const failures: unknown[] = [];
      let judged = 0;
      for (const c of vectors("pep3118_parse").cases as Case[]) {
        if (c.value === undefined) continue;
        judged++;
        const expected = fromVjson(c.value);
        const v = one(c.fmt, c.data);
        const value = v.get();
        if (!sameValue(value, expected, v.dtype)) failures.push([c.fmt, c.data, value, c.value]);
        const copy = view(new Uint8Array(v.itemsize), { format: v.dtype, shape: [] });
        copy.set(value);
        if (!sameValue(copy.get(), expected, v.dtype)) failures.push([c.fmt, "written back"]);
        if (copy.equals(v) === hasNaN(expected)) failures.push([c.fmt, "equals"]);
      }
      expect(failures.slice(0, 5)).toEqual([]);
      expect(judged).toBeGreaterThan(700);
    });

    test("every code of every small float reads as minifloat_decode.json says", () => {
      const failures: unknown[] = [];
      for (const c of vectors("minifloat_decode").cases as Case[]) {
        if (c.f64be === undefined || !(c.format in elements)) continue;
        const expected = c.f64be.map((hex: string) => (hex === "nan" ? Number.NaN : fromVjson({ f: hex })));
        const v = view(
          Uint8Array.from(expected, (_, code) => code),
          { format: scalarDType(c.format as ElementName) },
        );
        const values = v.toArray() as number[];
        values.forEach((value, code) => {
          if (!Object.is(value, expected[code])) failures.push([c.format, code, value, expected[code]]);
          const again = view(new Uint8Array(1), { format: v.dtype });
          again.set(0, value);
          if (!Number.isNaN(value) && !Object.is(again.get(0), value)) failures.push([c.format, code, "written back"]);
        });
      }
      expect(failures.slice(0, 5)).toEqual([]);
    });

    test("float16 refuses what memoryview's e refuses, other small floats follow their type", () => {
      const half = view(new Uint8Array(2), { format: "e" });
      half.set(0, 65519.99);
      expect(half.get(0)).toBe(65504);
      expect(() => half.set(0, 65520)).toThrow(RangeError);
      half.set(0, Infinity);
      expect(half.get(0)).toBe(Infinity);
      const brain = view(new Uint8Array(2), { format: "[ml_dtypes:bfloat16]" });
      brain.set(0, 1e39);
      expect(brain.get(0)).toBe(Infinity);
      brain.set(0, 1 + 2 ** -8);
      expect(brain.get(0)).toBe(1);
      brain.set(0, 1 + 2 ** -8 + 2 ** -40);
      expect(brain.get(0)).toBe(1 + 2 ** -7);
    });

    test("integers are checked, also at the narrow widths", () => {
      const refused: [string, unknown, ErrorConstructor][] = [
        ["B", 256, RangeError],
        ["b", -129, RangeError],
        ["H", 1.5, TypeError],
        ["i", "1", TypeError],
        ["i", 2n ** 40n, RangeError],
        ["Q", -1n, RangeError],
        ["q", 1.5, TypeError],
        ["q", Number.NaN, TypeError],
        ["[ml_dtypes:int4]", 8, RangeError],
        ["[ml_dtypes:uint1]", 2, RangeError],
        ["c", Uint8Array.of(1, 2), RangeError],
        ["c", "a", TypeError],
        ["2s", Uint8Array.of(1, 2, 3), RangeError],
        ["2w", "abc", RangeError],
        ["2w", 5, TypeError],
        ["f", "1", TypeError],
        ["d", 2n ** 1024n, RangeError],
        ["Zf", { re: 1, im: "x" }, TypeError],
        ["T{i:a:B:b:}", { a: 1, b: 300 }, RangeError],
        ["T{i:a:B:b:}", { a: 1 }, TypeError],
        ["T{i:a:B:b:}", [1], TypeError],
        ["(2)B", [1, 2, 3], TypeError],
        ["(2)B", [1, 300], RangeError],
      ] as never;
      for (const [format, value, error] of refused) {
        const v = view(new Uint8Array(24).fill(0x55), { format });
        expect(() => v.set(0, value as never), `${format} ${String(value)}`).toThrow(error);
        expect(toHex(new Uint8Array(v.buffer)), format).toBe("55".repeat(24));
      }
    });

    test("a field called __proto__ is a field", () => {
      const v = one("T{B:__proto__:B:constructor:}", "0102");
      const record = v.get() as Record<string, unknown>;
      expect(Object.keys(record)).toEqual(["__proto__", "constructor"]);
      expect(Object.getPrototypeOf(record)).toBe(Object.prototype);
      v.set(JSON.parse('{"__proto__": 5, "constructor": 6}'));
      expect(v.hex()).toBe("0506");
      expect(v.equals(one("2B", "0506"))).toBe(true);
      const trimmed = one("T{2s:__proto__:}", "4100").toArray({ trim: true }) as Record<string, Uint8Array>;
      expect(Object.getOwnPropertyDescriptor(trimmed, "__proto__")!.value).toEqual(Uint8Array.of(0x41));
    });

    test("NULs are kept unless trimming is asked for", () => {
      expect(one("3s", "410000").toArray()).toEqual(Uint8Array.of(0x41, 0, 0));
      expect(one("3s", "410000").toArray({ trim: true })).toEqual(Uint8Array.of(0x41));
      expect(one("<2w", "4100000000000000").get()).toBe("A\0");
      expect(one("T{<2w:t:}", "4100000000000000").toArray({ trim: true })).toEqual({ t: "A" });
    });

    test("byte strings as text, wherever they stand", () => {
      const records = view(fromHex("07 c3a90000 42430000 08 44000000 00000000".replaceAll(" ", "")), {
        format: "T{B:id:(2)4s:names:}",
      });
      expectTypeOf(records.toArray({ text: "utf-8" })).toEqualTypeOf<{ id: number; names: string[] }[]>();
      expect(records.toArray({ text: "utf-8" })).toEqual([
        { id: 7, names: ["é", "BC"] },
        { id: 8, names: ["D", ""] },
      ]);
      expect(records.slice(0).toArray({ text: "latin1" })).toEqual({ id: 7, names: ["Ã©", "BC"] });
      expect(records.columns().names.slice("::-1, 0").toArray({ text: "utf-8" })).toEqual(["D", "é"]);
      expect(one("4p", "02410042").toArray({ text: "utf-8" })).toBe("A");
      expect(one("<2w", "4100000000000000").toArray({ text: "utf-8" })).toBe("A");
      expect(one("3s", "efbbbf").toArray({ text: "utf-8" })).toBe("\ufeff");
      expect(() => one("3s", "41ff00").toArray({ text: "utf-8" })).toThrow('no UTF-8 text: 41 ff; read it as "latin1"');
      expect(() => one("3s", "414141").toArray({ text: "ascii" as "latin1" })).toThrow(RangeError);
      const shared = view(new Uint8Array(new SharedArrayBuffer(2)).fill(0xc3), { format: "2s" });
      shared.set(0, Uint8Array.of(0xc3, 0xa9));
      expect(shared.toArray({ text: "utf-8" })).toEqual(["é"]);
    });

    test("trimming takes time in proportion to the text", () => {
      const text = view(new Uint32Array(2 ** 18), { format: `${2 ** 18 - 1}w`, shape: [] });
      text.set(`${"\0".repeat(2 ** 18 - 2)}A`);
      const start = performance.now();
      expect(text.toArray({ trim: true })).toHaveLength(2 ** 18 - 1);
      expect(performance.now() - start).toBeLessThan(5000);
    });

    test("long doubles read as the nearest double, ties to even, and write exactly", () => {
      const read = (format: string, hex: string): unknown => view(fromHex(hex).reverse(), { format, shape: [] }).get();
      const x87 = (head: string, significand: string): unknown => read("g", `000000000000${head}${significand}`);
      expect(x87("3fff", "8000000000000000")).toBe(1);
      expect(x87("3fff", "8000000000000400")).toBe(1);
      expect(x87("3fff", "8000000000000401")).toBe(1 + 2 ** -52);
      expect(x87("3fff", "8000000000000c00")).toBe(1 + 2 ** -51);
      expect(x87("bfff", "ffffffffffffffff")).toBe(-2);
      expect(x87("7fff", "8000000000000000")).toBe(Infinity);
      expect(x87("ffff", "c000000000000000")).toBe(Number.NaN);
      expect(x87("43fe", "fffffffffffffbff")).toBe(Number.MAX_VALUE);
      expect(x87("43fe", "fffffffffffffc00")).toBe(Infinity);
      expect(x87("3bcd", "8000000000000000")).toBe(2 ** -1074);
      expect(x87("3bcc", "8000000000000000")).toBe(0);
      expect(x87("3bcc", "8000000000000001")).toBe(2 ** -1074);
      expect(x87("8000", "0000000000000000")).toBe(-0);
      expect(x87("3fff", "0000000000000001")).toBe(Number.NaN);
      const quad = view(new Uint8Array(16), { format: "g", abi: "wasm32", shape: [] });
      expect(quad.dtype.element).toBe("float128");
      for (const x of [
        0,
        -0,
        1,
        -1.1,
        Math.PI,
        Number.MAX_VALUE,
        Number.MIN_VALUE,
        2 ** -1040 * 3,
        Infinity,
        -Infinity,
        Number.NaN,
      ])
        for (const v of [quad, view(new Uint8Array(16), { format: "g", shape: [] })]) {
          v.set(x);
          expect(v.get()).toBe(x);
        }
      quad.set(1);
      expect(quad.hex()).toBe("0000000000000000000000000000ff3f");
      const a = view(fromHex("01000000000000 80ff3f000000000000".replace(" ", "")), { format: "g", shape: [] });
      const b = view(fromHex("00000000000000 80ff3f000000000000".replace(" ", "")), { format: "g", shape: [] });
      expect([a.get(), b.get(), a.equals(b), a.equals(a)]).toEqual([1, 1, false, true]);
    });

    test("an unresolved type names its format and can still be moved", () => {
      const v = view(fromHex("0102030405060708"), { format: "[nobody:thing]", itemsize: 4 });
      for (const use of [() => v.get(0), () => v.toArray(), () => v.set(0, 1), () => [...v.values()]]) {
        let error: unknown;
        try {
          use();
        } catch (e) {
          error = e;
        }
        expect(isStridebufError(error, "UnknownDTypeError")).toBe(true);
        expect((error as Error).message).toContain("[nobody:thing]");
      }
      expect(v.flip().hex()).toBe("0506070801020304");
      expect(v.cast("B").get(5)).toBe(6);
      expect(v.equals(v)).toBe(false);
      expect(v.toString()).toContain("b'\\x01\\x02\\x03\\x04'");
    });

    test("a user's type goes through its codec, in both byte orders", () => {
      const registry = new DTypeRegistry().register("mine", (body) =>
        body === "centi"
          ? {
              itemsize: 2,
              alignment: 2,
              kind: "float",
              honoursByteOrder: true,
              codec: {
                hub: "float64",
                decodeTile(dst, src, count) {
                  const data = new DataView(src.buffer, src.byteOffset);
                  for (let i = 0; i < count; i++) dst[i] = data.getInt16(2 * i, true) / 100;
                },
                encodeTile(dst, src, count) {
                  const data = new DataView(dst.buffer, dst.byteOffset);
                  for (let i = 0; i < count; i++) data.setInt16(2 * i, Math.round(Number(src[i]) * 100), true);
                },
              },
            }
          : undefined,
      );
      const v = view(Int16Array.of(150, -25), { format: "[mine:centi]", registry });
      expect(v.toArray()).toEqual([1.5, -0.25]);
      v.set(1, 2);
      expect(v.get(1)).toBe(2);
      const big = view(fromHex("0096"), { format: ">[mine:centi]", registry });
      expect(big.get(0)).toBe(1.5);
      big.set(0, -0.01);
      expect(big.hex()).toBe("ffff");
      expect(v.toTypedArray()).toEqual(Uint16Array.of(150, 200));
    });

    test("toTypedArray: kinds, sharing, copying", () => {
      const kinds: [string, string][] = [
        ["?", "Uint8Array"],
        ["e", "Uint16Array"],
        ["[ml_dtypes:bfloat16]", "Uint16Array"],
        ["[ml_dtypes:int4]", "Uint8Array"],
        ["Zf", "Float32Array"],
        ["Zd", "Float64Array"],
        ["P", "BigUint64Array"],
        ["[numpy:numpy.dtypes:DateTime64DType:4:1]", "BigInt64Array"],
        ["c", "Uint8Array"],
        ["(3)h", "Int16Array"],
      ];
      for (const [format, expected] of kinds) {
        const v = view(new ArrayBuffer(48), { format });
        const array = v.toTypedArray();
        expect(array.constructor.name, format).toBe(expected);
        expect(array.buffer, format).toBe(v.buffer);
        expect(array.byteLength, format).toBe(v.nbytes);
      }
      const rows = view(Float32Array.of(0, 1, 2, 3, 4, 5), { shape: [2, 3] });
      expect([...rows.transpose().toTypedArray()]).toEqual([0, 3, 1, 4, 2, 5]);
      expect(rows.slice(1).toTypedArray().byteOffset).toBe(12);
      for (const [width, format] of [
        [2, ">h"],
        [4, ">f"],
        [8, ">d"],
        [8, ">q"],
      ] as const) {
        const big = view(new ArrayBuffer(8 * width), { format });
        for (let i = 0; i < 8; i++) big.set(i, (format === ">q" ? BigInt(i - 3) : i - 3) as never);
        expect(Array.from(big.toTypedArray() as Float64Array, Number)).toEqual([-3, -2, -1, 0, 1, 2, 3, 4]);
      }
      const odd = view(new Uint8Array(9), { format: "<f", byteOffset: 1 });
      expect(odd.toTypedArray().buffer).not.toBe(odd.buffer);
      for (const format of ["T{i:a:}", "4w", "3s", "g", "[nobody:x]"]) {
        const v = view(new Uint8Array(32), { format, itemsize: dtype(format, { itemsize: 16 }).itemsize });
        expect(() => v.toTypedArray(), format).toThrow(/toBytes/);
      }
      expect(() => view(new Uint8Array(2), { format: "e" }).toTypedArray({ float16: "Function" as never })).toThrow(
        RangeError,
      );
    });

    test("the row of every element reads what it writes", () => {
      for (const [element, row] of Object.entries(elements) as [ElementName, ElementRow][])
        for (const order of ["little", "big"] as const) {
          const v = view(new Uint8Array(row.width), { format: scalarDType(element, order), shape: [] });
          const value =
            row.kind === "bool"
              ? true
              : row.array.startsWith("Big")
                ? 1n
                : row.bits === 1 && row.kind === "int"
                  ? -1
                  : 1;
          v.set(value);
          expect(v.get(), `${element} ${order}`).toBe(value);
        }
    });

    test("references are not copied, but may be carried and cast", () => {
      const v = view(new Uint8Array(16), { format: "O" });
      expect(() => v.get(0)).toThrow(/object references/);
      expect(() => v.toBytes()).toThrow(/references/);
      expect(v.cast("B").toBytes().length).toBe(16);
    });
  });
}
