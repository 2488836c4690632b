import { describe, expect, test } from "vitest";
import { fromHalf, toHalf } from "../../src/dtype/small-float.js";
import { isStridebufError } from "../../src/errors.js";
import {
  calcsize,
  iterUnpack,
  pack,
  packInto,
  Struct,
  type StructErrorCode,
  unpack,
  unpackColumns,
  unpackFrom,
} from "../../src/struct/index.js";
import { toHex, vectorBytes } from "../lib/vectors.js";

function caught(run: () => unknown): Error & { code?: StructErrorCode } {
  try {
    run();
  } catch (e) {
    return e as Error;
  }
  throw new Error("expected a failure");
}

describe("errors", () => {
  const eight = new Uint8Array(8);
  const rows: [StructErrorCode, string, () => unknown][] = [
    ["bad_char", "FormatSyntaxError", () => calcsize("i!")],
    ["bad_char", "FormatSyntaxError", () => calcsize("3 i")],
    ["bad_char", "FormatSyntaxError", () => calcsize("=n")],
    ["bad_char", "FormatSyntaxError", () => calcsize("Ze")],
    ["count_without_code", "FormatSyntaxError", () => calcsize("i3")],
    ["embedded_null", "FormatSyntaxError", () => calcsize("i\0")],
    ["size_overflow", "LayoutError", () => calcsize("9007199254740992x")],
    ["size_overflow", "LayoutError", () => calcsize("2147483648x", { abi: "i386" })],
    ["zero_size_iter", "LayoutError", () => iterUnpack("", eight)],
    ["zero_size_iter", "LayoutError", () => unpackColumns("0i", eight)],
    ["buffer_size", "BoundsError", () => unpack("i", eight)],
    ["buffer_size", "BoundsError", () => unpackFrom("i", eight, 5)],
    ["buffer_size", "BoundsError", () => iterUnpack("3s", eight)],
    ["buffer_size", "BoundsError", () => packInto("i", eight, -3, 1)],
    ["offset_range", "BoundsError", () => unpackFrom("i", eight, -9)],
    ["offset_range", "BoundsError", () => packInto("i", eight, -12, 1)],
    ["arg_count", "TypeError", () => pack("2i", 1)],
    ["arg_count", "TypeError", () => packInto("2i", eight, 99, 1)],
    ["arg_type", "TypeError", () => pack("i", 1.5)],
    ["arg_type", "TypeError", () => pack("Zd", "1")],
    ["int_range", "RangeError", () => pack("B", 256)],
    ["int_range", "RangeError", () => pack("q", 2n ** 63n)],
    ["int_range", "RangeError", () => new Struct("P", { abi: "wasm32" }).pack(2 ** 32)],
    ["float_overflow", "RangeError", () => pack("<f", 1e39)],
    ["float_overflow", "RangeError", () => pack("e", 65520)],
    ["float_overflow", "RangeError", () => pack("d", 10n ** 400n)],
    ["float_overflow", "RangeError", () => pack("<Zf", { re: 0, im: -1e300 })],
  ];
  test.each(rows)("%s is a %s: %s", (code, name, run) => {
    const e = caught(run);
    expect([e.code, e.name]).toEqual([code, name]);
    if (name !== "TypeError" && name !== "RangeError") expect(isStridebufError(e)).toBe(true);
  });

  test("say what and where", () => {
    expect(caught(() => pack("hB", 1, 256)).message).toBe('"values[1]" expected integer 0..255, got 256');
    expect(caught(() => calcsize("i3")).message).toContain("index 2");
    expect(caught(() => calcsize("i", { abi: "z80" as "lp64" })).message).toContain('"abi" expected one of lp64');
  });

  test("a failed packInto leaves the buffer as it was", () => {
    const buffer = new Uint8Array(16).fill(0xaa);
    for (const values of [[1, "x"], [1, 2 ** 40], [1]]) caught(() => packInto("<ii", buffer, 4, ...values));
    expect(buffer).toEqual(new Uint8Array(16).fill(0xaa));
  });

  test("counts are never trusted before there is data for them", () => {
    expect(calcsize("9007199254740991x")).toBe(Number.MAX_SAFE_INTEGER);
    expect(calcsize("999999999999b")).toBe(999999999999);
    expect(caught(() => unpack("999999999999b", new Uint8Array(3))).code).toBe("buffer_size");
    expect(caught(() => pack("999999999999b", 1)).code).toBe("arg_count");
    expect(caught(() => unpackColumns("999999999999b", new Uint8Array(0))).code).toBe("size_overflow");
    expect(caught(() => new Struct("999999999999b").packInto(new Uint8Array(3), 0, 1)).code).toBe("arg_count");
  });
});

