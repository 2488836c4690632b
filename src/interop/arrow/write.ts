/** Views as what apache-arrow's `makeData` and flechette's batches are made of. */

import { stridebufError } from "../../errors.js";
import { contiguous, convert, type DType, type StridedView, withByteOrder } from "../../index.js";
import { requireKnownOptions } from "../../options.js";
import { argumentError } from "../../view/checks.js";
import { StridedView as Views } from "../../view/view.js";
import { packBits } from "./bits.js";
import { cFormatOf, typeOfCFormat } from "./c-format.js";
import { itemOf } from "./items.js";
import { type ArrowType, arrowTypeName, childType, TypeId } from "./types.js";

/** One piece of a column, under the names of apache-arrow's `makeData` and of flechette's `Batch`. */
export interface ArrowDataDescription<Type = ArrowType, Data = unknown> {
  /** The type, as apache-arrow's constructors take it. */
  readonly type: Type;
  /** Items. */
  readonly length: number;
  /** Items that are not valid. */
  readonly nullCount: number;
  /** The values (apache-arrow's and flechette's name); none for lists. */
  readonly data?: ArrayBufferView;
  /** The items' own memory. */
  readonly values?: ArrayBufferView;
  /** Validity, one bit per item. */
  readonly nullBitmap?: Uint8Array;
  /** One bit per item: whether it is valid; absent when all are. */
  readonly validity?: Uint8Array;
  /** The items of a fixed-size list. */
  readonly child?: Data;
  /** The same of the fields of a struct. */
  readonly children?: readonly Data[];
}

/** Which items are valid. */
export interface ToArrowOptions<Type, Data> {
  /** The library's own type, of items like those of the view; by default a plain description of one. */
  readonly type?: Type;
  /** What makes the library's data of each description: apache-arrow's `makeData`. The children of lists are made first. */
  readonly make?: (description: ArrowDataDescription<Type, Data>) => Data;
  /** A bool view (or bytes) with one item per row: false is null. */
  readonly mask?: StridedView | Uint8Array;
}

/**
 * A view as Arrow data: the first axis is the rows, further axes become fixed-size lists. The view's own memory where it is
 * C-contiguous and little-endian (and no bool, which is packed to bits), a copy otherwise.
 *
 * @throws UnsupportedFormatError when Arrow has no type for the view's items; ConversionError when `type` is of other items;
 * LayoutError for a view without axes, and for a mask of another length
 *
 * @example
 * const heights = array([1.5, 2.5], "<e");
 * const vector = makeVector(toArrowData(heights, { type: new Float16(), make: makeData })); // apache-arrow
 * [...vector]; // [1.5, 2.5]
 * const column = new Column([toArrowData(heights, { type: float16(), make: (d) => new (batchType(d.type))(d) })]); // flechette
 * [...column]; // [1.5, 2.5]
 */
export function toArrowData<Type = ArrowType, Data = ArrowDataDescription<Type>>(
  source: StridedView,
  options: ToArrowOptions<Type, Data> = {},
): Data {
  requireKnownOptions(options, ["type", "make", "mask"]);
  if (!(source instanceof Views)) throw argumentError("view", "a view", source, true);
  const items = source.expandItems();
  if (items.ndim === 0)
    throw stridebufError("LayoutError", "a view without axes has no rows: reshape([1])", { reason: "rank" });
  const little = withByteOrder(items.dtype, "little");
  const plain = items.dtype === little ? items : convert(items, little);
  const type = (options.type ?? typeOf(little, items.shape.slice(1))) as ArrowType;
  if (options.type !== undefined) requireType(plain, type);
  const make = (options.make ?? ((description) => description)) as Make;
  return build(
    plain,
    type,
    make,
    options.mask === undefined ? undefined : bitmapOf(options.mask, items.shape[0]!),
  ) as Data;
}

type Make = (description: ArrowDataDescription) => unknown;

