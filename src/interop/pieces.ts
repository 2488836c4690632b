/** What comes in pieces, chunks of a store or tiles of a file, into one view. */

import type { AbortSignalLike } from "../platform.js";
import { type Slice, slice } from "../shared.js";

/** What one piece has of an axis: the range of the result, and the range of the piece. */
export interface AxisPart {
  /** Index of the piece on the axis. */
  readonly chunk: number;
  readonly to: Slice;
  readonly from: Slice;
}

/** The pieces of an axis, `length` items each, that have any of `count` items from `start` on, every `step`. */
export function partsOf(
  { start, step, count }: { readonly start: number; readonly step: number; readonly count: number },
  length: number,
): AxisPart[] {
  const parts: AxisPart[] = [];
  for (let first = 0; first < count; ) {
    const chunk = Math.floor((start + first * step) / length);
    const at = start + first * step - chunk * length;
    const room = step > 0 ? length - 1 - at : at;
    const items = Math.min(count - first, Math.floor(room / Math.abs(step)) + 1);
    const stop = at + items * step;
    parts.push({ chunk, to: slice(first, first + items), from: slice(at, stop < 0 ? null : stop, step) });
    first += items;
  }
  return parts;
}

/** One piece: reading it, and putting what was read into its place. */
export interface Piece<T> {
  read(): Promise<T>;
  write(items: T): void;
}

/**
 * Reads all pieces at once and writes each as it arrives. From the first failure on, the signal's included, nothing more is written,
 * though other pieces may still arrive.
 *
 * @throws the first failure, or the signal's reason
 */
export async function writePieces<T>(pieces: readonly Piece<T>[], signal: AbortSignalLike | undefined): Promise<void> {
  signal?.throwIfAborted();
  let isWhole = true;
  const fill = async (piece: Piece<T>): Promise<void> => {
    try {
      const items = await piece.read();
      signal?.throwIfAborted();
      if (isWhole) piece.write(items);
    } catch (failure) {
      isWhole = false;
      throw failure;
    }
  };
  await Promise.all(pieces.map(fill));
}
