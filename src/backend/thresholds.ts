/** Where one way of doing the same thing begins to win over another. Each names the benchmark that set it. */

/** Items of at least this many bytes are worth a call of the platform's `set` each: bench/NOTES.md, thresholds: rows. */
export const PLATFORM_ROW = 128;

/** From this many bytes on, `set` and a second platform call in place (reverse, Buffer.swap16): bench/NOTES.md, thresholds: small. */
export const PLATFORM_PAIR = 512;

/**
 * From how many bytes on Node's Buffer.swap16, swap32 and swap64 win over a swap through the staging window, by bytes per
 * unit: two-byte units always and eight-byte ones in place, the others where memory is the limit, if at all: bench/NOTES.md, thresholds: byteswap.
 */
export const PLATFORM_SWAP: Readonly<Record<"copy" | "inPlace", Readonly<Record<2 | 4 | 8, number>>>> = {
  copy: { 2: 0, 4: Number.POSITIVE_INFINITY, 8: 8388608 },
  inPlace: { 2: 0, 4: 8388608, 8: 0 },
};

/** A line through the staging window costs two copies and a call; below this many bytes loops win: bench/NOTES.md, thresholds: small. */
export const STAGED_LINE = 512;

/** Tiles of a nest need a plan besides: bench/NOTES.md, thresholds: small. */
export const STAGED_TILES = 2048;

/**
 * From how many bytes of stride on a loop that skips the gaps is the first choice over staging, which copies them, by bytes per item, where
 * more is read than caches hold: bench/NOTES.md, the planner measures, and loops that keep up with memory.
 */
export const GAP_STRIDE: Readonly<Record<4 | 8, number>> = { 4: 12, 8: 16 };

/**
 * From this many bytes of the larger side on the ways of running a line are raced; below, constants decide, since the one that loses is called so
 * seldom that its code stays slow: bench/NOTES.md, races of smaller lines.
 */
export const RACE_BYTES = 1_048_576;

/** From this many bytes of items on the ways of running a nest are raced, which takes longer than a line of them: bench/NOTES.md, windows of two sizes. */
export const NEST_RACE_BYTES = 524_288;

/** From this many on lines are raced in pieces, loops are the first choice where gaps are wide, and calls that follow each other take steps: caches may not hold both sides. */
export const LARGE_BYTES = 16_777_216;

/** A run may be this many times as long as the items in it before its axis is cut: bench/NOTES.md, thresholds: sparse. */
export const SPARSE = 8;
