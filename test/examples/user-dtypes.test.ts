/** The user dtypes of docs/user-dtypes.md, wherever a built-in one goes: views, records, copies, conversions, print. */
import { readFileSync } from "node:fs";
import binaryen from "binaryen";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { registerDType, unregisterDType } from "../../src/dtype/registry.js";
import type { DTypeResolver } from "../../src/dtype/resolver.js";
import { isStridebufError } from "../../src/errors.js";
import { backends } from "../lib/backends.js";
import { level } from "../lib/mulaw.js";

const example = (name: string) => new URL(`../../examples/user-dtypes/${name}`, import.meta.url);
// biome-ignore lint/suspicious/noExplicitAny: the examples are plain JavaScript
const load = (name: string): Promise<any> => import(example(name).href);

beforeAll(async () => {
  const text = binaryen.parseText(readFileSync(example("mulaw.wat"), "utf8"));
  text.setFeatures(binaryen.Features.NontrappingFPToInt);
  const module = new WebAssembly.Module(text.emitBinary() as Uint8Array<ArrayBuffer>);
  registerDType("lab", (await load("parameters.mjs")).lab);
  registerDType("pcm", (await load("i24.mjs")).pcm);
  registerDType("money", (await load("decimal.mjs")).money);
  registerDType("grade", (await load("decimal.mjs")).grade);
  registerDType("itu", (await load("mulaw.mjs")).itu(module));
  const block: DTypeResolver = () => ({
    itemsize: 3,
    codec: {
      hub: "value",
      block: {
        count: 2,
        element: "int16",
        // Two 12-bit numbers in three bytes, as cameras pack them.
        decode(dst, dstOffset, src, srcOffset, items) {
          const to = new Int16Array(dst, dstOffset, 2 * items);
          const from = new Uint8Array(src, srcOffset, 3 * items);
          for (let i = 0; i < items; i++) {
            to[2 * i] = from[3 * i]! | ((from[3 * i + 1]! & 15) << 8);
            to[2 * i + 1] = (from[3 * i + 1]! >> 4) | (from[3 * i + 2]! << 4);
          }
        },
      },
    },
  });
  registerDType("camera", block);
});
afterAll(() => {
  for (const owner of ["lab", "pcm", "money", "grade", "itu", "camera"]) unregisterDType(owner);
});

