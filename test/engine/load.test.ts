/**
 * The module loads wherever base64 can be decoded: by the platform's Buffer, by Uint8Array.fromBase64, by atob. It is compiled when it is
 * first of use, and where that is refused everything goes on without.
 */
import { afterEach, expect, it, vi } from "vitest";
import { createApi } from "../../src/api.js";
import { createWasmBackend } from "../../src/backend/wasm/backend.js";
import { loadModule } from "../../src/backend/wasm/load.js";

const { Buffer: NodeBuffer } = globalThis;
const native = Object.getOwnPropertyDescriptor(Uint8Array, "fromBase64");

/** Puts `decode` where newer platforms have Uint8Array.fromBase64; undefined takes theirs away. */
function setFromBase64(decode: ((text: string) => Uint8Array) | undefined) {
  Object.defineProperty(Uint8Array, "fromBase64", { value: decode, configurable: true, writable: true });
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  Reflect.deleteProperty(Uint8Array, "fromBase64");
  if (native !== undefined) Object.defineProperty(Uint8Array, "fromBase64", native);
});

it("decodes with Buffer where there is one", () => {
  setFromBase64(undefined);
  const decode = vi.spyOn(globalThis, "atob");
  expect(createWasmBackend().name).toBe("wasm");
  expect(decode).not.toHaveBeenCalled();
});

it("decodes with atob where there is nothing better", () => {
  setFromBase64(undefined);
  vi.stubGlobal("Buffer", undefined);
  const decode = vi.spyOn(globalThis, "atob");
  expect(createWasmBackend().name).toBe("wasm");
  expect(decode).toHaveBeenCalled();
});

it("decodes with Uint8Array.fromBase64 where that exists", () => {
  const decode = vi.fn((text: string) => new Uint8Array(NodeBuffer.from(text, "base64")));
  setFromBase64(decode);
  expect(createWasmBackend().name).toBe("wasm");
  expect(decode).toHaveBeenCalled();
});

it("says why there is no module, when compiling is refused", () => {
  vi.stubGlobal("WebAssembly", {
    ...WebAssembly,
    Module: class {
      constructor() {
        throw new EvalError("refused by policy");
      }
    },
  });
  expect(createWasmBackend().reason).toBe("EvalError: refused by policy");
});

/** What is needed of a module, and what is not. */
const uses: readonly [what: string, loads: number, use: (api: ReturnType<typeof createApi>) => unknown][] = [
  ["a small copy", 0, ({ copy }) => copy(new Float32Array(16), new Float32Array(16))],
  ["a small conversion", 0, ({ convert }) => convert(Float32Array.of(1, 2, 3, 4), ">e")],
  ["a large run", 0, ({ copy }) => copy(new Uint8Array(1 << 20), new Uint8Array(1 << 20))],
  [
    "a small transpose",
    0,
    ({ array, contiguous }) =>
      contiguous(
        array([
          [1, 2],
          [3, 4],
        ]).transpose(),
      ),
  ],
  ["a large conversion", 1, ({ convert }) => convert(new Float32Array(4096), "e")],
  [
    "a large field",
    1,
    ({ copy, view }) => copy(new Float32Array(4096), view(new Float32Array(12288), { shape: [4096], strides: [12] })),
  ],
  ["resident memory", 1, ({ empty }) => empty([2], "f", { resident: true })],
  ["the name", 1, ({ backend }) => typeof backend.name],
  [
    "a plan to look at",
    1,
    ({ planAssignment }) => planAssignment(new Uint8Array(2), new Uint8Array(2)).operations.length,
  ],
];

it.each(uses)("%s compiles the module %i times, and again no more", (_, loads, use) => {
  const load = vi.fn(loadModule);
  const api = createApi(createWasmBackend(() => load()));
  use(api);
  expect(load).toHaveBeenCalledTimes(loads);
  use(api);
  expect(load).toHaveBeenCalledTimes(loads);
});

it.each(uses)("%s: the same where compiling is refused", (_, loads, use) => {
  const load = vi.fn(() => ({ reason: "refused" }));
  const api = createApi(createWasmBackend(load));
  const text = (given: unknown): string => (given === undefined ? "" : JSON.stringify(given));
  expect(text(use(api))).toBe(text(use(createApi(createWasmBackend()))));
  expect(load).toHaveBeenCalledTimes(loads);
  expect([api.backend.name, api.backend.reason]).toEqual(["js", "refused"]);
  expect(load).toHaveBeenCalledTimes(1);
});
