/**
 * The EGM96 geoid grid as a scijs ndarray, north up and thinned out by strides alone, and as the vertices of a picture.
 * Usage: npm run build && npm ci --prefix test/interop && node examples/interop/ndarray/run.mjs
 */
import { readFileSync } from "node:fs";
import ndarray from "ndarray";
import ops from "ndarray-ops";
import { convert, copy, empty, view } from "stridebuf";
import { assign, fromNdarray, toAttribute, toNdarray } from "stridebuf/ndarray";

const file = readFileSync(new URL("../../data/egm96_15.gtx", import.meta.url));
const grid = view(file, { format: ">f", shape: [721, 1440], byteOffset: 40 });

// Big-endian values become native ones; the rest is strides over the same memory.
const heights = convert(grid, "<f");
const array = toNdarray(heights.slice("::-1"), ndarray);
console.log(
  "ndarray:",
  array.shape,
  array.stride,
  array.offset,
  "shares memory:",
  array.data.buffer === heights.buffer,
);
console.log("highest:", ops.sup(array), "at", ops.argmax(array));

// Every 90th node in both directions, from the library's own view into doubles: what ndarray-ops' assign does.
const thin = ndarray(new Float64Array(9 * 16), [9, 16]);
assign(thin, array.step(90, 90));
console.log("thinned:", fromNdarray(thin).slice("4, :6").toArray());

// One parallel as interleaved vertices: deck.gl and three.js take the memory as it is.
const vertices = empty([1440], "T{(3)<f:position:<I:color:}");
copy(vertices.field("position").expandItems().slice(":, 2"), heights.slice(360));
const { value, size, stride, offset, count } = toAttribute(vertices.field("position"));
console.log("attribute:", { size, stride, offset, count }, "shares memory:", value.buffer === vertices.buffer);