for (const { name, api } of backends) {
  describe(name, () => {
    const { convert, copy, empty, view } = api;

    test("runs the backend it should", () => expect(api.backend.name).toBe(name));

    test("(a) parameters: a 12-bit float rounds to nearest even once, in either byte order", () => {
      const values = Float64Array.of(
        1,
        1 + 2 ** -7,
        1 + 3 * 2 ** -7,
        1 + 2 ** -7 + 2 ** -50,
        -65520,
        1e9,
        2 ** -21,
        Number.NaN,
      );
      const codes = [0x3c0, 0x3c0, 0x3c2, 0x3c1, 0xfc0, 0x7c0, 0, 0x7e0];
      for (const order of ["", ">"]) {
        const narrow = convert(values, `${order}[lab:float12]`);
        expect(narrow.itemsize).toBe(2);
        const raw = new DataView(narrow.toBytes().buffer);
        expect(codes.map((_, i) => raw.getUint16(2 * i, order === ""))).toEqual(codes);
        expect(convert(narrow, "d").toArray()).toEqual([1, 1, 1.03125, 1.015625, -Infinity, Infinity, 0, Number.NaN]);
        expect(narrow.get(2)).toBe(1.03125);
      }
      expect(convert(Int16Array.of(3, 4, -5), "[lab:int3]", { overflow: "wrap" }).toArray()).toEqual([3, -4, 3]);
      expect(convert(Float32Array.of(14.9, 100, -0.1), "[lab:float7]").toArray()).toEqual([15, 30, -0.09375]);
    });

    test("(b) i24: strided, big-endian, in records, scaled, both ways", () => {
      const bytes = Uint8Array.of(0x40, 0, 0, 0x7f, 0xff, 0xff, 0xc0, 0, 0, 0x80, 0, 0);
      const frames = view(bytes, { format: "T{>[pcm:i24]:left:[pcm:i24]:right:}" });
      expect(frames.toArray()).toEqual([
        { left: 2 ** 22, right: 2 ** 23 - 1 },
        { left: -(2 ** 22), right: -(2 ** 23) },
      ]);
      const left = convert(frames.field("left"), "f", { scale: 2 ** -23 });
      expect(left.toArray()).toEqual([0.5, -0.5]);
      expect(String(frames.field("right"))).toContain("8388607 -8388608");

      const native = empty([2, 2], "[pcm:i24]");
      copy(native.slice(null, 0), frames.field("right").flip());
      copy(native.slice(null, 1), Float32Array.of(-1, 1), { scale: 2 ** 23 });
      expect(native.toArray()).toEqual([
        [-(2 ** 23), -(2 ** 23)],
        [2 ** 23 - 1, 2 ** 23 - 1],
      ]);
      const back = convert(native, ">[pcm:i24]");
      expect([...back.toBytes().subarray(0, 6)]).toEqual([0x80, 0, 0, 0x80, 0, 0]);
      expect(back.equals(native)).toBe(true);
    });

    test("(b) a decimal and a categorical: text one by one, numbers in bulk", () => {
      const list = empty([3], "T{[grade:new,used,broken]:state:7x[money:decimal:2]:price:}");
      list.set(0, { state: "new", price: "19.99" });
      list.set(1, { state: "broken", price: "-0.05" });
      list.set(2, { state: "used", price: "92233720368547758.07" });
      expect(list.get(1)).toEqual({ state: "broken", price: "-0.05" });
      expect(String(list)).toContain("92233720368547758.07");
      expect(convert(list.field("price"), "d").toArray()).toEqual([19.99, -0.05, Number("92233720368547758.07")]);
      expect(convert(list.field("state"), "B").toArray()).toEqual([0, 2, 1]);
      const prices = convert(Float64Array.of(0.1, 2.675), ">[money:decimal:3]");
      expect(prices.toArray()).toEqual(["0.100", "2.675"]);
      const before = list.toBytes();
      expect(() => list.set(0, { state: "lost", price: "1.00" })).toThrow(RangeError);
      expect(() => list.field("price").set(0, "1.005")).toThrow(RangeError);
      expect(list.toBytes()).toEqual(before);
    });

    test("(c) mu-law in the user's Wasm: every code, any layout, larger than the staging window", () => {
      const codes = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 167 + (i >> 8)) & 255);
      const call = view(codes, { format: "[itu:mulaw]", shape: [3, 100_000] });
      const samples = convert(call.transpose(), "h", { scale: 4 });
      expect(samples.shape).toEqual([100_000, 3]);
      const got = samples.toTypedArray() as Int16Array;
      const wrong = codes.findIndex((code, i) => got[(i % 100_000) * 3 + Math.floor(i / 100_000)] !== level(code) * 4);
      expect(wrong).toBe(-1);
      const again = empty([3, 100_000], "[itu:mulaw]");
      copy(again, samples.transpose(), { scale: 0.25 });
      // An integer has one zero, mu-law two.
      expect(again.toBytes()).toEqual(codes.map((code) => (code === 0x7f ? 0xff : code)));
      expect(call.get(0, 1)).toBe(level(codes[1]!));
      const one = empty([1], "[itu:mulaw]");
      one.set(0, -8031);
      expect(one.toBytes()).toEqual(Uint8Array.of(0));
    });

    test("block types: the values of an item become part of the last axis", () => {
      const pixels = view(Uint8Array.of(0x21, 0x43, 0x65, 0xff, 0x0f, 0x80), {
        format: "[camera:raw12]",
        shape: [2, 1],
      });
      expect(convert(pixels, "h").toArray()).toEqual([
        [0x321, 0x654],
        [0xfff, 0x800],
      ]);
      expect(convert(pixels.slice(1, 0), "f").toArray()).toEqual([4095, 2048]);
      const out = empty([2, 2], ">d");
      copy(out, pixels);
      expect(out.toArray()).toEqual([
        [0x321, 0x654],
        [0xfff, 0x800],
      ]);
      try {
        convert(Int16Array.of(1, 2), "[camera:raw12]");
        expect.unreachable();
      } catch (e) {
        expect(isStridebufError(e, "ConversionError")).toBe(true);
      }
    });

    test("packed integers and quantised weights through convert and copy", () => {
      const values = Int8Array.of(1, -2, 3, 4, -8, 7, 0, -1);
      const packed = convert(values, "[packed:int4]");
      expect(packed.toBytes()).toEqual(Uint8Array.of(0xe1, 0x43, 0x78, 0xf0));
      expect(convert(packed, "b").toArray()).toEqual([...values]);
      expect(convert(packed.flip(), "f").toArray()).toEqual([0, -1, -8, 7, 3, 4, 1, -2]);
      expect(convert(Float64Array.of(-9, 100), "[packed:int4:high]", { overflow: "saturate" }).toBytes()).toEqual(
        Uint8Array.of(0x87),
      );
      expect(() => convert(Float64Array.of(8, 0), "[packed:int4]", { overflow: "error" })).toThrow("does not fit");
      expect(() => convert(Int8Array.of(1, 2, 3), "[packed:int4]")).toThrow("no multiple of the 2 values");
      const target = empty([2, 2], "[packed:uint4]");
      copy(target, view(values.map(Math.abs), { shape: [2, 4] }));
      expect(target.toBytes()).toEqual(Uint8Array.of(0x21, 0x43, 0x78, 0x10));

      const bytes = new Uint8Array(2 * 34);
      bytes.set([0, 0x3c], 0);
      bytes.set([0, 0x40], 34);
      for (let i = 0; i < 32; i++) bytes[2 + i] = bytes[36 + i] = i - 16;
      const weights = view(bytes, { format: "[gguf:q8_0]", shape: [2, 1] });
      const floats = convert(weights, "f");
      expect(floats.shape).toEqual([2, 32]);
      expect(floats.slice(1).toArray()).toEqual(Array.from({ length: 32 }, (_, i) => 2 * (i - 16)));
      expect(convert(weights, "[ml_dtypes:bfloat16]").dtype.name).toBe("bfloat16");
      expect(convert(weights, "[gguf:q8_0]").toBytes()).toEqual(bytes);
      const plan = api.explainPlan(empty([2, 32], "f"), weights);
      expect([plan.operation, plan.width, plan.items, plan.reasons[0]]).toEqual([
        "convert",
        128,
        2,
        "items of [gguf:q8_0] are decoded",
      ]);
      const into = empty([2, 32], "f");
      expect(convert(weights, "f", { out: into })).toBe(into);
      expect(into.equals(floats)).toBe(true);
      const flipped = empty([2, 32], "f").transpose();
      expect(() => convert(weights, "f", { out: flipped })).toThrow("does not broadcast");
      expect(convert(weights, "f", { scale: 0.5 }).get(1, 31)).toBe(15);
      const column = convert(weights, "f", { order: "F" });
      expect([column.isContiguous("F"), column.equals(floats)]).toEqual([true, true]);
      const resident = convert(weights, "f", { resident: true });
      expect(resident.toArray()).toEqual(floats.toArray());
      const memory = new Float32Array(100);
      new Uint8Array(memory.buffer).set(bytes, 200);
      const shared = view(memory.buffer, { format: "[gguf:q8_0]", shape: [2, 1], byteOffset: 200 });
      convert(shared, "f", { out: view(memory, { shape: [2, 32] }) });
      expect([...memory.subarray(0, 64)]).toEqual((floats.toArray() as number[][]).flat());
    });
  });
}
