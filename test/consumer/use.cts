/** The same from CommonJS. */
import stridebuf = require("stridebuf");
import npy = require("stridebuf/npy");
import struct = require("stridebuf/struct");

const numbers: stridebuf.StridedView<number> = stridebuf.view(new Float32Array(4));
stridebuf.copy(numbers, stridebuf.convert(numbers, "e"));
// @ts-expect-error: an item of "<f" is a number
const wrong: string = stridebuf.view(new ArrayBuffer(8), { format: "<f" }).get(0);
const bytes: Uint8Array = npy.writeNpy(numbers);

export = [bytes, wrong, struct.pack("<i", 1)];
