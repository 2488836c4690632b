/** One array in the `.npy` format ⇄ a view. */

import type { DType } from "../dtype/dtype.js";
import { view } from "../index.js";
import { requireKnownOptions } from "../options.js";
import { requireView } from "../view/require-view.js";
import type { StridedView } from "../view/view.js";
import { type BytesLike, bytesOf } from "./bytes-of.js";
import { descrOfDType } from "./npy-dtype.js";
import { formatNpyHeader, MAX_NPY_HEADER_BYTES, npyError, parseNpyHeader } from "./npy-header.js";
import { npyDType } from "./npy-tensor.js";
import { into } from "./out.js";
import { checkedBytes } from "./tensor-file.js";

/** How a `.npy` file is read. */
export interface ReadNpyOptions {
  /**
   * What the items are, where NumPy's header only says how many bytes they take: ml_dtypes' bfloat16 is stored as `<V2`,
   * float8 and int4 as `<V1`. Its itemsize must be the header's.
   */
  format?: string | DType;
  /** Longest header that is read, in bytes; 1 MiB by default. */
  maxHeaderBytes?: number;
  /** Whether bytes after the array are a fault; by default they are ignored, as NumPy ignores them. */
  trailing?: "ignore" | "refuse";
  /**
   * Where the items go, of the array's shape; they are converted to its dtype as `copy` does. In a bundle that has none of the
   * functions that copy (`copy`, `convert`, `empty` …) only the byte order may differ.
   */
  out?: StridedView;
}

export const readNpyOptions = ["format", "maxHeaderBytes", "trailing", "out"] as const;

/**
 * A view of the array in a `.npy` file: its items stay where they are, in their byte order and order of axes.
 *
 * @param source the bytes of the whole file
 * @throws FileFormatError with the byte offset of the fault: not a `.npy` file, cut short, a header that is not the plain dict
 *   that NumPy writes, Python objects (pickles are never read)
 *
 * @example
 * const file = writeNpy(array([[1, 2, 3]], "B")); // or the bytes of a file
 * readNpy(file).shape; // [1, 3]
 */
export function readNpy(source: BytesLike, options: ReadNpyOptions = {}): StridedView {
  const bytes = bytesOf(source);
  requireKnownOptions(options, readNpyOptions);
  const header = parseNpyHeader(bytes, options.maxHeaderBytes ?? MAX_NPY_HEADER_BYTES);
  const format = npyDType(header.descr, options.format);
  const { shape, dataOffset } = header;
  const nbytes = checkedBytes(shape, format.itemsize, npyError);
  if (dataOffset + nbytes > bytes.length) {
    throw npyError(`data of ${nbytes} bytes expected, ${bytes.length - dataOffset} there`, dataOffset);
  }
  const left = bytes.length - dataOffset - nbytes;
  if (left > 0 && options.trailing === "refuse") {
    throw npyError(`${left} bytes are left over after the array`, dataOffset + nbytes);
  }
  const data = bytes.subarray(dataOffset, dataOffset + nbytes);
  return into(options.out, view(data, { format, shape, order: header.fortranOrder ? "F" : "C" }));
}

/** How a `.npy` file is written. */
export interface WriteNpyOptions {
  /** The format version; by default the lowest that can hold the header, as NumPy chooses. */
  version?: 1 | 2 | 3;
}

/**
 * A `.npy` file of a view's items: in F order when they lie so in memory and not in C order, else in C order, as NumPy
 * does. Types that NumPy has no name for are written as ml_dtypes writes them (bfloat16 as `<V2`, float8 and int4 as
 * `<V1`) and need `readNpy(bytes, { format })`.
 *
 * @throws FileFormatError for items that refer to memory elsewhere; LayoutError for records whose fields overlap
 *
 * @example
 * const file = writeNpy(array([1.5, 2]));
 * readNpy(file).toArray(); // [1.5, 2]
 */
export function writeNpy(source: StridedView, options: WriteNpyOptions = {}): Uint8Array<ArrayBuffer> {
  requireView("source", source);
  requireKnownOptions(options, ["version"]);
  // A sub-array at the top is further axes: `.npy` has no other name for it.
  const inner = source.dtype.kind === "array" && !source.dtype.custom ? source.dtype : null;
  const { descr } = descrOfDType(inner ? inner.base! : source.dtype);
  const fortran = inner === null && source.isContiguous("F") && !source.isContiguous("C");
  const shape = inner ? [...source.shape, ...inner.shape!] : source.shape;
  const header = formatNpyHeader(descr, fortran, shape, options.version);
  const file = new Uint8Array(header.length + source.nbytes);
  file.set(header);
  file.set(source.toBytes(fortran ? "F" : "C"), header.length);
  return file;
}
