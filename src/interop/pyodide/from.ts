/** Buffers of Python objects as views. */

import { stridebufError } from "../../errors.js";
import { type StridedView, view } from "../../index.js";
import { requireKnownOptions } from "../../options.js";
import type { Value } from "../../shared.js";
import { argumentError } from "../../view/checks.js";
import type { LentView } from "../../view/lent.js";
import { delivered, READ_OPTIONS, type ReadOptions } from "../out.js";
import { Hold, memoryOf, type Pyodide, pythonOf } from "./python.js";

/** What becomes of the items of a Python object. */
export type FromPyBufferOptions = ReadOptions;

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
 * slices included, throws a BoundsError at use, or until the last view is collected. With `as` or `out` the items are copied and the
 * exporter is let go at once.
 *
 * @param pyodide - what `loadPyodide()` gave
 * @param proxy - Pyodide's proxy of the object; it may be destroyed afterwards
 * @throws TypeError when the object has no buffer or does not give it; the errors of `dtype()` for a format that cannot be
 * read; LayoutError when `out` has another shape or dtype or is read-only; as `convert` with `as` or `out`. The buffer is released
 * then
 *
 * @example
 * const pixels = fromPyBuffer(pyodide, pyodide.globals.get("image")); // or `using`
 * convert(pixels, "<f", { scale: 1 / 255 }).toArray(); // [0, 1]
 * pixels.release();
 */
export function fromPyBuffer(pyodide: Pyodide, proxy: unknown): LentView<Value>;
export function fromPyBuffer(pyodide: Pyodide, proxy: unknown, options: FromPyBufferOptions): StridedView;
export function fromPyBuffer(pyodide: Pyodide, proxy: unknown, options: FromPyBufferOptions = {}): StridedView {
  requireKnownOptions(options, READ_OPTIONS);
  if (typeof pyodide?.runPython !== "function")
    throw argumentError("pyodide", "what loadPyodide() gives", pyodide, true);
  const lent = lentBy(hold(pyodide, proxy));
  if (options.as === undefined && options.out === undefined) return lent;
  try {
    return delivered(lent, options);
  } finally {
    lent.release();
  }
}

function lentBy(owner: Hold): LentView<Value> {
  try {
    const { address, format, strides, suboffsets, ...description } = JSON.parse(owner.held.describe()) as Description;
    return view(memoryOf(owner.pyodide), {
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
