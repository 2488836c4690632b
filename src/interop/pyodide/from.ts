/** Buffers of Python objects as views. */

import { stridebufError } from "../../errors.js";
import { view } from "../../index.js";
import type { Value } from "../../shared.js";
import { argumentError } from "../../view/checks.js";
import type { LentView } from "../../view/lent.js";
import { Hold, memoryOf, type Pyodide, pythonOf } from "./python.js";

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
 * that grows. As long as it is held, the exporter is locked, as by a memoryview: until `release()`, after which every view of it,
 * slices included, throws a BoundsError at use, or until the last view is collected.
 *
 * @param pyodide - what `loadPyodide()` gave
 * @param proxy - Pyodide's proxy of the object; it may be destroyed afterwards
 * @throws TypeError when the object has no buffer or does not give it; the errors of `dtype()` for a format that cannot be
 * read, the buffer being released
 *
 * @example
 * const pixels = fromPyBuffer(pyodide, pyodide.globals.get("image")); // or `using`
 * convert(pixels, "<f", { scale: 1 / 255 }).toArray(); // [0, 1]
 * pixels.release();
 */
export function fromPyBuffer(pyodide: Pyodide, proxy: unknown): LentView<Value> {
  if (typeof pyodide?.runPython !== "function")
    throw argumentError("pyodide", "what loadPyodide() gives", pyodide, true);
  const owner = hold(pyodide, proxy);
  try {
    const { address, format, strides, suboffsets, ...description } = JSON.parse(owner.held.describe()) as Description;
    return view(memoryOf(pyodide), {
      ...description,
      // ctypes writes arrays of `long double` in an order that has no such letter; it is the machine's.
      format: format === "<g" ? "g" : format,
      abi: "wasm32-emscripten",
      byteOffset: address,
      ...(strides && { strides }),
      ...(suboffsets && { suboffsets, pointerSize: 4 }),
      owner,
      release: () => owner.release(),
    }) as LentView<Value>;
  } catch (error) {
    owner.release();
    throw error;
  }
}

function hold(pyodide: Pyodide, proxy: unknown): Hold {
  try {
    return new Hold(pyodide, pythonOf(pyodide).Held(proxy));
  } catch (cause) {
    const why = lastLine((cause as Error).message);
    if (why.startsWith("BufferError"))
      throw stridebufError("LayoutError", `the object does not share its memory: ${why}`, { reason: "dtype" }, cause);
    throw new TypeError(`"proxy" expected a Python object with a buffer: ${why}`, { cause });
  }
}

/** A Python error without its traceback. */
const lastLine = (text: string): string => text.trim().split("\n").at(-1)!;
