/**
 * Items that hold several values (packed integers, quantised blocks): one item ⇄ the array of its values, and the values
 * of many items as one typed array. The codec says how to decode; nothing here needs the engine.
 */

import { isOwnBlock } from "../dtype/builtin/blocks.js";
import type { BlockCodec, DType } from "../dtype/dtype.js";
import { elements } from "../dtype/elements.js";
import type { TypedArray } from "../dtype/typed-arrays.js";
import { stridebufError } from "../errors.js";
import { listError, listOf, placeError } from "./checks.js";
import type { AnyView } from "./host.js";
import { type Items, numberItems } from "./numbers.js";
import { scratch } from "./scratch.js";
import { newBuffer, proveLive } from "./storage.js";

/** One item ⇄ the array of its values, each checked as an item of the type that the codec encodes from. */
export function blockItems(dtype: DType, block: BlockCodec): Pick<Items<unknown[]>, "read" | "write"> {
  const { count, element, encodeFrom = element } = block;
  const reader = numberItems(element, true);
  const { width } = elements[element];
  const withValues = scratch(() => new DataView(new ArrayBuffer(count * width)));
  return {
    read: (d, o) =>
      withValues((values) => {
        block.decode(values.buffer, 0, d.buffer, d.byteOffset + o, 1);
        return Array.from({ length: count }, (_, i) => reader.read(values, i * width));
      }),
    write: block.encode ? blockWriter(dtype, block.encode.bind(block), count, encodeFrom) : refuseWriting(dtype, block),
  };
}

function blockWriter(
  dtype: DType,
  encode: NonNullable<BlockCodec["encode"]>,
  count: number,
  element: keyof typeof elements,
): Items["write"] {
  const writer = numberItems(element, true);
  const { width } = elements[element];
  const withBoth = scratch(() => ({
    values: new DataView(new ArrayBuffer(count * width)),
    item: new Uint8Array(dtype.itemsize),
  }));
  return (d, o, value) =>
    withBoth(({ values, item }) => {
      const list = listOf(value);
      if (list?.length !== count) throw listError(`an array of the ${count} values of an item`, value, list);
      for (let i = 0; i < count; i++) {
        try {
          writer.write(values, i * width, list[i]);
        } catch (error) {
          throw placeError(error, `value[${i}]`);
        }
      }
      encode(item.buffer, 0, values.buffer, 0, 1);
      new Uint8Array(d.buffer, d.byteOffset + o, item.length).set(item);
    });
}

const refuseWriting =
  ({ name, format }: DType, { element }: BlockCodec): (() => never) =>
  () => {
    throw stridebufError(
      "UnsupportedFormatError",
      `items of ${name} can be read, not made: change the values of convert(view, "${element}"), or the bytes of cast("B")`,
      { format, index: 0, feature: "encoding a block" },
    );
  };

/** Decodes all items in C order into `out`, which is as long as they have values. */
export function decodeBlocks(out: TypedArray, view: AnyView, block: BlockCodec): TypedArray {
  const isOwn = isOwnBlock(block);
  const isApart = out.buffer !== view.storage.buffer;
  const source = isOwn && isApart && view.isContiguous("C") ? view : view.copied("C");
  if (view.size === 0) return out;
  if (isOwn) block.decode(out.buffer, out.byteOffset, source.live(), source.byteOffset, view.size);
  else {
    const values = newBuffer(out.byteLength);
    const end = out.byteOffset + out.byteLength;
    block.decode(values, 0, source.live(), source.byteOffset, view.size);
    // Its functions may have done anything.
    proveLive(out.buffer, end);
    new Uint8Array(out.buffer, end - values.byteLength, values.byteLength).set(new Uint8Array(values));
  }
  return out;
}
