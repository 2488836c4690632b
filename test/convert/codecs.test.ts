/** Users' codecs as conversion steps: tile functions, the user's Wasm in the engine's memory and in its own, single items. */
import { readFileSync } from "node:fs";
import binaryen from "binaryen";
import { describe, expect, test } from "vitest";
import { decodeStep, encodeStep } from "../../src/convert/codecs.js";
import type { DType, WasmCodec } from "../../src/dtype/dtype.js";
import { dtype } from "../../src/dtype/read.js";
import { DTypeRegistry } from "../../src/dtype/registry.js";
import type { DTypeResolver } from "../../src/dtype/resolver.js";
import { backends } from "../lib/backends.js";
import { level } from "../lib/mulaw.js";

/** Compiles WebAssembly text. */
function compile(wat: string): WebAssembly.Module {
  const module = binaryen.parseText(wat);
  module.setFeatures(binaryen.Features.NontrappingFPToInt);
  return new WebAssembly.Module(module.emitBinary() as Uint8Array<ArrayBuffer>);
}

const example = (name: string) => new URL(`../../examples/user-dtypes/${name}`, import.meta.url);
const mulaw = compile(readFileSync(example("mulaw.wat"), "utf8"));
const { itu } = (await import(example("mulaw.mjs").href)) as { itu(module: WebAssembly.Module): DTypeResolver };
const { pcm } = (await import(example("i24.mjs").href)) as { pcm: DTypeResolver };

const registry = new DTypeRegistry().register("itu", itu(mulaw)).register("pcm", pcm);

for (const { name, api } of backends) {
  describe(name, () => {
    const { backend } = api.engine;
    const run = (type: DType, direction: "decode" | "encode", src: Uint8Array, count: number, resident = false) => {
      const { step } = (direction === "decode" ? decodeStep : encodeStep)(type)!;
      const { srcWidth, dstWidth } = step;
      const conversion = { srcWidth, dstWidth, srcSwap: false, dstSwap: false, steps: [step] };
      const loop = { sizes: [count], dstStrides: [dstWidth], srcStrides: [srcWidth] };
      const placement = { dstResident: resident, srcResident: false, dstAlign: 0, srcAlign: 0 };
      const [executor] = backend.chooseTransform({ kind: "contiguous", loop }, conversion, placement);
      const allocation = resident ? backend.allocate(count * dstWidth) : undefined;
      const dst = allocation ?? { buffer: new ArrayBuffer(count * dstWidth), byteOffset: 0 };
      backend.transform(
        dst,
        { buffer: src.buffer, byteOffset: src.byteOffset },
        { kind: "contiguous", loop, executor },
        conversion,
      );
      const out = new Uint8Array(dst.buffer, dst.byteOffset, count * dstWidth).slice();
      allocation?.free();
      return out;
    };

    test("runs the backend it should", () => expect(api.backend.name).toBe(name));

    test("a Wasm kernel decodes and encodes more items than a tile holds, also into resident memory", () => {
      const type = dtype("[itu:mulaw]", { registry });
      const codes = Uint8Array.from({ length: 70_001 }, (_, i) => (i * 167 + (i >> 8)) & 255);
      for (const resident of [false, true]) {
        const values = new Float64Array(run(type, "decode", codes, codes.length, resident).buffer);
        expect(values).toEqual(Float64Array.from(codes, level));
        expect(run(type, "encode", new Uint8Array(values.buffer), codes.length, resident)).toEqual(codes);
      }
    });

    test("a module may keep bytes of its own at env.base", () => {
      // Adds the number of earlier calls to every value.
      const module = compile(`(module (import "env" "memory" (memory 1)) (import "env" "base" (global $base i32))
        (func (export "f") (param $dst i32) (param $src i32) (param $count i32)
          (i32.store (global.get $base) (i32.add (i32.const 1) (i32.load (global.get $base))))
          (f64.store (local.get $dst)
            (f64.add (f64.load (local.get $src)) (f64.convert_i32_s (i32.load (global.get $base)))))))`);
      const wasm: WasmCodec = { module, decode: "f", staticBytes: 100_000 };
      const resolver: DTypeResolver = () => ({ itemsize: 8, codec: { hub: "float64", wasm } });
      const type = dtype("[me:counter]", { registry: new DTypeRegistry().register("me", resolver) });
      const one = new Uint8Array(Float64Array.of(10).buffer);
      const got = [1, 2, 3].map(() => new Float64Array(run(type, "decode", one, 1).buffer)[0]);
      expect(got).toEqual([11, 12, 13]);
    });

    test("a module whose bytes make memory grow, into resident memory that was there before", () => {
      const module = compile(`(module (import "env" "memory" (memory 1)) (import "env" "base" (global $base i32))
        (func (export "f") (param $dst i32) (param $src i32) (param $count i32)
          (memory.copy (local.get $dst) (local.get $src) (i32.shl (local.get $count) (i32.const 3)))))`);
      const wasm: WasmCodec = { module, decode: "f", staticBytes: 40 << 20 };
      const resolver: DTypeResolver = () => ({ itemsize: 8, codec: { hub: "float64", wasm } });
      const type = dtype("[me:grows]", { registry: new DTypeRegistry().register("me", resolver) });
      const numbers = Float64Array.from({ length: 2000 }, (_, i) => i);
      const out = api.empty([2000], "d", { resident: true });
      api.copy(out, api.view(numbers, { format: type }));
      expect([...out.toTypedArray()]).toEqual([...numbers]);
      out.dispose();
    });

    test.each([
      ["imports env.print", `(module (import "env" "print" (func)) (import "env" "memory" (memory 1)))`],
      ["exports no function", `(module (import "env" "memory" (memory 1)))`],
      ["cannot be instantiated", `(module (import "env" "memory" (memory 30000)))`],
    ])("a module that %s is refused", (message, wat) => {
      const wasm: WasmCodec = { module: compile(wat), decode: "f" };
      const resolver: DTypeResolver = () => ({ itemsize: 1, codec: { hub: "float64", wasm } });
      const type = dtype("[me:bad]", { registry: new DTypeRegistry().register("me", resolver) });
      expect(() => run(type, "decode", new Uint8Array(1), 1)).toThrow(message);
    });

    test("tile functions", () => {
      const type = dtype("[pcm:i24]", { registry });
      const values = Float64Array.from({ length: 5000 }, (_, i) => (i - 2500) * 3355);
      const bytes = run(type, "encode", new Uint8Array(values.buffer), 5000);
      expect([...bytes.slice(0, 3)]).toEqual([-8387500 & 255, (-8387500 >> 8) & 255, (-8387500 >> 16) & 255]);
      expect(new Float64Array(run(type, "decode", bytes, 5000).buffer)).toEqual(values);
    });

    test("single reads and writes, and items larger than a tile", () => {
      const resolver: DTypeResolver = () => ({
        itemsize: 40_000,
        codec: {
          hub: "int64",
          read: (view, offset) => view.getBigInt64(offset + 30_000, true),
          write: (view, offset, value) => view.setBigInt64(offset + 30_000, value as bigint, true),
        },
      });
      const type = dtype("[me:wide]", { registry: new DTypeRegistry().register("me", resolver) });
      const values = BigInt64Array.of(1n, -2n, 3n);
      const items = run(type, "encode", new Uint8Array(values.buffer), 3);
      expect(new BigInt64Array(run(type, "decode", items, 3).buffer)).toEqual(values);
    });
  });
}
