/**
 * What runs inside Pyodide: the C API's buffer functions through ctypes, which needs nothing installed. `getBuffer()` of a
 * PyProxy refuses suboffsets and most formats, and no JavaScript function makes a memoryview with a format of its own.
 */

import type { WasmMemory } from "../../platform.js";

/** Defines `acquire` and `export`; see {@link Python}. */
export const source = `
import ctypes, json

class Py_buffer(ctypes.Structure):
    _fields_ = [
        ("buf", ctypes.c_void_p), ("obj", ctypes.c_void_p), ("len", ctypes.c_ssize_t), ("itemsize", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int), ("ndim", ctypes.c_int), ("format", ctypes.c_char_p),
        ("shape", ctypes.POINTER(ctypes.c_ssize_t)), ("strides", ctypes.POINTER(ctypes.c_ssize_t)),
        ("suboffsets", ctypes.POINTER(ctypes.c_ssize_t)), ("internal", ctypes.c_void_p),
    ]

api = ctypes.pythonapi
api.PyObject_GetBuffer.argtypes = [ctypes.py_object, ctypes.POINTER(Py_buffer), ctypes.c_int]
api.PyBuffer_Release.argtypes = [ctypes.POINTER(Py_buffer)]
api.PyBuffer_Release.restype = None
api.PyMemoryView_FromBuffer.argtypes = [ctypes.POINTER(Py_buffer)]
api.PyMemoryView_FromBuffer.restype = ctypes.py_object
FULL_RO = 0x11C

class Held:
    """A buffer that is held until release; while it is, its exporter cannot move it."""
    def __init__(self, exporter):
        self.exporter, self.buffer, self.is_held = exporter, Py_buffer(), False
        api.PyObject_GetBuffer(exporter, self.buffer, FULL_RO)
        self.is_held = True
    def describe(self):
        b = self.buffer
        axes = lambda pointer: pointer[:b.ndim] if pointer else None
        return json.dumps({
            "address": b.buf or 0, "itemsize": b.itemsize, "readonly": bool(b.readonly),
            "format": "B" if b.format is None else b.format.decode(), "shape": axes(b.shape) or [],
            "strides": axes(b.strides), "suboffsets": axes(b.suboffsets),
        })
    def release(self):
        if self.is_held:
            self.is_held = False
            api.PyBuffer_Release(self.buffer)
    def __del__(self):
        self.release()

class Exported:
    """Memory with a format, a shape, strides and suboffsets; 'owner' keeps the memory."""
    def __init__(self, owner, address, description):
        d = json.loads(description)
        ndim = len(d["shape"])
        axes = lambda values: None if values is None else (ctypes.c_ssize_t * ndim)(*values)
        self.owner, self.format = owner, d["format"].encode()
        self.axes = [axes(d[name]) for name in ("shape", "strides", "suboffsets")]
        # Nothing may be anywhere, but not at NULL.
        self.buffer = Py_buffer(
            address or 1, None, d["len"], d["itemsize"], d["readonly"], ndim, self.format,
            *(a and ctypes.cast(a, ctypes.POINTER(ctypes.c_ssize_t)) for a in self.axes), None)
    def __buffer__(self, flags):
        return api.PyMemoryView_FromBuffer(self.buffer)

def room(nbytes):
    memory = bytearray(nbytes)
    return memory, ctypes.addressof((ctypes.c_char * nbytes).from_buffer(memory)) if nbytes else 0

def export(owner, address, description):
    return memoryview(Exported(owner, address, description))
`;

/** Pyodide's proxy of a Python object. */
export interface PyProxy {
  /** Lets go of the Python object. */
  destroy(): void;
}

/** What {@link source} defines, called through proxies. */
export interface Python {
  /** @throws PythonError for objects without a buffer, and what the exporter raises */
  Held(exporter: unknown): HeldBuffer;
  room(nbytes: number): PyProxy & { get(index: number): unknown };
  export(owner: unknown, address: number, description: string): PyProxy;
}

export interface HeldBuffer extends PyProxy {
  /** Unknown Python object; a proxy of its own. */
  readonly exporter: PyProxy;
  describe(): string;
  release(): void;
}

/** What this package needs of Pyodide: `loadPyodide()`'s result. */
export interface Pyodide {
  /** Runs Python code and gives the value of its last expression. */
  runPython(code: string, options?: { globals?: unknown }): unknown;
  /** A JavaScript value as a Python one. */
  toPy(value: object): unknown;
}

const loaded = new WeakMap<object, Python>();

/** The functions of {@link source} in an interpreter, defined once. */
export function pythonOf(pyodide: Pyodide): Python {
  let python = loaded.get(pyodide);
  if (python === undefined) {
    const globals = pyodide.toPy({}) as PyProxy & { get(name: string): never };
    pyodide.runPython(source, { globals });
    python = { Held: globals.get("Held"), room: globals.get("room"), export: globals.get("export") };
    loaded.set(pyodide, python);
  }
  return python;
}

/** Emscripten's module under Pyodide, which has no public name for its memory. */
interface Module {
  readonly memory?: WasmMemory;
  readonly wasmMemory?: WasmMemory;
  readonly HEAPU8: Uint8Array<ArrayBuffer>;
}

/**
 * The interpreter's memory, which grows whenever Python allocates; views of it follow. Older versions have no `WebAssembly.Memory` to show,
 * but an array that Emscripten makes anew.
 */
export function memoryOf(pyodide: Pyodide): WasmMemory {
  const { _module: module } = pyodide as unknown as { readonly _module: Module };
  return (
    module.memory ??
    module.wasmMemory ??
    ({
      get buffer() {
        return module.HEAPU8.buffer;
      },
      // What has this is taken for a memory that may grow.
      grow: () => 0,
    } as Partial<WasmMemory> as WasmMemory)
  );
}

/** Keeps a buffer held for views, and lets go of it once. */
export class Hold {
  constructor(
    readonly pyodide: Pyodide,
    readonly held: HeldBuffer,
  ) {}
  release(): void {
    this.held.release();
    this.held.destroy();
  }
}
