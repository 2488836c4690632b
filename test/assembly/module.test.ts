/** The module as the build leaves it: what it needs, what it offers, and its allocator through the backend. */
import { expect, test } from "vitest";
import { createWasmBackend } from "../../src/backend/wasm/backend.js";
import { loadModule } from "../../src/backend/wasm/load.js";
import { moduleBinary } from "../../src/backend/wasm/unpack.js";
import { isStridebufError } from "../../src/errors.js";

const module = new WebAssembly.Module(moduleBinary());
const memory = new WebAssembly.Memory({ initial: 48 });
const exports = new WebAssembly.Instance(module, { env: { memory } }).exports;

test("the module imports its memory and nothing else", () => {
  expect(WebAssembly.Module.imports(module)).toEqual([{ module: "env", name: "memory", kind: "memory" }]);
});

test("this is a build with SIMD", () => {
  expect((exports.HAS_SIMD as WebAssembly.Global).value).toBe(1);
});

test("the module is small enough for nobody to object", () => {
  expect(moduleBinary().length).toBeLessThanOrEqual(65536);
});

test("the table grows: converters are put into it at first use", () => {
  const table = exports.table as WebAssembly.Table;
  const place = table.grow(1);
  table.set(place, exports.bf16ToF32);
  expect(table.get(place)).toBe(exports.bf16ToF32);
});

test("where compiling is refused, the reason is said", () => {
  const original = WebAssembly.Module;
  WebAssembly.Module = class {
    constructor() {
      throw new WebAssembly.CompileError("blocked by policy");
    }
  } as unknown as typeof WebAssembly.Module;
  try {
    expect(createWasmBackend().reason).toBe("CompileError: blocked by policy");
  } finally {
    WebAssembly.Module = original;
  }
});

function limited() {
  const backend = createWasmBackend(() => loadModule(96));
  if (backend.reason !== undefined) throw new Error(backend.reason);
  return backend;
}

test("memory that runs out is an error, and nothing is lost", () => {
  const backend = limited();
  const kept = backend.allocate(1 << 20);
  new Uint8Array(kept.buffer, kept.byteOffset, kept.nbytes).fill(7);
  for (const nbytes of [16 << 20, 2 ** 31, 2 ** 33]) {
    let caught: unknown;
    try {
      backend.allocate(nbytes);
    } catch (error) {
      caught = error;
    }
    expect(isStridebufError(caught, "EngineError") && caught.phase).toBe("memory");
  }
  expect(new Uint8Array(kept.buffer, kept.byteOffset, kept.nbytes).every((byte) => byte === 7)).toBe(true);
  const more = backend.allocate(1 << 20);
  expect(more.byteOffset).not.toBe(kept.byteOffset);
});

test("blocks are zeroed, aligned, reused after free, and keep their bytes when memory grows", () => {
  const backend = limited();
  const first = backend.allocate(1000);
  const before = first.buffer;
  new Uint8Array(first.buffer, first.byteOffset, first.nbytes).fill(9);
  const large = backend.allocate(2 << 20);
  expect(first.buffer).not.toBe(before);
  expect(new Uint8Array(first.buffer, first.byteOffset, first.nbytes).every((byte) => byte === 9)).toBe(true);
  expect(large.byteOffset % 16).toBe(0);
  const address = large.byteOffset;
  new Uint8Array(large.buffer, address, large.nbytes).fill(1);
  large.free();
  large.free();
  const again = backend.allocate(2 << 20);
  expect(again.byteOffset).toBe(address);
  expect(new Uint8Array(again.buffer, address, again.nbytes).every((byte) => byte === 0)).toBe(true);
});

test("thousands of blocks taken and given back leave room for one of the whole size", () => {
  const backend = limited();
  for (let round = 0; round < 20; round++) {
    const blocks = Array.from({ length: 200 }, (_, i) => backend.allocate(1 + ((i * 7919) % 9000)));
    for (const block of blocks) block.free();
  }
  backend.allocate(2 << 20).free();
});