/** A plain description of lists of lists … of items. @throws UnsupportedFormatError when Arrow has no such type */
function typeOf(dtype: DType, axes: readonly number[]): ArrowType {
  if (axes.length > 0) {
    const child = { name: "item", type: typeOf(dtype, axes.slice(1)) };
    return { typeId: TypeId.fixedSizeList, listSize: axes[0]!, stride: axes[0]!, children: [child] };
  }
  if (dtype.kind === "bool") return { typeId: TypeId.bool };
  if (dtype.kind === "array") return typeOf(dtype.base!, dtype.shape!);
  const format = cFormatOf(dtype);
  if (format !== undefined) {
    const type = typeOfCFormat(format);
    return { ...type, ...(type.typeId === TypeId.fixedSizeBinary ? { stride: dtype.itemsize } : {}), children: null };
  }
  if (dtype.kind === "struct")
    return { typeId: TypeId.struct, children: dtype.fields!.map((f) => ({ name: f.name, type: typeOf(f.dtype, []) })) };
  throw stridebufError("UnsupportedFormatError", `Arrow has no type for items of ${dtype.format}`, {
    format: dtype.format,
    index: 0,
    feature: dtype.name,
  });
}

/** Whether Arrow lays out both in the same bytes: a date32 is an int32. */
const sameBytes = (a: DType, b: DType): boolean =>
  a === b ||
  (a.itemsize === b.itemsize && a.element === b.element && a.unit?.join() === b.unit?.join() && !a.fields && !b.codec);

function requireType({ shape, dtype }: StridedView, type: ArrowType): void {
  const wanted = itemOf(type);
  const fits = type.typeId !== TypeId.dictionary && wanted.axes.join() === shape.slice(1).join();
  if (fits && sameBytes(wanted.dtype, dtype)) return;
  const [from, to] = [`[${shape}] items of ${dtype.name}`, arrowTypeName(type)];
  throw stridebufError("ConversionError", `${from} are no ${to}: convert or reshape first`, { from: dtype.format, to });
}

function build(items: StridedView, type: ArrowType, make: Make, bitmap?: Bitmap): unknown {
  const length = items.shape[0]!;
  const nulls = bitmap === undefined ? { nullCount: 0 } : { ...bitmap, validity: bitmap.nullBitmap };
  const node = { type, length, ...nulls };
  if (type.typeId === TypeId.fixedSizeList) {
    const child = build(contiguous(items).reshape([-1, ...items.shape.slice(2)]), childType(type), make);
    return make({ ...node, child, children: [child] });
  }
  if (type.typeId === TypeId.struct && items.dtype.fields) {
    const children = type.children!.map((field) => build(items.field(field.name), field.type, make));
    return make({ ...node, children });
  }
  const values =
    type.typeId === TypeId.bool ? packBits(new Uint8Array(items.toBytes().buffer)) : valuesOf(contiguous(items));
  return make({ ...node, data: values, values, children: [] });
}

/** Raw elements, whatever holds them: what both libraries keep. Decimals of 64 bits and more as flechette has them. */
function valuesOf(items: StridedView): ArrayBufferView {
  const { element, codec, itemsize, unit } = items.dtype;
  if ((element !== undefined || unit !== undefined) && codec === undefined) return items.toTypedArray();
  if (!(codec && itemsize % 4 === 0)) return bytesOf(items);
  const array = itemsize === 4 ? Int32Array : BigUint64Array;
  const bytes = bytesOf(items);
  const whole = bytes.byteOffset % array.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
  return new array(whole.buffer, whole.byteOffset, whole.byteLength / array.BYTES_PER_ELEMENT);
}

const bytesOf = (items: StridedView): Uint8Array<ArrayBuffer> =>
  new Uint8Array(items.buffer as ArrayBuffer, items.byteOffset, items.nbytes);

interface Bitmap {
  readonly nullBitmap: Uint8Array;
  readonly nullCount: number;
}

function bitmapOf(mask: StridedView | Uint8Array, length: number): Bitmap {
  const flags = mask instanceof Views ? new Uint8Array(mask.toBytes().buffer) : mask;
  if (!(mask instanceof Views ? mask.itemsize === 1 : ArrayBuffer.isView(flags) && flags instanceof Uint8Array))
    throw argumentError("options.mask", "a view of bools or a Uint8Array", mask, true);
  if (flags.length !== length)
    throw stridebufError("LayoutError", `options.mask has ${flags.length} items for ${length} rows`, {
      reason: "shape",
    });
  return { nullBitmap: packBits(flags), nullCount: flags.reduce((n, flag) => n + (flag === 0 ? 1 : 0), 0) };
}
