/**
 * Statistics of a tensor in a file, in one pass over chunks of it: of each number that an item holds, be it the item itself,
 * a field of a record, or the part of a complex number. The engine brings each chunk's values together.
 */

import type { DType } from "../dtype/dtype.js";
import { copy, dtypes, empty, type StridedView, view, withByteOrder } from "../index.js";
import { fileEngine } from "../io/file-engine.js";
import type { RandomSink, RandomSource } from "../io/random-access.js";
import { convertTensor } from "../io/stream-convert.js";
import type { FileTensor } from "../io/tensor-file.js";
import { foldCodes } from "./folds/codes.js";
import { foldFloats } from "./folds/floats.js";
import type { Fold, Statistics } from "./folds/fold.js";
import { foldInt32, foldInt64, foldNarrow } from "./folds/integers.js";
import { kernels } from "./folds/kernels.js";
import { foldText } from "./folds/text.js";
import { valueText } from "./values.js";

/** A number or text inside an item. */
export interface Part {
  /** Dotted path within the item; empty for the item itself. */
  readonly name: string;
  readonly dtype: DType;
  /** Bytes from the start of the item. */
  readonly byteOffset: number;
  /** Of sub-arrays. */
  readonly shape: readonly number[];
}

export interface PartStatistics {
  readonly name: string;
  readonly dtype: DType;
  readonly statistics: Statistics;
}

export interface StatisticsOptions {
  /** Bins of histograms; null makes none. */
  readonly bins?: number | null;
  /** Called with the bytes read since the last call. */
  readonly onProgress: (bytes: number) => void | Promise<void>;
}

/** Bytes of a chunk; items larger than that have no statistics. */
const TILE_BYTES = 1 << 20;

/** What inside an item has statistics, in the order of the fields. */
export function partsOf(dtype: DType, name = "", byteOffset = 0, shape: readonly number[] = []): Part[] {
  const under = (field: string) => (name === "" ? field : `${name}.${field}`);
  if (dtype.fields !== undefined) {
    return dtype.fields.flatMap((field) => partsOf(field.dtype, under(field.name), byteOffset + field.offset, shape));
  }
  // Records in arrays in records have no place in a table of fields.
  if (dtype.kind === "array" && dtype.base!.fields === undefined && shape.length === 0) {
    return partsOf(dtype.base!, name, byteOffset, dtype.shape);
  }
  if (dtype.kind === "complex" && dtype.element !== undefined) {
    const half = dtypes[dtype.element as "float32"];
    const part = dtype.byteOrder === "big" ? bigEndian(half) : half;
    return [
      { name: under("re"), dtype: part, byteOffset, shape },
      { name: under("im"), dtype: part, byteOffset: byteOffset + dtype.itemsize / 2, shape },
    ];
  }
  return foldOf(dtype, null) === null ? [] : [{ name, dtype, byteOffset, shape }];
}

const bigEndian = (dtype: DType): DType => withByteOrder(dtype, "big");

interface Folding {
  readonly fold: () => Fold;
  /** What values are brought to before. */
  readonly as: DType;
  /** Whether those are the bits of the values. */
  readonly byBits?: true;
}

/** Number types whose values are folded as values; the others of one and two bytes are counted by their bits. */
const foldings: Readonly<Record<string, (bins: number | null) => Folding>> = {
  int8: () => ({ fold: () => foldNarrow(kernels(), "int8"), as: dtypes.int8 }),
  uint8: () => ({ fold: () => foldNarrow(kernels(), "uint8"), as: dtypes.uint8 }),
  int16: () => ({ fold: () => foldNarrow(kernels(), "int16"), as: dtypes.int16 }),
  uint16: () => ({ fold: () => foldNarrow(kernels(), "uint16"), as: dtypes.uint16 }),
  int32: (bins) => ({ fold: () => foldInt32(kernels(), "int32", bins), as: dtypes.int32 }),
  uint32: (bins) => ({ fold: () => foldInt32(kernels(), "uint32", bins), as: dtypes.uint32 }),
  int64: (bins) => ({ fold: () => foldInt64(kernels(), true, false, bins), as: dtypes.int64 }),
  uint64: (bins) => ({ fold: () => foldInt64(kernels(), false, false, bins), as: dtypes.uint64 }),
  float16: (bins) => ({ fold: () => foldFloats(kernels(), 4, bins), as: dtypes.float32 }),
  bfloat16: (bins) => ({ fold: () => foldFloats(kernels(), 4, bins), as: dtypes.float32 }),
  float32: (bins) => ({ fold: () => foldFloats(kernels(), 4, bins), as: dtypes.float32 }),
  float64: (bins) => ({ fold: () => foldFloats(kernels(), 8, bins), as: dtypes.float64 }),
};

