/** Scratch tiles in static memory. Each is small enough to stay in L1 beside the lines that it is filled from. */

/** Bytes of a scratch tile. */
export const SCRATCH_BYTES: usize = 16384;

/** The tile of lines and transposes. */
export const SCRATCH: usize = memory.data(16384, 64);

/** The two tiles that the stages of a conversion alternate between. */
export const TILE_A: usize = memory.data(16384, 64);
export const TILE_B: usize = memory.data(16384, 64);

/** Bytes of each half of the staging window. Lines use a part that stays in L2; transposes want long runs (bench/NOTES.md, thresholds: window). */
export const WINDOW_BYTES: i32 = 1048576;

/** Where the host puts data of other memories, and takes it from. */
export const WINDOW_IN: usize = memory.data(1048576, 64);
export const WINDOW_OUT: usize = memory.data(1048576, 64);
