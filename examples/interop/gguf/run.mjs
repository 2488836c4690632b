/**
 * The EGM96 geoid grid as tensors of a GGUF file: halves as they are, and blocks of 32 bytes with one scale (q8_0) decoded in bulk.
 * Usage: npm run build && npm ci --prefix test/interop && node examples/interop/gguf/run.mjs
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gguf } from "@huggingface/gguf";
import { convert, copy, empty, view } from "stridebuf";
import { tensor } from "stridebuf/gguf";
import { writeGguf } from "./write.mjs";

const file = readFileSync(new URL("../../data/egm96_15.gtx", import.meta.url));
const grid = view(file, { format: ">f", shape: [721, 1440], byteOffset: 40 });

// q8_0: each 32 values share a half, the largest of them over 127.
const groups = convert(grid, "<f").reshape([721 * 45, 32]);
const largest = Float32Array.from(groups.toArray(), (group) => Math.max(...group.map(Math.abs)));
const blocks = empty([721 * 45], "T{<e:scale:(32)b:values:}");
copy(blocks.field("scale"), largest, { scale: 1 / 127 });
const values = blocks.field("values").expandItems();
const inverse = convert(blocks.field("scale"), "<d")
  .toTypedArray()
  .map((scale) => (scale === 0 ? 0 : 1 / scale));
copy(values, groups, { scale: view(inverse, { shape: [721 * 45, 1] }), rounding: "nearest-even" });

const model = writeGguf([
  { name: "heights.f16", type: 1, shape: [1440, 721], data: convert(grid, "<e").toBytes() },
  { name: "heights.q8_0", type: 8, shape: [1440, 721], data: blocks.toBytes() },
]);
const folder = mkdtempSync(join(tmpdir(), "egm96-"));
const path = join(folder, "egm96.gguf");
writeFileSync(path, model);
const header = await gguf(path, { allowLocalFile: true });
console.log("file:", model.length, "bytes of", grid.nbytes);

const half = tensor(model, header, "heights.f16");
console.log("halves:", half.shape, half.dtype.name, "shares memory:", half.buffer === model.buffer);
const stored = tensor(model, header, "heights.q8_0");
console.log("blocks:", stored.shape, stored.dtype.name, stored.itemsize, "bytes each");
const out = empty([721, 1440], "<f");
tensor(model, header, "heights.q8_0", { as: "<f", out });
const exact = convert(grid, "<f").toTypedArray();
const worst = out.toTypedArray().reduce((most, x, i) => Math.max(most, Math.abs(x - exact[i])), 0);
console.log("decoded:", out.shape, "at most", worst.toFixed(3), "m off");
rmSync(folder, { recursive: true });
