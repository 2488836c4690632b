/**
 * `view()`: from memory and a description to a proven view. Everything that geometry relies on later is checked here,
 * by exact integer arithmetic and before anything is read: types, ranges, sizes that overflow, every byte that an item
 * could touch.
 */

import type { DType } from "../dtype/dtype.js";
import { bytesDType } from "../dtype/make-other.js";
import { type DTypeOptions, dtype } from "../dtype/read.js";
import type { TypedArray } from "../dtype/typed-arrays.js";
import { isDType } from "../dtype/value.js";
import { stridebufError } from "../errors.js";
import type { NDExporter } from "../exchange/ndbuffer.js";
import type { ArraysOf, CheckedFormat, ItemOf } from "../format/infer.js";
import type { DTypeName } from "../format/named-items.js";
import { requireKnownOptions } from "../options.js";
import type { WasmMemory } from "../platform.js";
import { acquiredMemory, isExporter } from "./acquired.js";
import { argumentError, integer, integers, orderOf, show } from "./checks.js";
import type { ViewHost } from "./host.js";
import type { Arrays, ItemOfArray, ValuesOfArray } from "./known.js";
import { LentStorage, LentView } from "./lent.js";
import { viewOfArray } from "./of-array.js";
import { normalSuboffsets, PointerStorage } from "./pointers.js";
import { lengthOf, type SourceWindow, type Window, windowOf } from "./source.js";
import type { Storage } from "./storage.js";
import { contiguousStrides, itemCount, proveBounds } from "./strides.js";
import { proveFirstTable } from "./suboffsets.js";
import type { Value } from "./values.js";
import { StridedView } from "./view.js";

/**
 * What `view()` can look at. A `WebAssembly.Memory` may grow: views of it follow its current buffer. An `ndbuffer` exporter
 * (`stridebuf/exchange`) describes itself.
 */
export type ViewSource = ArrayBufferLike | ArrayBufferView | WasmMemory | SourceWindow | NDExporter;

/** How `view()` looks at memory; sizes, strides and offsets are bytes. */
export interface ViewOptions extends Omit<DTypeOptions, "itemsize"> {
  /** PEP 3118 text or a dtype; without it, the type of a typed array, or `B`. */
  readonly format?: string | DType;
  /** Items per axis; without it, one axis over all items, of which none may be left over in part. */
  readonly shape?: readonly number[];
  /** Bytes to the next item per axis; without them, contiguous in `order`. */
  readonly strides?: readonly number[];
  /** The same in items, as libraries without byte strides count; not together with `strides`. */
  readonly elementStrides?: readonly number[];
  /** Bytes from the start of the source (of a typed array's own window) to the first item. */
  readonly byteOffset?: number;
  /** Per axis: bytes to add after following the pointer found there, or -1 for none. Needs `strides`. */
  readonly suboffsets?: readonly number[];
  /** What contiguous means when `strides` are not given. */
  readonly order?: "C" | "F";
  /** Whether the view refuses to write; default false. */
  readonly readonly?: boolean;
  /** Kept alive as long as any view of the memory is; the view is then a {@link LentView}. */
  readonly owner?: unknown;
  /** Called once, when the view is released or the last view of the memory was collected; the view is then a {@link LentView}. */
  readonly release?: () => void;
  /** Bytes per item, where the source of the format knows better than the format (docs/format.md §6). */
  readonly itemsize?: number;
  /** Bytes of the pointers of a view with suboffsets: 8 (the default) or 4. */
  readonly pointerSize?: 4 | 8;
  /** Extension: further buffers that pointers may lead to; the upper 16 bits of a pointer number them from 1. */
  readonly buffers?: readonly ArrayBufferLike[];
}

/** Options that leave the format to the source. */
type Unformatted = Omit<ViewOptions, "format" | "itemsize" | "shape" | "owner" | "release"> & {
  readonly format?: undefined;
  readonly owner?: undefined;
  readonly release?: undefined;
  readonly itemsize?: undefined;
};

