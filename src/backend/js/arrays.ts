/**
 * Typed arrays over whole buffers, made once per buffer. Data moves through integers: a float array may quiet a signalling NaN or
 * drop its payload on the way, so what goes through `f64` must be known to be no NaN.
 */

export interface Arrays {
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
  /** The same words as `u32`. */
  readonly i32: Int32Array;
  readonly f64: Float64Array;
  readonly data: DataView;
  readonly byteLength: number;
  /** Arrays of other types that were asked for. */
  readonly others: Map<NumberArray, Numbers>;
}

type Numbers =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** A type of array for numbers. */
export interface NumberArray<T extends Numbers = Numbers> {
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T;
  readonly BYTES_PER_ELEMENT: number;
}

const known = new WeakMap<ArrayBufferLike, Arrays>();
/** The two buffers used last: a copy asks for its own two again and again. */
let recentBuffer: ArrayBufferLike | undefined;
let recent: Arrays | undefined;
let olderBuffer: ArrayBufferLike | undefined;
let older: Arrays | undefined;

/** Current arrays over `buffer`; whole elements only, so up to 1 (3, 7) bytes at the end are beyond `u16` (`u32`, `f64`). */
export function arraysOf(buffer: ArrayBufferLike): Arrays {
  const byteLength = buffer.byteLength;
  if (buffer === recentBuffer && recent!.byteLength === byteLength) return recent!;
  if (buffer === olderBuffer && older!.byteLength === byteLength) return older!;
  let arrays = known.get(buffer);
  if (arrays === undefined || arrays.byteLength !== byteLength) {
    arrays = {
      u8: new Uint8Array(buffer),
      u16: new Uint16Array(buffer, 0, Math.floor(byteLength / 2)),
      u32: new Uint32Array(buffer, 0, Math.floor(byteLength / 4)),
      i32: new Int32Array(buffer, 0, Math.floor(byteLength / 4)),
      f64: new Float64Array(buffer, 0, Math.floor(byteLength / 8)),
      data: new DataView(buffer),
      byteLength,
      others: new Map(),
    };
    known.set(buffer, arrays);
  }
  olderBuffer = recentBuffer;
  older = recent;
  recentBuffer = buffer;
  recent = arrays;
  return arrays;
}

/** The same, an array of any type; whole elements only. */
export function wholeOf<T extends Numbers>(buffer: ArrayBufferLike, Type: NumberArray<T>): T {
  const { others, byteLength } = arraysOf(buffer);
  let array = others.get(Type);
  if (array === undefined) {
    array = new Type(buffer, 0, Math.floor(byteLength / Type.BYTES_PER_ELEMENT));
    others.set(Type, array);
  }
  return array as T;
}
