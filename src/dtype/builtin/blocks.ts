/** Items that are blocks of values: what every owner of such types says to the registry. */

import type { OwnFacts } from "../aliased.js";
import type { BlockCodec } from "../dtype.js";

const own = new WeakSet<BlockCodec>();

/** Whether a codec is one of this package's, which touch what they are given and nothing else: they may work on real memory. */
export const isOwnBlock = (block: BlockCodec): boolean => own.has(block);

/** The facts of a block type; one item reads as an array of its values. Blocks of several bytes exist in one order only. */
export function blockType(name: string, itemsize: number, block: BlockCodec): OwnFacts {
  own.add(block);
  const honoursByteOrder = itemsize === 1;
  return { name, itemsize, alignment: 1, kind: "custom", honoursByteOrder, codec: { hub: "value", block } };
}
