/** The kernels of the relaxed module against those that they take the place of, in an engine that has relaxed SIMD (on Node 20 by a flag). */
import { setFlagsFromString } from "node:v8";
import { expect, test } from "vitest";
import { createApi } from "../../src/api.js";
import { createWasmBackend } from "../../src/backend/wasm/backend.js";
import { relaxedNames } from "../../src/backend/wasm/binary.js";
import { moduleBinary, relaxedBinary } from "../../src/backend/wasm/unpack.js";
import { random } from "../lib/kernels.js";

if (Number(process.versions.node.split(".")[0]) < 22) setFlagsFromString("--experimental-wasm-relaxed-simd");

const memory = new WebAssembly.Memory({ initial: 64 });
const load = (binary: Uint8Array<ArrayBuffer>) =>
  new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory } }).exports;
const exact = load(moduleBinary());
const relaxed = load(relaxedBinary());

const IN = 3 << 20;
const OUT = IN + (1 << 17);
const NONE = 2 ** 31;
/** What relaxed instructions may give 0x80000000 for, that number itself, and what is next to it. */
const hostile = [
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300, -1e300, 3e38, -3e38],
  ...[NONE, NONE - 1, NONE - 0.5, NONE - 128, NONE + 257, -NONE, -NONE + 0.5, -NONE - 1, -NONE - 257, -0, 0.99, -0.99],
];

function result(kernels: WebAssembly.Exports, name: string, count: number): Buffer {
  new Uint8Array(memory.buffer, OUT, 1 << 14).fill(0xa5);
  (kernels[name] as (dst: number, src: number, count: number) => void)(OUT + 16, IN, count);
  return Buffer.from(new Uint8Array(memory.buffer, OUT, 1 << 14).slice());
}

for (const name of relaxedNames.split(" ")) {
  const Values = name.startsWith("f64") ? Float64Array : Float32Array;

  test(`${name}: hostile numbers at every place of a block`, () => {
    for (const value of hostile)
      for (let place = 0; place < 37; place++) {
        const values = new Values(memory.buffer, IN, 37);
        for (let i = 0; i < 37; i++) values[i] = i * 3.7 - 60;
        values[place] = value;
        expect(result(relaxed, name, 37).equals(result(exact, name, 37)), `${value} at ${place}`).toBe(true);
      }
  });

  test(`${name}: any bits, any count`, () => {
    const next = random(7);
    for (let round = 0; round < 400; round++) {
      const words = new Uint32Array(memory.buffer, IN, 2048);
      for (let i = 0; i < words.length; i++) words[i] = next();
      const count = next() % 1000;
      expect(result(relaxed, name, count).equals(result(exact, name, count)), `round ${round}`).toBe(true);
    }
  });
}

/** Runs with a WebAssembly.Module that counts, and may refuse. */
function withModules(isRefused: boolean, run: () => void): number {
  const Module = WebAssembly.Module;
  let made = 0;
  WebAssembly.Module = class extends Module {
    constructor(bytes: BufferSource) {
      super(bytes);
      // The one that inflates them imports nothing.
      if (Module.imports(this).length === 0) return;
      made++;
      if (isRefused) throw new WebAssembly.CompileError("no such instruction");
    }
  };
  try {
    run();
  } finally {
    WebAssembly.Module = Module;
  }
  return made;
}

for (const isRefused of [false, true])
  test(`the engine asks for them once, when it converts to integers${isRefused ? ", and does without" : ""}`, () => {
    const loaded = createWasmBackend();
    if (loaded.reason !== undefined) throw new Error(loaded.reason);
    const { convert } = createApi(loaded);
    const source = Float64Array.from({ length: 1000 }, (_, i) => i * 1e7 - 2e9);
    expect(withModules(isRefused, () => convert(source, "float32"))).toBe(0);
    const made = withModules(isRefused, () => {
      const integers = convert(source, "int32");
      expect([integers.get(1), integers.get(999)]).toEqual([-1_990_000_000, NONE - 1]);
      convert(Float32Array.from(source), "uint8");
    });
    expect(made).toBe(1);
  });
