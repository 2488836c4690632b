/** Datasets of h5wasm as views. */

import { dtype as readDType } from "../../dtype/read.js";
import { stridebufError } from "../../errors.js";
import { type StridedView, view } from "../../index.js";
import { requireKnownOptions } from "../../options.js";
import { argumentError, integer } from "../../view/checks.js";
import { delivered, READ_OPTIONS, type ReadOptions, requireOut } from "../out.js";
import { dtypeOfH5, type H5Type, hasVariable, OPAQUE, requireShown } from "./types.js";

/** h5wasm's `Dataset`, as far as it is read here. */
export interface H5Dataset {
  /** The open file. */
  readonly file_id: bigint;
  /** Where in the file. */
  readonly path: string;
  /** Its type and shape. */
  readonly metadata: H5DatasetMetadata;
}

/** What h5wasm says of a dataset. */
export interface H5DatasetMetadata extends H5Type {
  /** Items per axis; null for a dataset without data. */
  readonly shape: readonly number[] | null;
}

/** Items of one axis as h5wasm's `slice` takes them: `[start, stop, step]`, or less of it; null for what is left out. */
export type H5Range = readonly (number | null)[];

/** How {@link readDataset} reads. */
export interface ReadDatasetOptions extends ReadOptions {
  /** A member of the compound, alone. */
  readonly field?: string;
  /** What to read of each axis; axes that are not named are whole. */
  readonly ranges?: readonly H5Range[];
}

/**
 * A dataset, or a part of it, as a view of the bytes that HDF5 read, without a value per item: compounds as records, `field` as a
 * column with strides, arrays as further axes. The view is of new memory, and writing to it changes no file.
 *
 * h5wasm does not say when HDF5 fails to read, for example for a filter that it lacks:
 * `(await h5wasm.ready).activate_throwing_error_handler()` makes it throw, here too.
 *
 * @param dataset - `file.get(path)` of h5wasm
 * @throws LayoutError (`shape`) for a dataset without data, (`field`) for a member that is not there, and when `out` has another
 * shape or dtype or is read-only; UnsupportedFormatError as {@link dtypeOfH5}, and for a member of variable length; RangeError for
 * ranges that leave their axes; what h5wasm throws
 *
 * @example
 * const out = empty([2], "float32");
 * readDataset(file.get("particles"), { field: "x", out });
 * out.toArray(); // [0.5, 1.5]
 */
export function readDataset(dataset: H5Dataset, options: ReadDatasetOptions = {}): StridedView {
  requireKnownOptions(options, ["field", "ranges", ...READ_OPTIONS]);
  if (typeof dataset?.path !== "string" || typeof dataset.metadata !== "object")
    throw argumentError("dataset", "a dataset of h5wasm", dataset, true);
  const source = freshOf(dataset);
  const { metadata } = source;
  if (metadata.shape === null)
    throw stridebufError("LayoutError", `${dataset.path} has no shape and no data`, { reason: "shape" });
  const { field, as, out } = options;
  requireShown(metadata, field);
  const dtype = dtypeOfH5(metadata);
  const ranges = rangesOf(options.ranges ?? [], metadata.shape);
  const shape = ranges.map(([start, stop, step]) => Math.ceil((stop - start) / step));
  const itemsOf = (records: StridedView): StridedView =>
    (field === undefined ? records : records.field(field)).expandItems();
  if (out !== undefined) {
    const one = view(new Uint8Array(dtype.itemsize), { format: dtype, shape: [] });
    requireOut(out, as === undefined ? undefined : readDType(as), itemsOf(one.broadcastTo(shape)).shape);
  }
  const bytes = shape.includes(0) ? new Uint8Array(0) : bytesOf(source, options.ranges && ranges);
  return delivered(itemsOf(view(bytes, { format: dtype, shape })), options);
}

type Range = readonly [start: number, stop: number, step: number];

/** What h5wasm's Dataset can do; its constructor opens the path once more. */
interface Reader extends H5Dataset {
  readonly value: unknown;
  slice(ranges: readonly Range[]): unknown;
}

/** The same dataset with metadata of its own: `value` of h5wasm writes into that which the dataset keeps. */
function freshOf(dataset: H5Dataset): Reader {
  const Dataset = dataset.constructor as new (id: bigint, path: string) => Reader;
  return new Dataset(dataset.file_id, dataset.path);
}

/** What HDF5 reads, as it lies in memory: h5wasm leaves opaque data alone, and frees what variable lengths took when it is told. */
function bytesOf(source: Reader, ranges: readonly Range[] | undefined): Uint8Array {
  const { metadata } = source;
  Object.defineProperty(source, "metadata", { value: { ...metadata, type: OPAQUE, vlen: hasVariable(metadata) } });
  return (ranges === undefined ? source.value : source.slice(ranges)) as Uint8Array;
}

function rangesOf(ranges: readonly H5Range[], shape: readonly number[]): Range[] {
  if (!Array.isArray(ranges)) throw argumentError("options.ranges", "an array of [start, stop, step]", ranges, true);
  if (ranges.length > shape.length)
    throw stridebufError("LayoutError", `options.ranges names ${ranges.length} axes of ${shape.length}`, {
      reason: "rank",
    });
  return shape.map((length, axis) => {
    const name = `options.ranges[${axis}]`;
    const given: unknown = ranges[axis] ?? [];
    if (!Array.isArray(given)) throw argumentError(name, "[start, stop, step]", given, true);
    const start = integer(`${name}[0]`, given[0] ?? 0, 0);
    const stop = integer(`${name}[1]`, given[1] ?? length, start);
    if (stop > length) throw argumentError(`${name}[1]`, `at most ${length}`, stop);
    return [start, stop, integer(`${name}[2]`, given[2] ?? 1, 1)];
  });
}