/** How values of a dtype are folded; null where there are no statistics. Histograms of small items go by their bits, exactly. */
function foldOf(dtype: DType, bins: number | null): Folding | null {
  const { kind, element, itemsize } = dtype;
  if (isDate(dtype)) return { fold: () => foldInt64(kernels(), true, true, bins), as: dtypes.int64 };
  if (kind === "text" || kind === "bytes") {
    return { fold: () => foldText(dtype, (value) => valueText(value, dtype)), as: dtype };
  }
  if (!["bool", "int", "uint", "float"].includes(kind) || element === undefined || dtype.codec !== undefined)
    return null;
  const byValue = foldings[element];
  if (byValue !== undefined && (bins === null || itemsize > 2)) return byValue(bins);
  const bits = itemsize === 1 ? dtypes.uint8 : dtypes.uint16;
  return { fold: () => foldCodes(dtype, bins), as: dtype.byteOrder === "big" ? bigEndian(bits) : bits, byBits: true };
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);

const isDate = ({ kind }: DType): boolean => kind === "datetime" || kind === "timedelta";

/** A part of each item of a tile, in place; dates as their counts. */
export function gatherPart(tile: Uint8Array, item: DType, part: Part, as?: DType): StridedView {
  const count = item.itemsize === 0 ? 0 : tile.byteLength / item.itemsize;
  const order = part.dtype.byteOrder === "big" ? "big" : "little";
  const format = as ?? (isDate(part.dtype) ? withByteOrder(dtypes.int64, order) : part.dtype);
  const strides = part.shape.map((_, axis) => sizeOf(part.shape.slice(axis + 1)) * format.itemsize);
  const place = { shape: [count, ...part.shape], strides: [item.itemsize, ...strides], byteOffset: part.byteOffset };
  return view(tile, { format, ...place });
}

/** Brings a part of each item of a tile together and folds it. */
function partFolder(item: DType, part: Part, bins: number | null): { add(tile: Uint8Array): void; fold: Fold } {
  const found = foldOf(part.dtype, bins)!;
  const fold = found.fold();
  const { as } = found;
  const bits = found.byBits ? as : undefined;
  const isWhole =
    part.byteOffset === 0 && sizeOf(part.shape) * part.dtype.itemsize === item.itemsize && (bits ?? part.dtype) === as;
  let gathered: StridedView | null = null;
  return {
    fold,
    add(tile) {
      if (isWhole) return fold.add(tile as Uint8Array<ArrayBuffer>);
      const from = gatherPart(tile, item, part, bits);
      if (gathered === null || gathered.shape[0] !== from.shape[0]) gathered = empty(from.shape, as);
      copy(gathered, from);
      const { buffer, byteOffset, nbytes } = gathered;
      fold.add(new Uint8Array(buffer as ArrayBuffer, byteOffset, nbytes));
    },
  };
}

/**
 * The statistics of a tensor, one row per part of an item; empty for types that have none, and for items over 1 MiB.
 */
export async function statisticsOf(
  source: RandomSource,
  tensor: FileTensor,
  { bins = null, onProgress }: StatisticsOptions,
): Promise<PartStatistics[]> {
  const { dtype, shape, name } = tensor;
  const parts = dtype.itemsize > TILE_BYTES || dtype.itemsize === 0 ? [] : partsOf(dtype);
  if (parts.length === 0) {
    await onProgress(tensor.nbytes);
    return [];
  }
  const folders = parts.map((part) => partFolder(dtype, part, bins));
  const sink: RandomSink = {
    write(tile) {
      for (const { add } of folders) add(tile);
    },
  };
  const { order } = tensor;
  // Tiles are cut at items, also where the source would rather be read in other pieces.
  const most = Math.max(dtype.itemsize, Math.min(TILE_BYTES, source.chunkBytes ?? TILE_BYTES));
  const memoryBytes = Math.floor(most / dtype.itemsize) * dtype.itemsize;
  const cut: RandomSource = {
    byteLength: source.byteLength,
    parallel: source.parallel ?? 1,
    read: (tile, byteOffset) => source.read(tile, byteOffset),
  };
  const dst = { dtype, order, byteOffset: 0 };
  await convertTensor(fileEngine, sink, cut, {
    name,
    shape,
    src: tensor,
    dst,
    values: {},
    onProgress,
    memoryBytes,
  });
  return parts.map((part, i) => ({ name: part.name, dtype: part.dtype, statistics: folders[i]!.fold.result() }));
}
