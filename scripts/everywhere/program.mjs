/**
 * What every environment runs: convert, byteswap, strided copy, npy, struct, stream. Returns the backend and why; throws for a wrong
 * value. With `fault` one expectation is wrong, so that whoever runs it must fail.
 */
import { backend, byteswap, convert, copy, empty, explainPlan, view } from "stridebuf";
import { readNpy, writeNpy } from "stridebuf/npy";
import { convertStream, openFile } from "stridebuf/stream";
import { pack, unpack } from "stridebuf/struct";

function same(what, got, expected) {
  const text = JSON.stringify(got);
  if (text !== JSON.stringify(expected)) throw new Error(`${what}: expected ${JSON.stringify(expected)}, got ${text}`);
}

/** Who swaps two-byte units where there is no Buffer that does it. */
const swapper = { wasm: "staged", js: "js" };

export async function run(fault = false) {
  const source = Float32Array.from({ length: 6000 }, (_, i) => i / 8 - 50);
  same("convert", convert(source, "e").get(9), fault ? -48 : -48.875);
  same("convert to a type in brackets", convert(source, "[ml_dtypes:bfloat16]").get(9), -49);
  const wild = Float64Array.from(
    { length: 500 },
    (_, i) => [i - 250.5, NaN, 2 ** 31, -(2 ** 31) - 1][i % 9 === 8 ? i % 4 : 0],
  );
  const whole = [...convert(wild, "int32").toTypedArray()];
  same("numbers outside the range", whole, [
    ...Int32Array.from(wild, (x) => Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, x))),
  ]);
  const swapped = convert(source, ">f");
  same("big-endian bytes", new DataView(swapped.buffer, swapped.byteOffset).getFloat32(0, false), -50);
  byteswap(swapped);
  same("byteswap", new Float32Array(swapped.buffer)[9], -48.875);
  if (typeof Buffer === "undefined")
    same("who swaps", explainPlan(empty([4096], "<H"), empty([4096], ">H")).executor, swapper[backend.name]);
  const turned = empty([60, 100], "f");
  copy(turned, view(source).reshape([100, 60]).transpose());
  same("strided copy", turned.get(3, 4), -19.625);
  same("npy", readNpy(writeNpy(turned)).get(3, 4), -19.625);
  if (typeof Blob !== "undefined") {
    const file = await openFile(new Blob([writeNpy(turned)]));
    same("npy in a Blob", (await file.read("", "3, 4")).get(), -19.625);
  }
  same("struct", [...unpack("<hI", pack("<hI", -2, 7))], [-2, 7]);
  const pieces = [];
  const bytes = [new Uint8Array(source.buffer)];
  for await (const piece of convertStream(bytes, { container: "raw", format: "<f", to: "float16", byteLength: 24000 }))
    pieces.push(...piece);
  same("stream", pieces.length, 12000);
  return `${backend.name}${backend.reason === undefined ? "" : ` (${backend.reason})`}`;
}
