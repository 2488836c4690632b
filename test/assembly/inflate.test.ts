/** The module that inflates the others, on data of all kinds, against zlib. */
import { constants, deflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { inflater } from "../../src/backend/wasm/binary.js";
import { random } from "../lib/kernels.js";

const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(inflater, "base64")));
const { memory, INPUT, OUTPUT } = exports as Record<"INPUT" | "OUTPUT", WebAssembly.Global> & {
  memory: WebAssembly.Memory;
};

function inflated(deflated: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(memory.buffer);
  bytes.set(deflated, INPUT.value);
  const end = (exports.inflate as () => number)();
  return bytes.slice(OUTPUT.value, end);
}

const next = random(1);
const texts: Record<string, Uint8Array> = {
  "few symbols": Uint8Array.from({ length: 5000 }, () => next() & 3),
  "skewed symbols, whose codes are up to 15 bits long": Uint8Array.from({ length: 60_000 }, () => Math.clz32(next())),
  "runs of one byte, copied from themselves": Uint8Array.from({ length: 60_000 }, (_, i) => i >> 12),
  "matches of all lengths, from near and far": Uint8Array.from(
    { length: 60_000 },
    (_, i) => (i % (3 + (i >> 8))) & 255,
  ),
  "all bytes": Uint8Array.from({ length: 20_000 }, (_, i) => (i & 3 ? next() & 31 : next()) & 255),
};

for (const [what, bytes] of Object.entries(texts))
  test(what, () => {
    for (const level of [1, 6, 9]) expect(inflated(deflateRawSync(bytes, { level }))).toEqual(bytes);
    // Many blocks.
    const small = deflateRawSync(bytes, { level: 9, memLevel: 5 });
    expect(inflated(small)).toEqual(bytes);
  });

test.each(["few symbols", "matches of all lengths, from near and far"])("codes that are fixed: %s", (what) => {
  const bytes = texts[what]!;
  expect(inflated(deflateRawSync(bytes, { strategy: constants.Z_FIXED }))).toEqual(bytes);
});

test("data that is stored as it is traps", () => {
  const stored = deflateRawSync(new Uint8Array(100), { level: 0 });
  expect(() => inflated(stored)).toThrow(WebAssembly.RuntimeError);
});
