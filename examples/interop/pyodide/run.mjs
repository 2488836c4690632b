/**
 * The EGM96 geoid grid goes to Python as a memoryview and what Python made of it comes back as a view of its own memory.
 * Usage: npm run build && npm ci --prefix test/interop && node examples/interop/pyodide/run.mjs
 */
import { readFileSync } from "node:fs";
import { loadPyodide } from "pyodide";
import { convert, view } from "stridebuf";
import { fromPyBuffer, toPyBuffer } from "stridebuf/pyodide";

const file = readFileSync(new URL("../../data/egm96_15.gtx", import.meta.url));
const grid = view(file, { format: ">f", shape: [721, 1440], byteOffset: 40 });
const pyodide = await loadPyodide();

const heights = toPyBuffer(pyodide, convert(grid, "<f"));
pyodide.globals.set("heights", heights);
heights.destroy();
const records = pyodide.runPython(`
import ctypes

class Parallel(ctypes.BigEndianStructure):
    _fields_ = [("latitude", ctypes.c_float), ("lowest", ctypes.c_double), ("highest", ctypes.c_double)]

rows, columns = heights.shape
flat = heights.cast("B").cast("f")
parallels = (Parallel * rows)()
for i in range(rows):
    row = flat[i * columns : (i + 1) * columns].tolist()
    parallels[i] = Parallel(i / 4 - 90, min(row), max(row))
parallels
`);

// Python's memory, big-endian records with padding, without a copy.
const parallels = fromPyBuffer(pyodide, records);
console.log(parallels.format, parallels.shape, parallels.itemsize);
console.log("at the equator:", parallels.get(360));
console.log("highest of all:", Math.max(...convert(parallels.field("highest"), "<d").toTypedArray()));
parallels.field("lowest").set(0, -1.5);
console.log("Python sees:", pyodide.runPython("parallels[0].lowest"));

parallels.release();
try {
  parallels.get(0);
} catch (error) {
  console.log(`${error.name}: ${error.message}`);
}
