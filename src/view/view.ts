/**
 * The strided view: a frozen description of items in memory (docs/format.md §2, §10). The class is the list of what a view
 * can do; the doing is next door: geometry.ts, indexing.ts, reshape.ts and suboffsets.ts (layouts), items.ts (one item ⇄ a value), bulk.ts (all
 * items), compare.ts, cast.ts, print.ts, json.ts. A view is never larger than its memory: `view()` proved it at construction,
 * geometry only narrows, and memory that was detached or has shrunk since gives a BoundsError at use.
 */

import type { NumberArray, NumberItems } from "../backend/js/arrays.js";
import type { DType } from "../dtype/dtype.js";
import { withoutSubArrays } from "../dtype/make.js";
import { dtype } from "../dtype/read.js";
import type { TypedArray } from "../dtype/typed-arrays.js";
import { stridebufError } from "../errors.js";
import { NDBUFFER, type NDBuffer, type NDRequest } from "../exchange/ndbuffer.js";
import type { CheckedFormat } from "../format/infer.js";
import type { DTypeName } from "../format/named-items.js";
import { type Access, displacement, getAt, openAccess, readItem, recover, setAt, writeItem } from "./access.js";
import {
  type ToArrayOptions,
  type TypedArrayOptions,
  toArray,
  toBytes,
  toHex,
  toTypedArray,
  valuesOf,
} from "./bulk.js";
import { castDType, castLayout } from "./cast.js";
import { argumentError, axisNumbers, orderOf } from "./checks.js";
import { countOf, type EqualsOptions, indexOf, viewsEqual } from "./compare.js";
import type { TextEncoding } from "./encoding.js";
import { exported } from "./exported.js";
import { columnsOf, fieldOf } from "./fields.js";
import { type Layout, permutation, permutedLayout } from "./geometry.js";
import type { ViewHost } from "./host.js";
import { indexLayout, resolveIndex } from "./indexing.js";
import { itemsOf } from "./items.js";
import { type JSONValue, viewToJSON } from "./json.js";
import type {
  Arrays,
  ColumnsOf,
  FieldName,
  FieldView,
  Floats16Of,
  NestedItems,
  Retyped,
  RowOf,
  SlicedRank,
  TextItem,
} from "./known.js";
import type { Items } from "./numbers.js";
import { inspectView, viewText } from "./print.js";
import { broadcastLayout, reshapedShape, reshapeLayout, squeezedAxes } from "./reshape.js";
import { type IndexEntry, parseIndex, slice } from "./slices.js";
import { liveBuffer, newBuffer, type Storage } from "./storage.js";
import { contiguity, contiguousStrides, extent } from "./strides.js";
import { indexIndirect, shiftItems, transposeIndirect } from "./suboffsets.js";
import type { Value } from "./values.js";

/** How many views were made. */
let made = 0;

const NOTHING: NumberItems = /* @__PURE__ */ new Uint8Array(0);

/** An array over part of a buffer; `length` counts its items. */
export interface KeptArray {
  readonly Type: NumberArray;
  readonly byteOffset: number;
  readonly length: number;
}

