/** Where a file is cut into shards: consecutive ranges of the result, each of whole items. Pure; counts are items. */

import { type Conversion, reorders, targetBytes } from "../io/stream-core.js";
import type { PlacedTensor } from "../io/stream-target.js";
import { placeBytes } from "../io/stream-task.js";
import { type FileTensor, sizeOf } from "../io/tensor-file.js";
import type { ByteRange } from "./lines.js";

/** Items `[first, end)` of a tensor, in the order of the result. */
export interface Piece {
  readonly placed: PlacedTensor<FileTensor>;
  readonly first: number;
  readonly end: number;
}

export interface Cut {
  readonly write: ByteRange;
  readonly pieces: readonly Piece[];
}

/** Items that are never parted: what fills whole bytes; what must be unpacked together; whole rows where order changes. */
function granuleOf(placed: PlacedTensor<FileTensor>, shardBytes: number): number {
  const { tensor, place } = placed;
  const { from, shape } = tensor;
  if (from.compressed) return sizeOf(shape);
  if (from.packed || place.packed) return 8;
  if (!reorders(placed)) return 1;
  const fastestFirst = place.order === "F" ? shape : [...shape].reverse();
  let items = 1;
  for (const length of fastestFirst) {
    if (items * length * place.dtype.itemsize > shardBytes / 2) break;
    items *= length;
  }
  return items;
}

/**
 * Cuts what a conversion makes into ranges of at most `shardBytes`, more where one granule takes more. The bytes before the first tensor
 * belong to the first shard; bytes that can only be told once all items are there (those of archives) to none.
 */
export function* cutsOf({ target }: Conversion, shardBytes: number): Generator<Cut> {
  let begin = 0;
  let at = target.header.length;
  let pieces: Piece[] = [];
  const close = (): Cut => {
    const cut = { write: [begin, at] as const, pieces };
    begin = at;
    pieces = [];
    return cut;
  };
  for (const placed of target.tensors) {
    const { place, tensor, member } = placed;
    const count = sizeOf(tensor.shape);
    if (targetBytes(placed) === 0) continue;
    if (member !== undefined) {
      if (at > begin) yield close();
      begin = place.byteOffset;
      at = begin;
    }
    const granule = granuleOf(placed, shardBytes);
    const granuleBytes = placeBytes(place, granule);
    for (let first = 0; first < count; ) {
      const fitting = Math.floor((shardBytes - (at - begin)) / granuleBytes);
      if (fitting < 1 && at > begin) {
        yield close();
        continue;
      }
      const end = Math.min(count, first + Math.max(1, fitting) * granule);
      pieces.push({ placed, first, end });
      at = place.byteOffset + placeBytes(place, end);
      first = end;
    }
  }
  if (at > begin) yield close();
}

/** Bytes of the source, or of an unpacked member of it, that a piece is made from; of the whole tensor where order changes. */
export function readRange({ placed, first, end }: Piece): ByteRange {
  const { from } = placed.tensor;
  if (reorders(placed)) return [from.byteOffset, from.byteOffset + from.nbytes];
  return [from.byteOffset + placeBytes(from, first), from.byteOffset + placeBytes(from, end)];
}
