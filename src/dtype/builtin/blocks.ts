/** Items that are blocks of values: what every owner of such types says to the registry. */

import type { BlockCodec, ItemCodec } from "../dtype.js";
import { elements } from "../elements.js";
import type { ResolvedDType } from "../resolver.js";

const arrays = { Int8Array, Uint8Array, Float32Array } as const;

/** The facts of a block type; one item reads as an array of its values. Blocks of several bytes exist in one order only. */
export function blockType(name: string, itemsize: number, block: BlockCodec): ResolvedDType {
  return {
    name,
    itemsize,
    alignment: 1,
    kind: "custom",
    honoursByteOrder: itemsize === 1,
    codec: blockItems(itemsize, block),
  };
}

function blockItems(itemsize: number, block: BlockCodec): ItemCodec {
  const { count, element, encode } = block;
  const row = elements[element];
  const values = new arrays[row.array as keyof typeof arrays](count);
  const codec: { -readonly [K in keyof ItemCodec]: ItemCodec[K] } = {
    hub: "value",
    block,
    read(view, offset) {
      block.decode(values.buffer, 0, view.buffer, view.byteOffset + offset, 1);
      return Array.from(values);
    },
  };
  if (encode) {
    const item = new Uint8Array(itemsize);
    codec.write = (view, offset, value) => {
      const given = value as ArrayLike<number>;
      if (typeof given !== "object" || given === null || given.length !== count) {
        throw new TypeError(`"value" expected an array of ${count} numbers, got ${typeof value}`);
      }
      for (let i = 0; i < count; i++) {
        const x = given[i]!;
        const most = 2 ** (8 / count - (row.kind === "int" ? 1 : 0)) - 1;
        const least = row.kind === "int" ? -most - 1 : 0;
        if (!Number.isInteger(x) || x < least || x > most) {
          throw new RangeError(`"value[${i}]" expected integer ${least}..${most}, got ${String(x)}`);
        }
        values[i] = x;
      }
      encode(item.buffer, 0, values.buffer, 0, 1);
      new Uint8Array(view.buffer, view.byteOffset + offset, itemsize).set(item);
    };
  }
  return codec;
}
