/** Rows with padding between them, as texture copies want them. */

import { stridebufError } from "../../errors.js";
import { copy, type StridedView, view } from "../../index.js";
import { requireKnownOptions } from "../../options.js";
import { argumentError, integer } from "../../view/checks.js";
import { contiguousStrides } from "../../view/strides.js";

/** The arguments of WebGPU's `writeBuffer` and `copyBufferToTexture`. */
export interface PackedRows {
  /** Rows one after the other, each at `bytesPerRow` bytes from the one before. */
  readonly bytes: Uint8Array;
  /** Bytes from one row to the next. */
  readonly bytesPerRow: number;
  /** Rows per image of a texture. */
  readonly rowsPerImage: number;
}

/**
 * The rows of a view, each starting at a multiple of `bytesPerRow` bytes, in little-endian order as it is in the view: for
 * `copyBufferToTexture`, which wants 256 (WebGPU, "GPUTexelCopyBufferLayout").
 *
 * @param source - `[height, width, …]`; what follows the first axis is one row
 * @param options.bytesPerRow - the multiple, 256 unless given
 * @param options.out - where to write, of exactly that many bytes; the padding is left as it is
 * @throws LayoutError (`shape`) for views without axes and an `out` of another size
 *
 * @example
 * packRows(view(new Uint8Array(40_000), { shape: [100, 100, 4] })).bytesPerRow; // 512
 */
export function packRows(
  source: StridedView,
  options: { readonly bytesPerRow?: number; readonly out?: Uint8Array } = {},
): PackedRows {
  requireKnownOptions(options, ["bytesPerRow", "out"]);
  const multiple = integer("options.bytesPerRow", options.bytesPerRow ?? 256, 1);
  const [rows, ...inner] = source.shape;
  if (rows === undefined) throw stridebufError("LayoutError", "a view without axes has no rows", { reason: "shape" });
  const row = inner.reduce((product, n) => product * n, source.itemsize);
  const bytesPerRow = Math.ceil(row / multiple) * multiple;
  const bytes = options.out ?? new Uint8Array(rows * bytesPerRow);
  if (!ArrayBuffer.isView(bytes)) throw argumentError("options.out", "a Uint8Array", bytes, true);
  if (bytes.byteLength !== rows * bytesPerRow)
    throw stridebufError("LayoutError", `options.out has ${bytes.byteLength} bytes, not ${rows * bytesPerRow}`, {
      reason: "shape",
    });
  const strides = [bytesPerRow, ...contiguousStrides(inner, source.itemsize)];
  copy(view(bytes, { format: source.dtype, shape: source.shape, strides }), source);
  return { bytes, bytesPerRow, rowsPerImage: rows };
}
