/** Items that are blocks of values: what every owner of such types says to the registry. */

import type { BlockCodec } from "../dtype.js";
import type { ResolvedDType } from "../resolver.js";

/** The facts of a block type; one item reads as an array of its values. Blocks of several bytes exist in one order only. */
export const blockType = (name: string, itemsize: number, block: BlockCodec): ResolvedDType => ({
  name,
  itemsize,
  alignment: 1,
  kind: "custom",
  honoursByteOrder: itemsize === 1,
  codec: { hub: "value", block },
});
