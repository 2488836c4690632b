/** `convert` and converting `copy`, over both backends. */
import { describe, expect, test } from "vitest";
import { type ElementName, type ElementRow, elements } from "../../src/dtype/elements.js";
import { scalarDType } from "../../src/dtype/make.js";
import { complexDType } from "../../src/dtype/make-other.js";
import { withByteOrder } from "../../src/dtype/order.js";
import { decodeSmall } from "../../src/dtype/small-float.js";
import { DTypeRegistry, type DTypeResolver, dtype, dtypes, isStridebufError, slice } from "../../src/index.js";
import type { StridedView } from "../../src/view/view.js";
import { backends } from "../lib/backends.js";
import { fromHex, toHex, vectors } from "../lib/vectors.js";

const short: Record<string, ElementName> = {
  i1: "int8",
  u1: "uint8",
  i2: "int16",
  u2: "uint16",
  i4: "int32",
  u4: "uint32",
  i8: "int64",
  u8: "uint64",
  f2: "float16",
  f4: "float32",
  f8: "float64",
};

const example = new URL("../../examples/user-dtypes/i24.mjs", import.meta.url);
const { pcm } = (await import(example.href)) as { pcm: DTypeResolver };

const dtypeOf = (name: string) =>
  name === "c8"
    ? complexDType("float32")
    : name === "c16"
      ? complexDType("float64")
      : scalarDType(short[name] ?? (name as ElementName));

function isNaNBits(row: ElementRow, bytes: Uint8Array): boolean {
  const data = new DataView(bytes.slice().buffer);
  if (row.small)
    return Number.isNaN(decodeSmall(row.small, row.width === 1 ? data.getUint8(0) : data.getUint16(0, true)));
  return Number.isNaN(row.width === 4 ? data.getFloat32(0, true) : data.getFloat64(0, true));
}

const caught = (run: () => unknown): (Error & { index?: readonly number[]; reason?: string }) | undefined => {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  return undefined;
};