/** The signatures of `view`. */
export interface ViewFunction {
  /**
   * A view of memory that belongs to someone else, without copying. The items of a literal format have the type that it
   * says: `view(b, { format: "T{<i:x:<d:y:}" }).get(0)` is a `{ x: number; y: number }`.
   *
   * @throws BoundsError when an item would lie outside the source; LayoutError when shape, strides and suboffsets do not
   * go together, or bytes are left over where no shape says how many items there are; TypeError and RangeError for arguments of the wrong type or range; the errors of `dtype()`
   *
   * @example
   * const bytes = new Uint8Array(40);
   * view(bytes, { format: "<f", shape: [2, 3], strides: [4, 8], byteOffset: 16 }).get(1, 2); // 0
   * view(bytes, { format: "T{<i:id:<f:x:}" }).get(0); // { id: 0, x: 0 }
   */
  <const Source extends TypedArray, const Shape extends readonly number[] = readonly [number]>(
    source: Source,
    options?: Unformatted & { readonly shape?: Shape },
  ): StridedView<ItemOfArray<Source>, Shape["length"], ValuesOfArray<Source>>;
  (source: NDExporter, options?: Pick<ViewOptions, "readonly" | keyof Omit<DTypeOptions, "itemsize">>): StridedView;
  <const Format extends DTypeName | (string & {}) = string, const Shape extends readonly number[] = readonly [number]>(
    source: ViewSource,
    options: Omit<ViewOptions, "format" | "shape"> & {
      readonly format?: CheckedFormat<Format> | DTypeName | DType;
      readonly shape?: Shape;
    } & ({ readonly release: () => void } | { readonly owner: unknown }),
  ): LentView<ItemOf<Format, Value>, Shape["length"], ArraysOf<Format, Arrays>>;
  <const Format extends DTypeName | (string & {}) = string, const Shape extends readonly number[] = readonly [number]>(
    source: ViewSource,
    options?: Omit<ViewOptions, "format" | "shape"> & {
      readonly format?: CheckedFormat<Format> | DTypeName | DType;
      readonly shape?: Shape;
    },
  ): StridedView<ItemOf<Format, Value>, Shape["length"], ArraysOf<Format, Arrays>>;
}

const VIEW_OPTIONS: readonly string[] = [
  ...["format", "shape", "byteOffset", "strides", "readonly", "order", "elementStrides", "itemsize", "abi", "dialect"],
  ...["registry", "allowPhysicalFallback", "suboffsets", "pointerSize", "buffers", "owner", "release"],
];

const CALLED_ELSEWHERE: Readonly<Record<string, string>> = {
  dtype: "format",
  type: "format",
  length: "shape",
  count: "shape",
  dims: "shape",
  stride: "strides",
};

const formatText = (format: string | DType): string => (typeof format === "string" ? show(format) : "your dtype");

/** The `view()` of an engine. */
export function createView(host: ViewHost): ViewFunction {
  const view = (source: ViewSource, options?: ViewOptions): StridedView => {
    if (options === undefined && !isExporter(source)) {
      const elements = viewOfArray(host, source);
      if (elements !== undefined && elements.size > 0) return elements;
    }
    return described(source, options ?? {});
  };
  const described = (source: ViewSource, options: ViewOptions): StridedView => {
    if (typeof options === "string" || isDType(options))
      throw new TypeError(`"options" expected an object, got a format: say { format: ${formatText(options)} }`);
    requireKnownOptions(options, VIEW_OPTIONS, "options", CALLED_ELSEWHERE);
    return isExporter(source) ? exporterView(host, "source", source, options) : lookAt(host, windowOf(source), options);
  };
  return view as ViewFunction;
}

const lookAt = (host: ViewHost, window: Window, options: ViewOptions): StridedView => {
  const { format = window.format, itemsize, shape, byteOffset, suboffsets, order, readonly = false } = options;
  const type = typeOf(format, itemsize, window, options);
  const strides = stridesOf(options, type, window);
  const start = window.start + (byteOffset === undefined ? 0 : integer("byteOffset", byteOffset, 0));
  const counts = shape === undefined ? wholeItems(type, start, window.end, strides) : integers("shape", shape, 0);
  itemCount(counts, type.itemsize);
  const steps =
    strides === undefined
      ? contiguousStrides(counts, type.itemsize, orderOf("order", order))
      : perAxis("strides", strides, counts.length);
  const pointers =
    suboffsets === undefined || suboffsets === null
      ? null
      : normalSuboffsets(perAxis("suboffsets", suboffsets, counts.length).map((s) => Math.max(s, -1)));
  const layout = { byteOffset: start, shape: counts, strides: steps, suboffsets: pointers };
  let storage = window.storage;
  if (pointers === null) proveBounds(counts, steps, type.itemsize, start, window.start, window.end);
  else {
    if (strides === undefined) throw argumentError("strides", "strides to go with suboffsets", undefined, true);
    storage = pointerStorage(storage, options);
    proveFirstTable(layout, storage.pointerSize ?? 8, window.start, window.end);
  }
  const text = typeof format === "string" ? format : undefined;
  const { owner, release, abi } = options;
  if (release !== undefined && typeof release !== "function")
    throw argumentError("release", "a function", release, true);
  if (owner === undefined && release === undefined) {
    if (abi !== undefined) storage.abi = abi;
    return new StridedView(host, storage, type, layout, Boolean(readonly), text);
  }
  const lent = new LentStorage(storage, owner, release);
  if (abi !== undefined) lent.abi = abi;
  return new LentView(host, lent, type, layout, Boolean(readonly), text);
};

/**
 * Strides in bytes, from either option.
 *
 * @throws LayoutError (`strides`) for byte strides that take apart the elements of a typed array: they count elements
 */
