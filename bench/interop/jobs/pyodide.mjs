/** Buffers of Python objects in Pyodide. */
import { loadPyodide } from "pyodide";
import { empty } from "stridebuf";
import { fromPyBuffer } from "stridebuf/pyodide";
import { version } from "../version.mjs";

const library = version("pyodide");
const pyodide = await loadPyodide();
const N = 1 << 20;
pyodide.runPython(`
import ctypes
floats = memoryview(bytearray(8 * ${N})).cast("f")
for i in range(0, len(floats), 1001): floats[i] = i
backwards = floats[::-2]
big = (ctypes.c_float.__ctype_be__ * ${N})(*range(${N}))
`);

function read(job, way, name, theirs) {
  const proxy = pyodide.globals.get(name);
  const out = empty([N], "<f");
  const values = out.toTypedArray();
  const target = new Float32Array(N);
  return {
    library,
    job,
    way,
    theirs() {
      const buffer = proxy.getBuffer(theirs.type);
      theirs.loop(target, buffer);
      buffer.release();
      return target;
    },
    ours() {
      fromPyBuffer(pyodide, proxy, { out });
      return values;
    },
  };
}

export const backwards = () =>
  read("every second of 2 Mi float32, backwards", "`getBuffer()` and a loop, into memory used again", "backwards", {
    type: undefined,
    loop(to, { data, offset, strides: [step] }) {
      for (let i = 0, from = offset; i < to.length; i++, from += step) to[i] = data[from];
    },
  });

export const bigendian = () =>
  read("1 Mi big-endian float32", '`getBuffer("dataview")` and a loop, into memory used again', "big", {
    type: "dataview",
    loop(to, { data }) {
      for (let i = 0; i < to.length; i++) to[i] = data.getFloat32(4 * i, false);
    },
  });