describe.each(backends)("$name", ({ name, api }) => {
  const { convert, copy, view, empty } = api;

  test("is the backend under test", () => expect(api.backend.name).toBe(name));

  test("all golden casts: every ordered pair, complex included, strided and of the other byte order", () => {
    const { inputs, cases } = vectors("casts");
    const failures: unknown[] = [];
    let pairs = 0;
    for (const c of cases) {
      if (c.unsupported) continue;
      pairs++;
      const from = dtypeOf(c.src);
      const to = dtypeOf(c.dst);
      const input = fromHex(inputs[c.src].hex);
      const want = fromHex(c.out);
      const plain = view(input, { format: from });
      const got = convert(plain, to);
      const { width, lanes } = to;
      const row: ElementRow = elements[to.element!];
      const nan = new Set<number>(c.nan_out);
      const free = new Set<number>(c.undef);
      for (const [i, hex] of c.differs ?? []) {
        if (hex === null) free.add(i);
        else want.set(fromHex(hex), i * to.itemsize);
      }
      const bytes = got.toBytes();
      for (let i = 0; i < want.length / width; i++) {
        const item = Math.floor(i / lanes);
        const a = bytes.slice(i * width, (i + 1) * width);
        const b = want.slice(i * width, (i + 1) * width);
        if (free.has(item) || toHex(a) === toHex(b)) continue;
        if (nan.has(item) && isNaNBits(row, a) && isNaNBits(row, b)) continue;
        failures.push([c.src, c.dst, item, toHex(a), toHex(b)]);
      }
      if (pairs % 7 !== 0) continue;
      // The same numbers, big-endian and every third item of a larger memory, into a reversed big-endian view.
      const swappedFrom = withByteOrder(from, "big");
      const swappedTo = withByteOrder(to, "big");
      const sparse = view(new Uint8Array(input.length * 3), { format: swappedFrom }).slice(slice(null, null, 3));
      copy(sparse, plain);
      const backwards = view(new Uint8Array(bytes.length * 2), { format: swappedTo }).slice(slice(null, null, -2));
      copy(backwards, sparse);
      const again = convert(backwards, to).toBytes();
      if (toHex(again) !== toHex(bytes)) failures.push(["strided", c.src, c.dst]);
    }
    expect(failures.slice(0, 10)).toEqual([]);
    expect(pairs).toBeGreaterThan(800);
  });

  test("two-dimensional layouts of every kind give what element by element gives", () => {
    const values = Float32Array.from({ length: 60 }, (_, i) => (i - 30) * 1.37);
    const source = view(values, { shape: [6, 10] });
    const want = Array.from(values, (x) => Math.fround(x));
    const check = (from: StridedView, expected: unknown) => {
      for (const order of ["C", "F", "K"] as const) {
        const out = convert(from, "d", { order });
        expect(out.toArray()).toEqual(expected);
        if (order !== "K") expect(out.isContiguous(order)).toBe(true);
      }
    };
    const rows = Array.from({ length: 6 }, (_, i) => want.slice(i * 10, i * 10 + 10));
    check(source, rows);
    check(
      source.transpose(),
      Array.from({ length: 10 }, (_, j) => rows.map((row) => row[j])),
    );
    check(
      source.flip([0]).slice(slice(null, null, 2), slice(1, null, 3)),
      [5, 3, 1].map((i) => [1, 4, 7].map((j) => rows[i]![j])),
    );
    check(source.slice(0).broadcastTo([3, 10]), [rows[0], rows[0], rows[0]]);
    check(source.slice(0, slice(0, 0)), []);
    expect(convert(source.slice(2, 3), "i").toArray()).toBe(Math.trunc(values[23]!));
    const kept = convert(source.transpose(), "e", { order: "K" });
    expect(kept.strides).toEqual([2, 20]);
  });

  test("out is filled and returned, resident memory works on both sides", () => {
    const source = view(Float64Array.of(1.5, -2.5, 1e9));
    const out = empty([2, 3], "h");
    expect(convert(source, "h", { out })).toBe(out);
    expect(out.toArray()).toEqual([
      [1, -2, 32767],
      [1, -2, 32767],
    ]);
    const resident = convert(source, "f", { resident: true });
    expect(convert(resident, "b", { resident: true }).toArray()).toEqual([1, -2, 127]);
    expect(caught(() => convert(source, "i", { out }))?.reason).toBe("dtype");
    expect(caught(() => convert(source, "h", { out: out.asReadonly() }))?.reason).toBe("readonly");
  });

  test("long arrays in every direction agree with the numbers themselves", () => {
    const count = 70_001;
    const ints = Int32Array.from({ length: count }, (_, i) => Math.imul(i, 2654435761));
    expect(convert(ints, "d").toTypedArray()).toEqual(Float64Array.from(ints));
    expect(convert(convert(ints, "d"), "i").toTypedArray()).toEqual(ints);
    expect(convert(convert(ints, ">q"), "i").toTypedArray()).toEqual(ints);
    expect(convert(ints, "f").toTypedArray()).toEqual(Float32Array.from(ints));
    expect(convert(ints, "h").toTypedArray()).toEqual(Int16Array.from(ints));
    const pairs = view(ints.subarray(1), { shape: [count >> 1, 2] });
    expect(convert(pairs.transpose(), ">f").slice(1, 17).get()).toBe(Math.fround(ints[1 + 2 * 17 + 1]!));
  });

  test("saturate, wrap and the default", () => {
    const source = Float64Array.of(300.7, -300.7, Number.NaN, Infinity, -Infinity, 2 ** 40 + 5);
    expect(convert(source, "b").toArray()).toEqual([127, -128, 0, 127, -128, 127]);
    expect(convert(source, "b", { overflow: "wrap" }).toArray()).toEqual([44, -44, 0, 0, 0, 5]);
    expect(convert(Int32Array.of(300, -300), "b").toArray()).toEqual([44, -44]);
    expect(convert(Int32Array.of(300, -300), "b", { overflow: "saturate" }).toArray()).toEqual([127, -128]);
    expect(convert(Int32Array.of(300, -300), "Q", { overflow: "saturate" }).toArray()).toEqual([300n, 0n]);
    const large = Float32Array.of(1e6, -1e6, Infinity, 465);
    const f8 = convert(large, dtypes.float8_e4m3fn, { overflow: "saturate" });
    expect(f8.toArray()).toEqual([448, -448, Number.NaN, 448]);
    expect(convert(large, dtypes.float8_e4m3fn).toArray()).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
    expect(convert(large, dtypes.float8_e5m2).toArray()).toEqual([Infinity, -Infinity, Infinity, 448]);
  });

  test("saturating encodes are the golden ones", () => {
    const failures: unknown[] = [];
    for (const c of vectors("minifloat_encode").cases) {
      const format = scalarDType(c.format);
      const got = convert(view(fromHex(c.in_le), { format: c.src === "f32" ? "f" : "d" }), format, {
        overflow: "saturate",
      });
      const codes = got.toTypedArray() as Uint8Array | Uint16Array;
      for (const [i, code] of c.sat_differs) if (codes[i] !== code) failures.push([c.format, c.src, i, codes[i], code]);
    }
    expect(failures.slice(0, 10)).toEqual([]);
  });

  test("golden encodes from float32 and float64, exactly rounded", () => {
    const failures: unknown[] = [];
    let checked = 0;
    for (const c of vectors("minifloat_encode").cases) {
      const row: ElementRow = elements[c.format as ElementName];
      const codes = convert(
        view(fromHex(c.in_le), { format: c.src === "f32" ? "f" : "d" }),
        scalarDType(c.format),
      ).toTypedArray() as Uint8Array;
      const bytes = fromHex(c.out_le);
      const want = row.width === 1 ? bytes : new Uint16Array(bytes.buffer);
      const exact = new Map<number, number | null>(c.rne_differs);
      const nan = new Set<number>(c.nan_out);
      for (let i = 0; i < c.n; i++) {
        const code = exact.has(i) ? exact.get(i) : want[i];
        checked++;
        if (code === null || codes[i] === code) continue;
        if (nan.has(i) && Number.isNaN(decodeSmall(row.small!, codes[i]!))) continue;
        failures.push([c.format, c.src, i, codes[i], code]);
      }
    }
    expect(failures.slice(0, 10)).toEqual([]);
    expect(checked).toBeGreaterThan(50_000);
  });

  test("scale and offset come before rounding, and saturate", () => {
    const bytes = Uint8Array.of(0, 1, 128, 255);
    expect(convert(bytes, "f", { scale: 1 / 128, offset: -1 }).toArray()).toEqual([-1, -0.9921875, 0, 0.9921875]);
    expect(convert(Float32Array.of(-1, 0, 0.5, 2), "B", { scale: 255 }).toArray()).toEqual([0, 0, 127, 255]);
    expect(convert(Int16Array.of(-32768, 0, 32767), "H", { offset: 32768 }).toArray()).toEqual([0, 32768, 65535]);
    const fits = BigInt64Array.of(-(2n ** 63n), -1n, 2n ** 63n - 1n);
    expect(convert(fits, "Q", { offset: 2 ** 63 }).toArray()).toEqual([0n, 2n ** 63n - 1n, 2n ** 64n - 1n]);
    expect(convert(fits, "Q", { offset: 2 ** 63, overflow: "error" }).get(2)).toBe(2n ** 64n - 1n);
    expect(caught(() => convert(fits, "Q", { offset: 1, overflow: "error" }))?.index).toEqual([0]);
    expect(convert(fits, "d", { scale: 0.5 }).toArray()).toEqual([-(2 ** 62), -0.5, 2 ** 62]);
  });

  test("overflow: error names the first offender and writes nothing", () => {
    const source = view(
      Float64Array.from({ length: 40_000 }, (_, i) => i % 100),
      { shape: [200, 200] },
    );
    source.set(150, 7, 128);
    source.set(150, 8, Number.NaN);
    const out = empty([200, 200], "b");
    out.set(0, 0, 55);
    const error = caught(() => convert(source, "b", { overflow: "error", out }));
    expect(isStridebufError(error, "ConversionError")).toBe(true);
    expect(error?.index).toEqual([150, 7]);
    expect(out.get(0, 0)).toBe(55);
    source.set(150, 7, 127.99);
    expect(caught(() => convert(source, "b", { overflow: "error" }))?.index).toEqual([150, 8]);
    source.set(150, 8, -128.99);
    expect(convert(source, "b", { overflow: "error" }).get(150, 8)).toBe(-128);
    expect(caught(() => convert(source.transpose(), "i", { overflow: "error" }))).toBeUndefined();
    const wide = BigInt64Array.of(1n, 2n ** 40n);
    expect(caught(() => convert(wide, "i", { overflow: "error" }))?.index).toEqual([1]);
    expect(
      caught(() => convert(Float32Array.of(464, 464.5), dtypes.float8_e4m3fn, { overflow: "error" }))?.index,
    ).toEqual([1]);
    expect(caught(() => convert(Float32Array.of(65519.996), "e", { overflow: "error" }))).toBeUndefined();
    expect(caught(() => convert(Float32Array.of(65520), "e", { overflow: "error" }))?.index).toEqual([0]);
    expect(
      caught(() => convert(Float32Array.of(7, Infinity), dtypes.float4_e2m1fn, { overflow: "error" }))?.index,
    ).toEqual([0]);
    expect(caught(() => convert(Float64Array.of(2 ** 63), "q", { overflow: "error" }))?.index).toEqual([0]);
    expect(caught(() => convert(Float64Array.of(-(2 ** 63)), "q", { overflow: "error" }))).toBeUndefined();
  });

  test("casting levels are NumPy's", () => {
    const allowed = (from: string, to: string, casting: "no" | "equiv" | "safe" | "same_kind") =>
      caught(() => convert(empty([1], from), to, { casting })) === undefined;
    for (const [from, to, level] of [
      ["i", "i", "no"],
      [">i", "i", "equiv"],
      ["h", "i", "safe"],
      ["q", "d", "safe"],
      ["B", "e", "safe"],
      ["i", "f", "same_kind"],
      ["I", "i", "same_kind"],
      ["d", "f", "same_kind"],
      ["d", "Zf", "same_kind"],
      ["f", "Zf", "safe"],
      ["[ml_dtypes:float8_e4m3fn]", "e", "safe"],
      ["[ml_dtypes:float8_e4m3fn]", "[ml_dtypes:bfloat16]", "safe"],
      ["e", "[ml_dtypes:bfloat16]", "same_kind"],
      ["[ml_dtypes:bfloat16]", "f", "safe"],
      ["T{h:a:}", "T{i:a:}", "safe"],
    ] as const) {
      const levels = ["no", "equiv", "safe", "same_kind"] as const;
      for (const other of levels) {
        expect(allowed(from, to, other), `${from} ${to} ${other}`).toBe(levels.indexOf(other) >= levels.indexOf(level));
      }
    }
    for (const [from, to] of [
      ["i", "I"],
      ["d", "i"],
      ["Zd", "d"],
      ["i", "?"],
    ] as const) {
      expect(allowed(from, to, "same_kind"), `${from} ${to}`).toBe(false);
    }
  });

  test("records go field by field by name, sub-arrays element by element", () => {
    const source = empty([3], "T{h:a:f:b:(2)B:c:Zf:z:}");
    for (let i = 0; i < 3; i++) source.set(i, { a: i, b: i + 0.5, c: [i, i + 1], z: { re: i, im: -i } });
    const out = convert(source, "T{>d:b:x>q:a:(2)>f:c:Zd:z:}");
    expect(out.toArray()).toEqual(
      [0, 1, 2].map((i) => ({ b: i + 0.5, a: BigInt(i), c: [i, i + 1], z: { re: i, im: -i } })),
    );
    expect(caught(() => convert(source, "T{h:a:h:missing:}"))?.message).toContain("missing");
    expect(caught(() => convert(source, "i"))?.name).toBe("ConversionError");
    expect(convert(source, "T{e:b:}").toArray()).toEqual([{ b: 0.5 }, { b: 1.5 }, { b: 2.5 }]);
    expect(convert(empty([2], "(3)h"), "(3)d").shape).toEqual([2]);
    const spread = empty([2], "(3)d");
    copy(spread, Int16Array.of(4, 5));
    expect(spread.toArray()).toEqual([
      [4, 4, 4],
      [5, 5, 5],
    ]);
  });

  test("complex: real parts, truth, imaginary zero, half-precision parts", () => {
    const source = empty([3], "Zd");
    source.set(0, { re: 1.5, im: 2 });
    source.set(2, { re: 0, im: Number.NaN });
    expect(convert(source, "i").toArray()).toEqual([1, 0, 0]);
    expect(convert(source, "?").toArray()).toEqual([true, false, true]);
    expect(convert(source, ">Zf").toArray()).toEqual([
      { re: 1.5, im: 2 },
      { re: 0, im: 0 },
      { re: 0, im: Number.NaN },
    ]);
    expect(convert(Float32Array.of(3, -4), "Ze").toArray()).toEqual([
      { re: 3, im: 0 },
      { re: -4, im: 0 },
    ]);
  });

  test("texts: cut, padded, widened, ASCII only between bytes and text", () => {
    const bytes = view(Uint8Array.from(Buffer.from("abc\0de\0\0")), { format: "4s" });
    expect(convert(bytes, "2s").toBytes()).toEqual(Uint8Array.from(Buffer.from("abde")));
    expect(convert(bytes, "6s").toBytes()).toEqual(Uint8Array.from(Buffer.from("abc\0\0\0de\0\0\0\0")));
    expect(convert(bytes, ">5w").toArray()).toEqual(["abc\0\0", "de\0\0\0"]);
    expect(convert(convert(bytes, ">5w"), "3s").toBytes()).toEqual(Uint8Array.from(Buffer.from("abcde\0")));
    expect(convert(convert(bytes, ">5w"), "4w").toArray()).toEqual(["abc\0", "de\0\0"]);
    expect(caught(() => convert(view(Uint8Array.of(65, 200), { format: "2s" }), "2w"))?.index).toEqual([0]);
    expect(caught(() => convert(bytes, "2s", { overflow: "error" }))?.index).toEqual([0]);
    expect(caught(() => convert(bytes, "i"))?.name).toBe("ConversionError");
  });

  test("times change units, keep NaT, and fail whole", () => {
    const M8 = (unit: string) => `[numpy:numpy.dtypes:DateTime64DType:${unit}:1]`;
    const nat = -(2n ** 63n);
    const source = view(BigInt64Array.of(1500n, -1n, nat), { format: M8("8") });
    expect(convert(source, M8("7")).toArray()).toEqual([1n, -1n, nat]);
    expect(convert(source, M8("9")).toArray()).toEqual([1_500_000n, -1000n, nat]);
    expect(convert(source, "d").toArray()).toEqual([1500, -1, Number.NaN]);
    expect(convert(source, "q").toArray()).toEqual([1500n, -1n, nat]);
    expect(convert(Float32Array.of(2.5, Number.NaN), M8("7")).toArray()).toEqual([2n, nat]);
    const far = view(BigInt64Array.of(1n, 2n ** 62n), { format: M8("7") });
    const out = empty([2], M8("a"));
    expect(caught(() => convert(far, M8("a"), { out }))?.index).toEqual([1]);
    expect(out.toArray()).toEqual([0n, 0n]);
  });

  test("the source is read completely before the first write", () => {
    const memory = new Float32Array(64).map((_, i) => i);
    const source = view(memory, { shape: [16] });
    const onto = view(memory.buffer, { format: "d", byteOffset: 8, shape: [16] });
    copy(onto, source);
    expect(onto.toArray()).toEqual(Array.from({ length: 16 }, (_, i) => i));
  });

  test("a user's dtype converts through its codec, whatever the layout and byte order", () => {
    const registry = new DTypeRegistry().register("pcm", pcm).register("tiny", () => ({
      small: { exponentBits: 3, mantissaBits: 2, bias: 3, style: "ieee" },
    }));
    const i24 = dtype("[pcm:i24]", { registry });
    const samples = Float32Array.of(1, -2.5, 3.5, 1e9, -1e9, 4095.75);
    const packed = convert(samples, i24);
    expect(packed.nbytes).toBe(18);
    expect(convert(packed, "i").toArray()).toEqual([1, -2, 4, 8388607, -8388608, 4096]);
    const big = view(new Uint8Array(39), { format: dtype(">[pcm:i24]", { registry }) })
      .slice("::-2")
      .slice("1:7");
    copy(big, packed);
    expect(convert(big, "d").toArray()).toEqual([1, -2, 4, 8388607, -8388608, 4096]);
    expect(convert(big, i24).toBytes()).toEqual(packed.toBytes());
    const tiny = convert(samples, dtype("[tiny:f6]", { registry }));
    expect(convert(tiny, "f").toArray()).toEqual([1, -2.5, 3.5, Infinity, -Infinity, Infinity]);
  });
});