describe("values", () => {
  test("complex codes are pairs, and take real numbers", () => {
    for (const code of ["Zf", "Zd", "F", "D"]) {
      expect(unpack(code, pack(code, { re: 1.5, im: -2 }))).toEqual([{ re: 1.5, im: -2 }]);
      expect(unpack(`>${code}`, pack(`>${code}`, 3n))).toEqual([{ re: 3, im: 0 }]);
    }
    expect(toHex(pack(">Zf", { re: 1, im: 2 }))).toBe("3f80000040000000");
    expect(calcsize("bZf")).toBe(12);
    expect(calcsize("bZd")).toBe(24);
    expect(calcsize("bZd", { abi: "i386" })).toBe(20);
  });

  test("integers come as bigint by code, not by size", () => {
    const wasm = new Struct("nNPlq", { abi: "wasm32" });
    expect(wasm.size).toBe(24);
    expect(wasm.unpack(wasm.pack(-1, 2n, -1, -5, true))).toEqual([-1n, 2n, 0xffffffffn, -5, 1n]);
    expect(new Struct("l", { abi: "lp64" }).unpack(new Uint8Array(8).fill(255))).toEqual([-1n]);
    expect(new Struct("l", { abi: "llp64" }).unpack(new Uint8Array(4).fill(255))).toEqual([-1]);
  });

  test("= follows the machine of the ABI, ! is always big-endian", () => {
    expect(toHex(new Struct("=H", { abi: "lp64-be" }).pack(1))).toBe("0001");
    expect(toHex(new Struct("@H", { abi: "lp64-be" }).pack(1))).toBe("0001");
    expect(toHex(new Struct("=H", { abi: "lp64" }).pack(1))).toBe("0100");
    expect(toHex(pack("!H", 1))).toBe("0001");
  });

  test("? packs truth as Python sees it", () => {
    const truths = [1, "0", Number.NaN, [0], 1n, new Uint8Array(1), {}, { re: 0, im: 1 }];
    const falsehoods = [0, -0, "", null, undefined, [], 0n, new Uint8Array(0), { re: 0, im: 0 }, new Map()];
    expect(pack("8?", ...truths)).toEqual(new Uint8Array(8).fill(1));
    expect(pack("10?", ...falsehoods)).toEqual(new Uint8Array(10));
    expect(unpack("2?", Uint8Array.of(2, 0))).toEqual([true, false]);
  });

  test("any buffer is a buffer, at its own offset", () => {
    const whole = Uint8Array.of(9, 9, 1, 2, 9);
    const part = whole.subarray(2, 4);
    for (const source of [part, new DataView(whole.buffer, 2, 2), Buffer.from(part), part.slice().buffer]) {
      expect(unpack(">H", source)).toEqual([0x102]);
    }
    const shared = new SharedArrayBuffer(2);
    packInto("<H", shared, 0, 0x201);
    expect(unpackFrom("<H", shared)).toEqual([0x201]);
    const [bytes] = unpack("2s", Buffer.from(part));
    (bytes as Uint8Array)[0] = 7;
    expect(whole[2]).toBe(1);
    expect(() => unpack("B", "x" as unknown as ArrayBuffer)).toThrow(TypeError);
  });

  test("a compiled Struct serves the functions, and iterates more than once", () => {
    const point = new Struct("<Hf");
    const bytes = Uint8Array.of(...pack(point, 1, 0.5), ...pack(point, 2, -1));
    expect([...iterUnpack(point, bytes)]).toEqual([...iterUnpack(point, bytes)]);
    expect(unpackColumns(point, bytes)).toEqual([Uint16Array.of(1, 2), Float32Array.of(0.5, -1)]);
  });
});

test("columns: an array type per code, either byte order", () => {
  const columns = (format: string) =>
    new Struct(format).unpackColumns(new Uint8Array(calcsize(format) * 3)).map((c) => c.constructor.name);
  const names = columns("<bB?chHiIqQefd2s3pZfZd");
  expect(columns(">bB?chHiIqQefd2s3pZfZd")).toEqual(names);
  expect(names.map((name) => name.replace("Array", "")).join(" ")).toBe(
    "Int8 Uint8 Uint8 Uint8 Int16 Uint16 Int32 Uint32 BigInt64 BigUint64 Float32 Float32 Float64 Uint8 Uint8 Float32 Float64",
  );
  expect(unpackColumns("2h", Uint8Array.of(1, 0, 2, 0, 3, 0, 4, 0))).toEqual([
    Int16Array.of(1, 3),
    Int16Array.of(2, 4),
  ]);
  expect(unpackColumns(">Zd?", Uint8Array.of(...pack(">Zd?", { re: 1, im: 2 }, 1)))).toEqual([
    Float64Array.of(1, 2),
    Uint8Array.of(1),
  ]);
  expect(unpackColumns(">q", pack(">q", -2))).toEqual([BigInt64Array.of(-2n)]);
});

describe("binary16", () => {
  test("every code decodes as the golden table and encodes back", () => {
    const wrong: number[] = [];
    const float = new Float32Array(1);
    const bits = new Uint32Array(float.buffer);
    const table = new Uint32Array(vectorBytes("minifloat/decode_float16.f32le.bin").buffer);
    for (let code = 0; code < 65536; code++) {
      const value = fromHalf(code);
      float[0] = value;
      const notANumber = (code & 0x7fff) > 0x7c00;
      if (notANumber ? !Number.isNaN(value) : bits[0] !== table[code]) wrong.push(code);
      if (!notANumber && toHalf(value) !== code) wrong.push(code);
    }
    expect(wrong.slice(0, 5)).toEqual([]);
  });

  test("values between two codes go to the nearer, ties to the even one", () => {
    const wrong: number[] = [];
    for (let code = 0; code < 0x7bff; code++) {
      const [low, high] = [fromHalf(code), fromHalf(code + 1)];
      const tie = (low + high) / 2;
      const even = code % 2 === 0 ? code : code + 1;
      const below = tie * (1 - 2 ** -52);
      const above = tie * (1 + 2 ** -52);
      if (toHalf(tie) !== even || toHalf(below) !== code || toHalf(above) !== code + 1) wrong.push(code);
      if (toHalf(-above) !== ((code + 1) | 0x8000)) wrong.push(code);
    }
    expect(wrong.slice(0, 5)).toEqual([]);
  });
});
