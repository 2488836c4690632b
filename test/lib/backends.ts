/** The public API over each backend; suites that touch memory run once per entry and assert which one is active. */
import { type Api, createApi } from "../../src/api.js";
import { createJsBackend } from "../../src/backend/js/backend.js";
import { createWasmBackend } from "../../src/backend/wasm/backend.js";

const wasm = createWasmBackend();
if (wasm.reason !== undefined) throw new Error(`the Wasm backend did not load: ${wasm.reason}`);

export const backends: readonly { readonly name: "wasm" | "js"; readonly api: Api }[] = [
  { name: "wasm", api: createApi(wasm) },
  { name: "js", api: createApi(createJsBackend()) },
];
