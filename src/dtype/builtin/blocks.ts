/** Items that are blocks of values: what every owner of such types says to the registry. */

import type { BlockCodec, ItemCodec } from "../dtype.js";
import { elements } from "../elements.js";
import type { ResolvedDType } from "../resolver.js";

const arrays = { Int8Array, Uint8Array, Float32Array } as const;

/**
 * The facts of a block type; one item reads as an array of its values. Blocks of several bytes exist in one order only.
 *
 * @param write - puts one item's values at `offset`; without it items cannot be set
 */
export function blockType(
  name: string,
  itemsize: number,
  block: BlockCodec,
  write?: NonNullable<ItemCodec["write"]>,
): ResolvedDType {
  const values = new arrays[elements[block.element].array as keyof typeof arrays](block.count);
  const read: ItemCodec["read"] = (view, offset) => {
    block.decode(values.buffer, 0, view.buffer, view.byteOffset + offset, 1);
    return Array.from(values);
  };
  return {
    name,
    itemsize,
    alignment: 1,
    kind: "custom",
    honoursByteOrder: itemsize === 1,
    codec: { hub: "value", block, read, ...(write === undefined ? {} : { write }) },
  };
}
