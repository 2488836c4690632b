/** What a fold makes of values: statistics, from tiles in one pass. */

export interface Statistics {
  /** Of the values that are neither NaN (NaT) nor infinite; null when there is none. Text goes by code points. */
  readonly min: number | bigint | string | null;
  readonly max: number | bigint | string | null;
  readonly mean: number | null;
  /** Of the whole population, as NumPy's `std`. */
  readonly std: number | null;
  /** NaN, and NaT of dates. */
  readonly nan: number;
  readonly inf: number;
  readonly negInf: number;
  /** Zeros; of text the empty ones. */
  readonly zeros: number;
  /** Different values, where there are at most MAX_UNIQUE; null otherwise. */
  readonly unique: number | null;
  readonly histogram: Histogram | null;
}

/** Counts of finite values in bins of one width. */
export interface Histogram {
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
}

export interface Fold {
  /** Contiguous items in native byte order, aligned. */
  add(tile: Uint8Array<ArrayBuffer>): void;
  result(): Statistics;
}

/** Statistics of no values. */
export const NOTHING = { min: null, max: null, mean: null, std: null, histogram: null } as const;
