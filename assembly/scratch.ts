/** Scratch tiles in static memory. Each is small enough to stay in L1 beside the lines that it is filled from. */

/** Bytes of a scratch tile. */
export const SCRATCH_BYTES: usize = 16384;

/** The tile of lines and transposes. */
export const SCRATCH: usize = memory.data(16384, 64);

/** The two tiles that the stages of a conversion alternate between. */
export const TILE_A: usize = memory.data(16384, 64);
export const TILE_B: usize = memory.data(16384, 64);