/**
 * Typed items in someone's memory: shape, byte strides and a dtype over a buffer, frozen. Made by `view()`, `empty()`,
 * `convert()` and by the geometry of other views, which copies nothing.
 *
 * @typeParam T - the value of an item
 * @typeParam Rank - the number of axes; `number` where it is not known
 * @typeParam Values - the typed array that holds the values, for records one by field name
 *
 * @example
 * const v = view(new Float32Array(6), { shape: [2, 3] }); // StridedView<number, 2, Float32Array>
 * v.transpose().shape; // [3, 2]
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the class has what the interface says, from its static block
export class StridedView<out T = Value, out Rank extends number = number, out Values = Arrays> implements Layout {
  static {
    const underSymbols = {
      [NDBUFFER](this: StridedView, request?: NDRequest) {
        return exported(this, request);
      },
      /** What Node's `util.inspect` and `console.log` show. */
      [Symbol.for("nodejs.util.inspect.custom")](this: StridedView, depth: number) {
        return inspectView(this, depth);
      },
      /** The name, where a bundler has renamed the class. */
      [Symbol.toStringTag]: "StridedView",
    };
    for (const name of Reflect.ownKeys(underSymbols)) {
      const value = Reflect.get(underSymbols, name);
      Object.defineProperty(StridedView.prototype, name, { value, writable: true, configurable: true });
    }
  }

  /** @internal The engine behind this view. */
  readonly host: ViewHost;
  /** @internal */
  readonly storage: Storage;
  /** What one item is; dtypes that mean the same are the same object. */
  readonly dtype: DType;
  /** Bytes from the start of `buffer` to the first item. */
  readonly byteOffset: number;
  /** Items per axis, outermost axis first; `[]` for a view of one item without axes. */
  readonly shape: readonly number[];
  /** Bytes to the next item, per axis. */
  readonly strides: readonly number[];
  /** Bytes added after following a pointer, per axis, -1 for axes without one; null when no axis has one. */
  readonly suboffsets: readonly number[] | null;
  /** Number of items. */
  readonly size: number;
  /** Whether `set`, `copy` and `fill` refuse to write through this view. */
  readonly readonly: boolean;
  readonly #format: string | undefined;
  readonly #serial = ++made;
  /** The array that {@link StridedView.arrayOf} was asked for last, and which one that is. */
  #kept: NumberItems | undefined;
  #keptAs: KeptArray | undefined;
  #access: Access<T> | undefined;
  /** 1 for C-contiguous + 2 for F-contiguous, -1 as long as nobody has asked. */
  #contiguity = -1;

  /** @internal The number of a view among all that were made: who remembers it knows the view again without keeping its memory. */
  static serialOf(view: StridedView): number {
    return view.#serial;
  }

  /** @internal An array over the memory of a view, which the view keeps; without items where the memory is no longer there. */
  static arrayOf(view: StridedView, wanted: KeptArray): NumberItems {
    const kept = view.#keptAs;
    if (kept !== wanted) {
      const { Type, byteOffset, length } = wanted;
      if (kept?.Type !== Type || kept.byteOffset !== byteOffset || kept.length !== length) {
        const { buffer } = view.storage;
        if (byteOffset + length * Type.BYTES_PER_ELEMENT > buffer.byteLength) return NOTHING;
        view.#kept = new Type(buffer, byteOffset, length);
      }
      view.#keptAs = wanted;
    }
    return view.#kept!;
  }

  /** @internal Trusts its arguments: `view()` proves them, and geometry only narrows. Takes the arrays over. */
  constructor(host: ViewHost, storage: Storage, dtype: DType, layout: Layout, readonly = false, format?: string) {
    this.host = host;
    this.storage = storage;
    this.dtype = dtype;
    this.byteOffset = layout.byteOffset;
    this.shape = Object.freeze(layout.shape);
    this.strides = Object.freeze(layout.strides);
    this.suboffsets = layout.suboffsets && Object.freeze(layout.suboffsets);
    let size = 1;
    for (let axis = 0; axis < layout.shape.length; axis++) size *= layout.shape[axis]!;
    this.size = size;
    this.readonly = readonly;
    this.#format = format;
    Object.freeze(this);
  }

  /** The memory; for resident views it is another object after memory has grown, so ask each time. */
  get buffer(): ArrayBufferLike {
    this.storage.keep?.();
    return this.storage.buffer;
  }
  /** The PEP 3118 text that the view was made with; `dtype.format` is the canonical one. */
  get format(): string {
    return this.#format ?? this.dtype.format;
  }
  /** Number of axes, the length of `shape`. */
  get ndim(): number {
    return this.shape.length;
  }
  /** Bytes per item. */
  get itemsize(): number {
    return this.dtype.itemsize;
  }
  /** Bytes that a contiguous copy of the items takes. */
  get nbytes(): number {
    return this.size * this.dtype.itemsize;
  }

  /**
   * Whether the items lie without gaps in C order (the default), in F order, or in either (`"A"`). Axes of length 1 do
   * not count, empty views are contiguous, views with suboffsets never (PyBuffer_IsContiguous).
   *
   * @example
   * const v = empty([2, 3], "f");
   * v.isContiguous(); // true
   * v.transpose().isContiguous(); // false
   * v.transpose().isContiguous("F"); // true
   */
  isContiguous(order: "C" | "F" | "A" = "C"): boolean {
    if (order !== "C" && order !== "F" && order !== "A") throw argumentError("order", '"C", "F" or "A"', order);
    if (this.#contiguity < 0) this.#contiguity = contiguity(this, this.itemsize);
    return (this.#contiguity & (order === "C" ? 1 : order === "F" ? 2 : 3)) !== 0;
  }

  /**
   * NumPy's basic indexing: integers drop their axis, slices keep it, `null` is a whole axis, `newaxis` adds one,
   * `ellipsis` stands for the axes not named; or all of it as text (`"::-1, 3, ..., newaxis"`).
   *
   * @throws BoundsError for an index out of range; LayoutError for too many indices, and where suboffsets cannot
   * express the result; FormatSyntaxError for text that is no index
   *
   * @example
   * const v = array([[1, 2, 3], [4, 5, 6]]);
   * v.slice(1).toArray(); // [4, 5, 6]
   * v.slice(null, slice(0, 2)).toArray(); // [[1, 2], [4, 5]]
   * v.slice("::-1, 2").toArray(); // [6, 3]
   */
  slice<const Index extends readonly IndexEntry[], NewRank extends SlicedRank<Rank, Index> = SlicedRank<Rank, Index>>(
    ...index: Index
  ): StridedView<T, NewRank, Values>;
  slice(text: string): StridedView<T, number, Values>;
  slice(...index: readonly (IndexEntry | string)[]): StridedView<T, number, Values> {
    const entries = index.length === 1 && typeof index[0] === "string" ? parseIndex(index[0]) : index;
    const steps = resolveIndex(entries as readonly IndexEntry[], this.shape);
    if (this.suboffsets === null) return this.#derive(indexLayout(this, steps));
    const { storage, layout } = indexIndirect(this.storage, this, steps);
    return new StridedView(this.host, storage, this.dtype, layout, this.readonly, this.#format);
  }

  /**
   * The axes in another order: reversed, or as listed.
   *
   * @example
   * const hwc = empty([224, 160, 3], "B");
   * hwc.transpose([2, 0, 1]).shape; // [3, 224, 160]
   */
  transpose(axes?: readonly number[]): StridedView<T, Rank, Values> {
    const order = permutation(axes, this.ndim);
    if (this.suboffsets !== null) return this.#derive(transposeIndirect(this, order));
    return this.#derive(permutedLayout(this, order));
  }

  /**
   * The same items, counted in `order`, under another shape; one axis may be -1.
   *
   * @throws LayoutError (`shape`) when the number of items differs, (`contiguity`) when only a copy could have that shape
   *
   * @example
   * array([1, 2, 3, 4, 5, 6]).reshape([2, -1]).toArray(); // [[1, 2, 3], [4, 5, 6]]
   * array([1, 2, 3, 4, 5, 6]).reshape([4, 2]); // throws LayoutError
   */
  reshape<const Shape extends readonly number[]>(
    shape: Shape,
    order?: "C" | "F",
  ): StridedView<T, Shape["length"], Values> {
    const target = reshapedShape(this.shape, shape, this.itemsize);
    return this.#derive(reshapeLayout(this, target, this.itemsize, orderOf("order", order)));
  }

  /**
   * Without its axes of length 1, or without those listed.
   *
   * @example
   * empty([1, 5, 1], "f").squeeze().shape; // [5]
   * empty([1, 5, 1], "f").squeeze([0]).shape; // [5, 1]
   */
  squeeze(axes?: readonly number[]): StridedView<T, number, Values> {
    const gone = squeezedAxes(this.shape, axes);
    return this.slice(...this.shape.map((_, axis) => (gone.includes(axis) ? 0 : null)));
  }

  /**
   * Repeated to a larger shape by strides of 0; read-only, because several of its items are one place in memory.
   *
   * @example
   * array([1, 2]).broadcastTo([3, 2]).toArray(); // [[1, 2], [1, 2], [1, 2]]
   */
  broadcastTo<const Shape extends readonly number[]>(shape: Shape): StridedView<T, Shape["length"], Values> {
    return this.#derive(broadcastLayout(this, shape, this.itemsize), true);
  }

  /**
   * With all axes, or those listed, running backwards.
   *
   * @example
   * array([[1, 2], [3, 4]]).flip([1]).toArray(); // [[2, 1], [4, 3]]
   */
  flip(axes?: readonly number[]): StridedView<T, Rank, Values> {
    const flipped = axes === undefined ? undefined : axisNumbers("axes", axes, this.ndim);
    const backwards = slice(null, null, -1);
    const index = this.shape.map((_, axis) => (flipped?.includes(axis) === false ? null : backwards));
    return this.slice(...index) as StridedView<T, number, Values> as StridedView<T, Rank, Values>;
  }

  /**
   * One field of every record; further names go into nested records. The axes of a sub-array field are appended.
   * Complex items have `re` and `im`.
   *
   * @example
   * const points = array([{ id: 1, x: 0.5 }, { id: 2, x: 1.5 }], "T{<i:id:<d:x:}");
   * points.field("x").toArray(); // [0.5, 1.5]
   */
  field<Name extends FieldName<T>, Field extends FieldView<T, Rank, Values, Name> = FieldView<T, Rank, Values, Name>>(
    name: Name,
  ): Field;
  field<Name extends string>(name: string extends Name ? Name : never): StridedView;
  field(name: string, next: string, ...inner: readonly string[]): StridedView;
  field(...path: readonly string[]): StridedView<unknown> {
    let at = this.#retype(this.dtype, 0);
    for (const name of path) {
      const { dtype, offset } = fieldOf(at.dtype, name);
      at = at.#retype(dtype, offset);
    }
    return at;
  }

  /**
   * Every field as a view, by name, in the order of the record. Complex items have `re` and `im`.
   *
   * @throws LayoutError (`field`) for items without fields
   *
   * @example
   * const points = array([{ id: 1, x: 0.5 }, { id: 2, x: 1.5 }], "T{<i:id:<d:x:}");
   * points.columns().id; // array([1, 2], "<i")
   */
  columns<Columns extends ColumnsOf<T, Rank, Values> = ColumnsOf<T, Rank, Values>>(): Columns {
    return columnsOf(this.dtype, (name) => this.field(name)) as Columns;
  }

  /**
   * The same items as another dtype of the same size: counts as datetimes, raw bits as bfloat16. Unlike `cast`, any strides
   * will do.
   *
   * @throws ItemsizeMismatchError when an item of `format` has another size; the errors of `dtype()`
   *
   * @example
   * view(BigInt64Array.of(0n, 86_400_000n)).reinterpret("datetime64[ms]").dtype.name; // "datetime64[ms]"
   */
  reinterpret<const Format extends DTypeName | (string & {}) = string>(
    format: CheckedFormat<Format> | DTypeName | DType,
  ): Retyped<Format, Rank>;
  reinterpret(format: string | DType): StridedView {
    const to = dtype(format);
    if (to.itemsize !== this.itemsize)
      throw stridebufError(
        "ItemsizeMismatchError",
        `items of ${to.name} have ${to.itemsize} bytes, those of this view ${this.itemsize}`,
        { format: to.format, itemsize: this.itemsize, sizes: [to.itemsize] },
      );
    return this.#retype(to, 0);
  }

  /**
   * The axes of a sub-array item (`(2,3)i`) as axes of the view; other views are returned as they are.
   *
   * @example
   * const matrices = empty([10], "(2,3)f");
   * matrices.shape; // [10]
   * matrices.expandItems().shape; // [10, 2, 3]
   */
  expandItems(): StridedView {
    return this.dtype.kind === "array" ? this.#retype(this.dtype, 0) : (this as unknown as StridedView);
  }

  /**
   * memoryview.cast: the same bytes as items of another type, one axis or the given shape. Text must be one native
   * letter; a DType may be any type.
   *
   * @throws LayoutError with what memoryview would refuse
   *
   * @example
   * view(Uint8Array.of(0, 0, 128, 63)).cast("f").toArray(); // [1]
   */
  cast(format: string | DType, shape?: readonly number[], order?: "C" | "F"): StridedView {
    const to = castDType(format, this.storage.abi);
    const layout = castLayout(this, this.dtype, to, shape, orderOf("order", order), this.isContiguous());
    return new StridedView(
      this.host,
      this.storage,
      to,
      layout,
      this.readonly,
      typeof format === "string" ? format : undefined,
    );
  }

  /**
   * The same view without the right to write; the memory itself stays as writable as it is.
   *
   * @example
   * array([1, 2]).asReadonly().set(0, 5); // throws LayoutError
   */
  asReadonly(): StridedView<T, Rank, Values> {
    return this.readonly ? this : new StridedView(this.host, this.storage, this.dtype, this, true, this.#format);
  }

  /**
   * The value of one item; as many indices as axes, negative ones count from the end.
   *
   * @throws BoundsError for an index out of range and for memory that is gone; TypeError for the wrong number of indices
   *
   * @example
   * array([[1, 2], [3, 4]]).get(1, -1); // 4
   * array([[1, 2], [3, 4]]).get(2, 0); // throws BoundsError
   */
  get(...index: number[]): T;
  get(i?: number, j?: number, k?: number): T {
    const access = this.#access ?? this.#open();
    // biome-ignore lint/complexity/noArguments: a rest parameter would allocate on every call
    const count = arguments.length;
    // biome-ignore lint/complexity/noArguments: the same
    if (count !== access.rank) return getAt(this, arguments) as T;
    let offset = access.start;
    if (count > 0) {
      offset += displacement(i!, 0, access.n0, access.s0);
      if (count > 1) offset += displacement(j!, 1, access.n1, access.s1);
      if (count > 2) offset += displacement(k!, 2, access.n2, access.s2);
    }
    try {
      return readItem(access, offset) as T;
    } catch (error) {
      return access.items.read(recover(error, access, offset), offset);
    }
  }

  /**
   * Writes one item; the value comes after the indices. Checks as memoryview does, and before anything is written.
   *
   * @throws TypeError, RangeError for a value of the wrong type or range; LayoutError (`readonly`); BoundsError;
   * UnsupportedFormatError for items that can be read but not made (quantised blocks)
   *
   * @example
   * const v = empty([2, 2], "b");
   * v.set(1, 0, 5);
   * v.set(0, 0, 200); // throws RangeError
   * v.toArray(); // [[0, 0], [5, 0]]
   */
  set(...args: [...index: number[], value: T]): void;
  set(a?: unknown, b?: unknown, c?: unknown, d?: unknown, ..._more: unknown[]): void {
    const access = this.#access ?? this.#open();
    // biome-ignore lint/complexity/noArguments: a rest parameter would allocate on every call
    const count = arguments.length - 1;
    if (count !== access.writableRank) {
      // biome-ignore lint/complexity/noArguments: the same
      setAt(this, arguments);
      return;
    }
    let offset = access.start;
    let value = a;
    if (count > 0) {
      offset += displacement(a as number, 0, access.n0, access.s0);
      value = b;
    }
    if (count > 1) {
      offset += displacement(b as number, 1, access.n1, access.s1);
      value = c;
    }
    if (count > 2) {
      offset += displacement(c as number, 2, access.n2, access.s2);
      value = d;
    }
    try {
      writeItem(access, offset, value);
    } catch (error) {
      access.items.write(recover(error, access, offset), offset, value);
    }
  }

  /**
   * memoryview.tolist: nested arrays of values, or the bare value of a view without axes. With `text` byte strings come as
   * strings, also those inside records.
   *
   * @throws ConversionError for bytes that are no text in the encoding
   *
   * @example
   * view(Float32Array.of(1, 2, 3, 4), { shape: [2, 2] }).toArray(); // [[1, 2], [3, 4]]
   * view(Uint8Array.of(65, 66, 0, 67, 0, 0), { format: "3s" }).toArray({ text: "utf-8" }); // ["AB", "C"]
   */
  toArray(options: ToArrayOptions & { readonly text: TextEncoding }): NestedItems<TextItem<T>, Rank>;
  toArray(options?: ToArrayOptions): NestedItems<T, Rank>;
  toArray(options?: ToArrayOptions): NestedItems<unknown, Rank> {
    return toArray(this, options) as NestedItems<unknown, Rank>;
  }

  /**
   * memoryview.tobytes: a copy of all items in C order, F order, or (`"A"`) F order for F-contiguous views only.
   *
   * @example
   * array([[1, 2], [3, 4]], "B").toBytes("F"); // Uint8Array.of(1, 3, 2, 4)
   */
  toBytes(order?: "C" | "F" | "A"): Uint8Array<ArrayBuffer> {
    return toBytes(this, order);
  }

  /**
   * The elements as a typed array in C order and native byte order, sharing the memory when they already lie so.
   * float16, bfloat16 and narrower types come as raw bits, complex numbers interleaved; packed integers and quantised blocks
   * are decoded, all values of one item after the other.
   *
   * @throws LayoutError for records, text and other items that no typed array holds
   *
   * @example
   * array([1.5, 2], ">d").toTypedArray(); // Float64Array.of(1.5, 2)
   * array([1.5, 2], "e").toTypedArray(); // Uint16Array.of(0x3e00, 0x4000)
   * view(Uint8Array.of(0x2f), { format: "[packed:int4]" }).toTypedArray(); // Int8Array.of(-1, 2)
   */
  toTypedArray<
    Result extends Floats16Of<Extract<Values, TypedArray>> = Floats16Of<Extract<Values, TypedArray>>,
  >(options: { readonly float16: "Float16Array" }): Result;
  toTypedArray<Result extends Extract<Values, TypedArray> = Extract<Values, TypedArray>>(
    options?: TypedArrayOptions,
  ): Result;
  toTypedArray(options?: TypedArrayOptions): TypedArray {
    return toTypedArray(this, options);
  }

  /**
   * memoryview.hex: the bytes in C order; `separator` between groups counted from the right (left when negative).
   *
   * @example
   * view(Uint8Array.of(1, 35, 255)).hex(" "); // "01 23 ff"
   */
  hex(separator?: string, bytesPerSeparator?: number): string {
    return toHex(this.toBytes("C"), separator, bytesPerSeparator);
  }

  /**
   * Whether both have the same shape and equal values in it, in whatever formats. NaN equals nothing.
   *
   * @example
   * array([1, 2], "<i").equals(array([1, 2], ">d")); // true
   */
  equals(other: StridedView<unknown>, options?: EqualsOptions): boolean {
    return viewsEqual(this, other, options);
  }

  /**
   * All values in C order.
   *
   * @example
   * [...array([[1, 2], [3, 4]]).values()]; // [1, 2, 3, 4]
   */
  values(): Generator<T, void, undefined> {
    return valuesOf(this) as Generator<T, void, undefined>;
  }

  /**
   * The values of a view with one axis, the sub-views along the first axis of one with more.
   *
   * @example
   * [...array([[1, 2], [3, 4]])].map((row) => row.toArray()); // [[1, 2], [3, 4]]
   */
  *[Symbol.iterator](): Generator<RowOf<T, Rank, Values>, void, undefined> {
    if (this.ndim === 0) throw new TypeError("a view without axes cannot be iterated");
    for (let i = 0; i < this.shape[0]!; i++)
      yield (this.ndim === 1 ? this.get(i) : this.slice(i)) as RowOf<T, Rank, Values>;
  }

  /**
   * The first place in `start..stop` of a view with one axis where `value` stands, -1 when there is none. Values
   * compare as Python's `==` does.
   *
   * @example
   * array([4, 5, 6, 5]).index(5); // 1
   * array([4, 5, 6, 5]).index(5, 2); // 3
   */
  index(value: T, start?: number, stop?: number): number {
    return indexOf(this, value, start, stop);
  }

  /**
   * How many items of a view with one axis equal `value`.
   *
   * @example
   * array([4, 5, 6, 5]).count(5); // 2
   */
  count(value: T): number {
    return countOf(this, value);
  }

  /**
   * The items printed like NumPy, long axes summarised, and a line with dtype and shape. Never throws.
   *
   * @example
   * array([1.5, 2, 30]).toString(); // "[ 1.5  2.  30. ]\ndtype float64, shape [3]"
   */
  toString(): string {
    return viewText(this);
  }

  /**
   * What `JSON.stringify` writes: nested arrays as `toArray()` gives them, of values that JSON has (docs/printing.md says
   * which), floats with the digits that their type holds.
   *
   * @throws what `toArray()` throws
   *
   * @example
   * JSON.stringify(array([0.1, NaN], "<f")); // '[0.1,"NaN"]'
   * JSON.stringify(array([0n, 18262n], "datetime64[D]")); // '["1970-01-01","2020-01-01"]'
   */
  toJSON(): JSONValue {
    return viewToJSON(this);
  }

  /**
   * @internal The memory, of which every byte of this view still exists.
   * @throws BoundsError when it was detached or has shrunk
   */
  live(): ArrayBufferLike {
    const [, high] = extent(this.shape, this.strides, this.itemsize);
    return liveBuffer(this.storage, this.size === 0 ? 0 : this.byteOffset + high);
  }

  /** @internal Other memory through the same engine; the layout is trusted. */
  other(storage: Storage, dtype: DType, layout: Layout): StridedView {
    return new StridedView(this.host, storage, dtype, layout);
  }

  /** @internal A contiguous copy in fresh memory of its own. */
  copied(order: "C" | "F"): StridedView<T, Rank, Values> {
    const buffer = newBuffer(this.nbytes);
    if (this.suboffsets === null) this.live();
    const strides = contiguousStrides(this.shape, this.itemsize, order);
    const layout = { byteOffset: 0, shape: this.shape, strides, suboffsets: null };
    const copy = new StridedView<T, Rank, Values>(this.host, { buffer }, this.dtype, layout, false, this.#format);
    if (this.size > 0) this.host.copy(copy, this);
    return copy;
  }

  #open(): Access<T> {
    this.#access = openAccess(this, itemsOf(this.dtype) as Items<T>, this.readonly);
    return this.#access;
  }

  /** Items of another type inside the items of this one; axes of a sub-array type are appended. */
  #retype(dtype: DType, byteOffset: number): StridedView {
    const { base: item, shape } = withoutSubArrays(dtype);
    const strides = contiguousStrides(shape, item.itemsize);
    const layout = shiftItems(this, byteOffset, shape, strides);
    return new StridedView(this.host, this.storage, item, layout, this.readonly);
  }

  #derive<NewRank extends number>(layout: Layout, readonly = this.readonly): StridedView<T, NewRank, Values> {
    return new StridedView(this.host, this.storage, this.dtype, layout, readonly, this.#format);
  }
}

// Apart from the class, whose declaration must name no imported symbols (`isolatedDeclarations`).
// biome-ignore lint/correctness/noUnusedVariables: merged declarations have the same parameters
export interface StridedView<out T = Value, out Rank extends number = number, out Values = Arrays> {
  /**
   * Shows the memory to any library that knows the `ndbuffer` contract, without copying. Formats beyond single numbers are
   * given only to a request that says `formats: "any"`.
   *
   * @returns null when the view is not what the request asks for, and for items that mean nothing elsewhere (pointers)
   *
   * @example
   * view(new Float32Array(6), { shape: [2, 3] })[NDBUFFER]()?.format; // "<f"
   */
  [NDBUFFER](request?: NDRequest): NDBuffer | null;
}