function stridesOf(options: ViewOptions, type: DType, window: Window): readonly number[] | undefined {
  const { strides, elementStrides, format, shape } = options;
  if (elementStrides !== undefined) {
    if (strides !== undefined) throw argumentError("elementStrides", "nothing beside strides", elementStrides, true);
    return integers("elementStrides", elementStrides).map((stride) => stride * type.itemsize);
  }
  if (strides === undefined || format !== undefined || window.format === "B") return strides;
  const axis = integers("strides", strides).findIndex((s, i) => s % type.itemsize !== 0 && (shape?.[i] ?? 0) > 1);
  if (axis < 0) return strides;
  throw stridebufError(
    "LayoutError",
    `"strides" are bytes, and elements of ${type.itemsize} bytes cannot lie ${strides[axis]} apart; "elementStrides" counts elements`,
    { reason: "strides", axis },
  );
}

/** Options that say how to read a description, not what the memory holds. */
const READING: readonly string[] = ["readonly", "abi", "dialect", "registry", "allowPhysicalFallback"];

/**
 * A view of what an exporter shows, proven as any other.
 *
 * @throws TypeError for options that would describe it again; LayoutError (`exchange`) when it does not share its memory
 */
export function exporterView(
  host: ViewHost,
  name: string,
  source: NDExporter,
  options: ViewOptions = {},
  writable = false,
): StridedView {
  for (const option in options)
    if (!READING.includes(option) && options[option as keyof ViewOptions] !== undefined)
      throw argumentError(
        option,
        "nothing beside an exporter, which describes itself",
        options[option as keyof ViewOptions],
        true,
      );
  const { storage, description } = acquiredMemory(name, source, writable);
  const window = { storage, start: 0, end: lengthOf(storage.buffer, source), format: "B" };
  const readonly = Boolean(options.readonly) || description.readonly === true;
  return lookAt(host, window, { ...options, ...description, readonly });
}

/** The dtype; without a format, `itemsize` other than the source's own means items of that many bytes. */
function typeOf(format: string | DType, wanted: unknown, window: Window, options: ViewOptions): DType {
  const itemsize = wanted === undefined ? undefined : integer("itemsize", wanted, 0);
  const { abi, dialect, registry, allowPhysicalFallback } = options;
  const isPlain =
    abi === undefined && dialect === undefined && registry === undefined && allowPhysicalFallback === undefined;
  if (itemsize === undefined && isPlain) return dtype(format);
  if (itemsize !== undefined && options.format === undefined) {
    const own = dtype(window.format);
    return own.itemsize === itemsize ? own : bytesDType(itemsize);
  }
  const reading: DTypeOptions = {};
  if (itemsize !== undefined) reading.itemsize = itemsize;
  if (abi !== undefined) reading.abi = abi;
  if (dialect !== undefined) reading.dialect = dialect;
  if (registry !== undefined) reading.registry = registry;
  if (allowPhysicalFallback !== undefined) reading.allowPhysicalFallback = allowPhysicalFallback;
  return dtype(format, reading);
}

/** One axis over all items of the window. @throws LayoutError (`shape`) when a part of an item is left over */
function wholeItems(type: DType, start: number, end: number, strides: unknown): number[] {
  if (strides !== undefined) throw argumentError("shape", "a shape to go with strides", undefined, true);
  if (type.itemsize === 0)
    throw stridebufError("LayoutError", `items of ${type.format} have no bytes: say how many with "shape"`, {
      reason: "shape",
    });
  if (start > end)
    throw stridebufError("BoundsError", `byte ${start} is behind the end of the memory at byte ${end}`, {
      byteOffset: start,
    });
  const left = (end - start) % type.itemsize;
  const count = (end - start - left) / type.itemsize;
  if (left === 0) return [count];
  throw stridebufError(
    "LayoutError",
    `${end - start} bytes are ${count} items of ${type.name} (${type.itemsize} bytes) with ${left} left over: "shape" says how many to look at, "byteOffset" where they start`,
    { reason: "shape" },
  );
}

function perAxis(name: string, value: unknown, ndim: number): number[] {
  const list = integers(name, value);
  if (list.length === ndim) return list;
  throw stridebufError("LayoutError", `"${name}" has ${list.length} entries for ${ndim} axes`, { reason: "rank" });
}

/** The same memory, whose pointers are of `options.pointerSize` bytes and may lead to `options.buffers`. */
function pointerStorage(storage: Storage, options: ViewOptions): Storage {
  const { pointerSize = 8, buffers } = options;
  if (pointerSize !== 4 && pointerSize !== 8) throw argumentError("pointerSize", "4 or 8", pointerSize);
  if (buffers === undefined) return pointerSize === 8 ? storage : new PointerStorage(storage, pointerSize);
  if (!Array.isArray(buffers)) throw argumentError("buffers", "an array of buffers", buffers, true);
  if (pointerSize === 4) throw argumentError("pointerSize", "8 to go with buffers", pointerSize);
  const tables: Storage[] = [];
  tables.push(new PointerStorage(storage, pointerSize, tables));
  for (const buffer of buffers) {
    lengthOf(buffer, buffer);
    tables.push(new PointerStorage({ buffer }, pointerSize, tables));
  }
  return tables[0]!;
}
