/** Pieces of values, which stay in the cache while they are gone through twice, and what kernels say of them. */

export type Narrow = Int8Array | Uint8Array | Int16Array | Uint16Array;
export type Int32 = Int32Array | Uint32Array;
export type Int64 = BigInt64Array | BigUint64Array;
export type Floats = Float32Array | Float64Array;
export type Piece = Narrow | Int32 | Int64 | Floats;

export interface Folded<T = number> {
  readonly min: T;
  readonly max: T;
  readonly sum: number;
  /** Squared distances: from the mean of the piece, those of `narrow` from 0. */
  readonly squares: number;
  readonly zeros: number;
}

export interface WideFolded extends Folded<bigint> {
  /** NaT: left out of all else. */
  readonly absent: number;
}

/** Different values of one dtype, piece after piece. */
export interface FewValues {
  /** False when they are many: no piece changes that. */
  readonly counting: boolean;
  readonly count: number | null;
  add(piece: Piece): void;
}

/** Unsigned integers are taken less `middleOf` their range, zeros excepted; those of eight bytes as they are. */
export interface Kernels {
  /** Everything exact. */
  narrow(piece: Narrow): Folded;
  int32(piece: Int32): Folded;
  /** @param hasNaT whether the lowest value is no value */
  int64(piece: Int64, hasNaT: boolean): WideFolded;
  /** Where the sum is not finite, the rest says nothing. */
  floats(piece: Floats): Folded;
  few(): FewValues;
}

/** Bytes of the longest piece. */
export const PIECE_BYTES = 32 << 10;

/** What unsigned integers are folded less. */
export const middleOf = (values: Narrow | Int32): number =>
  values instanceof Uint8Array || values instanceof Uint16Array || values instanceof Uint32Array
    ? 2 ** (8 * values.BYTES_PER_ELEMENT - 1)
    : 0;

export function forEachPiece<T extends Piece>(values: T, use: (piece: T) => void): void {
  const count = PIECE_BYTES / values.BYTES_PER_ELEMENT;
  for (let at = 0; at < values.length; at += count) use(values.subarray(at, at + count) as T);
}
