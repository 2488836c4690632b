/**
 * memoryview.cast (docs/format.md §10): other items over the same bytes. A format given as text must be a native
 * single letter, as in Python; a DType may be anything, which is this library's extension.
 */

import type { DType } from "../dtype/dtype.js";
import { dtype } from "../dtype/read.js";
import { stridebufError } from "../errors.js";
import type { Abi } from "../format/abi.js";
import { integers } from "./checks.js";
import type { Layout } from "./geometry.js";
import { contiguousStrides, itemCount } from "./strides.js";

/** `Zf` and `Zd` since Python 3.15. */
const NATIVE = /^@?(?:[cbB?hHiIlLqQnNefdP]|Z[fd])$/;

/**
 * @param abi - whose native letters text has; that of the view
 * @throws LayoutError (`dtype`) for text that memoryview's cast does not take
 */
export function castDType(format: string | DType, abi: Abi | undefined): DType {
  if (typeof format !== "string" || abi === undefined) {
    if (typeof format !== "string" || NATIVE.test(format)) return dtype(format);
  } else if (NATIVE.test(format)) return dtype(format, { abi });
  throw refuse(
    "dtype",
    `cast to ${JSON.stringify(format)}: text must be one native letter with an optional "@"; pass dtype(${JSON.stringify(format)}) for anything else`,
  );
}

/** `b B c`: the items that are bytes. */
const isByte = (dtype: DType): boolean =>
  dtype.itemsize === 1 && (dtype.element === "int8" || dtype.element === "uint8" || dtype.kind === "bytes");

const refuse = (reason: "contiguity" | "shape" | "dtype" | "rank", message: string): Error =>
  stridebufError("LayoutError", message, { reason });

/**
 * The layout of a cast.
 *
 * @param contiguous whether the source is C-contiguous
 * @throws LayoutError for a source that is not C-contiguous, for two types of which neither is bytes, for bytes that
 * are no whole number of items or do not fill the shape, for n-d to n-d, and for empty n-d sources
 */
export function castLayout(
  source: Layout,
  from: DType,
  to: DType,
  wanted: unknown,
  order: "C" | "F",
  contiguous: boolean,
): Layout {
  if (!contiguous) throw refuse("contiguity", "cast needs a C-contiguous view; contiguous(view) makes one");
  const ndim = source.shape.length;
  if (source.shape.includes(0) && (wanted !== undefined || ndim !== 1))
    throw refuse("shape", `cast of an empty view of shape [${source.shape}] to another shape`);
  if (wanted !== undefined && ndim !== 1 && (wanted as ArrayLike<unknown>)?.length !== 1)
    throw refuse("rank", "cast goes from one axis to many or from many to one, not from many to many");
  if (!isByte(from) && !isByte(to))
    throw refuse("dtype", `cast from ${from.name} to ${to.name}: one of them must be bytes`);
  const nbytes = itemCount(source.shape, from.itemsize) * from.itemsize;
  if (to.itemsize === 0 || nbytes % to.itemsize !== 0)
    throw refuse("shape", `${nbytes} bytes are no whole number of ${to.itemsize}-byte items`);
  const shape = wanted === undefined ? [nbytes / to.itemsize] : integers("shape", wanted, 1);
  if (itemCount(shape, to.itemsize) * to.itemsize !== nbytes)
    throw refuse("shape", `shape [${shape}] of ${to.itemsize}-byte items is not ${nbytes} bytes`);
  return {
    byteOffset: source.byteOffset,
    shape,
    strides: contiguousStrides(shape, to.itemsize, order),
    suboffsets: null,
  };
}
