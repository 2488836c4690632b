/** The module loads wherever base64 can be decoded: by the platform's Buffer, by Uint8Array.fromBase64, by atob. */
import { afterEach, expect, it, vi } from "vitest";
import { loadWasm } from "../../src/backend/wasm/load.js";

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
  expect(loadWasm()).toHaveProperty("move");
  expect(decode).not.toHaveBeenCalled();
});

it("decodes with atob where there is nothing better", () => {
  setFromBase64(undefined);
  vi.stubGlobal("Buffer", undefined);
  const decode = vi.spyOn(globalThis, "atob");
  expect(loadWasm()).toHaveProperty("move");
  expect(decode).toHaveBeenCalled();
});

it("decodes with Uint8Array.fromBase64 where that exists", () => {
  const decode = vi.fn((text: string) => new Uint8Array(NodeBuffer.from(text, "base64")));
  setFromBase64(decode);
  expect(loadWasm()).toHaveProperty("move");
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
  expect(loadWasm()).toEqual({ reason: "EvalError: refused by policy" });
});
