/** Views as Python memoryviews. */

import { copy, type DType, view } from "../../index.js";
import { argumentError } from "../../view/checks.js";
import { requireView } from "../../view/require-view.js";
import { contiguousStrides } from "../../view/strides.js";
import type { StridedView } from "../../view/view.js";
import { Hold, memoryOf, type Pyodide, type PyProxy, pythonOf } from "./python.js";

/**
 * A Python memoryview of a view's items, with its format (custom ones in brackets, too), shape and read-only state;
 * `numpy.asarray` takes it where NumPy knows the format. A view that {@link fromPyBuffer} made of an object in the same
 * interpreter is shown where it lies, strides and suboffsets included, and keeps that object's buffer held. Any other
 * view is copied once into Python's memory: in F order when that is how it lies, in C order otherwise.
 *
 * @returns a proxy of the memoryview; destroy it when JavaScript needs it no longer
 * @throws LayoutError for items that hold references; EngineError and PythonError when there is not enough memory
 *
 * @example
 * pyodide.globals.set("weights", toPyBuffer(pyodide, array([1.5, 2.5], "<f")));
 * pyodide.runPython("weights[1] * 2"); // 5
 */
export function toPyBuffer(pyodide: Pyodide, source: StridedView): PyProxy {
  if (typeof pyodide?.runPython !== "function")
    throw argumentError("pyodide", "what loadPyodide() gives", pyodide, true);
  requireView("view", source);
  const items = source.expandItems();
  const { shape, dtype, readonly } = items;
  const facts = { len: items.nbytes, itemsize: dtype.itemsize, readonly, format: pythonFormat(dtype), shape };
  const python = pythonOf(pyodide);
  const { owner: hold } = items.storage;
  if (hold instanceof Hold && hold.pyodide === pyodide) {
    items.live();
    const { exporter } = hold.held;
    // A buffer of its own, so that the memoryview outlives the release of the view.
    const owner = python.Held(exporter);
    const { strides, suboffsets, byteOffset } = items;
    const shown = python.export(owner, byteOffset, JSON.stringify({ ...facts, strides, suboffsets }));
    owner.destroy();
    exporter.destroy();
    return shown;
  }
  const order = items.isContiguous("F") && !items.isContiguous("C") ? "F" : "C";
  const strides = contiguousStrides(shape, dtype.itemsize, order);
  const room = python.room(items.nbytes);
  const [owner, address] = [room.get(0) as PyProxy, room.get(1) as number];
  // Python has allocated: the memory is taken only now.
  copy(view(memoryOf(pyodide), { format: dtype, shape, strides, byteOffset: address }), items);
  const shown = python.export(owner, address, JSON.stringify({ ...facts, strides, suboffsets: null }));
  owner.destroy();
  room.destroy();
  return shown;
}

/** Canonical text means the same in Pyodide's ABI, but for addresses: those of 8 bytes are integers there. */
function pythonFormat(dtype: DType): string {
  if (dtype.kind === "pointer") return dtype.itemsize === 8 ? `${dtype.byteOrder === "big" ? ">" : ""}Q` : "P";
  return dtype.format;
}
