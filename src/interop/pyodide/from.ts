/** Buffers of Python objects as views. */

import { stridebufError } from "../../errors.js";
import { view } from "../../index.js";
import { argumentError } from "../../view/checks.js";
import { StridedView } from "../../view/view.js";
import { type HeldBuffer, heapOf, type Pyodide, pythonOf } from "./python.js";
import { PythonStorage } from "./storage.js";

/** A view of a Python object's memory. */
export interface PyBufferView extends StridedView {
  /**
   * Gives the buffer back to Python: the object can be resized again, and every view of it, slices included, throws a
   * BoundsError at use. Safe to call again. Without it the buffer is given back when the last view of it is collected.
   */
  release(): void;
  [Symbol.dispose](): void;
}

class HeldView extends StridedView implements PyBufferView {
  release(): void {
    (this.storage as PythonStorage).release();
  }
  [Symbol.dispose](): void {
    this.release();
  }
}

/** What `Held.describe` says. */
interface Description {
  readonly address: number;
  readonly itemsize: number;
  readonly readonly: boolean;
  readonly format: string;
  readonly shape: number[];
  readonly strides: number[] | null;
  readonly suboffsets: number[] | null;
}

/**
 * A view of the buffer that a Python object exports (memoryview, NumPy, array, ctypes, bytes …), over Pyodide's memory
 * without a copy: any format, shape, strides and suboffsets; read-only where Python says so. It follows the memory when
 * that grows. As long as it is held, the exporter is locked, as by a memoryview.
 *
 * @param pyodide - what `loadPyodide()` gave
 * @param proxy - Pyodide's proxy of the object; it may be destroyed afterwards
 * @throws TypeError when the object has no buffer or does not give it; the errors of `dtype()` for a format that cannot be
 * read, the buffer being released
 *
 * @example
 * using pixels = fromPyBuffer(pyodide, pyodide.globals.get("image"));
 * const floats = convert(pixels, "<f", { scale: 1 / 255 });
 */
export function fromPyBuffer(pyodide: Pyodide, proxy: unknown): PyBufferView {
  if (typeof pyodide?.runPython !== "function")
    throw argumentError("pyodide", "what loadPyodide() gives", pyodide, true);
  const held = hold(pyodide, proxy);
  const storage = new PythonStorage(pyodide, held);
  try {
    const { address, itemsize, readonly, format, shape, strides, suboffsets } = JSON.parse(
      held.describe(),
    ) as Description;
    // Empty buffers may be anywhere, also at 0.
    const shown = view(heapOf(pyodide), {
      format,
      itemsize,
      abi: "wasm32-emscripten",
      shape,
      readonly,
      byteOffset: address,
      ...(strides && { strides }),
      ...(suboffsets && { suboffsets, pointerSize: 4 }),
    });
    return new HeldView(shown.host, storage, shown.dtype, shown, readonly, format);
  } catch (error) {
    storage.release();
    throw error;
  }
}

function hold(pyodide: Pyodide, proxy: unknown): HeldBuffer {
  try {
    return pythonOf(pyodide).Held(proxy);
  } catch (cause) {
    const why = lastLine((cause as Error).message);
    if (why.startsWith("BufferError"))
      throw stridebufError("LayoutError", `the object does not share its memory: ${why}`, { reason: "dtype" }, cause);
    throw new TypeError(`"proxy" expected a Python object with a buffer: ${why}`, { cause });
  }
}

/** A Python error without its traceback. */
const lastLine = (text: string): string => text.trim().split("\n").at(-1)!;
