/** A box of an array, put together from the chunks that have items of it. */

import { copy, type StridedView, view } from "../index.js";
import { partsOf } from "../interop/pieces.js";
import type { ValueOptions } from "../io/stream-task.js";
import { product } from "./grid.js";
import type { ChunkReader } from "./reader.js";

/** Items of one axis. */
export interface ItemRange {
  readonly start: number;
  readonly count: number;
}

/**
 * Writes the items of a box at the beginning of `dst`, converted to what it holds; where chunks are missing, and beyond the box, `dst` holds
 * `fill` (of its own dtype; null stands for zeros, which it must hold already).
 *
 * @param dst as many axes as the array, none shorter than the box
 * @returns whether any of the chunks is there; `dst` is untouched when none is and `always` is false
 */
export async function readBox(
  reader: ChunkReader,
  box: readonly ItemRange[],
  dst: StridedView,
  fill: Uint8Array | null,
  { values = {}, always = true }: { readonly values?: ValueOptions; readonly always?: boolean } = {},
): Promise<boolean> {
  const { chunks } = reader.items;
  const lists = box.map((range, axis) => partsOf({ ...range, step: 1 }, chunks[axis]!));
  const isOne = lists.every((parts) => parts.length === 1) && box.every(({ count }, axis) => count === dst.shape[axis]);
  const fillAll = (): void => {
    if (fill?.some((byte) => byte !== 0))
      copy(dst, view(fill, { format: dst.dtype, shape: [] }).broadcastTo(dst.shape));
  };
  let isThere = false;
  if (always && !isOne) fillAll();
  for (const parts of product(lists)) {
    const items = await reader.chunk(parts.map(({ chunk }) => chunk));
    if (items === null) continue;
    if (!isThere && !always && !isOne) fillAll();
    isThere = true;
    copy(dst.slice(...parts.map((part) => part.to)), items.slice(...parts.map((part) => part.from)), values);
  }
  if (always && isOne && !isThere) fillAll();
  return isThere;
}
