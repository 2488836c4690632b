/**
 * stridebuf/npy: NumPy's `.npy` files (format versions 1.0 to 3.0) as zero-copy views, and views as `.npy` files that
 * NumPy reads; `.npz` archives of them. Bytes in, views out; no file system.
 */

export { type ReadNpyOptions, readNpy, type WriteNpyOptions, writeNpy } from "./npy-array.js";
export { type ReadNpzOptions, readNpz, type WriteNpzOptions, writeNpz } from "./npz.js";
