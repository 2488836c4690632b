/**
 * What bounds the engine on this machine, without the engine: each kernel called alone beside `memory.copy` of the same
 * traffic; copying in, calling and copying out by window size; and the price of a call. Prints Markdown.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { elements } from "./lib/elements.mjs";
import { root } from "./lib/load.mjs";
import { number, table } from "./report/figures.mjs";
import { memoryCopy } from "./variants/ceilings.mjs";

const kernels = {
  bf16ToF32: ["bf16", "f32"],
  f32ToBf16: ["f32", "bf16"],
  f16ToF32: ["f16", "f32"],
  f32ToF16: ["f32", "f16"],
  e4m3fnToF32: ["e4m3", "f32"],
  f32ToE4m3fn: ["f32", "e4m3"],
  f64ToF32: ["f64", "f32"],
  f32ToF64: ["f32", "f64"],
  i32ToF64: ["i32", "f64"],
  i16ToF32: ["i16", "f32"],
  u8ToF32: ["u8", "f32"],
  f64ToI32: ["f64", "i32"],
  i64ToF64: ["i64", "f64"],
  f64ToI64: ["f64", "i64"],
  i64ToI32: ["i64", "i32"],
};

const memory = new WebAssembly.Memory({ initial: 4096 });
const binary = readFileSync(join(root, "build/stridebuf.wasm"));
const instance = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory } });
const exports = /** @type {Record<string, Function>} */ (instance.exports);
const bytes = new Uint8Array(memory.buffer);
const FROM = 16 << 20;
const TO = 128 << 20;
bytes.fill(0x3c, FROM);

/** Nanoseconds of one call, the best of many batches: limits are about what is possible. */
function best(call, batch) {
  for (let i = 0; i < batch * 3; i++) call();
  let least = Number.POSITIVE_INFINITY;
  const end = performance.now() + 60;
  while (performance.now() < end) {
    const before = performance.now();
    for (let i = 0; i < batch; i++) call();
    least = Math.min(least, (performance.now() - before) / batch);
  }
  return least * 1e6;
}

const payloads = [2 ** 16, 2 ** 20, 2 ** 26];
const batchOf = (payload) => Math.max(1, Math.round(2e6 / payload));

const lines = Object.entries(kernels).map(([name, [from, to]]) => {
  const [srcWidth, dstWidth] = [elements[from].bytes, elements[to].bytes];
  const cells = payloads.flatMap((payload) => {
    const count = payload / Math.max(srcWidth, dstWidth);
    const ns = best(() => exports[name](TO, FROM, count), batchOf(payload));
    const copy = best(memoryCopy((count * (srcWidth + dstWidth)) / 2), batchOf(payload));
    return [number(payload / ns), number(copy / ns)];
  });
  return [name, ...cells];
});
console.log(
  `Kernels alone, GB/s of the larger side, and that beside memory.copy of the same traffic (R):\n\n${table(
    ["kernel", "64 KiB", "R", "1 MiB", "R", "64 MiB", "R"],
    lines,
  )}\n`,
);

const widening = exports.bf16ToF32;
const staging = payloads.map((payload) => {
  const source = new Uint8Array(payload).fill(1);
  const target = new Uint8Array(payload).fill(2);
  const direct = best(() => target.set(source), batchOf(payload));
  const [IN, OUT] = [FROM, FROM + 2 ** 20];
  const cells = [2 ** 14, 2 ** 15, 2 ** 16, 2 ** 17, 2 ** 18].map((window) => {
    if (window > payload) return "–";
    const out = bytes.subarray(OUT, OUT + window);
    const ns = best(() => {
      for (let at = 0; at < payload; at += window) {
        bytes.set(source.subarray(at, at + window), IN);
        widening(OUT, IN, window / 4);
        target.set(out, at);
      }
    }, batchOf(payload));
    return number(direct / ns);
  });
  return [payload, ...cells];
});
console.log(
  `Copy in, light kernel, copy out, beside TypedArray.set (S), by window size:\n\n${table(
    ["payload", "16 KiB", "32 KiB", "64 KiB", "128 KiB", "256 KiB"],
    staging,
  )}\n`,
);

const window = new Uint8Array(64);
console.log(
  `A call of a kernel over nothing: ${best(() => widening(TO, FROM, 0), 1000).toFixed(1)} ns; over 16 elements: ${best(
    () => widening(TO, FROM, 16),
    1000,
  ).toFixed(1)} ns; set of 64 bytes: ${best(() => bytes.set(window, FROM), 1000).toFixed(1)} ns; subarray: ${best(
    () => bytes.subarray(64, 128),
    1000,
  ).toFixed(1)} ns.`,
);
