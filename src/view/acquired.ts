/** What other libraries show through the `ndbuffer` contract (docs/ndbuffer.md), as storage and a description for `view()`. */

import { stridebufError } from "../errors.js";
import { acquire } from "../exchange/acquire.js";
import { NDBUFFER, type NDBuffer, type NDExporter } from "../exchange/ndbuffer.js";
import { keepWith } from "./keep.js";
import type { Storage } from "./storage.js";

/** Whether something takes part in the contract. */
export const isExporter = (source: unknown): source is NDExporter =>
  typeof source === "object" && source !== null && NDBUFFER in source;

/** Gives memory back when the last view of it was collected. */
const releases =
  typeof FinalizationRegistry === "function"
    ? /* @__PURE__ */ new FinalizationRegistry<NDBuffer>((block) => block.release?.())
    : undefined;

/** What an exporter says of its items, as `view()` takes it. */
interface Described extends Pick<NDBuffer, "format" | "itemsize" | "shape" | "byteOffset" | "readonly"> {
  readonly strides?: readonly number[];
  readonly suboffsets?: readonly number[];
}

/**
 * The memory of an exporter, nothing of it proven.
 *
 * @param name - what errors call the exporter
 * @throws LayoutError (`exchange`) when it does not share its memory as CPU memory without a mask
 */
export function acquiredMemory(
  name: string,
  source: NDExporter,
  writable: boolean,
): { storage: Storage; description: Described } {
  const block = acquire(source, { formats: "any", indirect: true, writable });
  if (block === null) {
    const what = writable ? "writable memory" : "its memory";
    throw stridebufError(
      "LayoutError",
      `"${name}" does not share ${what}: its exporter answered null, or less than asked`,
      {
        reason: "exchange",
      },
    );
  }
  const { format, itemsize, shape, strides, byteOffset, suboffsets, readonly } = block;
  return {
    storage: storageOf(block),
    description: {
      format,
      itemsize,
      shape,
      byteOffset,
      ...(strides === null ? undefined : { strides }),
      ...(suboffsets === undefined ? undefined : { suboffsets }),
      // Some exporters say 1.
      readonly: Boolean(readonly),
    },
  };
}

/** Slices share the storage, and the storage holds the block: its owner lives, and its release waits, as long as they do. */
function storageOf(block: NDBuffer): Storage {
  const pointers = block.pointerSize === 4 ? { pointerSize: 4 as const } : undefined;
  const held =
    block.owner === undefined && block.release === undefined
      ? undefined
      : {
          owner: block,
          keep() {
            keepWith(storage.buffer, storage);
          },
        };
  const fixed = Object.getOwnPropertyDescriptor(block, "buffer")?.value as ArrayBufferLike | undefined;
  const storage: Storage =
    fixed === undefined
      ? {
          moves: true,
          get buffer() {
            return block.buffer;
          },
          ...pointers,
          ...held,
        }
      : { buffer: fixed, data: undefined, ...pointers, ...held };
  if (block.release !== undefined) releases?.register(storage, block);
  return storage;
}
