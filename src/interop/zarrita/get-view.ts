/** Parts of a Zarr array, chunk by chunk into one view. */

import { dtype as readDType } from "../../dtype/read.js";
import { copy, ellipsis, empty, newaxis, type StridedView, view } from "../../index.js";
import { requireKnownOptions } from "../../options.js";
import type { AbortSignalLike } from "../../platform.js";
import { argumentError } from "../../view/checks.js";
import { READ_OPTIONS, type ReadOptions, requireOut } from "../out.js";
import { type AxisPart, partsOf, writePieces } from "../pieces.js";
import { bytesOf, chunkView, itemsOfArray, type ZarrArray, type ZarrChunk } from "./chunk.js";
import type { Carried } from "./metadata.js";
import { type Selection, selected } from "./selection.js";

/** What the part becomes, and where it goes. */
export interface GetViewOptions extends ReadOptions {
  /** Stops reading; chunks that have arrived stay written to `out`. */
  readonly signal?: AbortSignalLike;
}

/**
 * A part of a zarrita array as a C-contiguous view, or in `out`. Each chunk is copied once: transposed, swapped and
 * converted on the way; chunks are never written to, so caches keep what they have.
 *
 * @param array - opened by zarrita; through {@link withDTypes} it may hold any dtype
 * @param selection - per axis an index, a range (`zarr.slice`, or `slice` of this package; steps may be negative) or null for
 * all of it; axes that are not named are whole
 * @throws BoundsError for an index out of range; LayoutError for too many axes, and when `out` has another shape or dtype or
 * is read-only; UnsupportedFormatError for items of variable length; what zarrita's stores and codecs throw, and the
 * signal's reason. `out` is untouched by wrong arguments. When reading fails it keeps the chunks that had arrived, and gets no more
 *
 * @example
 * const volume = await zarr.open(withDTypes(store), { kind: "array" }); // 100 × 20 × 4
 * const out = empty([64, 20], "float32");
 * await getView(volume, [zarr.slice(0, 64), null, 3], { out });
 * out.get(63, 19); // 5119
 */
export async function getView(
  array: ZarrArray,
  selection: Selection = null,
  options: GetViewOptions = {},
): Promise<StridedView> {
  requireKnownOptions(options, [...READ_OPTIONS, "signal"]);
  if (typeof array?.getChunk !== "function") throw argumentError("array", "an array of zarrita", array, true);
  const { as, out, signal } = options;
  const { dtype, carried } = itemsOfArray(array);
  const axes = selected(selection, array.shape);
  const shape = axes.filter((axis) => !axis.isIndex).map((axis) => axis.count);
  const to = as === undefined ? (out?.dtype ?? dtype) : readDType(as);
  if (out !== undefined) requireOut(out, to, shape);
  const result = out ?? empty(shape, to);
  // With axes of length 1 for indices, the result has the axes of the array.
  const whole = result.slice(...axes.map((axis) => (axis.isIndex ? newaxis : null)), ellipsis);
  const pieces = chunksOf(axes, array.chunks).map((parts) => ({
    read: () =>
      array.getChunk(
        parts.map((part) => part.chunk),
        signal && { signal },
      ),
    write(chunk: ZarrChunk) {
      const items = isMissing(chunk, carried) ? filled(chunk, carried!) : chunkView(chunk, dtype);
      copy(
        whole.slice(...parts.map((part) => part.to), ellipsis),
        items.slice(...parts.map((part) => part.from), ellipsis),
      );
    },
  }));
  await writePieces(pieces, signal);
  return result;
}

/** Every combination of the parts that the chunks have of each axis. */
const chunksOf = (axes: readonly ReturnType<typeof selected>[number][], chunks: readonly number[]): AxisPart[][] =>
  axes.reduce<AxisPart[][]>(
    (combined, axis, i) => combined.flatMap((parts) => partsOf(axis, chunks[i]!).map((part) => [...parts, part])),
    [[]],
  );

/** Whether a chunk holds the marker of missing ones. */
function isMissing({ data }: ZarrChunk, carried: Carried | undefined): boolean {
  if (carried?.marker === undefined) return false;
  const bytes = bytesOf(data);
  return carried.marker.every((byte, i) => byte === bytes[i]);
}

function filled({ shape }: ZarrChunk, { dtype, fill }: Carried): StridedView {
  return view(fill, { format: dtype, shape: [] }).broadcastTo(shape);
}
