/**
 * Typed arrays over whole buffers, made when first asked for and kept beside the buffer. Data moves through integers: a float array may
 * quiet a signalling NaN or drop its payload on the way, so what goes through `f64` must be known to be no NaN.
 */

export type NumberItems =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** A type of array for numbers. */
export interface NumberArray {
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): NumberItems;
  readonly prototype: NumberItems;
  readonly BYTES_PER_ELEMENT: number;
}

/** At the places by which {@link Arrays} asks for them. */
const TYPES: readonly NumberArray[] = [
  Int8Array,
  Uint8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
];

/** The place of a type among the arrays of a buffer. */
export const placeOf = (Type: NumberArray): number => TYPES.indexOf(Type);

let count = 0;

/** The arrays over one buffer; whole elements only, so up to 1 (3, 7) bytes at the end are beyond `u16` (`u32`, `f64`). */
export class Arrays {
  readonly byteLength: number;
  /** A number of its own, by which others remember it without keeping its memory alive. */
  readonly serial: number = ++count;
  /** Where a run was copied from last, and whether that is slow, once it is known: copy-bytes.ts. */
  pair = 0;
  isTrapped: boolean | undefined;
  readonly #buffer: ArrayBufferLike;
  readonly #made: (NumberItems | undefined)[] = TYPES.map(() => undefined);
  #data: DataView | undefined;

  constructor(buffer: ArrayBufferLike, byteLength: number) {
    this.#buffer = buffer;
    this.byteLength = byteLength;
  }

  /** @param place - {@link placeOf} a type */
  at(place: number): NumberItems {
    const array = this.#made[place];
    if (array !== undefined) return array;
    const Type = TYPES[place]!;
    const made = new Type(this.#buffer, 0, Math.floor(this.byteLength / Type.BYTES_PER_ELEMENT));
    this.#made[place] = made;
    return made;
  }

  get u8(): Uint8Array {
    return this.at(1) as Uint8Array;
  }

  get u16(): Uint16Array {
    return this.at(3) as Uint16Array;
  }

  /** The same words as `u32`. */
  get i32(): Int32Array {
    return this.at(4) as Int32Array;
  }

  get u32(): Uint32Array {
    return this.at(5) as Uint32Array;
  }

  get f32(): Float32Array {
    return this.at(6) as Float32Array;
  }

  get f64(): Float64Array {
    return this.at(7) as Float64Array;
  }

  get data(): DataView {
    this.#data ??= new DataView(this.#buffer);
    return this.#data;
  }
}

const known = new WeakMap<ArrayBufferLike, Arrays>();
/** Bytes of a single value at most: its buffer is as good as gone, and a weak entry for each costs more than the copy of it. */
const SINGLE = 16;
/** The two buffers used last: a copy asks for its own two again and again. */
let recentBuffer: ArrayBufferLike | undefined;
let recent: Arrays | undefined;
let olderBuffer: ArrayBufferLike | undefined;
let older: Arrays | undefined;

/** Current arrays over `buffer`. */
export function arraysOf(buffer: ArrayBufferLike): Arrays {
  const byteLength = buffer.byteLength;
  if (buffer === recentBuffer && recent!.byteLength === byteLength) return recent!;
  if (buffer === olderBuffer && older!.byteLength === byteLength) return older!;
  let arrays = known.get(buffer);
  if (arrays === undefined || arrays.byteLength !== byteLength) {
    arrays = new Arrays(buffer, byteLength);
    if (byteLength > SINGLE) known.set(buffer, arrays);
  }
  olderBuffer = recentBuffer;
  older = recent;
  recentBuffer = buffer;
  recent = arrays;
  return arrays;
}
