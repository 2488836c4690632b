/**
 * What an assignment means, one item at a time: the source is copied out, then every item of the destination takes its item of the
 * copy by an assignment between two views of a single item, which have no strides, no order and no overlap to get wrong.
 */
import type { CopyOptions, StridedView } from "../../../src/shared.js";
import type { backends } from "../../lib/backends.js";

type Api = (typeof backends)[number]["api"];

/** The position in `shape` of an index of `wider`, by NumPy's broadcasting rules. */
function broadcast(index: readonly number[], shape: readonly number[]): number[] {
  const missing = index.length - shape.length;
  return shape.map((n, axis) => (n === 1 ? 0 : index[missing + axis]!));
}

/** dst[…] = src[…]; both have been accepted by `copy`. */
export function assignByItems(api: Api, dst: StridedView, src: StridedView, options: CopyOptions): void {
  const bytes = new Uint8Array(src.buffer).slice();
  const { byteOffset, strides, itemsize, dtype: format } = src;
  const at = (index: readonly number[]) => index.reduce((sum, i, axis) => sum + i * strides[axis]!, byteOffset);
  const visit = (index: readonly number[]): void => {
    if (index.length < dst.ndim) {
      for (let i = 0; i < dst.shape[index.length]!; i++) visit([...index, i]);
      return;
    }
    const offset = at(broadcast(index, src.shape));
    const from = api.view(bytes, { format, itemsize, shape: [], byteOffset: offset });
    const place = index.reduce((sum, i, axis) => sum + i * dst.strides[axis]!, dst.byteOffset);
    api.copy(api.view(dst.buffer, { format: dst.dtype, shape: [], byteOffset: place }), from, options);
  };
  visit([]);
}
