/** stridebuf/pyodide: buffers of Python objects as views over Pyodide's memory, and views as memoryviews. Pyodide is not imported. */

export { type FromPyBufferOptions, fromPyBuffer } from "./from.js";
export type { Pyodide, PyProxy } from "./python.js";
export { toPyBuffer } from "./to.js";
