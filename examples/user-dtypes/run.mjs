/**
 * User dtypes in the three strengths of docs/user-dtypes.md: in views, records, copies, conversions and print.
 * Usage: npm run build && node examples/user-dtypes/run.mjs
 */
import { readFileSync } from "node:fs";
import binaryen from "binaryen";
import { convert, copy, empty, registerDType, view } from "../../dist/index.js";
import { grade, money } from "./decimal.mjs";
import { pcm } from "./i24.mjs";
import { itu } from "./mulaw.mjs";
import { lab } from "./parameters.mjs";

const text = binaryen.parseText(readFileSync(new URL("mulaw.wat", import.meta.url), "utf8"));
text.setFeatures(binaryen.Features.NontrappingFPToInt);

registerDType("lab", lab);
registerDType("pcm", pcm);
registerDType("money", money);
registerDType("grade", grade);
registerDType("itu", itu(new WebAssembly.Module(text.emitBinary())));

console.log("(a) parameters: pi and friends as 12-bit floats");
console.log(String(convert(Float64Array.of(Math.PI, -0.1, 1e9, 1e-7), "[lab:float12]")));

console.log("\n(b) functions: two channels of big-endian 24-bit PCM, left one to float32 in -1…1");
const frames = view(Uint8Array.of(0x40, 0, 0, 0x7f, 0xff, 0xff, 0xc0, 0, 0, 0x80, 0, 0), {
  format: "T{>[pcm:i24]:left:[pcm:i24]:right:}",
});
console.log(String(frames));
console.log(String(convert(frames.field("left"), "f", { scale: 2 ** -23 })));

console.log("\n(b) functions with values of their own: a price list");
const list = empty([3], "T{[grade:new,used,broken]:state:7x[money:decimal:2]:price:}");
["new", "used", "broken"].forEach((state, i) => {
  list.set(i, { state, price: `${19 - 8 * i}.99` });
});
console.log(String(list));
console.log(
  "mean price",
  convert(list.field("price"), "d")
    .toArray()
    .reduce((a, b) => a + b) / 3,
);

console.log("\n(c) your own Wasm: a telephone call to 16-bit samples and back");
const call = Uint8Array.of(0x00, 0x55, 0x80, 0xd5, 0xff);
const samples = convert(view(call, { format: "[itu:mulaw]" }), "h", { scale: 4 });
console.log(String(samples));
const again = empty([5], "[itu:mulaw]");
copy(again, samples, { scale: 0.25 });
console.log("same bytes:", Buffer.compare(again.toBytes(), call) === 0);
